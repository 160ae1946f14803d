package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Threads;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final Endpoint A = Endpoints.endpoint("a", 1);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // about to overflow, as clocks may
    private final Cluster cluster =
            new Cluster("web", new ClusterRuntime(clock::get, new SplittableRandom(1), new ManualClock()));

    @BeforeEach
    void update() {
        cluster.update(Endpoints.snapshot("web", A), ClusterConfig.defaults());
    }

    @Test
    void countsTheFirstCompletionOnly() {
        Lease lease = cluster.acquire();

        lease.complete(Outcome.TIMEOUT);
        lease.complete(Outcome.SUCCESS);
        lease.close();

        assertThat(lease.stats().inFlight()).isZero();
        assertThat(lease.stats().count(Outcome.TIMEOUT)).isEqualTo(1);
        assertThat(lease.stats().started()).isEqualTo(1);
    }

    @Test
    void mayEndWithoutTellingHowLongItTook() {
        Lease lease = cluster.acquire();
        clock.addAndGet(1_000);

        lease.completeUntimed(Outcome.SUCCESS);
        lease.complete(Outcome.FAILURE);

        assertThat(lease.stats().count(Outcome.SUCCESS)).isEqualTo(1);
        assertThat(lease.stats().started()).isEqualTo(1);
        assertThat(lease.stats().busyNanos()).isZero();
    }

    @Test
    void countsAsCancelledWhenClosedWithoutCompletion() {
        EndpointStats stats;
        try (Lease lease = cluster.acquire()) {
            stats = lease.stats();
            assertThat(stats.inFlight()).isEqualTo(1);
        }

        assertThat(stats.inFlight()).isZero();
        assertThat(stats.count(Outcome.CANCELLED)).isEqualTo(1);
    }

    @Test
    void isNotUsedUpByANullOutcome() {
        Lease lease = cluster.acquire();

        assertThatNullPointerException().isThrownBy(() -> lease.complete(null)).withMessage("outcome");
        assertThat(lease.stats().inFlight()).isEqualTo(1);
        lease.close();

        assertThat(lease.stats().inFlight()).isZero();
    }

    @Test
    void showsTheEndpointAsItWasWhenItWasPicked() {
        Lease lease = cluster.acquire();

        cluster.update(Endpoints.snapshot("web", A.withWeight(9)), ClusterConfig.defaults());

        assertThat(lease.endpoint()).isEqualTo(A);
        assertThat(lease.address()).isEqualTo(A.address());
    }

    @Test
    void knowsItsAge() {
        Lease lease = cluster.acquire();

        clock.addAndGet(Duration.ofSeconds(3).toNanos());

        assertThat(lease.age()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void countsOneCompletionWhenThreadsRaceForIt() throws Exception {
        for (int round = 1; round <= 20; round++) {
            Lease lease = cluster.acquire();
            Threads.race(4, thread -> lease.complete(Outcome.values()[thread]));
            assertThat(lease.stats().inFlight()).isZero();
            assertThat(lease.stats().started()).isEqualTo(round);
        }
    }
}
