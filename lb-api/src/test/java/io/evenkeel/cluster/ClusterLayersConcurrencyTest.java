package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.health.OutlierPolicy;
import io.evenkeel.layer.PriorityLevels;
import io.evenkeel.layer.SlowStart;
import io.evenkeel.layer.Subsetting;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All layers at once, with all that may be done to a cluster by threads that know nothing of each other. */
class ClusterLayersConcurrencyTest {

    private static final Bar[] BARS = {Bar.MAINTENANCE, Bar.CIRCUIT_OPEN};

    private final ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1);
    private final Cluster cluster = new Cluster(
            "web",
            new ClusterRuntime(
                    System::nanoTime, () -> ThreadLocalRandom.current().nextLong(), control));
    private final ClusterConfig config = ClusterConfig.builder()
            .subsetting(Subsetting.lots(1, 12))
            .priorities(PriorityLevels.byLabel("LB_PRIORITY"))
            .slowStart(SlowStart.over(Duration.ofMillis(200)))
            .drainTimeout(Duration.ofMillis(1))
            .maxInFlight(1_000)
            .monitors(OutlierPolicy.builder()
                    .ejection(Duration.ofMillis(1), Duration.ofMillis(1))
                    .build())
            .build();

    @AfterEach
    void close() {
        cluster.close();
        control.shutdownNow();
    }

    @Test
    void endsInOrderWhateverHappensAtTheSameTime() throws Exception {
        cluster.update(Endpoints.snapshot("web", endpoints(40)), config);
        AtomicBoolean changing = new AtomicBoolean(true);

        Threads.race(4, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            if (thread == 0) {
                for (int i = 0; i < 1_000; i++) {
                    cluster.update(Endpoints.snapshot("web", endpoints(20 + random.nextInt(30))), config);
                }
                changing.set(false);
            } else if (thread == 1) {
                while (changing.get()) {
                    change(random);
                }
            } else {
                while (changing.get()) {
                    use(random);
                }
            }
        });

        cluster.update(Endpoints.snapshot("web", endpoints(40)), config);
        for (EndpointStats one : List.copyOf(cluster.state().draining())) {
            cluster.undrain(one);
        }
        for (EndpointStats one : cluster.state().active()) {
            for (Bar bar : BARS) {
                cluster.unbar(one, bar);
            }
        }
        assertThat(cluster.usage().inFlight()).isZero();
        List<EndpointStats> active = cluster.state().active();
        Eventually.holds("all are back", () -> active.stream().allMatch(EndpointStats::isAvailable));
        Eventually.holds("all are counted", () -> cluster.now().available() == active.size());
        assertThat(cluster.layers().failsOpen()).isFalse();
        Eventually.holds(
                "everyone has drained or warmed up",
                () -> cluster.layers().draining() == 0 && cluster.layers().ramping() == 0);
    }

    private void change(SplittableRandom random) {
        List<EndpointStats> all = cluster.state().active();
        if (all.isEmpty()) {
            return;
        }
        EndpointStats one = all.get(random.nextInt(all.size()));
        Bar bar = BARS[random.nextInt(BARS.length)];
        switch (random.nextInt(6)) {
            case 0 -> cluster.drain(one, Duration.ofMillis(1));
            case 1 -> cluster.state().draining().stream().findAny().ifPresent(cluster::undrain);
            case 2 -> cluster.unbar(one, bar);
            case 3 -> assertThat(cluster.layers().unused()).isNotNegative();
            default -> cluster.bar(one, bar);
        }
    }

    private void use(SplittableRandom random) {
        long begun = System.nanoTime();
        EndpointStats picked = cluster.pick(PickContext.none(), begun);
        if (picked != null) {
            Outcome outcome = random.nextInt(3) == 0 ? Outcome.FAILURE : Outcome.SUCCESS;
            picked.complete(outcome, begun, System.nanoTime());
        }
    }

    private static List<Endpoint> endpoints(int count) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (Endpoint one : Endpoints.endpoints(count)) {
            endpoints.add(new Endpoint(
                    one.id(),
                    one.address(),
                    one.weight(),
                    one.locality(),
                    one.state(),
                    one.health(),
                    one.ready(),
                    Map.of("LB_PRIORITY", one.id().endsWith("7") ? "1" : "0")));
        }
        return endpoints;
    }
}
