package io.evenkeel.l7.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.marathonlb.AppPort;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServerNaming;
import io.evenkeel.l7.marathonlb.ServicePort;
import io.evenkeel.l7.marathonlb.VhostRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is known, as JSON below {@code /api/v1/}, and whether the proxy is well. Everything only reads. */
final class ApiPaths {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MarathonLbProxy proxy;
    private final ServerStatus statuses;
    private final EventLog events;
    private final Map<String, String> settings;
    private final Freshness freshness;
    private final Supplier<Optional<String>> warmUp;

    ApiPaths(
            MarathonLbProxy proxy,
            ServerStatus statuses,
            EventLog events,
            Map<String, String> settings,
            Freshness freshness,
            Supplier<Optional<String>> warmUp) {
        this.proxy = proxy;
        this.statuses = statuses;
        this.events = events;
        this.settings = settings;
        this.freshness = freshness;
        this.warmUp = warmUp;
    }

    AdminServer.Builder addTo(AdminServer.Builder server) {
        return server.route("/api/v1/services", request -> json(services()))
                .route("/api/v1/endpoints", request -> json(endpoints()))
                .route("/api/v1/routes", request -> json(routes()))
                .route("/api/v1/routes/explain", this::explain)
                .route("/api/v1/problems", request -> json(problems()))
                .route("/api/v1/config", request -> json(config()))
                .route("/api/v1/events", this::events)
                .route("/healthz", request -> AdminResponse.text(200, "ok\n"))
                .route("/readyz", this::ready);
    }

    static AdminResponse json(Object value) {
        try {
            return AdminResponse.json(JSON.writeValueAsString(value) + "\n").withHeader("Cache-Control", "no-store");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Map<String, Object>> services() {
        Map<ConnectionAcceptor, ListenerStatus> listeners = proxy.listeners();
        List<Map<String, Object>> list = new ArrayList<>();
        Set<String> open = new HashSet<>();
        StatsTable.byName(proxy.servicePorts()).forEach((name, port) -> {
            open.add(port.port().service().name());
            ListenerStatus listener = listeners.get(port);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", name);
            one.put("application", port.port().service().application());
            one.putAll(PortSettings.of(port.port()));
            one.put(
                    "listener",
                    listener == null
                            ? "none of its own"
                            : listener.open() ? "open" : String.valueOf(listener.failure()));
            one.put("serversUp", ServerStatus.up(port.cluster().state()));
            one.put("servers", StatsTable.servers(port).size());
            one.put("inFlight", port.cluster().usage().inFlight());
            one.put("started", port.cluster().usage().started());
            port.backend().ifPresent(backend -> {
                one.put("waiting", backend.waiting());
                backend.circuit().ifPresent(state -> one.put("circuit", state));
            });
            list.add(one);
        });
        for (AppPort port : proxy.plan().ports()) {
            if (!open.contains(port.service().name())) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("name", port.name());
                one.put("application", port.service().application());
                one.putAll(PortSettings.of(port));
                one.put("listener", "closed: no task takes requests");
                one.put("serversUp", 0);
                one.put("servers", 0);
                list.add(one);
            }
        }
        return list;
    }

    private List<Map<String, Object>> endpoints() {
        List<Map<String, Object>> list = new ArrayList<>();
        StatsTable.byName(proxy.servicePorts())
                .forEach((name, port) ->
                        StatsTable.servers(port).forEach(server -> list.add(endpoint(name, port, server))));
        return list;
    }

    private Map<String, Object> endpoint(String backend, ServicePort port, EndpointStats server) {
        Endpoint endpoint = server.endpoint();
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("service", port.port().service().name());
        one.put("backend", backend);
        one.put("server", ServerNaming.name(endpoint));
        one.put("id", endpoint.id());
        one.put("address", StatsRow.address(endpoint));
        one.put("status", statuses.of(port, server));
        one.put("state", endpoint.state());
        one.put("health", endpoint.health());
        one.put("ready", endpoint.ready());
        one.put("weight", endpoint.weight());
        one.put("bars", server.bars());
        one.put("inFlight", server.inFlight());
        one.put("started", server.started());
        one.put("failuresInARow", server.failuresInARow());
        return one;
    }

    private List<Map<String, Object>> routes() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (ServicePort port : proxy.servicePorts()) {
            AppPort served = port.port();
            served.labelledHosts().forEach(host -> list.add(route(served, host)));
            served.vhosts().wider().forEach(wider -> list.add(route(served, wider.text())));
            Set<String> templates = new LinkedHashSet<>();
            for (boolean tls : new boolean[] {false, true}) {
                served.effects()
                        .hostRules(tls)
                        .ifPresent(rules -> rules.forEach(rule -> templates.add(text(rule.host()))));
            }
            templates.forEach(host -> {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("host", host);
                one.put("condition", "of a template");
                one.put("to", served.name());
                one.put("weight", served.vhosts().weight());
                list.add(one);
            });
        }
        return list;
    }

    private static Map<String, Object> route(AppPort port, String host) {
        VhostRule rule = port.vhosts();
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("host", host);
        one.put("pathBeginsWith", rule.path().toString());
        one.put("to", port.name());
        one.put("weight", rule.weight());
        one.put("redirectToHttps", rule.redirectToHttps());
        one.put("tlsPassthrough", rule.passthrough());
        return one;
    }

    private static String text(HostPattern host) {
        return switch (host.kind()) {
            case EXACT, MAPPED -> host.text();
            case SUFFIX -> "*" + host.text();
            case PATTERN -> "an expression";
            case ANY -> "*";
        };
    }

    private AdminResponse explain(AdminRequest request) {
        String host = request.parameter("host");
        String path = request.parameter("path");
        String scheme = request.parameter("scheme");
        if (host == null) {
            return AdminResponse.text(400, "host: missing (expected: ?host=…&path=…)\n");
        }
        if (scheme != null && !scheme.equals("http") && !scheme.equals("https")) {
            return AdminResponse.text(400, "scheme: " + scheme + " (expected: http or https)\n");
        }
        return json(new RouteExplanation(proxy).of(scheme == null ? "http" : scheme, host, path == null ? "/" : path));
    }

    private List<Map<String, String>> problems() {
        List<Problem> problems = new ArrayList<>(proxy.problems());
        DiscoveryException failure = proxy.loadBalancer().failure();
        if (failure != null) {
            problems.add(new Problem("source", failure.getMessage() + "; what was known before counts"));
        }
        List<Map<String, String>> list = new ArrayList<>();
        for (Problem problem : problems) {
            list.add(Map.of("subject", problem.subject(), "reason", Secrets.masked(problem.reason())));
        }
        return list;
    }

    private Map<String, Object> config() {
        Map<String, String> shown = new LinkedHashMap<>();
        settings.forEach((name, value) -> shown.put(name, Secrets.masked(value)));
        Map<String, Object> ports = new LinkedHashMap<>();
        StatsTable.byName(proxy.servicePorts()).forEach((name, port) -> ports.put(name, PortSettings.of(port.port())));
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("settings", shown);
        config.put("servicePorts", ports);
        return config;
    }

    private AdminResponse events(AdminRequest request) {
        String since = request.parameter("since");
        if (since != null && !since.matches("[0-9]{1,18}")) {
            return AdminResponse.text(400, "since: " + since + " (expected: the number of an event)\n");
        }
        List<EventLog.Event> found = events.since(since == null ? 0 : Long.parseLong(since));
        return json(found);
    }

    private AdminResponse ready(AdminRequest request) {
        if (proxy.isDraining()) {
            return AdminResponse.text(503, "draining: no new connection is taken\n");
        }
        if (proxy.isDrainAnnounced()) {
            return AdminResponse.text(503, "about to drain: new connections are taken for a moment\n");
        }
        if (!proxy.whenReady().toCompletableFuture().isDone()) {
            Throwable failure = proxy.loadBalancer().failure();
            return AdminResponse.text(
                    503,
                    failure == null
                            ? "waiting for the source's first answer\n"
                            : "waiting for the source's first answer: " + Secrets.masked(failure.getMessage() + "")
                                    + "\n");
        }
        List<Problem> unopened = proxy.unopened();
        if (!unopened.isEmpty()) {
            return AdminResponse.text(
                    503, unopened.stream().map(problem -> problem + "\n").collect(Collectors.joining()));
        }
        Optional<String> warming = warmUp.get();
        if (warming.isPresent()) {
            return AdminResponse.text(503, warming.get() + "\n");
        }
        Optional<Duration> tooOld = freshness.tooOld();
        if (tooOld.isPresent()) {
            return AdminResponse.text(
                    503,
                    "the source's last good answer is " + tooOld.get().toSeconds()
                            + " s old; what was known then is served\n");
        }
        return AdminResponse.text(200, "ready\n");
    }
}
