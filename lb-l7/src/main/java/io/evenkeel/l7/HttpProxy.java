package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.HostPort;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ConnectionLimits;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.ProxyProtocolAcceptor;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.vip.VirtualIp;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP proxy for a program to run inside itself: listeners, routes by host and path, and services that a {@link
 * LoadBalancer} knows.
 *
 * <pre>{@code
 * try (HttpProxy proxy = HttpProxy.builder(Discovery.of(URI.create("marathon://10.0.0.1:8080")))
 *         .listen("127.0.0.1:8080")
 *         .route("shop.example.com", "/api", "/shop/api")
 *         .route("*", "/", "/shop/web")
 *         .build()) {
 *     proxy.whenListening().toCompletableFuture().join();
 *     ...
 * }
 * }</pre>
 *
 * <p>It listens as soon as it is built, and speaks HTTP/1.1 and HTTP/2 with clients at every listener. {@link HttpRoutes} says
 * how routes are found; they are replaced in place, for every request from the next on, and no connection is dropped because
 * of it. A service without an endpoint, also one that the source does not know yet, is answered with 503.
 *
 * <p>Thread-safe; no method waits, but for {@link #close} of event loops of its own. It closes what it opened itself: its listeners, the load balancer if it was built from a
 * source, the transport if none was given. What the caller opened (a load balancer, transport or access log) the caller
 * closes, after the proxy; an access log after the transport.
 */
public final class HttpProxy implements AutoCloseable {

    /** One place to listen, in a set of its own, so that any free port may be asked for twice. */
    private record Entrance(
            InetSocketAddress wanted,
            HttpFrontend frontend,
            ConnectionAcceptor acceptor,
            Optional<Certificates> certificates,
            ListenerSet listeners) {

        @Nullable
        InetSocketAddress bound() {
            return listeners.boundAddress(wanted);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(HttpProxy.class);

    private final LoadBalancer loadBalancer;
    private final Transport transport;
    private final boolean ownsLoadBalancer;
    private final boolean ownsTransport;
    private final HttpEngine engine;
    private final Overload overload;
    private final List<Entrance> entrances;
    private final Map<String, HttpBackend> backends = new ConcurrentHashMap<>();
    private final List<Consumer<HttpBackend>> watchers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> tried;
    private final FileWatch files;
    private final Subscription counted;
    private final AtomicBoolean closed = new AtomicBoolean();
    private HttpRoutes routes; // guarded by this
    private volatile List<String> outdated = List.of();

    private HttpProxy(Builder builder, LoadBalancer loadBalancer, Transport transport) {
        this.loadBalancer = loadBalancer;
        this.transport = transport;
        this.ownsLoadBalancer = builder.discovery != null;
        this.ownsTransport = builder.transport == null;
        this.engine = new HttpEngine(transport, builder.config, builder.headerTrust, builder.accessLog);
        this.overload = Overload.watch(engine, builder.connectionLimits);
        this.entrances = builder.listens.stream()
                .map(listen -> entrance(listen, builder))
                .toList();
        this.routes = builder.routes.build();
        Router own = builder.router;
        if (own != null) {
            router(own);
        } else {
            routes(routes);
        }
        this.counted = builder.accessLog == null ? () -> {} : builder.accessLog.connections(this::openConnections);
        this.tried = CompletableFuture.allOf(entrances.stream()
                .map(entrance -> entrance.listeners.apply(Map.of(entrance.wanted, entrance.acceptor)))
                .toArray(CompletableFuture<?>[]::new));
        this.files = FileWatch.start(builder.files, this::refresh);
    }

    private Entrance entrance(Listen listen, Builder builder) {
        InetSocketAddress wanted = listen.address;
        HttpFrontend frontend =
                new HttpFrontend(text(wanted), engine, (request, client) -> Route.NONE, listen.certificates);
        AllowedNetworks proxies = builder.proxies;
        ConnectionAcceptor acceptor = proxies == null
                ? frontend
                : new ProxyProtocolAcceptor(proxies::contains, builder.config.handshakeTimeout(), frontend);
        return new Entrance(
                wanted,
                frontend,
                acceptor,
                Optional.ofNullable(listen.certificates),
                new ListenerSet(transport, builder.connectionLimits));
    }

    private void refresh() {
        List<String> failures = new ArrayList<>();
        for (Entrance entrance : entrances) {
            entrance.certificates.ifPresent(shown -> {
                shown.refresh();
                shown.failure().ifPresent(failures::add);
            });
        }
        for (HttpBackend backend : backends.values()) {
            try {
                backend.refreshTls();
            } catch (IllegalArgumentException e) {
                failures.add(backend.name() + ": " + e.getMessage());
            }
        }
        if (!failures.equals(outdated)) {
            failures.forEach(failure -> LOG.warn("{}; what was there before counts", failure));
            outdated = failures;
        }
    }

    /**
     * Looks now at all files of certificates, authorities and keys, those of backends included, rather than within the next five
     * seconds. What has become unreadable stays as it was.
     *
     * @return completes when what there is now counts for new connections; exceptionally, with an {@link IllegalStateException}
     *     that names them, if some files cannot be read
     */
    public CompletionStage<Void> reload() {
        return files.now().thenRun(() -> {
            List<String> failures = outdated;
            if (!failures.isEmpty()) {
                throw new IllegalStateException(String.join("; ", failures));
            }
        });
    }

    /**
     * Prepares a proxy with a load balancer of its own.
     *
     * @param discovery the source; closed with the proxy
     * @return a builder without listeners and routes
     */
    public static Builder builder(Discovery discovery) {
        return new Builder(requireNonNull(discovery, "discovery"), null);
    }

    /**
     * Prepares a proxy over a load balancer that others may use, too.
     *
     * @param loadBalancer knows the services; not closed with the proxy
     * @return a builder without listeners and routes
     */
    public static Builder builder(LoadBalancer loadBalancer) {
        return new Builder(null, requireNonNull(loadBalancer, "loadBalancer"));
    }

    /**
     * The moment when every listener is open. A port that is taken is tried again, whatever this says.
     *
     * @return completes once when all were tried; exceptionally, with an {@link IllegalStateException} that names them and
     *     why, if some are not open then
     */
    public CompletionStage<Void> whenListening() {
        return tried.thenRun(() -> {
            List<String> failed = new ArrayList<>();
            for (Entrance entrance : entrances) {
                if (entrance.bound() == null) {
                    failed.add(text(entrance.wanted) + ": "
                            + entrance.listeners.statuses().stream()
                                    .map(ListenerStatus::failure)
                                    .findFirst()
                                    .orElse("closed"));
                }
            }
            if (!failed.isEmpty()) {
                throw new IllegalStateException("listener " + String.join(", listener ", failed));
            }
        });
    }

    /**
     * Where the first listener is, with its real port.
     *
     * @return the address
     * @throws IllegalStateException if it is not open
     */
    public InetSocketAddress address() {
        return address(0);
    }

    /**
     * Where a listener is, with its real port.
     *
     * @param index its position in the order of the builder's calls, from 0
     * @return the address
     * @throws IllegalStateException if it is not open
     */
    public InetSocketAddress address(int index) {
        Entrance entrance = entrances.get(index);
        InetSocketAddress bound = entrance.bound();
        if (bound == null) {
            throw new IllegalStateException("listener " + text(entrance.wanted) + ": not open");
        }
        return bound;
    }

    /** The routes that count, or would if there was no router of the caller's own. */
    public synchronized HttpRoutes routes() {
        return routes;
    }

    /**
     * Replaces all routes.
     *
     * @param newRoutes what counts from the next request on
     */
    public synchronized void routes(HttpRoutes newRoutes) {
        routes = requireNonNull(newRoutes, "routes");
        Router plain = newRoutes.table(this::backend, false);
        Router secure = newRoutes.table(this::backend, true);
        entrances.forEach(entrance -> entrance.frontend.router(entrance.certificates.isPresent() ? secure : plain));
    }

    /**
     * Changes some of the routes: {@code proxy.change(routes -> routes.route("*", "/new", "/shop/new"))}. Of changes by
     * several threads none is lost.
     *
     * @param change given what counts now; all of it counts from the next request on, or nothing if it throws
     */
    public synchronized void change(UnaryOperator<HttpRoutes.Builder> change) {
        routes(change.apply(routes.toBuilder()).build());
    }

    /**
     * Has a router of the caller's own decide, at all listeners, until routes are set again.
     *
     * @param router called on event loops for every request; must not block
     */
    public synchronized void router(Router router) {
        entrances.forEach(entrance -> entrance.frontend.router(router));
    }

    /**
     * The backend of a service that routes name: for its counters, and for {@link HttpBackend#options options} of its own.
     *
     * @param service as the routes name it; a VIP by its text
     * @return always the same for the same name
     */
    public HttpBackend backend(String service) {
        HttpBackend known = backends.get(service);
        return known != null ? known : newBackend(service);
    }

    private HttpBackend newBackend(String service) {
        synchronized (watchers) { // so that nobody begins to watch between a backend and its being told of
            HttpBackend known = backends.get(service);
            if (known != null) {
                return known;
            }
            HttpBackend backend = new HttpBackend(service, loadBalancer.cluster(service));
            backends.put(service, backend);
            watchers.forEach(watcher -> watcher.accept(backend));
            return backend;
        }
    }

    /**
     * Follows which backends there are.
     *
     * @param watcher is shown every backend there is, before this returns, and later every new one, by the thread that names it
     *     first, once; must neither block nor ask this proxy for a backend that there is not
     * @return ends the interest when closed
     */
    public Subscription watchBackends(Consumer<HttpBackend> watcher) {
        requireNonNull(watcher, "watcher");
        synchronized (watchers) {
            watchers.add(watcher);
            backends.values().forEach(watcher);
        }
        return () -> watchers.remove(watcher);
    }

    /**
     * The backend of a virtual IP.
     *
     * @param vip the VIP
     * @return always the same for the same VIP
     */
    public HttpBackend backend(VirtualIp vip) {
        return backend(vip.toString());
    }

    /** All backends that routes have named, or that were asked for. */
    public List<HttpBackend> backends() {
        return List.copyOf(backends.values());
    }

    /** What each listener has seen, in the order of the builder's calls. */
    public List<HttpFrontend> frontends() {
        return entrances.stream().map(Entrance::frontend).toList();
    }

    /** The load balancer underneath: for its catalog, its failures, and metrics. */
    public LoadBalancer loadBalancer() {
        return loadBalancer;
    }

    /** Whether there is too little memory to serve everybody. */
    public Overload overload() {
        return overload;
    }

    /** Connections of clients that are open. */
    public int openConnections() {
        return entrances.stream()
                .mapToInt(entrance -> entrance.listeners.openConnections())
                .sum();
    }

    /**
     * Stops listening and lets what is under way end: idle connections are closed, requests get their responses. There is no
     * way back; the proxy is still to be closed.
     *
     * @param patience how long to wait
     * @return completes, never exceptionally, with the number of connections that are still open
     */
    public CompletionStage<Integer> drain(Duration patience) {
        List<CompletableFuture<Integer>> drained = entrances.stream()
                .map(entrance -> entrance.listeners.drain(patience))
                .toList();
        engine.drain();
        return CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new))
                .thenApply(done ->
                        drained.stream().mapToInt(CompletableFuture::join).sum());
    }

    /**
     * Stops listening, and closes what is the proxy's own. With a transport of its own, connections that are open are cut; else
     * they end as if it drained, or with the transport. Closing again has no effect.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        overload.close();
        files.close();
        counted.close();
        entrances.forEach(entrance -> entrance.listeners.close());
        if (ownsTransport) {
            transport.close();
        } else {
            engine.drain();
            engine.close();
        }
        if (ownsLoadBalancer) {
            loadBalancer.close();
        }
    }

    @Override
    public String toString() {
        return "HttpProxy"
                + entrances.stream().map(entrance -> text(entrance.wanted)).toList();
    }

    private static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Where to listen, and what to show there. */
    private record Listen(
            InetSocketAddress address, @Nullable Certificates certificates) {}

    /** Prepares an {@link HttpProxy}. Not thread-safe. */
    public static final class Builder {

        private final @Nullable Discovery discovery;
        private final @Nullable LoadBalancer loadBalancer;
        private final List<Listen> listens = new ArrayList<>();
        private HttpRoutes.Builder routes = HttpRoutes.builder();
        private boolean routed;
        private HttpConfig config = HttpConfig.defaults();
        private HeaderTrust headerTrust = HeaderTrust.EVERYBODY;
        private ConnectionLimits connectionLimits = ConnectionLimits.none();
        private @Nullable Router router;
        private @Nullable Transport transport;
        private @Nullable AccessLog accessLog;
        private @Nullable AllowedNetworks proxies;
        private @Nullable ScheduledExecutorService files;

        private Builder(@Nullable Discovery discovery, @Nullable LoadBalancer loadBalancer) {
            this.discovery = discovery;
            this.loadBalancer = loadBalancer;
        }

        /**
         * Adds a listener without TLS.
         *
         * @param address {@code HOST:PORT} or {@code [IPv6]:PORT}, {@code 0.0.0.0} for all addresses, port 0 for any free one
         * @return this
         * @throws IllegalArgumentException if it is not such an address, or its host has none
         */
        public Builder listen(String address) {
            return listen(HostPort.parse("listen", address));
        }

        /**
         * Adds a listener without TLS.
         *
         * @param address where; port 0 for any free one
         * @return this
         * @throws IllegalArgumentException if its host has no address, or the proxy listens there already
         */
        public Builder listen(InetSocketAddress address) {
            return add(address, null);
        }

        /**
         * Adds a listener with TLS; HTTP/2 is agreed upon if the client and the options of the certificates allow it.
         *
         * @param address {@code HOST:PORT} or {@code [IPv6]:PORT}
         * @param certificates what is shown, by the client's server name; the proxy takes over files that change
         * @return this
         * @throws IllegalArgumentException if it is not such an address, or its host has none
         */
        public Builder listen(String address, Certificates certificates) {
            return listen(HostPort.parse("listen", address), certificates);
        }

        /**
         * Adds a listener with TLS.
         *
         * @param address where; port 0 for any free one
         * @param certificates what is shown, by the client's server name
         * @return this
         * @throws IllegalArgumentException if its host has no address, or the proxy listens there already
         */
        public Builder listen(InetSocketAddress address, Certificates certificates) {
            return add(address, requireNonNull(certificates, "certificates"));
        }

        private Builder add(InetSocketAddress address, @Nullable Certificates certificates) {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException(
                        "listen: " + text(address) + " (expected: an address of this machine)");
            }
            if (address.getPort() != 0 && listens.stream().anyMatch(listen -> listen.address.equals(address))) {
                throw new IllegalArgumentException("listen: " + text(address) + " (expected: each address once)");
            }
            listens.add(new Listen(address, certificates));
            return this;
        }

        /**
         * Adds a route to a service. See {@link HttpRoutes} for which hosts and paths are met.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param service a service's name, or a VIP; the source need not know it yet
         * @return this
         * @throws IllegalArgumentException if one of them is not as it should be
         */
        public Builder route(String host, String path, String service) {
            routes.route(host, path, service);
            routed = true;
            return this;
        }

        /**
         * Adds a route to everyone who claims a virtual IP.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param vip the VIP
         * @return this
         * @throws IllegalArgumentException if host or path is not as it should be
         */
        public Builder route(String host, String path, VirtualIp vip) {
            return route(host, path, vip.toString());
        }

        /**
         * Adds a route to a backend of the caller's own.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param backend whose cluster and options count
         * @return this
         * @throws IllegalArgumentException if host or path is not as it should be
         */
        public Builder route(String host, String path, HttpBackend backend) {
            return route(host, path, new Route.To(backend));
        }

        /**
         * Adds an answer, a redirect, or a route to a backend.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param route what becomes of requests
         * @return this
         * @throws IllegalArgumentException if host or path is not as it should be
         */
        public Builder route(String host, String path, Route route) {
            routes.route(host, path, route);
            routed = true;
            return this;
        }

        /**
         * Sets all routes; those that were added before are gone.
         *
         * @param newRoutes the routes
         * @return this
         */
        public Builder routes(HttpRoutes newRoutes) {
            routes = newRoutes.toBuilder();
            routed = true;
            return this;
        }

        /**
         * Has a router of the caller's own decide, instead of routes.
         *
         * @param newRouter called on event loops for every request; must not block
         * @return this
         */
        public Builder router(Router newRouter) {
            router = requireNonNull(newRouter, "router");
            return this;
        }

        /**
         * Sets limits and timeouts; {@link HttpConfig#defaults} otherwise.
         *
         * @param newConfig the limits
         * @return this
         */
        public Builder config(HttpConfig newConfig) {
            config = requireNonNull(newConfig, "config");
            return this;
        }

        /**
         * Sets how many connections there may be; any number otherwise.
         *
         * @param limits what all listeners together keep to, and those of other proxies that are given the same
         * @return this
         */
        public Builder connectionLimits(ConnectionLimits limits) {
            connectionLimits = requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Sets what is believed of the fields that clients send; everything otherwise.
         *
         * @param trust whose
         * @return this
         */
        public Builder headerTrust(HeaderTrust trust) {
            headerTrust = requireNonNull(trust, "trust");
            return this;
        }

        /**
         * Has connections begin with a PROXY header, version 1 or 2, at all listeners, whose addresses count everywhere then.
         *
         * @param trusted who is believed, and owes one; connections of others begin without
         * @return this
         */
        public Builder proxyProtocol(AllowedNetworks trusted) {
            proxies = requireNonNull(trusted, "trusted");
            return this;
        }

        /**
         * What looks at files of certificates, authorities and keys now and then, and takes over what has changed.
         *
         * @param scheduler one that may read files, and is not closed by the proxy; a thread of the proxy's own, otherwise
         * @return this
         */
        public Builder files(ScheduledExecutorService scheduler) {
            files = requireNonNull(scheduler, "scheduler");
            return this;
        }

        /**
         * Has every request be told to an access log.
         *
         * @param log where to; not closed with the proxy
         * @return this
         */
        public Builder accessLog(AccessLog log) {
            accessLog = requireNonNull(log, "log");
            return this;
        }

        /**
         * Shares somebody's event loops, instead of some of the proxy's own.
         *
         * @param newTransport what carries connections; not closed with the proxy
         * @return this
         */
        public Builder transport(Transport newTransport) {
            transport = requireNonNull(newTransport, "transport");
            return this;
        }

        /**
         * Starts the proxy. Ports that are taken are no failure: they are tried again, and {@link #whenListening} tells.
         *
         * @return the proxy, which is to be closed
         * @throws IllegalStateException if it would listen nowhere, or both routes and a router were given
         */
        public HttpProxy build() {
            if (listens.isEmpty()) {
                throw new IllegalStateException("listen: nothing (expected: an address at least)");
            }
            if (router != null && routed) {
                throw new IllegalStateException("router: given with routes (expected: one of them)");
            }
            LoadBalancer balancer = loadBalancer != null ? loadBalancer : LoadBalancer.of(requireNonNull(discovery));
            return new HttpProxy(this, balancer, transport != null ? transport : Transport.open(0));
        }
    }
}
