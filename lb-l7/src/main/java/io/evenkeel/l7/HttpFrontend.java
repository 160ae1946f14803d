package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.TrafficStats;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * One place where HTTP requests come in: a name, the router that knows where they go, and counters.
 *
 * <p>Thread-safe. The router is replaced in place and counts from the next request on, also on connections that are open.
 */
public final class HttpFrontend implements ConnectionAcceptor {

    private final String name;
    private final HttpEngine engine;
    private final TrafficStats traffic = new TrafficStats();
    private final HttpStats stats = new HttpStats();
    private volatile TlsRoute.@Nullable Router tls;
    private volatile Router router;
    private volatile boolean http2 = true;

    /**
     * A frontend for plain HTTP.
     *
     * @param name as statistics show it
     * @param engine what its connections share
     * @param router where requests go
     */
    public HttpFrontend(String name, HttpEngine engine, Router router) {
        this(name, engine, router, null);
    }

    /**
     * A frontend for HTTP over TLS.
     *
     * @param name as statistics show it
     * @param engine what its connections share
     * @param router where requests go
     * @param certificates what is shown to clients; null for plain HTTP
     */
    public HttpFrontend(String name, HttpEngine engine, Router router, @Nullable Certificates certificates) {
        this.tls = certificates == null ? null : always(certificates);
        this.name = requireNonNull(name, "name");
        this.engine = requireNonNull(engine, "engine");
        this.router = requireNonNull(router, "router");
    }

    /** Whether two servers, by their names in lower case, are shown to be the same by one certificate. */
    boolean isSameServer(String name, String other) {
        TlsRoute.Router decision = tls;
        return decision == null
                || (decision.route(name) instanceof TlsRoute.Show one
                        && decision.route(other) instanceof TlsRoute.Show two
                        && one.certificates().context(name)
                                == two.certificates().context(other));
    }

    /** As statistics show it. */
    public String name() {
        return name;
    }

    /** Connections and bytes. */
    public TrafficStats traffic() {
        return traffic;
    }

    /** Requests and responses. */
    public HttpStats stats() {
        return stats;
    }

    /** Where requests go now. */
    public Router router() {
        return router;
    }

    /** Replaces the router, for every request from the next on. */
    public void router(Router newRouter) {
        router = requireNonNull(newRouter, "router");
    }

    /** What is done with TLS connections now; null for plain HTTP. */
    public TlsRoute.@Nullable Router tls() {
        return tls;
    }

    /**
     * Replaces what is done with TLS connections, for those that are accepted from now on.
     *
     * @param newTls the decision by server name; null for plain HTTP
     */
    public void tls(TlsRoute.@Nullable Router newTls) {
        tls = newTls;
    }

    /**
     * Whether clients may begin with HTTP/2 where there is no TLS by which to agree on it; they may, otherwise.
     *
     * @param enabled whether they may, on connections that are accepted from now on
     */
    public void http2(boolean enabled) {
        http2 = enabled;
    }

    boolean http2() {
        return http2;
    }

    private static TlsRoute.Router always(Certificates certificates) {
        TlsRoute show = new TlsRoute.Show(certificates);
        return serverName -> show;
    }

    @Override
    public void accept(SocketChannel channel) {
        engine.receiveBuffers(channel);
        TlsRoute.Router decision = tls;
        if (decision == null) {
            begin(channel);
        } else {
            TlsHandshake.expect(engine, channel, decision, this::begin);
        }
    }

    @Override
    public void refused() {
        traffic.addRefusedConnection();
    }

    /** HTTP begins: at once, or when TLS is agreed upon, with whatever its ALPN says. */
    private void begin(SocketChannel channel) {
        channel.config().setAllowHalfClosure(true);
        channel.config().setOption(ChannelOption.ALLOCATOR, engine.transport().allocator());
        boolean decrypted = channel.pipeline().get(SslHandler.class) != null;
        channel.pipeline().addLast(new ClientConnection(this, engine, channel, decrypted));
    }

    @Override
    public String toString() {
        return name;
    }
}
