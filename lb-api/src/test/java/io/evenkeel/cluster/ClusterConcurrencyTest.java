package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterConcurrencyTest {

    private static final int PICKERS = 4;
    private static final long SEED = 20_261_124;

    static List<Strategy> strategies() {
        return List.of(Strategy.roundRobin(), Strategy.random(), Strategy.leastRequest(), Strategy.weighted());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void picksOnlyFromPublishedStatesAndLosesNoUse(Strategy strategy) throws Exception {
        Cluster cluster = new Cluster(
                "web",
                new ClusterRuntime(() -> 0, () -> ThreadLocalRandom.current().nextLong(), new ManualClock()));
        ClusterConfig config = ClusterConfig.defaults().withStrategy(strategy);
        Set<EndpointStats> published = ConcurrentHashMap.newKeySet();
        Set<EndpointStats> used = ConcurrentHashMap.newKeySet();
        AtomicLong picks = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        cluster.listen((previous, current) -> published.addAll(current.active()));

        Threads.race(PICKERS + 1, thread -> {
            if (thread == 0) {
                try {
                    changeOften(cluster, config);
                } finally {
                    done.set(true);
                }
                return;
            }
            while (!done.get()) {
                EndpointStats first = cluster.pick(PickContext.none());
                if (first == null) {
                    continue;
                }
                EndpointStats second = cluster.pick(PickContext.create().exclude(first));
                used.add(first);
                picks.incrementAndGet();
                first.complete(Outcome.CONNECT_FAILED);
                if (second != null) {
                    assertThat(second).isNotSameAs(first);
                    used.add(second);
                    picks.incrementAndGet();
                    second.complete(Outcome.SUCCESS);
                }
            }
        });

        assertThat(published).as("seed %d", SEED).containsAll(used);
        assertThat(used).allSatisfy(stats -> assertThat(stats.inFlight()).isZero());
        assertThat(used.stream().mapToLong(EndpointStats::started).sum()).isEqualTo(picks.get());
    }

    private static void changeOften(Cluster cluster, ClusterConfig config) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 3_000; i++) {
            List<Endpoint> endpoints = new ArrayList<>();
            for (int task = 0; task < 12; task++) {
                if (random.nextInt(4) > 0) {
                    endpoints.add(Endpoints.endpoint("task-" + task, 1 + task, random.nextInt(4)));
                }
            }
            if (i % 100 == 99) {
                cluster.remove();
            } else {
                cluster.update(Endpoints.snapshot("web", endpoints), config);
            }
        }
    }

    @Test
    void callsNoListenerAfterItsInterestHasEnded() throws Exception {
        Cluster cluster = new Cluster("web", new ClusterRuntime(() -> 0, new SplittableRandom(1), new ManualClock()));
        AtomicLong late = new AtomicLong();

        Threads.race(2, thread -> {
            for (int i = 0; i < 2_000; i++) {
                if (thread == 0) {
                    cluster.update(Endpoints.snapshot("web", Endpoints.endpoints(i % 3)), ClusterConfig.defaults());
                } else {
                    AtomicBoolean ended = new AtomicBoolean();
                    Subscription interest = cluster.listen((previous, current) -> {
                        if (ended.get()) {
                            late.incrementAndGet();
                        }
                    });
                    interest.close();
                    ended.set(true);
                }
            }
        });

        assertThat(late).hasValue(0);
    }
}
