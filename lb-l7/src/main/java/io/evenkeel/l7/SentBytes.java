package io.evenkeel.l7;

import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.StreamByteDistributor;

/**
 * Who gets how much of what may be sent on an HTTP/2 connection is another's decision; this tells of it, stream by stream.
 * Used on the connection's event loop; allocates nothing.
 */
final class SentBytes implements StreamByteDistributor, StreamByteDistributor.Writer {

    /** Hears what is sent. */
    @FunctionalInterface
    interface Listener {
        /** So much more of a stream's data was let go by its windows and the connection. */
        void sent(Http2Stream stream, int bytes);
    }

    private final StreamByteDistributor distributor;
    private Listener listener = (stream, bytes) -> {};
    private Writer writer = (stream, bytes) -> {};

    SentBytes(StreamByteDistributor distributor) {
        this.distributor = distributor;
    }

    void listener(Listener newListener) {
        listener = newListener;
    }

    @Override
    public void updateStreamableBytes(StreamState state) {
        distributor.updateStreamableBytes(state);
    }

    @Override
    public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
        distributor.updateDependencyTree(child, parent, weight, exclusive);
    }

    @Override
    public boolean distribute(int maxBytes, Writer newWriter) throws Http2Exception {
        writer = newWriter;
        return distributor.distribute(maxBytes, this);
    }

    @Override
    public void write(Http2Stream stream, int bytes) {
        writer.write(stream, bytes);
        if (bytes > 0) {
            listener.sent(stream, bytes);
        }
    }
}
