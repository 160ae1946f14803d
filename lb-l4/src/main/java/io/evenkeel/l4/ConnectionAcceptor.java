package io.evenkeel.l4;

import io.netty.channel.socket.SocketChannel;

/**
 * What a listener does with a connection: sets up its pipeline.
 *
 * <p>Called once per connection on the connection's own event loop, after it is registered and before it becomes active
 * or reads; must not block. One acceptor serves any number of connections on all loops at once. If it throws, the
 * connection is closed.
 */
@FunctionalInterface
public interface ConnectionAcceptor {

    /**
     * Takes over a freshly accepted connection.
     *
     * @param channel the connection; its options may still be changed, auto-read among them
     */
    void accept(SocketChannel channel);

    /**
     * How many connections its listener may have open at once; what comes beyond waits to be accepted.
     *
     * @return the number, 0 for any
     */
    default int maxConnections() {
        return 0;
    }

    /**
     * How many connections may wait to be accepted. Counts when the listener is opened.
     *
     * @return the number, 0 for the usual one
     */
    default int backlog() {
        return 0;
    }

    /** Told of a connection that was closed instead of being handed over, because its source had too many. */
    default void refused() {}
}
