package io.evenkeel.resilience;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.evenkeel.call.AsyncCall;
import io.evenkeel.call.Call;
import io.evenkeel.call.Caller;
import io.evenkeel.call.NotSentException;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
 * Guards of the service stand around the whole call with all its attempts, from the outside in: retry, rate limiter,
 * bulkhead, circuit breaker. There is no retry per endpoint, since the next attempt had better go elsewhere: that is what
 * {@link io.evenkeel.call.CallPolicy} does.
 *
 * <p>Thread-safe. Each guard costs what Resilience4j says it does, some of them an allocation a call.
 */
public final class Resilience {

    private final Cluster cluster;
    private final @Nullable CircuitBreakerConfig endpointCircuitBreaker;
    private final @Nullable BulkheadConfig endpointBulkhead;
    private final @Nullable RateLimiterConfig endpointRateLimiter;
    private final @Nullable CircuitBreaker circuitBreaker;
    private final @Nullable Bulkhead bulkhead;
    private final @Nullable RateLimiter rateLimiter;
    private final @Nullable Retry retry;
    private final LoadingCache<EndpointStats, Guards> guards;

    private Resilience(Builder builder) {
        cluster = builder.cluster;
        endpointCircuitBreaker = builder.endpointCircuitBreaker;
        endpointBulkhead = builder.endpointBulkhead;
        endpointRateLimiter = builder.endpointRateLimiter;
        circuitBreaker = builder.circuitBreaker;
        bulkhead = builder.bulkhead;
        rateLimiter = builder.rateLimiter;
        retry = builder.retry;
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
        Callable<T> whole = () -> caller.execute(context, guarded(call));
        if (circuitBreaker != null) {
            whole = CircuitBreaker.decorateCallable(circuitBreaker, whole);
        }
        if (bulkhead != null) {
            whole = Bulkhead.decorateCallable(bulkhead, whole);
        }
        if (rateLimiter != null) {
            whole = RateLimiter.decorateCallable(rateLimiter, whole);
        }
        if (retry != null) {
            whole = Retry.decorateCallable(retry, whole);
        }
        return whole.call();
    }

    /**
     * Calls the service without blocking anyone.
     *
     * @param <T> what comes of it
     * @param caller what calls it
     * @param context what is known of the use
     * @param scheduler on which the service's retry waits, if it has one
     * @param call what to do; called once for each attempt
     * @return completes with what came of it
     */
    public <T> CompletionStage<T> executeAsync(
            Caller caller, PickContext context, ScheduledExecutorService scheduler, AsyncCall<T> call) {
        Supplier<CompletionStage<T>> whole = () -> caller.executeAsync(context, guardedAsync(call));
        if (circuitBreaker != null) {
            whole = CircuitBreaker.decorateCompletionStage(circuitBreaker, whole);
        }
        if (bulkhead != null) {
            whole = Bulkhead.decorateCompletionStage(bulkhead, whole);
        }
        if (rateLimiter != null) {
            whole = RateLimiter.decorateCompletionStage(rateLimiter, whole);
        }
        if (retry != null) {
            whole = Retry.decorateCompletionStage(retry, scheduler, whole);
        }
        return whole.get();
    }

    /**
     * A call with the guards of the endpoint around it.
     *
     * @param <T> what comes of it
     * @param call what to do
     * @return the guarded call, which throws a {@link NotSentException} if a guard refuses
     */
    public <T> Call<T> guarded(Call<T> call) {
        return lease -> {
            Guards own = guards.get(lease.stats());
            own.enter(lease);
            try {
                T value = call.apply(lease);
                own.leave(lease, null);
                return value;
            } catch (Throwable e) {
                own.leave(lease, e);
                throw e;
            }
        };
    }

    /**
     * A call with the guards of the endpoint around it.
     *
     * @param <T> what comes of it
     * @param call what to do
     * @return the guarded call, which throws a {@link NotSentException} if a guard refuses
     */
    public <T> AsyncCall<T> guardedAsync(AsyncCall<T> call) {
        return lease -> {
            Guards own = guards.get(lease.stats());
            own.enter(lease);
            try {
                return call.apply(lease).whenComplete((value, problem) -> own.leave(lease, problem));
            } catch (Throwable e) {
                own.leave(lease, e);
                throw e;
            }
        };
    }

    private Guards newGuards(EndpointStats endpoint) {
        String name = cluster.name() + " " + endpoint.endpoint().id();
        CircuitBreaker breaker = null;
        if (endpointCircuitBreaker != null) {
            breaker = CircuitBreaker.of(name, endpointCircuitBreaker);
            breaker.getEventPublisher().onStateTransition(event -> {
                switch (event.getStateTransition().getToState()) {
                    case OPEN, FORCED_OPEN -> cluster.bar(endpoint, Bar.CIRCUIT_OPEN);
                    default -> cluster.unbar(endpoint, Bar.CIRCUIT_OPEN);
                }
            });
        }
        return new Guards(
                breaker,
                endpointBulkhead == null ? null : Bulkhead.of(name, endpointBulkhead),
                endpointRateLimiter == null ? null : RateLimiter.of(name, endpointRateLimiter));
    }

    /**
     * An endpoint's circuit breaker.
     *
     * @param endpoint the endpoint
     * @return the breaker, or null if endpoints have none
     */
    public @Nullable CircuitBreaker circuitBreaker(EndpointStats endpoint) {
        return guards.get(endpoint).circuitBreaker;
    }

    /** The guards of one endpoint. */
    private record Guards(
            @Nullable CircuitBreaker circuitBreaker,
            @Nullable Bulkhead bulkhead,
            @Nullable RateLimiter rateLimiter) {

        void enter(Lease lease) {
            if (rateLimiter != null && !rateLimiter.acquirePermission()) {
                throw refused(lease, "rate limiter", rateLimiter.getName());
            }
            if (bulkhead != null && !bulkhead.tryAcquirePermission()) {
                throw refused(lease, "bulkhead", bulkhead.getName());
            }
            if (circuitBreaker != null && !circuitBreaker.tryAcquirePermission()) {
                if (bulkhead != null) {
                    bulkhead.releasePermission();
                }
                throw refused(lease, "circuit breaker", circuitBreaker.getName());
            }
        }

        private static NotSentException refused(Lease lease, String guard, String name) {
            return new NotSentException("the " + guard + " of " + name + " refused a call to " + lease.address(), null);
        }

        void leave(Lease lease, @Nullable Throwable problem) {
            if (bulkhead != null) {
                bulkhead.onComplete();
            }
            if (circuitBreaker == null) {
                return;
            }
            Outcome outcome = lease.outcome();
            long nanos = lease.age().toNanos();
            if (problem != null) {
                circuitBreaker.onError(nanos, TimeUnit.NANOSECONDS, problem);
            } else if (outcome != null && outcome.isFailure()) {
                circuitBreaker.onError(
                        nanos, TimeUnit.NANOSECONDS, new NotSentException("completed as " + outcome, null));
            } else {
                circuitBreaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            }
        }
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
         * Gives each endpoint a bulkhead.
         *
         * @param config of each bulkhead
         * @return this
         */
        public Builder endpointBulkhead(BulkheadConfig config) {
            endpointBulkhead = requireNonNull(config, "config");
            return this;
        }

        /**
         * Gives each endpoint a rate limiter. It should not wait: the attempt can go elsewhere.
         *
         * @param config of each limiter
         * @return this
         */
        public Builder endpointRateLimiter(RateLimiterConfig config) {
            endpointRateLimiter = requireNonNull(config, "config");
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
