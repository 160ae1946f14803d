package io.evenkeel.l7;

import io.evenkeel.l4.ConnectionAddresses;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a client's connection, whatever version of HTTP it speaks and however many requests it has.
 *
 * <p>Made once per connection, and used on its event loop only; still true when the connection has ended.
 */
final class Peer implements Client {

    private final SocketChannel channel;
    private final HeaderTrust trust;
    private final boolean tls;
    private final byte @Nullable [] serverName;
    private @Nullable InetSocketAddress address;
    private @Nullable InetSocketAddress localAddress;
    private @Nullable ForwardedFields forwarded;

    Peer(SocketChannel channel, HeaderTrust trust, boolean tls) {
        this(channel, trust, tls, ServerNames.of(channel));
    }

    private Peer(SocketChannel channel, HeaderTrust trust, boolean tls, byte @Nullable [] serverName) {
        this.channel = channel;
        this.trust = trust;
        this.tls = tls;
        this.serverName = serverName;
    }

    /** The connection is there, and so are its addresses. */
    void connected() {
        address = ConnectionAddresses.client(channel);
        localAddress = ConnectionAddresses.local(channel);
    }

    /** The same, as if it had asked for another server in its handshake. */
    Peer askingFor(byte[] otherName) {
        Peer other = new Peer(channel, trust, tls, otherName);
        other.address = address;
        other.localAddress = localAddress;
        return other;
    }

    @Override
    public InetSocketAddress address() {
        InetSocketAddress known = address;
        return known == null ? channel.remoteAddress() : known;
    }

    @Override
    public InetSocketAddress localAddress() {
        InetSocketAddress known = localAddress;
        return known == null ? channel.localAddress() : known;
    }

    @Override
    public int entrancePort() {
        return channel.localAddress().getPort();
    }

    @Override
    public boolean isTls() {
        return tls;
    }

    @Override
    public byte @Nullable [] serverName() {
        return serverName;
    }

    /** What endpoints are told of it. */
    ForwardedFields forwarded() {
        ForwardedFields fields = forwarded;
        if (fields == null) {
            fields = trust.of(address(), localAddress().getPort(), tls);
            forwarded = fields;
        }
        return fields;
    }
}
