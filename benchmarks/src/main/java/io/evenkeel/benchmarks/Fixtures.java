package io.evenkeel.benchmarks;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.layer.LocalityPreference;
import io.evenkeel.strategy.Balance;
import io.evenkeel.strategy.Strategy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** What the benchmarks balance over. */
final class Fixtures {

    /** Draws as the facade does: each thread from its own generator. */
    static final RandomGenerator RANDOM = () -> ThreadLocalRandom.current().nextLong();

    private static final Locality HERE = new Locality("eu", "a", "");
    private static final Locality THERE = new Locality("eu", "b", "");

    private Fixtures() {}

    /** The endpoint at a position: a running Marathon task, in content if not in name, in one of two zones by turns. */
    static Endpoint endpoint(int index, int weight) {
        return new Endpoint(
                "shop_web.instance-0f8e2b1c-5a77-11ee-8c99-" + index + "._app.1",
                address(index),
                weight,
                index % 2 == 0 ? HERE : THERE,
                EndpointState.RUNNING,
                Health.HEALTHY,
                true,
                Map.of());
    }

    /** So many endpoints, all of weight 1 or of weights 1 to 10 in turn. */
    static List<Endpoint> endpoints(int count, boolean weighted) {
        List<Endpoint> endpoints = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            endpoints.add(endpoint(i, weighted ? 1 + i % 10 : 1));
        }
        return endpoints;
    }

    /** A preference of the first of the two zones, in which all clients are: it keeps half of the load. */
    static ClusterConfig preferringAZone(Strategy strategy) {
        return ClusterConfig.defaults().toBuilder()
                .strategy(strategy)
                .locality(LocalityPreference.of(HERE).withZoneShare(1))
                .build();
    }

    /** A cluster about which nothing is known yet; nothing works beside it. */
    static Cluster cluster() {
        ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(0, work -> {
            Thread thread = new Thread(work, "control");
            thread.setDaemon(true); // else each run would wait half a minute for it to end
            return thread;
        });
        return new Cluster("web", new ClusterRuntime(Ticker.system(), RANDOM, control));
    }

    /** A strategy by the name that configurations know it by; those within bounds have {@code -bounded} appended. */
    static Strategy strategy(String name) {
        return switch (name) {
            case "random" -> Strategy.random();
            case "maglev-bounded" -> Strategy.maglev(1.25);
            case "ring-bounded" -> Strategy.ring(1.25);
            default -> Balance.parse(name).strategy();
        };
    }

    private static InetSocketAddress address(int index) {
        try {
            byte[] bytes = {10, (byte) (index >>> 16), (byte) (index >>> 8), (byte) index};
            return new InetSocketAddress(InetAddress.getByAddress(bytes), 31_000 + index % 1_000);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
