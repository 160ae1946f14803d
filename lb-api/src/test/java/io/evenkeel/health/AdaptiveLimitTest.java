package io.evenkeel.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveLimitTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long MILLISECOND = 1_000_000;

    private final ManualClock clock = new ManualClock();
    private final Cluster cluster = new Cluster("web", new ClusterRuntime(clock, new SplittableRandom(1), clock));

    /* A server with so many workers answers in 10 ms until all are busy, then in proportion to the uses in flight. */
    private void serve(EndpointStats one, int workers, int inFlight) {
        serve(one, workers, inFlight, 10 * MILLISECOND);
    }

    private void serve(EndpointStats one, int workers, int inFlight, long alone) {
        int used = Math.min(inFlight, one.limit());
        long latency = alone * Math.max(workers, used) / workers;
        for (int i = 0; i < 100; i++) {
            one.tryStart(0);
            one.complete(Outcome.SUCCESS, 0, latency);
        }
        for (int i = 0; i < used; i++) {
            one.tryStart(0);
        }
        clock.advance(SECOND);
        for (int i = 0; i < used; i++) {
            one.complete(Outcome.SUCCESS, 0, latency);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 60})
    void findsALimitThatKeepsTheWorkersBusyAndTheQueueShort(int initial) {
        EndpointStats one = one(AdaptiveLimit.between(2, 200).withInitial(initial));
        serve(one, 16, 8); // what it is like without load
        for (int i = 0; i < 1_000; i++) {
            serve(one, 16, 1_000);
            if (i > 50) {
                assertThat(one.limit()).as("interval %d", i).isBetween(14, 48); // half of it while it is probed
            }
        }
    }

    @Test
    void followsAServerThatGetsWeaker() {
        EndpointStats one = one(AdaptiveLimit.between(2, 200));
        for (int i = 0; i < 40; i++) {
            serve(one, 16, 1_000);
        }
        int before = one.limit();
        for (int i = 0; i < 40; i++) {
            serve(one, 4, 1_000);
        }

        assertThat(one.limit()).isLessThan(before / 2).isGreaterThanOrEqualTo(4);
    }

    @Test
    void learnsThatAServerHasBecomeSlowerWithoutBeingBusier() {
        EndpointStats one = one(AdaptiveLimit.between(2, 200));
        for (int i = 0; i < 40; i++) {
            serve(one, 1_000, 1_000, 10 * MILLISECOND);
        }
        int before = one.limit();
        for (int i = 0; i < 400; i++) {
            serve(one, 1_000, 1_000, 50 * MILLISECOND);
        }

        assertThat(one.limit()).isGreaterThan(before);
    }

    @Test
    void doesNotGrowBeyondWhatIsUsed() {
        EndpointStats one = one(AdaptiveLimit.between(2, 200));
        for (int i = 0; i < 100; i++) {
            serve(one, 16, 3);
        }

        assertThat(one.limit()).isEqualTo(20);
    }

    @Test
    void staysWithinItsRange() {
        EndpointStats one = one(AdaptiveLimit.between(10, 30));
        for (int i = 0; i < 100; i++) {
            serve(one, 1_000, 1_000);
        }
        assertThat(one.limit()).isEqualTo(30);
        for (int i = 0; i < 100; i++) {
            serve(one, 1, 1_000);
        }

        assertThat(one.limit()).isEqualTo(10);
    }

    @Test
    void backsOffFromTimeouts() {
        EndpointStats one = one(AdaptiveLimit.between(2, 200));
        for (int i = 0; i < 20; i++) {
            one.tryStart(0);
            one.complete(Outcome.TIMEOUT, 0, MILLISECOND);
            serve(one, 1_000, 1_000);
        }

        assertThat(one.limit()).isLessThan(20);
    }

    @Test
    void doesNotTakeFastErrorsForFastAnswers() {
        EndpointStats one = one(AdaptiveLimit.between(2, 200));
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 10_000; j++) {
                one.tryStart(0);
                one.complete(Outcome.FAILURE, 0, 1_000);
            }
            clock.advance(SECOND);
        }
        for (int i = 0; i < 5; i++) {
            serve(one, 1_000, 1_000);
        }

        assertThat(one.limit()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void leavesAnEndpointAloneOfWhichItLearnsNothing() {
        EndpointStats one = one(AdaptiveLimit.between(2, 200));
        for (int i = 0; i < 50; i++) {
            one.tryStart(0);
            one.complete(Outcome.SUCCESS);
        }
        clock.advance(Duration.ofMinutes(5));

        assertThat(one.limit()).isEqualTo(20);
    }

    @Test
    void putsTheLimitBackThatTheClusterHasNow() {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder()
                        .monitors(AdaptiveLimit.between(1, 100))
                        .maxInFlight(10)
                        .build());
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder().monitors().maxInFlight(50).build());

        assertThat(cluster.state().active().get(0).limit()).isEqualTo(50);
    }

    @Test
    void hasATimerOnlyWhileThereAreEndpointsAndPutsLimitsBack() {
        EndpointStats one = one(AdaptiveLimit.between(2, 200));
        assertThat(one.limit()).isEqualTo(20);
        assertThat(clock.pending()).isEqualTo(1);

        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder().monitors().build());
        assertThat(one.limit()).isEqualTo(EndpointStats.UNLIMITED);
        assertThat(clock.pending()).isZero();

        EndpointStats again = one(AdaptiveLimit.between(2, 200));
        cluster.update(Endpoints.snapshot("web"), config(AdaptiveLimit.between(2, 200)));
        assertThat(again.limit()).isEqualTo(EndpointStats.UNLIMITED);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void namesBadValues() {
        assertThatThrownBy(() -> AdaptiveLimit.between(0, 5)).hasMessage("minimum: 0 (expected: >= 1)");
        assertThatThrownBy(() -> AdaptiveLimit.between(6, 5)).hasMessage("maximum: 5 (expected: >= 6, finite)");
        AdaptiveLimit limit = AdaptiveLimit.between(2, 5);
        assertThat(limit.initial()).isEqualTo(5);
        assertThatThrownBy(() -> limit.withInitial(6)).hasMessage("initial: 6 (expected: 2 to 5)");
        assertThatThrownBy(() -> limit.withInterval(Duration.ZERO)).hasMessage("interval: PT0S (expected: > 0)");
        assertThatThrownBy(() -> limit.withTolerance(0.5)).hasMessage("tolerance: 0.5 (expected: finite and >= 1)");
    }

    private static ClusterConfig config(AdaptiveLimit limit) {
        return ClusterConfig.builder().monitors(limit).build();
    }

    private EndpointStats one(AdaptiveLimit limit) {
        cluster.update(Endpoints.snapshot("web", Endpoints.endpoints(1)), config(limit));
        return cluster.state().active().get(0);
    }
}
