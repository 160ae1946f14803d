package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.netty.channel.socket.SocketChannel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The two ends of a client's connection: those of the socket, or those that a load balancer before us has told by a PROXY
 * header. Immutable.
 *
 * @param client who connected
 * @param local what it connected to
 */
public record ConnectionAddresses(InetSocketAddress client, InetSocketAddress local) {

    private static final AttributeKey<ConnectionAddresses> TOLD =
            AttributeKey.valueOf(ConnectionAddresses.class, "told");

    /** Checks for nulls. */
    public ConnectionAddresses {
        requireNonNull(client, "client");
        requireNonNull(local, "local");
    }

    /** Notes what a PROXY header says. */
    void tell(SocketChannel channel) {
        channel.attr(TOLD).set(this);
    }

    /**
     * Who is at the other end of a connection.
     *
     * @param channel the connection
     * @return the client's address; null if the connection has ended
     */
    public static @Nullable InetSocketAddress client(SocketChannel channel) {
        ConnectionAddresses told = told(channel);
        return told == null ? channel.remoteAddress() : told.client();
    }

    /**
     * What the client of a connection has connected to.
     *
     * @param channel the connection
     * @return the address that the client knows; null if the connection has ended
     */
    public static @Nullable InetSocketAddress local(SocketChannel channel) {
        ConnectionAddresses told = told(channel);
        return told == null ? channel.localAddress() : told.local();
    }

    private static @Nullable ConnectionAddresses told(SocketChannel channel) {
        return channel.hasAttr(TOLD) ? channel.attr(TOLD).get() : null;
    }
}
