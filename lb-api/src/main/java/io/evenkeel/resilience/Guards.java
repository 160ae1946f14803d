package io.evenkeel.resilience;

import io.evenkeel.call.CallPolicy;
import io.evenkeel.call.NotSentException;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands around the calls of an endpoint, or of a service: from the outside in a circuit breaker, a rate limiter and a
 * bulkhead, in Resilience4j's own order.
 */
record Guards(
        @Nullable CircuitBreaker circuitBreaker,
        @Nullable RateLimiter rateLimiter,
        @Nullable Bulkhead bulkhead) {

    private static final Logger LOG = LoggerFactory.getLogger(Guards.class);

    /** A call, of the endpoint of the lease if there is one. */
    <T> T call(@Nullable Lease lease, Callable<T> work) throws Exception {
        long since = enter(lease);
        T value;
        try {
            value = work.call();
        } catch (Throwable e) {
            leave(lease, since, e);
            throw e;
        }
        leave(lease, since, null);
        return value;
    }

    /** A call, of the endpoint of the lease if there is one; ends with the future, which passes on that it is cancelled. */
    <T> CompletableFuture<T> callAsync(@Nullable Lease lease, Callable<? extends CompletionStage<T>> work)
            throws Exception {
        long since = enter(lease);
        CompletionStage<T> stage;
        try {
            stage = work.call();
        } catch (Throwable e) {
            leave(lease, since, e);
            throw e;
        }
        AtomicBoolean left = new AtomicBoolean();
        CompletableFuture<T> result = new CompletableFuture<>();
        stage.whenComplete((value, problem) -> {
            if (left.compareAndSet(false, true)) {
                leave(lease, since, problem);
            }
            complete(result, value, problem);
        });
        result.whenComplete((value, problem) -> {
            if (left.compareAndSet(false, true)) { // nobody waits for it any more
                leave(lease, since, problem);
                if (stage instanceof Future<?> future) {
                    future.cancel(true);
                }
            }
        });
        return result;
    }

    static <T> void complete(CompletableFuture<T> future, @Nullable T value, @Nullable Throwable problem) {
        if (problem == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(problem);
        }
    }

    private long enter(@Nullable Lease lease) {
        try {
            if (circuitBreaker != null) {
                circuitBreaker.acquirePermission();
            }
            enterInner();
        } catch (RuntimeException e) {
            throw lease == null ? e : new NotSentException("not sent to " + lease.address() + ": " + e.getMessage(), e);
        }
        return circuitBreaker == null ? 0 : circuitBreaker.getCurrentTimestamp();
    }

    private void enterInner() {
        try {
            if (rateLimiter != null) {
                RateLimiter.waitForPermission(rateLimiter);
            }
            if (bulkhead != null) {
                bulkhead.acquirePermission();
            }
        } catch (RuntimeException e) {
            if (circuitBreaker != null) {
                circuitBreaker.releasePermission();
            }
            throw e;
        }
    }

    private void leave(@Nullable Lease lease, long since, @Nullable Throwable problem) {
        if (bulkhead != null) {
            bulkhead.onComplete();
        }
        if (circuitBreaker != null) {
            try {
                judge(circuitBreaker, since, lease == null ? null : lease.outcome(), problem);
            } catch (RuntimeException e) { // of its own predicates: what has become of the call is told all the same
                LOG.error("{}: the outcome of a call could not be judged", circuitBreaker.getName(), e);
                circuitBreaker.releasePermission();
            }
        }
    }

    /* What the call itself has told of the endpoint counts before what was thrown; what was cancelled tells nothing. */
    private static void judge(CircuitBreaker breaker, long since, @Nullable Outcome told, @Nullable Throwable problem) {
        Outcome outcome = told;
        if (outcome == null) {
            outcome = problem == null ? Outcome.SUCCESS : CallPolicy.classify(problem);
        }
        long took = breaker.getCurrentTimestamp() - since;
        if (outcome == Outcome.CANCELLED) {
            breaker.releasePermission();
        } else if (outcome == Outcome.SUCCESS) {
            breaker.onSuccess(took, breaker.getTimestampUnit());
        } else {
            Throwable why = problem == null || problem instanceof CancellationException
                    ? new IllegalStateException("completed as " + outcome)
                    : problem;
            breaker.onError(took, breaker.getTimestampUnit(), why);
        }
    }
}
