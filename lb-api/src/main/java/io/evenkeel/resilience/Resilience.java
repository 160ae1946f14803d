package io.evenkeel.resilience;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.evenkeel.call.AsyncCall;
import io.evenkeel.call.Call;
import io.evenkeel.call.Caller;
import io.evenkeel.call.NotSentException;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.strategy.PickContext;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Resilience4j's guards around the calls of one service.
 *
 * <pre>{@code
 * Resilience guarded = Resilience.around(lb.cluster("/shop/web"))
 *         .endpointCircuitBreaker(CircuitBreakerConfig.ofDefaults())
 *         .serviceBulkhead(Bulkhead.ofDefaults("web"))
 *         .build();
 * String page = guarded.execute(lb.caller("/shop/web", CallPolicy.idempotent()), lease -> get(lease.address()));
 * }</pre>
 *
 * <p>Guards of an endpoint stand around each attempt, and one that refuses sends the attempt elsewhere. While an endpoint's
 * circuit breaker is open the endpoint is barred, so that it is not even picked; picks themselves know nothing of guards.
 * Guards of the service stand around the whole call with all its attempts. From the outside in they are, as Resilience4j
 * would have it: retry, circuit breaker, rate limiter, bulkhead. What was cancelled counts neither for nor
 * against anyone. There is no retry per endpoint, since the next attempt had better go elsewhere: that is what {@link io.evenkeel.call.CallPolicy} does.
 *
 * <p>Thread-safe. Each guard costs what Resilience4j says it does, some of them an allocation a call.
 */
public final class Resilience {

    private final Cluster cluster;
    private final @Nullable CircuitBreakerConfig endpointCircuitBreaker;
    private final @Nullable BulkheadConfig endpointBulkhead;
    private final @Nullable RateLimiterConfig endpointRateLimiter;
    private final @Nullable Retry retry;
    private final Guards service;
    private final LoadingCache<EndpointStats, Guards> guards;

    private Resilience(Builder builder) {
        cluster = builder.cluster;
        endpointCircuitBreaker = builder.endpointCircuitBreaker;
        endpointBulkhead = builder.endpointBulkhead;
        endpointRateLimiter = builder.endpointRateLimiter;
        retry = builder.retry;
        service = new Guards(builder.circuitBreaker, builder.rateLimiter, builder.bulkhead);
        guards = Caffeine.newBuilder().weakKeys().build(this::newGuards);
    }

    /**
     * Prepares guards of a service.
     *
     * @param cluster the service
     * @return a builder without any guard
     */
    public static Builder around(Cluster cluster) {
        return new Builder(cluster);
    }

    /**
     * Calls the service and blocks until that has succeeded or will not.
     *
     * @param <T> what comes of it
     * @param caller what calls it
     * @param call what to do; called once for each attempt
     * @return what came of it
     * @throws Exception what the call threw, or a guard
     */
    public <T> T execute(Caller caller, Call<T> call) throws Exception {
        return execute(caller, PickContext.none(), call);
    }

    /**
     * Calls the service and blocks until that has succeeded or will not.
     *
     * @param <T> what comes of it
     * @param caller what calls it
     * @param context what is known of the use
     * @param call what to do; called once for each attempt
     * @return what came of it
     * @throws Exception what the call threw, or a guard
     */
    public <T> T execute(Caller caller, PickContext context, Call<T> call) throws Exception {
        check(caller);
        Callable<T> whole = () -> service.call(null, () -> caller.execute(context, guarded(call)));
        return retry == null
                ? whole.call()
                : Retry.decorateCallable(retry, whole).call();
    }

    /**
     * Calls the service without blocking anyone, if its own guards do not: a bulkhead or rate limiter of the service that
     * may wait does so on the calling thread, and on the scheduler when the call is retried.
     *
     * @param <T> what comes of it
     * @param caller what calls it
     * @param context what is known of the use
     * @param scheduler on which the service's retry waits, if it has one
     * @param call what to do; called once for each attempt
     * @return completes with what came of it; cancel it to stop
     */
    public <T> CompletableFuture<T> executeAsync(
            Caller caller, PickContext context, ScheduledExecutorService scheduler, AsyncCall<T> call) {
        check(caller);
        if (retry == null) {
            return once(caller, context, call);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Supplier<CompletionStage<T>> unlessDone = () -> {
            CompletableFuture<T> one = result.isDone() ? new CompletableFuture<>() : once(caller, context, call);
            result.whenComplete((value, problem) -> one.cancel(false));
            return one;
        };
        Retry.decorateCompletionStage(retry, scheduler, unlessDone)
                .get()
                .whenComplete((value, problem) -> Guards.complete(result, value, problem));
        return result;
    }

    private void check(Caller caller) {
        if (caller.cluster() != cluster) {
            throw new IllegalArgumentException(
                    "caller: of " + caller.cluster().name() + " (expected: of " + cluster.name() + ")");
        }
    }

    private <T> CompletableFuture<T> once(Caller caller, PickContext context, AsyncCall<T> call) {
        try {
            return service.callAsync(null, () -> caller.executeAsync(context, guardedAsync(call)));
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * A call with the guards of the endpoint around it.
     *
     * @param <T> what comes of it
     * @param call what to do
     * @return the guarded call, which throws a {@link NotSentException} if a guard refuses
     */
    public <T> Call<T> guarded(Call<T> call) {
        return lease -> guards.get(lease.stats()).call(lease, () -> call.apply(lease));
    }

    /**
     * A call with the guards of the endpoint around it.
     *
     * @param <T> what comes of it
     * @param call what to do
     * @return the guarded call, which throws a {@link NotSentException} if a guard refuses
     */
    public <T> AsyncCall<T> guardedAsync(AsyncCall<T> call) {
        return lease -> guards.get(lease.stats()).callAsync(lease, () -> call.apply(lease));
    }

    private Guards newGuards(EndpointStats endpoint) {
        String name = cluster.name() + " " + endpoint.endpoint().id();
        CircuitBreaker breaker = null;
        if (endpointCircuitBreaker != null) {
            breaker = CircuitBreaker.of(name, endpointCircuitBreaker);
            barWhileOpen(breaker, new WeakReference<>(endpoint));
        }
        return new Guards(
                breaker,
                endpointRateLimiter == null ? null : RateLimiter.of(name, endpointRateLimiter),
                endpointBulkhead == null ? null : Bulkhead.of(name, endpointBulkhead));
    }

    /* The reference is weak because the cache holds the breaker only as long as the endpoint. */
    private void barWhileOpen(CircuitBreaker breaker, WeakReference<EndpointStats> barred) {
        breaker.getEventPublisher().onStateTransition(event -> {
            EndpointStats endpoint = barred.get();
            if (endpoint == null) {
                return;
            }
            synchronized (barred) { // events may overtake each other, so what counts is what the breaker says now
                switch (breaker.getState()) {
                    case OPEN, FORCED_OPEN -> cluster.bar(endpoint, Bar.CIRCUIT_OPEN);
                    default -> cluster.unbar(endpoint, Bar.CIRCUIT_OPEN);
                }
            }
        });
    }

    /**
     * An endpoint's circuit breaker.
     *
     * @param endpoint the endpoint
     * @return the breaker, or null if endpoints have none
     */
    public @Nullable CircuitBreaker circuitBreaker(EndpointStats endpoint) {
        return guards.get(endpoint).circuitBreaker();
    }

    /** Prepares a {@link Resilience}; without anything set it guards nothing. */
    public static final class Builder {

        private final Cluster cluster;
        private @Nullable CircuitBreakerConfig endpointCircuitBreaker;
        private @Nullable BulkheadConfig endpointBulkhead;
        private @Nullable RateLimiterConfig endpointRateLimiter;
        private @Nullable CircuitBreaker circuitBreaker;
        private @Nullable Bulkhead bulkhead;
        private @Nullable RateLimiter rateLimiter;
        private @Nullable Retry retry;

        private Builder(Cluster cluster) {
            this.cluster = requireNonNull(cluster, "cluster");
        }

        /**
         * Gives each endpoint a circuit breaker. It half-opens by itself when its wait is over, whatever the configuration
         * says, since a barred endpoint gets no call that could do it.
         *
         * @param config of each breaker
         * @return this
         */
        public Builder endpointCircuitBreaker(CircuitBreakerConfig config) {
            endpointCircuitBreaker = CircuitBreakerConfig.from(config)
                    .automaticTransitionFromOpenToHalfOpenEnabled(true)
                    .build();
            return this;
        }

        /**
         * Gives each endpoint a bulkhead. It never waits, whatever the configuration says: the attempt can go elsewhere.
         *
         * @param config of each bulkhead
         * @return this
         */
        public Builder endpointBulkhead(BulkheadConfig config) {
            endpointBulkhead =
                    BulkheadConfig.from(config).maxWaitDuration(Duration.ZERO).build();
            return this;
        }

        /**
         * Gives each endpoint a rate limiter. It never waits, whatever the configuration says: the attempt can go
         * elsewhere.
         *
         * @param config of each limiter
         * @return this
         */
        public Builder endpointRateLimiter(RateLimiterConfig config) {
            endpointRateLimiter = RateLimiterConfig.from(config)
                    .timeoutDuration(Duration.ZERO)
                    .build();
            return this;
        }

        /**
         * A circuit breaker around whole calls.
         *
         * @param breaker the breaker
         * @return this
         */
        public Builder serviceCircuitBreaker(CircuitBreaker breaker) {
            circuitBreaker = requireNonNull(breaker, "breaker");
            return this;
        }

        /**
         * A bulkhead around whole calls.
         *
         * @param newBulkhead the bulkhead
         * @return this
         */
        public Builder serviceBulkhead(Bulkhead newBulkhead) {
            bulkhead = requireNonNull(newBulkhead, "bulkhead");
            return this;
        }

        /**
         * A rate limiter around whole calls.
         *
         * @param limiter the limiter
         * @return this
         */
        public Builder serviceRateLimiter(RateLimiter limiter) {
            rateLimiter = requireNonNull(limiter, "limiter");
            return this;
        }

        /**
         * A retry around whole calls, which has no budget: mind what that makes together with the attempts of each call.
         *
         * @param newRetry the retry
         * @return this
         */
        public Builder serviceRetry(Retry newRetry) {
            retry = requireNonNull(newRetry, "retry");
            return this;
        }

        /**
         * Makes the guards.
         *
         * @return one instance for all calls of the service
         */
        public Resilience build() {
            return new Resilience(this);
        }
    }
}
