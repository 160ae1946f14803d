package io.evenkeel.l7.runner;

import io.evenkeel.cluster.ClusterState;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Health;
import io.evenkeel.l7.marathonlb.MarathonLbFilter;
import io.evenkeel.l7.marathonlb.ServicePort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What HAProxy would call that which servers and backends do. Thread-safe. */
final class ServerStatus {

    private final Overrides overrides;

    ServerStatus(Overrides overrides) {
        this.overrides = overrides;
    }

    /** The status of a server of a port. */
    String of(ServicePort port, EndpointStats server) {
        return of(port, server, port.cluster().state().active().contains(server));
    }

    /**
     * The status of a server of a port.
     *
     * @param takesWork whether it is among those of its cluster that do
     */
    String of(ServicePort port, EndpointStats server, boolean takesWork) {
        // What marathon-lb calls "disabled": no new requests, what it has goes on.
        boolean maintained =
                MarathonLbFilter.isSetAside(server.endpoint()) || overrides.of(server) == Overrides.Kind.MAINT;
        if (!takesWork) {
            return maintained ? "MAINT" : "DRAIN";
        }
        boolean checked = port.cluster().checkState(server).isPresent()
                || !port.port().service().checks().isEmpty();
        return ofTaker(server, checked);
    }

    private static String ofTaker(EndpointStats server, boolean checked) {
        if (server.isBarred(Bar.MAINTENANCE)) {
            return "MAINT";
        }
        if (isDown(server)) {
            return "DOWN";
        }
        return server.endpoint().weight() == 0 ? "DRAIN" : checked ? "UP" : "no check";
    }

    /** How many of those that take work can be sent any. */
    static int up(ClusterState state) {
        return (int) state.active().stream()
                .filter(server -> ofTaker(server, true).equals("UP"))
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
