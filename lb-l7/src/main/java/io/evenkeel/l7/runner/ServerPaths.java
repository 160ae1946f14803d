package io.evenkeel.l7.runner;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServerNaming;
import io.evenkeel.l7.marathonlb.ServicePort;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paths that take servers out and put them back, below {@code /api/v1/endpoints/}. By POST only. */
final class ServerPaths {

    private static final Logger LOG = LoggerFactory.getLogger(ServerPaths.class);
    private static final Pattern TTL = Pattern.compile("([0-9]{1,6})([smh])");
    private static final Set<String> POST = Set.of("POST");

    private final MarathonLbProxy proxy;
    private final Overrides overrides;
    private final EventLog events;

    ServerPaths(MarathonLbProxy proxy, Overrides overrides, EventLog events) {
        this.proxy = proxy;
        this.overrides = overrides;
        this.events = events;
    }

    AdminServer.Builder addTo(AdminServer.Builder server, AdminAccess access) {
        return server.route("/api/v1/endpoints/drain", POST, access.guard(r -> change(r, Overrides.Kind.DRAIN)))
                .route("/api/v1/endpoints/maint", POST, access.guard(r -> change(r, Overrides.Kind.MAINT)))
                .route("/api/v1/endpoints/ready", POST, access.guard(r -> change(r, null)));
    }

    private AdminResponse change(AdminRequest request, Overrides.@Nullable Kind kind) {
        String service = request.parameter("service");
        String endpoint = request.parameter("endpoint");
        String ttlText = request.parameter("ttl");
        if (service == null || endpoint == null) {
            return AdminResponse.text(400, "service and endpoint: missing (expected: ?service=…&endpoint=…)\n");
        }
        Duration ttl = ttlText == null ? null : ttl(ttlText);
        if (ttlText != null && (ttl == null || kind == null)) {
            return AdminResponse.text(
                    400, "ttl: " + ttlText + " (expected: a time like 30s, 5m or 1h, for drain or maint)\n");
        }
        ServicePort port = port(service);
        EndpointStats server = port == null ? null : server(port, endpoint);
        if (port == null || server == null) {
            return AdminResponse.text(
                    404,
                    port == null
                            ? "service: " + service + " (expected: the name of a service or backend that is served)\n"
                            : "endpoint: " + endpoint + " (expected: the id, address or name of a server of " + service
                                    + ")\n");
        }
        if (kind == null) {
            overrides.putBack(port.cluster(), server);
        } else if (!overrides.takeOut(
                port.cluster(), server, kind, ttl, port.port().own().drainTimeout())) {
            return AdminResponse.text(404, "endpoint: " + endpoint + " is gone\n");
        }
        String word = kind == null ? "ready" : kind == Overrides.Kind.DRAIN ? "drain" : "maint";
        LOG.info("{}: {} set to {} by {}", service, server.endpoint().id(), word, request.client());
        events.add(
                "endpoint-" + word,
                port.port().service().name(),
                server.endpoint().id() + " by hand");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("service", port.port().service().name());
        answer.put("endpoint", server.endpoint().id());
        answer.put("set", word);
        if (ttl != null) {
            answer.put("ttlSeconds", ttl.toSeconds());
        }
        return ApiPaths.json(answer);
    }

    private static @Nullable Duration ttl(String text) {
        Matcher matcher = TTL.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        Duration ttl = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
        return ttl.isZero() ? null : ttl;
    }

    private @Nullable ServicePort port(String name) {
        for (Map.Entry<String, ServicePort> port :
                StatsTable.byName(proxy.servicePorts()).entrySet()) {
            if (port.getKey().equals(name)
                    || port.getValue().port().service().name().equals(name)) {
                return port.getValue();
            }
        }
        return null;
    }

    private static @Nullable EndpointStats server(ServicePort port, String name) {
        for (EndpointStats server : StatsTable.servers(port)) {
            if (server.endpoint().id().equals(name)
                    || StatsRow.address(server.endpoint()).equals(name)
                    || ServerNaming.name(server.endpoint()).equals(name)) {
                return server;
            }
        }
        return null;
    }
}
