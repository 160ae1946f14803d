package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.ProblemLog;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.health.MonitorPolicy;
import io.evenkeel.health.OutlierPolicy;
import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ConnectionLimits;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.FileWatch;
import io.evenkeel.l7.HeaderTrust;
import io.evenkeel.l7.HttpConfig;
import io.evenkeel.l7.HttpEngine;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.Overload;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.RouteTable;
import io.evenkeel.l7.TlsProvider;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.strategy.Strategy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What marathon-lb does: follows a source and keeps a listener open for every published service port, the virtual hosts on
 * one HTTP frontend, and the applications by id on another.
 *
 * <p>Changes are applied in place on the load balancer's control thread: nothing is restarted, and no connection is dropped
 * because of one. Thread-safe. It owns the source and the load balancer over it; the transport is its caller's.
 */
public final class MarathonLbProxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MarathonLbProxy.class);

    /*
     * Who cannot be connected to is left alone for a moment, as long as there is somebody else: what HAProxy does not do
     * before a check has failed. Answers do not count, be they errors: those are the application's own affair.
     */
    private static final OutlierPolicy UNREACHABLE = OutlierPolicy.builder()
            .consecutiveFailures(3)
            .consecutiveOutcomes(Set.of(Outcome.CONNECT_FAILED))
            .ejection(Duration.ofSeconds(1), Duration.ofSeconds(10))
            .maxEjectedShare(1)
            .sparesLast(true)
            .successRate(0, 0, 0)
            .failureShare(0, 0, 0)
            .build();

    private final MarathonLbOptions options;
    private final Optional<InetSocketAddress> httpAddress;
    private final Optional<InetSocketAddress> httpsAddress;
    private final InetSocketAddress appIdAddress;
    private final Set<Integer> reservedPorts;
    private final PortReadings readings;
    private final Optional<AccessLog> accessLog;
    private final HttpEngine engine;
    private final ServerChecks checks;
    private final ConnectionLimits connectionLimits;
    private final Overload overload;
    private final ListenerSet listeners;
    private final SharedFrontends frontends;
    private final LoadBalancer loadBalancer;
    private final ServedPorts served;
    private final Subscription subscription;
    private final TrustedProxies proxies;
    private final Optional<Certificates> certificates;
    private final FileWatch files;
    private final Optional<Subscription> counted;
    private final PortCertificates portCertificates;
    private final OwnServices own;
    private final CompletableFuture<Void> firstListeners = new CompletableFuture<>();

    /* Written on the control thread only, read by anyone. */
    private volatile Map<InetSocketAddress, ConnectionAcceptor> wanted;
    private volatile List<Problem> outdatedTls = List.of();
    private volatile boolean drainAnnounced;
    private volatile boolean draining;
    private final ProblemLog problemLog =
            new ProblemLog(problem -> LOG.warn("{}", problem), problem -> LOG.info("No longer: {}", problem));

    private MarathonLbProxy(Builder builder) {
        this.options = builder.options;
        this.readings = new PortReadings(builder.options, this::clusterConfig);
        this.httpAddress = builder.httpAddress;
        this.httpsAddress = builder.certificates.flatMap(c -> builder.httpsAddress);
        this.appIdAddress = builder.appIdAddress;
        this.accessLog = Optional.ofNullable(builder.accessLog);
        this.engine = new HttpEngine(builder.transport, builder.httpConfig, builder.headerTrust, builder.accessLog);
        this.connectionLimits = builder.connectionLimits;
        this.overload = Overload.watch(engine, connectionLimits);
        this.listeners = new ListenerSet(builder.transport, connectionLimits);
        this.counted = accessLog.map(log -> log.connections(this::openConnections));
        this.proxies = builder.proxies;
        this.certificates = builder.certificates;
        this.portCertificates =
                new PortCertificates(builder.tlsProvider, builder.sharedCertificatePath, builder.certificates);
        this.own = new OwnServices(
                builder.errorPages, builder.place, options.strictness().authEverywhere());
        this.frontends = new SharedFrontends(
                options,
                engine,
                portCertificates,
                builder.certificates.filter(c -> httpsAddress.isPresent()),
                builder.groupHttpsByVhost);
        this.reservedPorts = Stream.concat(
                        builder.reservedPorts.stream(),
                        ownListeners().keySet().stream().map(InetSocketAddress::getPort))
                .filter(port -> port != 0)
                .collect(Collectors.toUnmodifiableSet());
        this.checks = new ServerChecks(
                builder.transport,
                builder.tlsProvider,
                this::catalog,
                new EndpointRules(options, reservedPorts, builder.forbiddenEndpoints).refused(this::catalog));
        this.wanted = ownListeners();
        this.loadBalancer = LoadBalancer.builder(new MappedDiscovery(
                        builder.discovery, new Sight(options, reservedPorts, builder.forbiddenEndpoints)))
                .configs(this::clusterConfig)
                .build();
        this.served = new ServedPorts(
                builder,
                reservedPorts,
                readings,
                frontends,
                portCertificates,
                own,
                engine,
                loadBalancer,
                this::logProblems,
                this::listen);
        this.subscription = loadBalancer.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                applied(served.apply(catalog, false));
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                // The load balancer keeps it for whoever asks; what is served does not change.
            }
        });
        this.files = FileWatch.start(builder.files, this::refresh);
    }

    /**
     * Prepares a proxy.
     *
     * @param discovery the source; closed with the proxy
     * @param options which applications are published
     * @param transport what carries connections; not closed with the proxy
     * @return a builder with marathon-lb's ports on all addresses
     */
    public static Builder builder(Discovery discovery, MarathonLbOptions options, Transport transport) {
        return new Builder(discovery, options, transport);
    }

    private Map<InetSocketAddress, ConnectionAcceptor> ownListeners() {
        Map<InetSocketAddress, ConnectionAcceptor> own = new LinkedHashMap<>();
        httpAddress.ifPresent(address -> own.put(address, entrance(frontends.http())));
        frontends.https().ifPresent(frontend -> own.put(httpsAddress.orElseThrow(), entrance(frontend)));
        own.put(appIdAddress, frontends.appId());
        return own;
    }

    private ConnectionAcceptor entrance(HttpFrontend frontend) {
        return proxies.onSharedPorts() ? proxies.before(frontend) : frontend;
    }

    /*
     * What the labels say; what they cannot say, because they cannot be read, is not served anyway. Bars are never ignored:
     * where all servers fail their checks, clients get 503 at once. Nothing of it depends on the service port, which the
     * plan may have to assign.
     */
    private ClusterConfig clusterConfig(Service service) {
        AppPort port = service.servicePort() == 0 && !MarathonLbPlan.isPortOptional(service)
                ? new PortReadings(options.withStrictness(Strictness.NONE), this::clusterConfig)
                        .of(service.withServicePort(1))
                        .port()
                : readings.of(service).port();
        return port == null // it is not published, or the plan reports why
                ? unconfigured().strategy(Strategy.weighted()).monitors().build()
                : clusterConfig(port);
    }

    private ClusterConfig clusterConfig(AppPort port) {
        ClusterConfig.Builder config = unconfigured().strategy(port.balance().strategy());
        own.configure(port, config);
        List<MonitorPolicy> monitors = new ArrayList<>(List.of(UNREACHABLE));
        port.check()
                .ifPresent(check -> monitors.add(
                        checks.policy(port.service(), check, port.own().startsDown())));
        return config.monitors(monitors.toArray(MonitorPolicy[]::new)).build();
    }

    private ClusterConfig.Builder unconfigured() {
        return ClusterConfig.builder().filter(options.filter()).panicThreshold(0);
    }

    private Catalog catalog() {
        return loadBalancer.catalog();
    }

    private void applied(CompletableFuture<Void> listening) {
        listening.whenComplete((done, failure) -> firstListeners.complete(null));
    }

    private CompletableFuture<Void> listen(Map<String, ServicePort> serving) {
        Map<InetSocketAddress, ConnectionAcceptor> wantedNow = ownListeners();
        serving.forEach((name, servicePort) -> {
            if (!served.plan().withoutListener().contains(name)) {
                wantedNow.putIfAbsent(servicePort.bindAddress(), servicePort);
            }
        });
        wanted = wantedNow;
        return listeners.apply(wantedNow);
    }

    private void refresh() {
        certificates.ifPresent(Certificates::refresh);
        List<Problem> outdated = new ArrayList<>();
        served.ports()
                .values()
                .forEach(port -> port.backend().ifPresent(backend -> {
                    try {
                        backend.refreshTls();
                    } catch (IllegalArgumentException e) {
                        outdated.add(MarathonLbPlan.problem(
                                port.port().service(), e.getMessage() + "; what was there before counts"));
                    }
                }));
        outdatedTls = List.copyOf(outdated);
        checks.refreshTls();
        if (portCertificates.refresh() || served.isToBeTriedAgain() || own.isOutdated()) {
            applied(served.applyNewest());
        } else {
            logProblems();
        }
    }

    private void logProblems() {
        problemLog.update(catalogProblems());
    }

    /**
     * Looks at all files with certificates now, rather than within the next seconds. What has become unreadable stays as it
     * was.
     *
     * @return completes when what there is now is shown; exceptionally, with a message that names them, if some of the files
     *     cannot be read
     */
    public CompletionStage<Void> reload() {
        return files.now().thenRun(() -> {
            List<Problem> unreadable = new ArrayList<>(outdatedTls);
            unreadable.addAll(portCertificates.failures());
            certificates.flatMap(PortCertificates::failure).ifPresent(unreadable::add);
            if (!unreadable.isEmpty()) {
                throw new IllegalStateException(
                        unreadable.stream().map(Problem::toString).collect(Collectors.joining("; ")));
            }
        });
    }

    /**
     * Has the source read everything anew, and looks at all files with certificates, now rather than when it is time. What
     * cannot be read stays as it was, and is a problem.
     *
     * @return false if the source has nothing to read again
     */
    public boolean readAgain() {
        files.now();
        return loadBalancer.readAgain();
    }

    /** Where each virtual host of the maps leads to; empty without {@code --haproxy-map}. */
    public Map<String, String> vhostMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (ServicePort servicePort : served.ports().values()) {
            AppPort port = servicePort.port();
            if (isMapped(port, false) || isMapped(port, true)) {
                port.vhosts().hosts().forEach(host -> map.putIfAbsent(host, port.name()));
            }
        }
        return map;
    }

    private boolean isMapped(AppPort port, boolean secure) {
        return options.isMapped(port.vhosts(), secure)
                && port.effects().hostRules(secure).isEmpty();
    }

    /** Where each application's id leads to; empty without {@code --haproxy-map}. */
    public Map<String, String> appIdMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (ServicePort servicePort : served.ports().values()) {
            AppPort port = servicePort.port();
            if (options.haproxyMap() && port.mode() == AppPort.Mode.HTTP) {
                map.putIfAbsent(port.service().application(), port.name());
            }
        }
        return map;
    }

    /** The service ports that are open, by application and port. */
    public List<ServicePort> servicePorts() {
        return new ArrayList<>(served.ports().values());
    }

    /** What the labels of the newest catalog ask for, whether or not it is open. */
    public MarathonLbPlan plan() {
        return served.plan();
    }

    /** Which applications are published. */
    public MarathonLbOptions options() {
        return options;
    }

    /**
     * How the listeners are doing, by what takes their connections: a frontend of the proxy's own or a {@link ServicePort}.
     * A service port whose address another one has is not there, and nothing is when the proxy drains.
     *
     * @return a copy
     */
    public Map<ConnectionAcceptor, ListenerStatus> listeners() {
        Map<InetSocketAddress, ConnectionAcceptor> acceptors = wanted;
        Map<ConnectionAcceptor, ListenerStatus> byAcceptor = new HashMap<>();
        for (ListenerStatus status : listeners.statuses()) {
            ConnectionAcceptor acceptor = acceptors.get(status.wanted());
            if (acceptor != null) {
                byAcceptor.put(acceptor, status);
            }
        }
        return byAcceptor;
    }

    /** The frontend of the virtual hosts; it has a listener unless the ports were not to be bound. */
    public HttpFrontend http() {
        return frontends.http();
    }

    /** The rules of virtual hosts by which requests are routed on the plain frontend, or on that over TLS. */
    public RouteTable routes(boolean tls) {
        return frontends.routes(tls);
    }

    /**
     * Who answers the challenges of certificate authorities, before all rules of hosts.
     *
     * @param path that of a request on the plain frontend
     * @return nothing if it is none of those, or nobody answers them
     */
    public Optional<Route> challenged(String path) {
        return frontends.challenged(path);
    }

    /**
     * The port that connections for a host go to undecrypted.
     *
     * @param serverName the one of their handshake
     * @return nothing if they are decrypted here
     */
    public Optional<ServicePort> passedThrough(String serverName) {
        return frontends.passedThrough(serverName);
    }

    /** The frontend of the virtual hosts over TLS, if there are certificates for it. */
    public Optional<HttpFrontend> https() {
        return frontends.https();
    }

    /** The frontend of the applications by id. */
    public HttpFrontend appId() {
        return frontends.appId();
    }

    /** Whether the virtual hosts have a listener. */
    public boolean bindsHttp() {
        return httpAddress.isPresent();
    }

    /** What is told of every request, if anything is. */
    public Optional<AccessLog> accessLog() {
        return accessLog;
    }

    /** The load balancer underneath. */
    public LoadBalancer loadBalancer() {
        return loadBalancer;
    }

    /** What could not be read of the newest catalog, and the listeners that could not be opened. */
    public List<Problem> problems() {
        List<Problem> all = catalogProblems();
        all.addAll(OwnServices.openCircuits(served.ports().values()));
        for (ListenerStatus status : listeners.statuses()) {
            String failure = status.failure();
            if (failure != null) {
                all.add(problem(status, failure));
            }
        }
        overload.problem().ifPresent(problem -> all.add(new Problem("memory", problem)));
        accessLog.flatMap(AccessLog::problem).ifPresent(problem -> all.add(new Problem("access log", problem)));
        return all;
    }

    /**
     * The listeners of the proxy's own, those of the virtual hosts and of the applications by id, that could not be opened
     * yet. Service ports do not count.
     *
     * @return why, one for each
     */
    public List<Problem> unopened() {
        Set<InetSocketAddress> own = ownListeners().keySet();
        List<Problem> all = new ArrayList<>();
        for (ListenerStatus status : listeners.statuses()) {
            if (!status.open() && own.contains(status.wanted())) {
                String failure = status.failure();
                all.add(problem(status, failure == null ? "not open yet" : failure));
            }
        }
        return all;
    }

    private static Problem problem(ListenerStatus status, String failure) {
        InetSocketAddress wanted = status.wanted();
        return new Problem("listener " + wanted.getHostString() + ":" + wanted.getPort(), failure);
    }

    /* Listeners log their own. */
    private List<Problem> catalogProblems() {
        List<Problem> all = new ArrayList<>(loadBalancer.catalog().problems());
        all.addAll(served.plan().problems());
        all.addAll(served.unloaded());
        all.addAll(outdatedTls);
        all.addAll(portCertificates.problems());
        all.addAll(own.problems());
        frontends.problem().ifPresent(all::add);
        certificates.flatMap(PortCertificates::problem).ifPresent(all::add);
        return all;
    }

    /**
     * Where a wanted listener really is, for ports given as 0.
     *
     * @param wanted the address as configured
     * @return the address it has, or null while it is not open
     */
    public @Nullable InetSocketAddress boundAddress(InetSocketAddress wanted) {
        return listeners.boundAddress(wanted);
    }

    /**
     * The moment when the source's first answer is served: every listener it asks for was tried once.
     *
     * @return completes once; with a {@link DiscoveryException} if the proxy is closed before
     */
    public CompletionStage<Void> whenReady() {
        return firstListeners.copy();
    }

    /** Fails the health checks, so that whoever sends clients here stops, and serves as before until {@link #drain}. */
    public void announceDrain() {
        drainAnnounced = true;
    }

    /** Whether {@link #announceDrain} or {@link #drain} was called: health checks fail. */
    public boolean isDrainAnnounced() {
        return drainAnnounced;
    }

    /**
     * Stops listening and lets what is under way end: idle connections are closed, requests get their responses, and
     * passed-through connections go on for as long as there is patience.
     *
     * @param patience how long to wait
     * @return completes, never exceptionally, with the number of connections that are still open; none if it completes
     *     early
     */
    public CompletionStage<Integer> drain(Duration patience) {
        drainAnnounced = true;
        draining = true;
        CompletableFuture<Integer> drained = listeners.drain(patience);
        engine.drain();
        return drained;
    }

    /** Whether {@link #drain} was called: no new connection is taken. */
    public boolean isDraining() {
        return draining;
    }

    /** Connections of clients that are open. */
    public int openConnections() {
        return listeners.openConnections();
    }

    /** Whether there is too little memory to serve everybody. */
    public Overload overload() {
        return overload;
    }

    /** Requests that were answered with 503 because there was not enough memory. */
    public long refusedRequests() {
        return engine.refusedRequests();
    }

    /** Connections that were closed at once because their source had too many. */
    public long refusedConnections() {
        return connectionLimits.refused();
    }

    /** Stops following the source and stops listening. Connections of clients that are open are closed with the transport. */
    @Override
    public void close() {
        overload.close();
        counted.ifPresent(Subscription::close);
        files.close();
        subscription.close();
        listeners.close();
        engine.close();
        loadBalancer.close();
        firstListeners.completeExceptionally(new DiscoveryException("closed before the source's first answer"));
    }

    /** Prepares a {@link MarathonLbProxy}. */
    public static final class Builder {

        private final Discovery discovery;
        final MarathonLbOptions options;
        final Transport transport;
        private Optional<InetSocketAddress> httpAddress = Optional.of(new InetSocketAddress(80));
        private Optional<InetSocketAddress> httpsAddress = Optional.of(new InetSocketAddress(443));
        private Optional<Certificates> certificates = Optional.empty();
        private Optional<Path> sharedCertificatePath = Optional.empty();
        private InetSocketAddress appIdAddress = new InetSocketAddress(9091);
        private Set<Integer> reservedPorts = Set.of();
        private Set<InetSocketAddress> forbiddenEndpoints = Set.of();
        String serviceAddress = "*";
        private HttpConfig httpConfig = HttpConfig.defaults();
        private HeaderTrust headerTrust = HeaderTrust.EVERYBODY;
        TlsProvider tlsProvider = TlsProvider.AUTO;
        TrustedProxies proxies = TrustedProxies.DEFAULTS;
        private boolean groupHttpsByVhost;
        private ConnectionLimits connectionLimits = ConnectionLimits.none();
        private Optional<Path> errorPages = Optional.empty();
        private Locality place = Locality.UNKNOWN;
        private @Nullable AccessLog accessLog;
        private @Nullable ScheduledExecutorService files;

        private Builder(Discovery discovery, MarathonLbOptions options, Transport transport) {
            this.discovery = requireNonNull(discovery, "discovery");
            this.options = requireNonNull(options, "options");
            this.transport = requireNonNull(transport, "transport");
        }

        /**
         * Where the virtual hosts are served.
         *
         * @param address the address, or nothing for no such listener; port 80 of all addresses otherwise
         * @return this
         */
        public Builder http(Optional<InetSocketAddress> address) {
            httpAddress = requireNonNull(address, "address");
            return this;
        }

        /**
         * Where the virtual hosts are served over TLS. Without certificates they are not.
         *
         * @param address the address, or nothing for no such listener; port 443 of all addresses otherwise
         * @param newCertificates what is shown to clients
         * @return this
         */
        public Builder https(Optional<InetSocketAddress> address, Optional<Certificates> newCertificates) {
            httpsAddress = requireNonNull(address, "address");
            certificates = requireNonNull(newCertificates, "certificates");
            return this;
        }

        /**
         * Which file stands for the certificates of the virtual hosts where labels name it and it is not there.
         *
         * @param path the path; none otherwise
         * @return this
         */
        public Builder sharedCertificatePath(Path path) {
            sharedCertificatePath = Optional.of(path);
            return this;
        }

        /**
         * Where applications are served by id.
         *
         * @param address port 9091 of all addresses otherwise
         * @return this
         */
        public Builder appId(InetSocketAddress address) {
            appIdAddress = requireNonNull(address, "address");
            return this;
        }

        /**
         * Further ports that no application may take.
         *
         * @param newReservedPorts the admin port, for instance
         * @return this
         */
        public Builder reservedPorts(Set<Integer> newReservedPorts) {
            reservedPorts = Set.copyOf(newReservedPorts);
            return this;
        }

        /**
         * Addresses that no task may have where special endpoints are refused.
         *
         * @param addresses those of the source, for instance
         * @return this
         */
        public Builder forbiddenEndpoints(Set<InetSocketAddress> addresses) {
            forbiddenEndpoints = Set.copyOf(addresses);
            return this;
        }

        /**
         * The address of service ports whose labels name none.
         *
         * @param host a literal address; {@code *}, all addresses, otherwise
         * @return this
         */
        public Builder serviceAddress(String host) {
            serviceAddress = requireNonNull(host, "host");
            return this;
        }

        /**
         * The limits of the HTTP engine.
         *
         * @param config the limits
         * @return this
         */
        public Builder httpConfig(HttpConfig config) {
            httpConfig = requireNonNull(config, "config");
            return this;
        }

        /**
         * How many connections there may be.
         *
         * @param limits what all listeners together keep to; none otherwise
         * @return this
         */
        public Builder connectionLimits(ConnectionLimits limits) {
            connectionLimits = requireNonNull(limits, "limits");
            return this;
        }

        /**
         * What is believed of the fields that clients send.
         *
         * @param trust whom; everybody, as marathon-lb does it, otherwise
         * @return this
         */
        public Builder headerTrust(HeaderTrust trust) {
            headerTrust = requireNonNull(trust, "trust");
            return this;
        }

        /**
         * Whose TLS is spoken on service ports.
         *
         * @param provider the best that is there, otherwise
         * @return this
         */
        public Builder tlsProvider(TlsProvider provider) {
            tlsProvider = requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Serves every virtual host over TLS by itself: with the certificates and bind options of its labels, and refuses
         * clients that ask for another host or none.
         *
         * @param grouped whether it does so; not, otherwise
         * @return this
         */
        public Builder groupHttpsByVhost(boolean grouped) {
            groupHttpsByVhost = grouped;
            return this;
        }

        /**
         * Where the error pages are that labels name.
         *
         * @param directory the directory; nothing, and labels cannot name any, otherwise
         * @return this
         */
        public Builder errorPages(Optional<Path> directory) {
            errorPages = requireNonNull(directory, "directory");
            return this;
        }

        /**
         * Where the proxy is, for labels that prefer tasks near it.
         *
         * @param newPlace as far as it is known; not at all, otherwise
         * @return this
         */
        public Builder place(Locality newPlace) {
            place = requireNonNull(newPlace, "place");
            return this;
        }

        /**
         * What looks at files now and then.
         *
         * @param scheduler one that may read files, and is not closed by the proxy; a thread of the proxy's own, otherwise
         * @return this
         */
        public Builder files(ScheduledExecutorService scheduler) {
            files = requireNonNull(scheduler, "scheduler");
            return this;
        }

        /**
         * Who may say by PROXY headers whom connections come from.
         *
         * @param trusted whose word counts and where; everybody's where labels say so, otherwise
         * @return this
         */
        public Builder proxies(TrustedProxies trusted) {
            proxies = requireNonNull(trusted, "trusted");
            return this;
        }

        /**
         * Tells of every request, and of every connection that bytes passed through.
         *
         * @param log whom; not closed with the proxy
         * @return this
         */
        public Builder accessLog(AccessLog log) {
            accessLog = requireNonNull(log, "log");
            return this;
        }

        /**
         * Starts following the source. With its first answer all listeners are opened, and not before: whoever connects is
         * served, or goes to another proxy.
         *
         * @return the proxy
         */
        public MarathonLbProxy build() {
            return new MarathonLbProxy(this);
        }
    }
}
