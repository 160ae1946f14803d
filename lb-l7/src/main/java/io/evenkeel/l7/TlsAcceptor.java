package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ConnectionAcceptor;
import io.netty.channel.socket.SocketChannel;

/**
 * The acceptor that takes TLS off connections and hands them on decrypted. Immutable; holds no state of any connection.
 *
 * <p>The next acceptor is called when the handshake is done, with a connection that is active already and tells it so once
 * more.
 */
public final class TlsAcceptor implements ConnectionAcceptor {

    private final HttpEngine engine;
    private final TlsRoute.Router router;
    private final ConnectionAcceptor next;

    /**
     * An acceptor in front of another.
     *
     * @param engine whose limits count
     * @param certificates what is shown to clients
     * @param next who takes the decrypted connection
     */
    public TlsAcceptor(HttpEngine engine, Certificates certificates, ConnectionAcceptor next) {
        TlsRoute show = new TlsRoute.Show(certificates);
        this.engine = requireNonNull(engine, "engine");
        this.router = serverName -> show;
        this.next = requireNonNull(next, "next");
    }

    @Override
    public void accept(SocketChannel channel) {
        engine.receiveBuffers(channel);
        TlsHandshake.expect(engine, channel, router, next);
    }
}
