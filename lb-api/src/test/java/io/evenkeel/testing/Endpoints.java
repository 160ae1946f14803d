package io.evenkeel.testing;

import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Endpoints, snapshots and services for tests, without look-ups: addresses are loopback ports that nobody connects to. */
public final class Endpoints {

    private Endpoints() {}

    /** A running, healthy endpoint of weight 1 at a loopback port. */
    public static Endpoint endpoint(String id, int port) {
        return endpoint(id, port, 1);
    }

    /** A running, healthy endpoint at a loopback port. */
    public static Endpoint endpoint(String id, int port, int weight) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new Endpoint(
                id, address, weight, Locality.UNKNOWN, EndpointState.RUNNING, Health.HEALTHY, true, Map.of());
    }

    /** So many endpoints of weight 1, at ports from 10000 as far as they go, then again. */
    public static List<Endpoint> endpoints(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> endpoint("task-" + i, port(i)))
                .toList();
    }

    private static int port(int number) {
        return 10_000 + number % 50_000;
    }

    /** One endpoint per weight, at ports from 10000. */
    public static List<Endpoint> weighted(int... weights) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            endpoints.add(endpoint("task-" + i, port(i), weights[i]));
        }
        return endpoints;
    }

    /** Fresh stats, one per endpoint. */
    public static List<EndpointStats> stats(List<Endpoint> endpoints) {
        return endpoints.stream().map(EndpointStats::new).toList();
    }

    /** A service's endpoints. */
    public static Snapshot snapshot(String service, Endpoint... endpoints) {
        return snapshot(service, List.of(endpoints));
    }

    /** A service's endpoints. */
    public static Snapshot snapshot(String service, List<Endpoint> endpoints) {
        return new Snapshot(Service.named(service), endpoints);
    }

    /** The first TCP port of an application of the framework {@code marathon}, with labels on the port. */
    public static Service labelled(String application, Map<String, String> portLabels) {
        return new Service(
                application, application, "marathon", 0, "", 0, Protocol.TCP, Map.of(), portLabels, List.of());
    }
}
