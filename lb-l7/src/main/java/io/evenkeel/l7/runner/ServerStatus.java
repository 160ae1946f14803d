package io.evenkeel.l7.runner;

import io.evenkeel.cluster.ClusterState;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Health;
import io.evenkeel.l7.marathonlb.MarathonLbFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What HAProxy would call that which servers and backends do. Stateless. */
final class ServerStatus {

    private ServerStatus() {}

    /**
     * The status of a server.
     *
     * @param server the server
     * @param takesWork whether it is among those of its cluster that do
     * @param checked whether anybody checks it
     */
    static String of(EndpointStats server, boolean takesWork, boolean checked) {
        if (server.isBarred(Bar.MAINTENANCE) || MarathonLbFilter.isSetAside(server.endpoint())) {
            return "MAINT"; // as marathon-lb's "disabled": no new requests, what it has goes on
        }
        if (!takesWork) {
            return "DRAIN";
        }
        if (isDown(server)) {
            return "DOWN";
        }
        return server.endpoint().weight() == 0 ? "DRAIN" : checked ? "UP" : "no check";
    }

    /** How many of those that take work can be sent any. */
    static int up(ClusterState state) {
        return (int) state.active().stream()
                .filter(server -> of(server, true, true).equals("UP"))
                .count();
    }

    private static boolean isDown(EndpointStats server) {
        return server.isBarred(Bar.UNHEALTHY) || server.isBarred(Bar.EJECTED) || server.isBarred(Bar.CIRCUIT_OPEN);
    }

    /**
     * What the last check of a server said, in HAProxy's words.
     *
     * @return null if nobody checks it
     */
    static @Nullable String check(Service service, EndpointStats server) {
        Health health = server.endpoint().health();
        if (server.isBarred(Bar.UNHEALTHY)) {
            return isHttp(service.checks()) ? "L7STS" : "L4CON";
        }
        return switch (health) {
            case UNCHECKED -> null;
            case UNKNOWN -> "INI";
            case HEALTHY -> isHttp(service.checks()) ? "L7OK" : "L4OK";
            case DEGRADED, UNHEALTHY -> isHttp(service.checks()) ? "L7STS" : "L4CON";
        };
    }

    private static boolean isHttp(List<DeclaredCheck> checks) {
        return checks.stream().anyMatch(check -> check.protocol().contains("HTTP"));
    }
}
