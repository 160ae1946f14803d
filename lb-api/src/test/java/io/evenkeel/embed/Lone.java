package io.evenkeel.embed;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** A load balancer, ready and in turns, over the one service {@code web} that a test's endpoints make up, and what it counts. */
final class Lone {

    private Lone() {}

    static LoadBalancer over(Endpoint... endpoints) {
        LoadBalancer lb = LoadBalancer.builder(
                        StaticDiscovery.of(new Snapshot(Service.named("web"), List.of(endpoints))))
                .config(ClusterConfig.defaults().withStrategy(Strategy.roundRobin()))
                .control(ManualClock.executing(Runnable::run))
                .build();
        lb.whenReady().toCompletableFuture().join();
        return lb;
    }

    static EndpointStats stats(LoadBalancer lb, Endpoint endpoint) {
        return lb.cluster("web").state().active().stream()
                .filter(stats -> stats.endpoint().equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    static long count(LoadBalancer lb, Endpoint endpoint, Outcome outcome) {
        return stats(lb, endpoint).count(outcome);
    }

    static int inFlight(LoadBalancer lb) {
        return lb.cluster("web").state().active().stream()
                .mapToInt(EndpointStats::inFlight)
                .sum();
    }

    /** An endpoint at which nobody listens. */
    static Endpoint refusing() {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Endpoint.of((InetSocketAddress) gone.getLocalSocketAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
