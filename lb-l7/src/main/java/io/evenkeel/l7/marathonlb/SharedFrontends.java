package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l7.BasicAuth;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.Guard;
import io.evenkeel.l7.GuardedRouter;
import io.evenkeel.l7.HttpEngine;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.RouteTable;
import io.evenkeel.l7.Router;
import io.evenkeel.l7.TlsRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The frontends that all applications share: those of the virtual hosts, with and without TLS, and that of the applications by
 * id. Their routes are changed by one thread at a time.
 */
final class SharedFrontends {

    private final MarathonLbOptions options;
    private final HttpEngine engine;
    private final PortCertificates portCertificates;
    private final Optional<Certificates> certificates;
    private final boolean groupHttpsByVhost;
    private final VhostRoutes plainRoutes;
    private final VhostRoutes secureRoutes;
    private final HttpFrontend http;
    private final Optional<HttpFrontend> https;
    private final HttpFrontend appId;
    private volatile RouteTable plainTable = RouteTable.EMPTY;
    private volatile RouteTable secureTable = RouteTable.EMPTY_TLS;
    private volatile @Nullable Route challenged;
    private volatile List<ServicePort> named = List.of();

    /** Frontends without routes; without one for TLS if no certificates are to be shown. */
    SharedFrontends(
            MarathonLbOptions options,
            HttpEngine engine,
            PortCertificates portCertificates,
            Optional<Certificates> certificates,
            boolean groupHttpsByVhost) {
        this.options = options;
        this.engine = engine;
        this.portCertificates = portCertificates;
        this.certificates = certificates;
        this.groupHttpsByVhost = groupHttpsByVhost;
        this.plainRoutes = new VhostRoutes(false, options, this::guard);
        this.secureRoutes = groupHttpsByVhost
                ? VhostRoutes.grouped(options, this::guard)
                : new VhostRoutes(true, options, this::guard);
        this.http = new HttpFrontend("marathon_http_in", engine, RouteTable.EMPTY);
        this.https = certificates.map(c -> new HttpFrontend("marathon_https_in", engine, RouteTable.EMPTY_TLS, c));
        this.appId = new HttpFrontend("marathon_http_appid_in", engine, (request, client) -> Route.NONE);
    }

    HttpFrontend http() {
        return http;
    }

    Optional<HttpFrontend> https() {
        return https;
    }

    HttpFrontend appId() {
        return appId;
    }

    /** The rules of virtual hosts on the plain frontend, or on that over TLS. */
    RouteTable routes(boolean tls) {
        return tls ? secureTable : plainTable;
    }

    /** Where a request with this path goes whatever its host, if it is a challenge that somebody answers. */
    Optional<Route> challenged(String path) {
        return ChallengeRouter.isChallenge(path) ? Optional.ofNullable(challenged) : Optional.empty();
    }

    /** Who gets connections for a host undecrypted, if somebody does. */
    Optional<ServicePort> passedThrough(String serverName) {
        return ServerNameRoutes.deciding(named, serverName, groupHttpsByVhost)
                .filter(port -> port.port().vhosts().passthrough());
    }

    /** Whether certificates depend on the virtual host. */
    boolean areCertificatesGrouped() {
        return groupHttpsByVhost;
    }

    /** Why what was asked for cannot be had now. */
    Optional<Problem> problem() {
        return challenged == null && !options.challengedApplication().isEmpty()
                ? Optional.of(new Problem(
                        options.challengedApplication(),
                        "no port of mode http is served, so that it cannot answer ACME challenges"))
                : Optional.empty();
    }

    /**
     * Has applications by their ids, and the one that answers ACME challenges, be found at these ports; the latter is asked
     * from the next {@link #routeHosts} on.
     *
     * @param ids of all applications that would be served if they had a task
     */
    void routeById(List<ServicePort> inOrder, Set<String> ids) {
        Map<String, Route> byId = byId(inOrder, ids);
        challenged = byId.get(options.challengedApplication());
        routeByAppId(inOrder, byId);
    }

    /** Has virtual hosts lead to these ports. */
    void routeHosts(List<ServicePort> inOrder) {
        Route application = challenged;
        plainTable = plainRoutes.update(inOrder);
        http.router(application == null ? plainTable : new ChallengeRouter(application, plainTable));
        https.ifPresent(frontend -> {
            secureTable = secureRoutes.update(inOrder);
            frontend.router(secureTable);
        });
    }

    /** Has TLS connections be shown what belongs to these ports; returns what they ask for and is not shown. */
    List<Problem> show(List<ServicePort> inOrder) {
        List<Problem> unshown = new ArrayList<>();
        https.ifPresent(frontend -> {
            List<ServicePort> byWeight = byWeight(inOrder);
            frontend.tls(serverNames(byWeight, certificates.orElseThrow(), unshown::add));
            named = byWeight;
        });
        return unshown;
    }

    private static List<ServicePort> byWeight(List<ServicePort> serving) {
        return serving.stream()
                .sorted(Comparator.comparingInt(
                        (ServicePort s) -> -s.port().vhosts().weight()))
                .toList();
    }

    private TlsRoute.Router serverNames(List<ServicePort> byWeight, Certificates shared, Consumer<Problem> problems) {
        if (groupHttpsByVhost) {
            return ServerNameRoutes.grouped(byWeight, tls -> portCertificates.sharedForHost(shared, tls), problems);
        }
        return ServerNameRoutes.shared(byWeight, shared, options.strictness().firstClaimant(), problems);
    }

    /** Who may pass where a port asks for a password. */
    Guard guard(AppPort port, BasicAuth auth) {
        return engine.guard(
                auth, port.service().application() + "@" + port.service().namespace());
    }

    /** One port per application: its HTTP port with the lowest number. */
    private static Map<String, Route> byId(List<ServicePort> serving, Set<String> ids) {
        Map<String, Route> routes = new HashMap<>();
        for (ServicePort servicePort : serving) {
            servicePort
                    .route()
                    .ifPresent(route -> routes.putIfAbsent(
                            MarathonLbPlan.whose(servicePort.port().service()), route));
        }
        for (ServicePort servicePort : serving) { // of a further source, where no other has the id
            servicePort
                    .route()
                    .filter(route -> !ids.contains(servicePort.port().service().application()))
                    .ifPresent(route ->
                            routes.putIfAbsent(servicePort.port().service().application(), route));
        }
        return routes;
    }

    private void routeByAppId(List<ServicePort> serving, Map<String, Route> routes) {
        Map<Route, Guard> guards = new HashMap<>();
        for (ServicePort servicePort : serving) {
            if (options.strictness().authEverywhere()) {
                servicePort
                        .port()
                        .vhosts()
                        .auth()
                        .ifPresent(auth -> servicePort
                                .route()
                                .ifPresent(route -> guards.put(route, guard(servicePort.port(), auth))));
            }
        }
        Router byId = RouteTable.byAppId(routes);
        appId.router(guards.isEmpty() ? byId : new GuardedRouter(byId, guards));
    }
}
