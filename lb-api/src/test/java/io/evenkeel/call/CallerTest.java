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
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Threads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
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
        for (int i = 0; i < 100; i++) {
            cluster.latencies().record(10_000_000, clock.nanos());
        }
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
        for (int i = 0; i < 100; i++) {
            cluster.latencies().record(10_000_000, clock.nanos());
        }
        assertThat(hedging.executeAsync(lease -> CompletableFuture.completedFuture("at once")))
                .isCompleted();
        assertThat(pending()).isZero();
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
