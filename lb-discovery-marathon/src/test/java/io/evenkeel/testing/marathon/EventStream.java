package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's event stream: a bounded queue of frames, and the worker that writes them.
 *
 * <p>{@link #offer} never blocks, so a client that does not read holds up nobody but itself; when its queue is full,
 * its stream is closed.
 */
final class EventStream {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final byte[] HEARTBEAT = {'\r', '\n'};
    private static final byte[] END = new byte[0];

    private final Connection connection;
    private final Set<String> types;
    private final BlockingQueue<byte[]> frames;
    private volatile EventBus bus;

    EventStream(Connection connection, Set<String> types, int maxOutstanding, EventBus bus) {
        this.connection = connection;
        this.types = Set.copyOf(types);
        this.bus = bus;
        this.frames = new ArrayBlockingQueue<>(maxOutstanding);
    }

    boolean wants(String type) {
        return types.isEmpty() || types.contains(type);
    }

    /** The bus whose events it carries. */
    EventBus bus() {
        return bus;
    }

    void bus(EventBus next) {
        bus = next;
    }

    String remoteAddress() {
        return connection.remoteAddress();
    }

    /** Queues a frame; false when the client was too slow and is now cut off. */
    boolean offer(byte[] frame) {
        if (frames.offer(frame)) {
            return true;
        }
        connection.close();
        return false;
    }

    /** How many frames wait for the client to take what is before them. */
    int waiting() {
        return frames.size();
    }

    /** Ends the stream with a plain end of file after what is queued. */
    void end() {
        offer(END);
    }

    /** Writes frames until the stream ends; heartbeats come at a fixed rate, whatever else is sent. */
    void write(long heartbeatNanos) {
        try {
            long next = System.nanoTime() + heartbeatNanos;
            while (true) {
                byte[] frame = frames.poll(next - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (frame == END) {
                    return;
                }
                if (frame == null) {
                    next += heartbeatNanos;
                    frame = HEARTBEAT;
                    if (bus.silent()) {
                        continue;
                    }
                }
                connection.out().write(frame);
                connection.out().flush();
            }
        } catch (IOException e) {
            log.trace("stream ended", e);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
        }
    }
}
