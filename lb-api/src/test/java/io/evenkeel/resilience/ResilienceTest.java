package io.evenkeel.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.call.CallPolicy;
import io.evenkeel.call.Caller;
import io.evenkeel.call.NotSentException;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RequestNotPermitted;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ResilienceTest {

    private final ManualClock clock = ManualClock.executing(Runnable::run);
    private final ClusterRuntime runtime = new ClusterRuntime(clock, new SplittableRandom(1), clock);
    private final Cluster cluster = new Cluster("web", runtime);
    private final Caller once = caller(CallPolicy.defaults().withAttempts(1));
    private final List<String> used = new ArrayList<>();

    ResilienceTest() {
        update(4);
    }

    @Test
    void refusesTheCallerOfAnotherService() {
        Resilience guarded = Resilience.around(new Cluster("db", runtime)).build();

        assertThatThrownBy(() -> guarded.execute(once, lease -> "never"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("caller: of web (expected: of db)");
    }

    @Test
    void barsAnEndpointWhileItsCircuitBreakerIsOpen() throws Exception {
        Resilience guarded = Resilience.around(cluster)
                .endpointCircuitBreaker(CircuitBreakerConfig.custom()
                        .slidingWindowSize(4)
                        .minimumNumberOfCalls(4)
                        .waitDurationInOpenState(Duration.ofHours(1))
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build())
                .build();
        EndpointStats bad = cluster.state().active().get(1);
        for (int i = 0; i < 16; i++) {
            try {
                guarded.execute(once, lease -> {
                    if (lease.stats() == bad) {
                        throw new IOException("on purpose");
                    }
                    return "answer";
                });
            } catch (IOException e) {
                // until the breaker has seen enough
            }
        }
        assertThat(bad.isBarred(Bar.CIRCUIT_OPEN)).isTrue();
        assertThat(bad.count(Outcome.RESET)).isEqualTo(4);
        for (int i = 0; i < 40; i++) {
            EndpointStats picked = guarded.execute(once, lease -> lease.stats());
            assertThat(picked).isNotSameAs(bad);
        }

        CircuitBreaker breaker = guarded.circuitBreaker(bad);
        breaker.transitionToHalfOpenState();
        assertThat(bad.isBarred()).isFalse();
        for (int i = 0; i < 40; i++) {
            guarded.execute(once, lease -> used.add(lease.endpoint().id()));
        }
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(new HashSet<>(used)).hasSize(4);
    }

    @Test
    void countsWhatACallSaysItselfAgainstTheBreaker() throws Exception {
        Resilience guarded = Resilience.around(cluster)
                .endpointCircuitBreaker(CircuitBreakerConfig.custom()
                        .slidingWindowSize(1)
                        .minimumNumberOfCalls(1)
                        .build())
                .build();

        int status = guarded.execute(once, lease -> {
            lease.complete(Outcome.FAILURE);
            return 503;
        });

        assertThat(status).isEqualTo(503);
        assertThat(cluster.state().active().stream().filter(EndpointStats::isBarred))
                .hasSize(1);
    }

    @Test
    void sendsElsewhereWhatAGuardOfTheEndpointRefuses() throws Exception {
        Resilience guarded = Resilience.around(cluster)
                .endpointBulkhead(BulkheadConfig.custom().maxConcurrentCalls(1).build())
                .build();
        Caller caller = caller(CallPolicy.defaults().withAttempts(4).withPause(Duration.ZERO));

        String seen = guarded.execute(caller, outer -> {
            List<String> inner = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                inner.add(guarded.execute(caller, lease -> lease.endpoint().id()));
            }
            assertThat(inner).doesNotContain(outer.endpoint().id());
            return outer.endpoint().id();
        });

        assertThat(seen).startsWith("task-");
        assertThat(cluster.usage().inFlight()).isZero();
        assertThat(cluster.usage().count(Outcome.CANCELLED)).isPositive(); // refusals, which are nobody's fault
    }

    @Test
    void limitsTheRateOfAnEndpoint() {
        Resilience guarded = Resilience.around(cluster)
                .endpointRateLimiter(RateLimiterConfig.custom()
                        .limitForPeriod(2)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ZERO)
                        .build())
                .build();
        int answers = 0;
        for (int i = 0; i < 20; i++) {
            try {
                guarded.execute(once, lease -> "answer");
                answers++;
            } catch (Exception e) {
                assertThat(e).hasMessageContaining("RateLimiter 'web task-");
            }
        }
        assertThat(answers).isEqualTo(8);
    }

    @Test
    void guardsTheWholeServiceToo() throws Exception {
        Bulkhead bulkhead =
                Bulkhead.of("web", BulkheadConfig.custom().maxConcurrentCalls(1).build());
        Resilience full = Resilience.around(cluster).serviceBulkhead(bulkhead).build();
        full.execute(once, outer -> {
            assertThatThrownBy(() -> full.execute(once, lease -> "never")).isInstanceOf(BulkheadFullException.class);
            return "done";
        });

        CircuitBreaker breaker = CircuitBreaker.ofDefaults("web");
        breaker.transitionToForcedOpenState();
        Resilience open =
                Resilience.around(cluster).serviceCircuitBreaker(breaker).build();
        assertThatThrownBy(() -> open.execute(once, lease -> "never")).isInstanceOf(CallNotPermittedException.class);

        RateLimiter limiter = RateLimiter.of(
                "web",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
        Resilience limited =
                Resilience.around(cluster).serviceRateLimiter(limiter).build();
        limited.execute(once, lease -> "answer");
        assertThatThrownBy(() -> limited.execute(once, lease -> "never")).isInstanceOf(RequestNotPermitted.class);

        AtomicInteger tries = new AtomicInteger();
        Resilience retrying = Resilience.around(cluster)
                .serviceRetry(Retry.of(
                        "web",
                        RetryConfig.custom()
                                .maxAttempts(3)
                                .waitDuration(Duration.ofMillis(1))
                                .build()))
                .build();
        assertThatThrownBy(() -> retrying.execute(once, lease -> {
                    tries.incrementAndGet();
                    throw new IOException("on purpose");
                }))
                .isInstanceOf(IOException.class);
        assertThat(tries).hasValue(3);
    }

    @Test
    void guardsAsynchronousCalls() {
        CircuitBreaker breaker = CircuitBreaker.of(
                "web",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(1)
                        .minimumNumberOfCalls(1)
                        .build());
        Resilience guarded = Resilience.around(cluster)
                .endpointBulkhead(BulkheadConfig.custom().maxConcurrentCalls(1).build())
                .serviceCircuitBreaker(breaker)
                .build();
        CompletableFuture<String> work = new CompletableFuture<>();

        CompletableFuture<String> answer = guarded.executeAsync(once, PickContext.none(), clock, lease -> work);
        assertThat(answer).isNotDone();
        work.completeExceptionally(new IOException("on purpose"));

        assertThat(answer).isCompletedExceptionally();
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(guarded.executeAsync(once, PickContext.none(), clock, lease -> work))
                .isCompletedExceptionally();
        assertThat(cluster.usage().inFlight()).isZero();
    }

    @Test
    void aCallThatTakesTooLongGivesItsPlaceInTheBulkheadBackAndCountsAgainstTheBreaker() {
        update(1);
        Resilience guarded = Resilience.around(cluster)
                .endpointBulkhead(BulkheadConfig.custom().maxConcurrentCalls(1).build())
                .endpointCircuitBreaker(CircuitBreakerConfig.custom()
                        .slidingWindowSize(2)
                        .minimumNumberOfCalls(2)
                        .build())
                .build();
        Caller impatient =
                caller(CallPolicy.defaults().withAttempts(1).withTimeouts(Duration.ofSeconds(1), Duration.ZERO));
        for (int i = 0; i < 2; i++) {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> answer =
                    guarded.executeAsync(impatient, PickContext.none(), clock, lease -> work);
            clock.advance(Duration.ofSeconds(1));

            assertThat(answer)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(TimeoutException.class);
            assertThat(work).isCancelled();
        }
        assertThat(cluster.state().active().get(0).isBarred(Bar.CIRCUIT_OPEN)).isTrue();
    }

    @Test
    void whatIsCancelledCountsNeitherForNorAgainstABreaker() {
        update(1);
        CircuitBreakerConfig sensitive = CircuitBreakerConfig.custom()
                .slidingWindowSize(1)
                .minimumNumberOfCalls(1)
                .build();
        CircuitBreaker breaker = CircuitBreaker.of("web", sensitive);
        Resilience guarded = Resilience.around(cluster)
                .endpointCircuitBreaker(sensitive)
                .serviceCircuitBreaker(breaker)
                .serviceBulkhead(Bulkhead.of(
                        "web", BulkheadConfig.custom().maxConcurrentCalls(1).build()))
                .serviceRetry(Retry.ofDefaults("web"))
                .build();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> answer = guarded.executeAsync(once, PickContext.none(), clock, lease -> work);
            assertThat(answer).isNotDone();

            answer.cancel(true);
            clock.advance(Duration.ofSeconds(10));

            assertThat(work).isCancelled();
        }
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        EndpointStats endpoint = cluster.state().active().get(0);
        assertThat(guarded.circuitBreaker(endpoint).getMetrics().getNumberOfBufferedCalls())
                .isZero();
        assertThat(cluster.usage().inFlight()).isZero();
    }

    @Test
    void aBreakerThatCannotJudgeKeepsNobodyFromHearingOfTheCall() throws Exception {
        Resilience guarded = Resilience.around(cluster)
                .endpointCircuitBreaker(CircuitBreakerConfig.custom()
                        .recordException(problem -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .build())
                .build();
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> answer = guarded.executeAsync(once, PickContext.none(), clock, lease -> work);
        work.completeExceptionally(new IOException("broken"));
        assertThat(answer).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(IOException.class);

        assertThatThrownBy(() -> guarded.execute(once, lease -> {
                    throw new IOException("broken");
                }))
                .isInstanceOf(IOException.class);
        assertThat(cluster.usage().inFlight()).isZero();
    }

    @Test
    void aBulkheadThatRefusesLeavesTheBreakerAsItWas() throws Exception {
        update(1);
        Resilience guarded = Resilience.around(cluster)
                .endpointBulkhead(BulkheadConfig.custom().maxConcurrentCalls(1).build())
                .endpointCircuitBreaker(CircuitBreakerConfig.custom()
                        .slidingWindowSize(1)
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .build())
                .build();
        CircuitBreaker breaker = guarded.circuitBreaker(cluster.state().active().get(0));
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();

        String answer = guarded.execute(once, outer -> {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> guarded.execute(once, lease -> "never"))
                        .isInstanceOf(NotSentException.class)
                        .hasCauseInstanceOf(BulkheadFullException.class);
            }
            return "answer";
        });
        assertThat(answer).isEqualTo("answer");
        String second = guarded.execute(once, lease -> "second");
        assertThat(second).isEqualTo("second");
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void guardsOfAnEndpointThatIsGoneAreForgotten() throws Exception {
        Resilience guarded = Resilience.around(cluster)
                .endpointCircuitBreaker(CircuitBreakerConfig.ofDefaults())
                .build();
        for (int i = 0; i < 4; i++) {
            guarded.execute(once, lease -> "answer");
        }
        WeakReference<EndpointStats> gone =
                new WeakReference<>(cluster.state().active().get(3));
        update(1);
        clock.advance(Duration.ofHours(1)); // until its uses are history
        update(2);
        update(1);

        Eventually.holds("the endpoint is forgotten", () -> {
            System.gc();
            return gone.refersTo(null);
        });
    }

    private void update(int count) {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(count)),
                ClusterConfig.builder()
                        .strategy(Strategy.roundRobin())
                        .monitors()
                        .build());
    }

    private Caller caller(CallPolicy policy) {
        return new Caller(cluster, runtime, policy);
    }
}
