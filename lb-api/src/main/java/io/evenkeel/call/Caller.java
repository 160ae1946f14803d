package io.evenkeel.call;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls one service by one policy: chooses an endpoint for each attempt, another one each time, reports how it went, and
 * spends from the retry budget that all callers of the service share.
 *
 * <p>Thread-safe; cheap to make, since what it must remember is the cluster's.
 */
public final class Caller {

    private final Cluster cluster;
    private final ClusterRuntime runtime;
    private final CallPolicy policy;
    private final Sleeper sleeper;

    /** How a blocking call pauses. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(long nanos) throws InterruptedException;
    }

    /**
     * A caller.
     *
     * @param cluster the service
     * @param runtime what it lives on
     * @param policy what to do when a call fails
     */
    public Caller(Cluster cluster, ClusterRuntime runtime, CallPolicy policy) {
        this(cluster, runtime, policy, TimeUnit.NANOSECONDS::sleep);
    }

    Caller(Cluster cluster, ClusterRuntime runtime, CallPolicy policy, Sleeper sleeper) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.runtime = requireNonNull(runtime, "runtime");
        this.policy = requireNonNull(policy, "policy");
        this.sleeper = sleeper;
    }

    /**
     * Calls the service and blocks until that has succeeded or will not.
     *
     * @param <T> what comes of it
     * @param call what to do; called once for each attempt
     * @return what came of the last attempt
     * @throws NoEndpointException if no endpoint takes work
     * @throws Exception what the last attempt threw, with what those before threw as suppressed
     */
    public <T> T execute(Call<T> call) throws Exception {
        return execute(PickContext.none(), call);
    }

    /**
     * Calls the service and blocks until that has succeeded or will not.
     *
     * @param <T> what comes of it
     * @param context what is known of the use; not changed
     * @param call what to do; called once for each attempt
     * @return what came of the last attempt
     * @throws NoEndpointException if no endpoint takes work
     * @throws Exception what the last attempt threw, with what those before threw as suppressed
     */
    public <T> T execute(PickContext context, Call<T> call) throws Exception {
        cluster.retryBudget().request();
        long begun = runtime.ticker().nanos();
        PickContext tried = context;
        Exception last = null;
        for (int attempt = 1; ; attempt++) {
            Lease lease = acquire(tried, context, last);
            Outcome outcome;
            try {
                long from = runtime.ticker().nanos();
                T value = call.apply(lease);
                outcome = CallPolicy.outcomeOf(lease.outcome(), null, policy);
                lease.complete(outcome);
                if (outcome == Outcome.SUCCESS) {
                    long now = runtime.ticker().nanos();
                    cluster.latencies().record(now - from, now);
                }
                if (!goOn(outcome, null, attempt, begun)) {
                    return value;
                }
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                outcome = CallPolicy.outcomeOf(lease.outcome(), e, policy);
                lease.complete(outcome);
                last = suppressing(e, last);
                if (!goOn(outcome, e, attempt, begun)) {
                    throw last;
                }
            } finally {
                lease.complete(Outcome.FAILURE); // an Error; without effect otherwise
            }
            tried = (tried == context ? context.copy() : tried).exclude(lease.stats());
            sleeper.sleep(policy.pauseNanos(attempt, runtime.random().nextDouble()));
        }
    }

    /* When everyone was tried, everyone may be tried again. */
    private Lease acquire(PickContext tried, PickContext context, @Nullable Exception last) {
        try {
            return cluster.acquire(tried);
        } catch (NoEndpointException none) {
            if (tried != context) {
                try {
                    return cluster.acquire(context);
                } catch (NoEndpointException e) {
                    throw suppressing(e, last);
                }
            }
            throw none;
        }
    }

    private boolean goOn(Outcome outcome, @Nullable Exception problem, int attempt, long begun) {
        return outcome != Outcome.SUCCESS
                && attempt < policy.attempts()
                && policy.mayRetry(outcome, problem)
                && !isOver(begun)
                && cluster.retryBudget().tryRetry();
    }

    private boolean isOver(long begun) {
        return !policy.deadline().isZero()
                && runtime.ticker().nanos() - begun >= policy.deadline().toNanos();
    }

    private static <E extends Exception> E suppressing(E latest, @Nullable Exception before) {
        if (before != null && before != latest) {
            latest.addSuppressed(before);
        }
        return latest;
    }

    /**
     * Calls the service without blocking anyone.
     *
     * @param <T> what comes of it
     * @param call what to do; called once for each attempt, by whoever calls this or by the control thread
     * @return completes with what came of the last attempt; cancel it to stop
     */
    public <T> CompletableFuture<T> executeAsync(AsyncCall<T> call) {
        return executeAsync(PickContext.none(), call);
    }

    /**
     * Calls the service without blocking anyone.
     *
     * @param <T> what comes of it
     * @param context what is known of the use; not changed
     * @param call what to do; called once for each attempt, by whoever calls this or by the control thread
     * @return completes with what came of the last attempt; cancel it to stop
     */
    public <T> CompletableFuture<T> executeAsync(PickContext context, AsyncCall<T> call) {
        cluster.retryBudget().request();
        return new Execution<>(cluster, runtime, policy, context, call).begin();
    }
}
