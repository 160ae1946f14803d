package io.evenkeel.discovery.marathon;

import java.net.URI;
import java.nio.ByteBuffer;

/** The way an event stream is opened; the real one speaks HTTP, tests script theirs. */
interface EventTransport {

    /**
     * Begins to open a stream. Returns at once and never throws; everything else is told to the receiver, on any thread
     * but one call at a time.
     *
     * @return gives the stream up when run, however far it has come
     */
    Runnable open(Receiver receiver);

    /** Who wants the stream. */
    interface Receiver {

        /** The answer's head has come and is what it should be; who the leader is, as it says itself, or empty. */
        void opened(URI host, String leader);

        /** Some bytes of the stream. */
        void received(ByteBuffer bytes);

        /** The stream has ended or could not be opened; nothing comes after this. */
        void closed(String reason);
    }
}
