package io.evenkeel.l7.marathonlb;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterListener;
import io.evenkeel.cluster.ClusterState;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ConnectionAddresses;
import io.evenkeel.l4.TcpRelay;
import io.evenkeel.l4.TcpRelayConfig;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.BackendLimits;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.Guard;
import io.evenkeel.l7.GuardedRouter;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.HttpEngine;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.HttpStats;
import io.evenkeel.l7.RelayAccounts;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.Router;
import io.evenkeel.l7.TlsAcceptor;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Origin;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One open service port: what accepts its connections, and the backend behind it.
 *
 * <p>It lives as long as the application's port keeps its name and mode, so that counters and connections outlive changes
 * of labels and tasks. Changed on the control thread, used by any.
 */
public final class ServicePort implements ConnectionAcceptor {

    private static final RequestHead NO_REQUEST = new RequestHead();

    private final Cluster cluster;
    private final HttpEngine engine;
    private final TrustedProxies proxies;
    private final TcpRelayConfig tcpConfig;
    private final TrafficStats traffic;
    private final @Nullable HttpFrontend frontend;
    private final @Nullable HttpBackend backend;
    private final @Nullable Route route;
    private final @Nullable RelayAccounts accounts;
    private final ConnectionAcceptor acceptor;
    private final @Nullable TcpRelay relay;
    private volatile @Nullable Subscription drains; // since the first update
    private volatile ConnectionAcceptor entrance = this::admit;
    private final String usualAddress;
    private volatile AppPort port;
    private volatile InetSocketAddress bindAddress;
    private volatile @Nullable Certificates shown;
    private volatile @Nullable Certificates shownAtHosts;
    private volatile boolean retired;
    private boolean isUpdated; // control thread only

    ServicePort(
            AppPort port,
            Cluster cluster,
            HttpEngine engine,
            TrustedProxies proxies,
            Transport transport,
            TcpRelayConfig tcpConfig,
            String usualAddress) {
        this.port = port;
        this.usualAddress = usualAddress;
        this.bindAddress = bindAddress(port.listen());
        this.cluster = cluster;
        this.engine = engine;
        this.proxies = proxies;
        this.tcpConfig = tcpConfig;
        if (port.mode() == AppPort.Mode.HTTP) {
            HttpBackend httpBackend = new HttpBackend(port.name(), cluster);
            Route toBackend = new Route.To(httpBackend);
            HttpFrontend httpFrontend = new HttpFrontend(port.name(), engine, (request, client) -> toBackend);
            this.backend = httpBackend;
            this.route = toBackend;
            this.frontend = httpFrontend;
            this.acceptor = httpFrontend;
            this.accounts = null;
            this.relay = null;
            this.traffic = httpFrontend.traffic();
        } else {
            this.backend = null;
            this.route = null;
            this.frontend = null;
            this.traffic = new TrafficStats();
            this.accounts = engine.relayAccounts(port.name(), traffic);
            this.relay = new TcpRelay(transport, cluster, relayConfig(port), traffic, accounts);
            this.acceptor = relay;
        }
    }

    private TcpRelayConfig relayConfig(AppPort newPort) {
        BackendLimits limits = newPort.options().limits();
        return tcpConfig
                .withConnectTimeout(limits.connectTimeout().orElse(tcpConfig.connectTimeout()))
                .withIdleTimeout(limits.tunnelTimeout().orElse(tcpConfig.idleTimeout()))
                .withRetries(limits.retries().orElse(tcpConfig.retries()), tcpConfig.retryDelay());
    }

    /** Whether this can go on as that port. */
    boolean fits(AppPort other) {
        AppPort mine = port;
        return mine.name().equals(other.name()) && mine.mode() == other.mode();
    }

    /**
     * Takes over what the labels say now; the certificates are null if they say nothing of TLS.
     *
     * @return whether that is anything new
     * @throws IllegalArgumentException if what TLS to endpoints needs cannot be loaded; then nothing has changed
     */
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    boolean update(AppPort newPort, @Nullable Certificates certificates) {
        if (newPort == port && certificates == shown && isUpdated) {
            return false;
        }
        if (backend != null) {
            backend.options(newPort.options());
        }
        if (relay != null) {
            relay.config(relayConfig(newPort));
        }
        if (frontend != null) {
            frontend.http2(newPort.own().http2());
        }
        listenForDrains();
        port = newPort;
        bindAddress = bindAddress(newPort.listen());
        shown = certificates;
        ConnectionAcceptor decrypted = this::admit;
        ConnectionAcceptor plain = certificates == null ? decrypted : new TlsAcceptor(engine, certificates, decrypted);
        entrance = newPort.listen().bind().acceptProxy() ? proxies.before(plain) : plain;
        isUpdated = true;
        return true;
    }

    /**
     * Takes over what is shown for its virtual hosts; null if it brings nothing for them.
     *
     * @return whether that is anything new
     */
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    boolean showAtHosts(@Nullable Certificates certificates) {
        boolean isNew = certificates != shownAtHosts;
        shownAtHosts = certificates;
        return isNew;
    }

    private InetSocketAddress bindAddress(Listen listen) {
        String host = listen.address().equals("*") ? usualAddress : listen.address();
        return host.equals("*") ? new InetSocketAddress(listen.port()) : new InetSocketAddress(host, listen.port());
    }

    /** Where it listens. */
    InetSocketAddress bindAddress() {
        return bindAddress;
    }

    /** Lets nobody in by this port who does not pass the guard; null if there is none. */
    void guard(@Nullable Guard guard) {
        Route toBackend = route;
        if (frontend != null && toBackend != null) {
            Router all = (request, client) -> toBackend;
            frontend.router(guard == null ? all : new GuardedRouter(all, Map.of(toBackend, guard)));
        }
    }

    /** Follows tasks that take nothing new to their end; that of the port comes after the last. */
    private final class Drains implements ClusterListener {

        @Override
        public void stateChanged(ClusterState previous, ClusterState current) {
            // Who drains is told when it is over.
        }

        @Override
        public void drained(EndpointStats endpoint, boolean timedOut) {
            if (timedOut && port.own().drainTimeout().isPresent()) {
                engine.cut(endpoint);
                if (relay != null) {
                    relay.cut(endpoint);
                }
            }
            closeIfOver();
        }
    }

    private void listenForDrains() {
        if (drains == null) {
            drains = cluster.listen(new Drains());
        }
    }

    /* While somebody is connected, his task may still come to drain. */
    private void closeIfOver() {
        Subscription following = drains;
        boolean isUsed =
                relay != null && relay.isInUse() && !cluster.state().active().isEmpty();
        if (retired && following != null && !isUsed && cluster.layers().draining() == 0) {
            following.close();
        }
    }

    /** The port is gone: requests on connections that are still open find nothing here any more. */
    void retire() {
        retired = true;
        closeIfOver();
        if (frontend != null) {
            frontend.router((request, client) -> Route.NONE);
        }
    }

    @Override
    public void accept(SocketChannel channel) {
        entrance.accept(channel);
    }

    @Override
    public void refused() {
        traffic.addRefusedConnection();
    }

    @Override
    public int maxConnections() {
        return port.listen().bind().maxConnections();
    }

    @Override
    public int backlog() {
        return port.listen().bind().backlog();
    }

    /** Takes a connection behind whatever stands at the entrance. */
    void admit(SocketChannel channel) {
        InetSocketAddress client = ConnectionAddresses.client(channel);
        boolean tcp = backend == null;
        if (tcp && client != null && !allows(channel, client)) {
            traffic.addDenied();
            channel.config().setSoLinger(0); // a reset, as the peer of a refused connection expects
            channel.close();
            return;
        }
        acceptor.accept(channel);
    }

    private boolean allows(SocketChannel channel, InetSocketAddress client) {
        BackendOptions options = port.options();
        InetSocketAddress local = ConnectionAddresses.local(channel);
        return options.allowed().contains(client.getAddress())
                && options.rules()
                                .verdict(
                                        NO_REQUEST,
                                        new Unread(
                                                client,
                                                local == null ? channel.localAddress() : local,
                                                channel.localAddress().getPort(),
                                                channel.pipeline().get(SslHandler.class) != null))
                        == null;
    }

    /** A connection of which nothing has been read, but for what a PROXY header tells. */
    private record Unread(InetSocketAddress address, InetSocketAddress localAddress, int entrancePort, boolean isTls)
            implements Origin {

        @Override
        public byte @Nullable [] serverName() {
            return null;
        }
    }

    /** What the labels say of it now. */
    public AppPort port() {
        return port;
    }

    /** How TLS is spoken with its clients. */
    TlsOptions tls() {
        AppPort now = port;
        return now.listen().bind().tls(now.mode());
    }

    /** What it shows to clients; null if it does not speak TLS. */
    @Nullable
    Certificates certificates() {
        return shown;
    }

    /** What it brings to be shown to clients of its virtual hosts; null if it brings nothing. */
    @Nullable
    Certificates hostCertificates() {
        return shownAtHosts;
    }

    /** Whom it balances over. */
    public Cluster cluster() {
        return cluster;
    }

    /** Connections and bytes of its listener. */
    public TrafficStats traffic() {
        return traffic;
    }

    /** Its frontend's requests, if it speaks HTTP. */
    public Optional<HttpStats> frontendStats() {
        return Optional.ofNullable(frontend).map(HttpFrontend::stats);
    }

    /** Its backend, if it speaks HTTP. */
    public Optional<HttpBackend> backend() {
        return Optional.ofNullable(backend);
    }

    /** How long its connections took, if bytes pass through it. */
    public Optional<RelayAccounts> accounts() {
        return Optional.ofNullable(accounts);
    }

    Optional<Route> route() {
        return Optional.ofNullable(route);
    }
}
