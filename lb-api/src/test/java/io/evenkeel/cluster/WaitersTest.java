package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Strategies;
import io.evenkeel.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitersTest {

    private static final Duration WAIT = Duration.ofSeconds(10);

    private final ManualClock clock = ManualClock.executing(Runnable::run);
    private final Cluster cluster = new Cluster("web", new ClusterRuntime(clock, new SplittableRandom(1), clock));

    @Test
    void isThereAtOnceIfSomebodyTakesWork() {
        update(1, EndpointStats.UNLIMITED);

        assertThat(acquire()).isCompleted();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void waitsUntilTheServiceIsKnown() {
        CompletableFuture<Lease> lease = acquire();
        assertThat(lease).isNotDone();
        assertThat(cluster.waiting()).isEqualTo(1);

        update(1, EndpointStats.UNLIMITED);

        assertThat(lease)
                .isCompletedWithValueMatching(one -> one.endpoint().id().equals("task-0"));
        assertThat(cluster.waiting()).isZero();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void servesThoseWhoWaitInOrderAsLimitsAllow() {
        update(1, 1);
        Lease first = acquire().join();
        CompletableFuture<Lease> second = acquire();
        CompletableFuture<Lease> third = acquire();
        assertThat(second).isNotDone();

        first.complete(Outcome.SUCCESS);
        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
        assertThat(acquire()).isNotDone(); // whoever comes later waits behind

        second.join().close();
        assertThat(third).isCompleted();
    }

    @Test
    void isServedWhenABarFalls() {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder().monitors().panicThreshold(0).build());
        EndpointStats one = cluster.state().active().get(0);
        cluster.bar(one, Bar.MAINTENANCE);
        CompletableFuture<Lease> lease = acquire();
        assertThat(lease).isNotDone();

        cluster.unbar(one, Bar.MAINTENANCE);

        assertThat(lease).isCompleted();
    }

    @Test
    void givesUpInTimeAndSaysWhy() {
        CompletableFuture<Lease> lease = acquire();

        clock.advance(WAIT.minusMillis(1));
        assertThat(lease).isNotDone();
        clock.advance(Duration.ofMillis(1));

        assertThat(lease)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(NoEndpointException.class)
                .withMessageContaining("web: nothing is known of this service yet");
        assertThat(cluster.waiting()).isZero();
        assertThat(cluster.acquireAsync(PickContext.none(), Duration.ZERO)).isCompletedExceptionally();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.acquireAsync(PickContext.none(), Duration.ofSeconds(-1)))
                .withMessage("maxWait: PT-1S (expected: 0 or more)");
    }

    @Test
    void whoeverNoLongerWantsOneMakesRoomForOthers() {
        update(1, 1);
        Lease held = acquire().join();
        CompletableFuture<Lease> impatient = acquire();
        CompletableFuture<Lease> patient = acquire();

        impatient.cancel(false);
        held.close();

        assertThat(patient).isCompleted();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void doesNotLetAnEndlessQueueGrowAndEndsItWithTheCluster() {
        List<CompletableFuture<Lease>> all = new ArrayList<>();
        for (int i = 0; i < Waiters.MAX; i++) {
            all.add(acquire());
        }
        assertThat(acquire()).isCompletedExceptionally();

        cluster.close();

        assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(acquire()).isCompletedExceptionally();
    }

    @Test
    void nobodyIsForgottenWhenManyCompeteForFew() throws Exception {
        ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
        try {
            Cluster busy = new Cluster(
                    "web",
                    new ClusterRuntime(
                            System::nanoTime, () -> ThreadLocalRandom.current().nextLong(), control));
            busy.update(
                    Endpoints.snapshot("web", Endpoints.endpoints(2)),
                    ClusterConfig.builder().monitors().build());
            busy.state().active().forEach(one -> one.setLimit(1));
            AtomicInteger served = new AtomicInteger();

            Threads.race(8, thread -> {
                for (int i = 0; i < 2_000; i++) {
                    Lease lease = busy.acquireAsync(PickContext.none(), Duration.ofMinutes(1))
                            .get(2, TimeUnit.MINUTES);
                    served.incrementAndGet();
                    lease.complete(Outcome.SUCCESS);
                }
            });

            assertThat(served).hasValue(16_000);
            assertThat(busy.waiting()).isZero();
            assertThat(busy.state().active()).allMatch(one -> one.inFlight() == 0 && one.maxInFlight() == 1);
        } finally {
            control.shutdownNow();
        }
    }

    @Test
    void countsAndEndsLeasesThatWereForgotten() {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder().monitors().leakSampling(1).build());
        EndpointStats one = cluster.state().active().get(0);
        for (int i = 0; i < 100; i++) {
            cluster.acquire().complete(Outcome.SUCCESS);
        }
        forget();

        Eventually.holds("a lease is found to be lost", () -> {
            System.gc();
            return cluster.leakedLeases() > 0;
        });

        assertThat(cluster.leakedLeases()).isEqualTo(1);
        assertThat(one.inFlight()).isZero();
        assertThat(one.count(Outcome.CANCELLED)).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterConfig.builder().leakSampling(-1))
                .withMessage("leakSampling: -1 (expected: >= 0)");
    }

    @Test
    void whoDoesNotWaitIsNotHeldUpByOneWhoIsChoosy() {
        update(2, 1);
        EndpointStats free = cluster.state().active().get(1);
        assertThat(cluster.state().active().get(0).tryStart(0)).isTrue();
        CompletableFuture<Lease> choosy =
                cluster.acquireAsync(PickContext.create().exclude(free), WAIT);
        assertThat(choosy).isNotDone();

        assertThat(cluster.acquireAsync(PickContext.none(), Duration.ZERO)).isCompleted();
    }

    @Test
    void aStrategyThatThrowsEndsTheWaitOfOneAndOfNobodyElse() {
        AtomicBoolean breaks = new AtomicBoolean();
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder()
                        .monitors()
                        .maxInFlight(1)
                        .strategy(Strategies.of(candidates -> (context, now, attempt) -> {
                            if (breaks.get()) {
                                throw new IllegalStateException("on purpose");
                            }
                            return candidates.endpoints().get(0);
                        }))
                        .build());
        Lease held = cluster.acquire();
        CompletableFuture<Lease> first = acquire();
        breaks.set(true);
        acquire();
        assertThat(first).isCompletedExceptionally();
        breaks.set(false);

        CompletableFuture<Lease> last = acquire();
        held.close();
        last.join().close();
        assertThat(cluster.usage().inFlight()).isZero();
        assertThat(cluster.waiting()).isZero();
    }

    @Test
    void theControlThreadIsAskedOnceHoweverManyUsesEnd() {
        ManualClock queued = new ManualClock();
        Cluster busy = new Cluster("web", new ClusterRuntime(queued, new SplittableRandom(1), queued));
        busy.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder().monitors().maxInFlight(1).build());
        EndpointStats only = busy.state().active().get(0);
        assertThat(only.tryStart(0)).isTrue();
        busy.acquireAsync(PickContext.none(), WAIT);
        int before = queued.pending();

        for (int i = 0; i < 1_000; i++) {
            only.complete(Outcome.SUCCESS);
            only.tryStart(0);
        }

        assertThat(queued.pending() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void isServedWhenALimitIsRaised() {
        ClusterConfig.Builder config = ClusterConfig.builder().monitors();
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                config.maxInFlight(1).build());
        acquire().join();
        CompletableFuture<Lease> second = acquire();
        CompletableFuture<Lease> third = acquire();

        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                config.maxInFlight(2).build());
        assertThat(second).isCompleted();
        assertThat(third).isNotDone();

        cluster.state().active().get(0).setLimit(3);
        assertThat(third).isCompleted();
    }

    @Test
    void aForgottenLeaseDoesNotKeepAnEndpointFullForEver() {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder()
                        .monitors()
                        .leakSampling(1)
                        .maxInFlight(1)
                        .build());
        forget();

        Eventually.holds("the endpoint is found to be free", () -> {
            System.gc();
            return cluster.tryAcquire(PickContext.none()) != null;
        });
    }

    @Test
    void thoseWhoWaitAreToldOfTheEndByTheControlThread() {
        ManualClock queued = new ManualClock();
        Cluster closing = new Cluster("web", new ClusterRuntime(queued, new SplittableRandom(1), queued));
        CompletableFuture<Lease> lease = closing.acquireAsync(PickContext.none(), WAIT);

        closing.close();
        assertThat(lease).isNotDone(); // whoever hears of it may take locks

        queued.runDue();
        assertThat(lease).isCompletedExceptionally();
    }

    @Test
    void thoseWhoWaitAgainAtOnceGoDeepIntoNobodysStack() {
        ManualClock queued = new ManualClock();
        Cluster busy = new Cluster("web", new ClusterRuntime(queued, new SplittableRandom(1), queued));
        busy.update(
                Endpoints.snapshot("web", Endpoints.endpoints(1)),
                ClusterConfig.builder().monitors().maxInFlight(1).build());
        Lease held = busy.acquire();
        AtomicInteger left = new AtomicInteger(200_000);
        for (int i = 0; i < 3; i++) {
            useAgainAndAgain(busy, left);
        }

        held.close();
        queued.runDue();

        assertThat(left).hasNonPositiveValue();
    }

    private static void useAgainAndAgain(Cluster busy, AtomicInteger left) {
        busy.acquireAsync(PickContext.none(), WAIT).thenAccept(lease -> {
            lease.close();
            if (left.decrementAndGet() > 0) {
                useAgainAndAgain(busy, left);
            }
        });
    }

    private void forget() {
        assertThat(cluster.acquire().endpoint().id()).isEqualTo("task-0");
    }

    private CompletableFuture<Lease> acquire() {
        return cluster.acquireAsync(PickContext.none(), WAIT);
    }

    private void update(int count, int limit) {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(count)),
                ClusterConfig.builder().monitors().build());
        cluster.state().active().forEach(one -> one.setLimit(limit));
    }
}
