package io.evenkeel.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.cluster.RetryBudget;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Strategies;
import io.evenkeel.testing.Threads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallerTest {

    private final ConnectException refused = new ConnectException("refused");

    private final ManualClock clock = ManualClock.executing(Runnable::run);
    private final ClusterRuntime runtime = new ClusterRuntime(clock, new SplittableRandom(1), clock);
    private final Cluster cluster = new Cluster("web", runtime);
    private final List<Long> pauses = new ArrayList<>();
    private final List<String> used = new ArrayList<>();

    CallerTest() {
        update(3);
    }

    /* However a call ends, no use is left open. */
    @AfterEach
    void leavesNoUseOpen() {
        assertThat(cluster.usage().inFlight()).isZero();
    }

    @Test
    void triesAgainElsewhereIfNoConnectionCameAbout() throws Exception {
        String answer = caller(CallPolicy.defaults()).execute(lease -> {
            use(lease);
            if (used.size() < 3) {
                throw refused;
            }
            return "answer";
        });

        assertThat(answer).isEqualTo("answer");
        assertThat(new HashSet<>(used)).hasSize(3);
        assertThat(cluster.usage().count(Outcome.CONNECT_FAILED)).isEqualTo(2);
        assertThat(cluster.usage().count(Outcome.SUCCESS)).isEqualTo(1);
        assertThat(pauses.get(0)).isBetween(12_500_000L, 25_000_000L);
        assertThat(pauses.get(1)).isBetween(25_000_000L, 50_000_000L);
    }

    @Test
    void doesNotRepeatWhatMayHaveBeenDone() {
        for (Exception problem :
                List.of(new IOException("broke"), new SocketTimeoutException(), new IllegalStateException())) {
            used.clear();
            assertThatThrownBy(() -> caller(CallPolicy.defaults()).execute(lease -> {
                        use(lease);
                        throw problem;
                    }))
                    .isSameAs(problem);
            assertThat(used).hasSize(1);
        }
        assertThat(cluster.usage().count(Outcome.RESET)).isEqualTo(1);
        assertThat(cluster.usage().count(Outcome.TIMEOUT)).isEqualTo(1);
        assertThat(cluster.usage().count(Outcome.FAILURE)).isEqualTo(1);
    }

    @Test
    void repeatsWhatIsIdempotentAndKeepsWhatWasThrownBefore() {
        List<IOException> thrown = new ArrayList<>();
        assertThatThrownBy(() -> caller(CallPolicy.idempotent()).execute(lease -> {
                    thrown.add(new IOException("attempt " + thrown.size()));
                    throw thrown.get(thrown.size() - 1);
                }))
                .isSameAs(thrown.get(2))
                .hasSuppressedException(thrown.get(1));
        assertThat(thrown).hasSize(3);
    }

    @Test
    void aCallCanSayItselfHowItWentAndItsLastValueCounts() throws Exception {
        int status = caller(CallPolicy.idempotent()).execute(lease -> {
            use(lease);
            lease.complete(Outcome.FAILURE);
            return 500 + used.size();
        });

        assertThat(status).isEqualTo(503);
        assertThat(cluster.usage().count(Outcome.FAILURE)).isEqualTo(3);
    }

    @Test
    void beginsAgainWithEveryoneWhenEveryoneWasTried() {
        update(2);
        assertThatThrownBy(() -> caller(CallPolicy.idempotent().withAttempts(4)).execute(lease -> {
                    use(lease);
                    throw refused;
                }))
                .isSameAs(refused);

        assertThat(used).hasSize(4);
        assertThat(used.get(0)).isNotEqualTo(used.get(1));
    }

    @Test
    void stopsWhenTheBudgetIsSpent() {
        int calls = 200;
        for (int i = 0; i < calls; i++) {
            assertThatThrownBy(() -> caller(CallPolicy.idempotent()).execute(lease -> {
                        use(lease);
                        throw refused;
                    }))
                    .isSameAs(refused);
        }
        assertThat(used.size() - calls).isEqualTo(RetryBudget.FLOOR + calls / 5);
    }

    @Test
    void stopsAtTheDeadline() {
        CallPolicy policy = CallPolicy.idempotent().withAttempts(10).withTimeouts(Duration.ZERO, Duration.ofSeconds(1));
        assertThatThrownBy(() -> caller(policy).execute(lease -> {
                    use(lease);
                    clock.advance(Duration.ofMillis(600));
                    throw refused;
                }))
                .isSameAs(refused);
        assertThat(used).hasSize(2);
    }

    @Test
    void saysWhenThereIsNobody() {
        update(0);
        assertThatThrownBy(() -> caller(CallPolicy.defaults()).execute(lease -> "never"))
                .isInstanceOf(NoEndpointException.class);
    }

    @Test
    void anErrorEndsTheUseAndGoesThrough() {
        assertThatThrownBy(() -> caller(CallPolicy.idempotent()).execute(lease -> {
                    throw new AssertionError("on purpose");
                }))
                .isInstanceOf(AssertionError.class);
        assertThat(cluster.usage().count(Outcome.FAILURE)).isEqualTo(1);
    }

    @Test
    void anInterruptedCallIsNotRepeatedAndTheThreadStaysInterrupted() {
        assertThatThrownBy(() -> caller(CallPolicy.idempotent()).execute(lease -> {
                    use(lease);
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(used).hasSize(1);
        assertThat(cluster.usage().count(Outcome.CANCELLED)).isEqualTo(1);
    }

    @Test
    void triesAgainElsewhereWithoutBlocking() {
        CompletableFuture<String> answer = caller(CallPolicy.defaults()).executeAsync(lease -> {
            use(lease);
            return used.size() < 3
                    ? CompletableFuture.failedFuture(new CompletionException(refused))
                    : CompletableFuture.completedFuture("answer");
        });
        assertThat(answer).isNotDone();

        clock.advance(Duration.ofSeconds(1));

        assertThat(answer).isCompletedWithValue("answer");
        assertThat(new HashSet<>(used)).hasSize(3);
        assertThat(pending()).isZero();
    }

    @Test
    void anAsynchronousCallThatThrowsOrTakesTooLongHasFailed() {
        CompletableFuture<String> threw = caller(CallPolicy.defaults()).executeAsync(lease -> {
            throw new IOException("on purpose");
        });
        assertThat(threw).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(IOException.class);

        List<CompletableFuture<String>> works = new ArrayList<>();
        CompletableFuture<String> late = caller(
                        CallPolicy.idempotent().withAttempts(2).withTimeouts(Duration.ofMillis(100), Duration.ZERO))
                .executeAsync(lease -> {
                    works.add(new CompletableFuture<>());
                    return works.get(works.size() - 1);
                });
        clock.advance(Duration.ofSeconds(1));

        assertThat(late).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
        assertThat(works).hasSize(2).allMatch(CompletableFuture::isCancelled);
        assertThat(cluster.usage().count(Outcome.TIMEOUT)).isEqualTo(2);
    }

    @Test
    void cancellingStopsTheWorkAndTheRetries() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> answer = caller(CallPolicy.idempotent()).executeAsync(lease -> {
            use(lease);
            return work;
        });

        answer.cancel(true);
        clock.advance(Duration.ofSeconds(1));

        assertThat(work).isCancelled();
        assertThat(used).hasSize(1);
        assertThat(cluster.usage().count(Outcome.CANCELLED)).isEqualTo(1);
    }

    @Test
    void waitsForAnEndpointIfItMay() {
        update(0);
        CompletableFuture<String> answer = caller(CallPolicy.defaults().withMaxWait(Duration.ofSeconds(5)))
                .executeAsync(lease -> CompletableFuture.completedFuture("answer"));
        clock.advance(Duration.ofSeconds(4));
        assertThat(answer).isNotDone();

        update(1);
        assertThat(answer).isCompletedWithValue("answer");

        update(0);
        CompletableFuture<String> never = caller(CallPolicy.defaults().withMaxWait(Duration.ofSeconds(5)))
                .executeAsync(lease -> CompletableFuture.completedFuture("answer"));
        clock.advance(Duration.ofSeconds(5));
        assertThat(never).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(NoEndpointException.class);
    }

    @Test
    void beginsASecondAttemptElsewhereWhenTheFirstIsSlowerThanNearlyAll() {
        Caller hedging = caller(CallPolicy.idempotent().withHedging());
        knowLatencies();
        List<CompletableFuture<String>> works = new ArrayList<>();
        CompletableFuture<String> answer = hedging.executeAsync(lease -> {
            use(lease);
            works.add(new CompletableFuture<>());
            return works.get(works.size() - 1);
        });
        clock.advance(Duration.ofMillis(9));
        assertThat(works).hasSize(1);
        clock.advance(Duration.ofMillis(3));
        assertThat(works).hasSize(2);
        assertThat(used.get(0)).isNotEqualTo(used.get(1));

        works.get(1).complete("second");

        assertThat(answer).isCompletedWithValue("second");
        assertThat(works.get(0)).isCancelled();
        assertThat(cluster.usage().count(Outcome.CANCELLED)).isEqualTo(1);
        assertThat(pending()).isZero();
    }

    @Test
    void doesNotHedgeWhatItKnowsTooLittleOfOrWhatIsQuick() {
        Caller hedging = caller(CallPolicy.idempotent().withHedging());
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> answer = hedging.executeAsync(lease -> {
            use(lease);
            return work;
        });
        clock.advance(Duration.ofHours(1));
        assertThat(used).hasSize(1);
        work.complete("answer");
        assertThat(answer).isCompleted();
        knowLatencies();
        assertThat(hedging.executeAsync(lease -> CompletableFuture.completedFuture("at once")))
                .isCompleted();
        assertThat(pending()).isZero();
    }

    @Test
    void aClassifierThatThrowsOrKnowsNothingHasSaidFailure() {
        CallPolicy throwing = CallPolicy.idempotent().withAttempts(1).withClassifier(problem -> {
            throw new IllegalArgumentException("on purpose");
        });
        CallPolicy silent = CallPolicy.idempotent().withAttempts(1).withClassifier(problem -> null);
        for (CallPolicy policy : List.of(throwing, silent)) {
            assertThatThrownBy(() -> caller(policy).execute(lease -> {
                        throw refused;
                    }))
                    .isSameAs(refused);
            assertThat(caller(policy).executeAsync(lease -> CompletableFuture.failedFuture(refused)))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCause(refused);
        }
        assertThat(cluster.usage().count(Outcome.FAILURE)).isEqualTo(4);
    }

    @Test
    void anErrorOfAnAsynchronousCallIsNotRepeated() {
        AssertionError error = new AssertionError("on purpose");
        assertThat(caller(CallPolicy.idempotent()).executeAsync(lease -> {
                    use(lease);
                    throw error;
                }))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCause(error);
        assertThat(used).hasSize(1);
        assertThat(cluster.usage().count(Outcome.FAILURE)).isEqualTo(1);
    }

    @Test
    void doesNotPauseUntilItIsTooLate() {
        CallPolicy policy = CallPolicy.idempotent()
                .withPause(Duration.ofSeconds(4))
                .withTimeouts(Duration.ZERO, Duration.ofSeconds(2));
        assertThatThrownBy(() -> caller(policy).execute(lease -> {
                    throw refused;
                }))
                .isSameAs(refused);
        assertThat(pauses).isEmpty();

        assertThat(caller(policy).executeAsync(lease -> CompletableFuture.failedFuture(refused)))
                .failsWithin(Duration.ZERO);
        assertThat(pending()).isZero();
    }

    @Test
    void anAsynchronousCallEndsAtItsDeadline() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CallPolicy policy = CallPolicy.defaults().withTimeouts(Duration.ZERO, Duration.ofSeconds(1));
        CompletableFuture<String> answer = caller(policy).executeAsync(lease -> work);

        clock.advance(Duration.ofMillis(999));
        assertThat(answer).isNotDone();
        clock.advance(Duration.ofMillis(1));

        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(TimeoutException.class)
                .withMessageContaining("PT1S");
        assertThat(work).isCancelled();
        assertThat(cluster.usage().count(Outcome.TIMEOUT)).isEqualTo(1);
        assertThat(pending()).isZero();
    }

    @Test
    void theDeadlineIsKeptWhileThereIsNobodyToo() {
        update(0);
        CallPolicy policy = CallPolicy.defaults()
                .withMaxWait(Duration.ofMinutes(1))
                .withTimeouts(Duration.ZERO, Duration.ofSeconds(1));
        CompletableFuture<String> answer =
                caller(policy).executeAsync(lease -> CompletableFuture.completedFuture("never"));
        clock.advance(Duration.ofSeconds(1));

        assertThat(answer).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
        assertThat(cluster.waiting()).isZero();
        assertThat(pending()).isZero();
    }

    @Test
    void doesNotHedgeAtTheSameEndpointNorPayForIt() {
        update(1);
        knowLatencies();
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> answer = caller(CallPolicy.idempotent().withHedging())
                .executeAsync(lease -> {
                    use(lease);
                    return work;
                });
        int before = RetryBudget.FLOOR;

        clock.advance(Duration.ofMillis(20));

        assertThat(used).hasSize(1);
        work.complete("answer");
        assertThat(answer).isCompleted();
        int left = 0;
        while (cluster.retryBudget().tryRetry()) {
            left++;
        }
        assertThat(left).isEqualTo(before);
    }

    @Test
    void whatLosesAgainstAHedgeOrTakesTooLongCountsAsSlow() {
        knowLatencies();
        CallPolicy policy = CallPolicy.idempotent().withHedging().withPause(Duration.ZERO);
        Caller hedging = caller(policy);
        for (int i = 0; i < 50; i++) {
            List<CompletableFuture<String>> works = new ArrayList<>();
            CompletableFuture<String> answer = hedging.executeAsync(lease -> {
                works.add(new CompletableFuture<>());
                return works.get(works.size() - 1);
            });
            clock.advance(Duration.ofMillis(40));
            works.get(works.size() - 1).complete("answer");
            assertThat(answer).isCompleted();
        }
        assertThat(cluster.latencies().quantile(0.9, 1, clock.nanos()))
                .isGreaterThan(Duration.ofMillis(30).toNanos());
    }

    @Test
    void stopsWhatIsBegunWhileItIsCancelled() {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        List<CompletableFuture<String>> works = new ArrayList<>();
        CallPolicy policy = CallPolicy.idempotent().withTimeouts(Duration.ofMinutes(1), Duration.ofMinutes(2));
        answers.add(caller(policy).executeAsync(lease -> {
            if (answers.isEmpty()) {
                throw refused;
            }
            answers.get(0).cancel(true);
            works.add(new CompletableFuture<>());
            return works.get(0);
        }));

        clock.advance(Duration.ofSeconds(1));

        assertThat(works).hasSize(1).allMatch(CompletableFuture::isCancelled);
        assertThat(pending()).isZero();
    }

    @Test
    void aWorkThatCannotBeCancelledHarmsNobody() {
        CompletableFuture<String> stubborn = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                throw new IllegalStateException("on purpose");
            }
        };
        CallPolicy policy = CallPolicy.defaults().withTimeouts(Duration.ofSeconds(1), Duration.ZERO);
        CompletableFuture<String> answer = caller(policy).executeAsync(lease -> stubborn);
        answer.cancel(true);
        assertThat(pending()).isZero();

        CompletableFuture<String> late = caller(policy).executeAsync(lease -> stubborn);
        clock.advance(Duration.ofSeconds(1));
        assertThat(late).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void whatAnEndpointWouldNotHaveGoesElsewhereForFree() throws Exception {
        CallPolicy once = CallPolicy.defaults().withAttempts(1);
        Call<String> third = lease -> {
            use(lease);
            if (used.size() < 3) {
                throw new NotSentException("on purpose", null);
            }
            return "answer";
        };
        assertThat(caller(once).execute(third)).isEqualTo("answer");
        assertThat(new HashSet<>(used)).hasSize(3);
        assertThat(pauses).isEmpty();

        used.clear();
        assertThat(caller(once).executeAsync(lease -> CompletableFuture.completedFuture(third.apply(lease))))
                .isCompletedWithValue("answer");
        assertThat(new HashSet<>(used)).hasSize(3);
    }

    @Test
    void whatNobodyWillHaveIsNotCarriedAroundForEver() {
        update(20);
        CallPolicy once = CallPolicy.defaults().withAttempts(1);
        assertThatThrownBy(() -> caller(once).execute(lease -> {
                    use(lease);
                    throw new NotSentException("on purpose", null);
                }))
                .isInstanceOf(NotSentException.class);
        assertThat(used).hasSize(11).doesNotHaveDuplicates();

        used.clear();
        assertThat(caller(once).executeAsync(lease -> {
                    use(lease);
                    throw new NotSentException("on purpose", null);
                }))
                .isCompletedExceptionally();
        assertThat(used).hasSize(11).doesNotHaveDuplicates();
    }

    @Test
    void aBlockingCallWaitsForAnEndpointIfItMay() throws Exception {
        update(0);
        CallPolicy patient = CallPolicy.defaults().withMaxWait(Duration.ofMinutes(5));
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return caller(patient).execute(lease -> "answer");
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        Eventually.holds("one waits", () -> cluster.waiting() == 1);

        update(1);

        assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo("answer");
    }

    @Test
    void whoeverIsInterruptedWaitsNoLongerAndTheThreadStaysInterrupted() {
        update(0);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> caller(CallPolicy.defaults().withMaxWait(Duration.ofMinutes(5)))
                        .execute(lease -> "never"))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cluster.waiting()).isZero();

        update(1);
        Caller interrupted = new Caller(cluster, runtime, CallPolicy.idempotent(), nanos -> {
            throw new InterruptedException();
        });
        assertThatThrownBy(() -> interrupted.execute(lease -> {
                    throw refused;
                }))
                .isInstanceOf(InterruptedException.class)
                .hasSuppressedException(refused);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anAnswerThatIsNotGoodIsBetterThanNone() throws Exception {
        update(1);
        Call<String> busy = lease -> {
            lease.complete(Outcome.FAILURE);
            update(0);
            return "503";
        };
        String answer = caller(CallPolicy.idempotent()).execute(busy);
        assertThat(answer).isEqualTo("503");

        update(1);
        CompletableFuture<String> later = caller(CallPolicy.idempotent())
                .executeAsync(lease -> CompletableFuture.completedFuture(busy.apply(lease)));
        clock.advance(Duration.ofSeconds(1));
        assertThat(later).isCompletedWithValue("503");
    }

    @Test
    void timesThatAreTooLongForAnyClockAreAsGoodAsNone() throws Exception {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        CallPolicy patient = CallPolicy.defaults()
                .withMaxWait(forEver)
                .withTimeouts(forEver, forEver)
                .withPause(forEver);
        String answer = caller(patient).execute(lease -> "answer");
        assertThat(answer).isEqualTo("answer");
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> later = caller(patient).executeAsync(lease -> work);
        clock.advance(Duration.ofDays(1));
        work.complete("answer");
        assertThat(later).isCompletedWithValue("answer");
        assertThat(pending()).isZero();
    }

    @Test
    void anErrorOfAClassifierEndsTheCall() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> answer = caller(CallPolicy.defaults().withClassifier(problem -> {
                    throw new NoClassDefFoundError("on purpose");
                }))
                .executeAsync(lease -> work);
        work.completeExceptionally(new IllegalStateException("broken"));
        assertThat(answer).failsWithin(Duration.ZERO);
    }

    @Test
    void aStrategyThatThrowsEndsTheCall() {
        AtomicInteger picks = new AtomicInteger();
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(2)),
                ClusterConfig.builder()
                        .strategy(Strategies.of(candidates -> (context, now, attempt) -> {
                            if (picks.incrementAndGet() > 1) {
                                throw new IllegalStateException("on purpose");
                            }
                            return candidates.endpoints().get(0);
                        }))
                        .monitors()
                        .build());
        CompletableFuture<String> answer =
                caller(CallPolicy.defaults()).executeAsync(lease -> CompletableFuture.failedFuture(refused));
        clock.advance(Duration.ofSeconds(1));

        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void everyAsynchronousCallEndsWhateverBecomesOfIt() throws Exception {
        ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1);
        control.setRemoveOnCancelPolicy(true);
        try {
            Cluster busy = new Cluster(
                    "web",
                    new ClusterRuntime(
                            System::nanoTime, () -> ThreadLocalRandom.current().nextLong(), control));
            busy.update(
                    Endpoints.snapshot("web", Endpoints.endpoints(8)),
                    ClusterConfig.builder().monitors().maxInFlight(200).build());
            CallPolicy policy = CallPolicy.idempotent()
                    .withHedging()
                    .withPause(Duration.ofNanos(1))
                    .withMaxWait(Duration.ofMillis(20))
                    .withTimeouts(Duration.ofMillis(5), Duration.ofMillis(50));
            Caller caller = new Caller(busy, new ClusterRuntime(System::nanoTime, new Random(1), control), policy);
            AtomicInteger ends = new AtomicInteger();

            Threads.race(4, thread -> {
                SplittableRandom random = new SplittableRandom(thread);
                Semaphore inFlight = new Semaphore(500);
                for (int i = 0; i < 25_000; i++) {
                    inFlight.acquire();
                    CompletableFuture<String> answer = caller.executeAsync(lease -> anything(lease, random.split()));
                    answer.whenComplete((value, problem) -> {
                        ends.incrementAndGet();
                        inFlight.release();
                    });
                    if (random.nextInt(20) == 0) {
                        answer.cancel(true);
                    }
                }
                inFlight.acquire(500); // all have ended
            });

            assertThat(ends).hasValue(100_000);
            assertThat(busy.usage().inFlight()).isZero();
            assertThat(busy.waiting()).isZero();
            Eventually.holds("no timer is left", () -> control.getQueue().isEmpty());
        } finally {
            control.shutdownNow();
        }
    }

    private static CompletableFuture<String> anything(Lease lease, SplittableRandom random) throws IOException {
        return switch (random.nextInt(8)) {
            case 0 -> throw new IOException("on purpose");
            case 1 -> CompletableFuture.failedFuture(new ConnectException("on purpose"));
            case 2 -> throw new NotSentException("on purpose", null);
            case 3 -> {
                lease.complete(Outcome.FAILURE);
                yield CompletableFuture.completedFuture("503");
            }
            case 4 -> random.nextInt(50) == 0 ? new CompletableFuture<>() : CompletableFuture.completedFuture("answer");
            case 5 -> CompletableFuture.supplyAsync(() -> "answer");
            default -> CompletableFuture.completedFuture("answer");
        };
    }

    @Test
    void leavesNothingOpenWhateverThreadsDo() throws Exception {
        Caller caller = caller(CallPolicy.idempotent().withPause(Duration.ZERO));
        AtomicInteger answers = new AtomicInteger();
        Threads.race(4, thread -> {
            for (int i = 0; i < 5_000; i++) {
                try {
                    caller.execute(lease -> switch (ThreadLocalRandom.current().nextInt(4)) {
                        case 0 -> throw new IOException("on purpose");
                        case 1 -> throw refused;
                        default -> "answer";
                    });
                    answers.incrementAndGet();
                } catch (IOException e) {
                    // as likely as not
                }
            }
        });
        assertThat(answers.get()).isPositive();
        assertThat(cluster.usage().count(Outcome.SUCCESS)).isEqualTo(answers.get());
    }

    @Test
    void namesWhatIsWrongWithItsSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallPolicy.defaults().withAttempts(0))
                .withMessage("attempts: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallPolicy.defaults().withPause(Duration.ofMillis(-1)))
                .withMessage("pause: PT-0.001S (expected: 0 or more)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallPolicy.defaults().withHedging())
                .withMessage("hedging: true (expected: only for idempotent calls)");
    }

    @Test
    void readsExceptionsAsThePlatformMeansThem() {
        assertThat(CallPolicy.classify(new CompletionException(refused))).isEqualTo(Outcome.CONNECT_FAILED);
        assertThat(CallPolicy.classify(new TimeoutException())).isEqualTo(Outcome.TIMEOUT);
        assertThat(CallPolicy.classify(new CancellationException())).isEqualTo(Outcome.CANCELLED);
        assertThat(CallPolicy.classify(new IOException())).isEqualTo(Outcome.RESET);
        assertThat(CallPolicy.classify(new IllegalStateException())).isEqualTo(Outcome.FAILURE);
    }

    private Caller caller(CallPolicy policy) {
        return new Caller(cluster, runtime, policy, pauses::add);
    }

    private void use(Lease lease) {
        used.add(lease.endpoint().id());
    }

    private void knowLatencies() {
        for (int i = 0; i < 100; i++) {
            cluster.latencies().record(10_000_000, clock.nanos());
        }
    }

    private int pending() {
        return clock.pending();
    }

    private void update(int count) {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(count)),
                ClusterConfig.builder()
                        .strategy(Strategy.roundRobin())
                        .monitors()
                        .build());
    }
}
