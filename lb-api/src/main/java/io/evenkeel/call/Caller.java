package io.evenkeel.call;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.PickContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
     * Whom this calls.
     *
     * @return the service's cluster
     */
    public Cluster cluster() {
        return cluster;
    }

    /**
     * Calls the service and blocks until that has succeeded or will not.
     *
     * @param <T> what comes of it
     * @param call what to do; called once for each attempt
     * @return what came of the last attempt
     * @throws NoEndpointException if no endpoint takes work, or none does in time
     * @throws InterruptedException if the thread is interrupted while there is nobody, or in a pause; it stays interrupted
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
     * @throws NoEndpointException if no endpoint takes work, or none does in time
     * @throws InterruptedException if the thread is interrupted while there is nobody, or in a pause; it stays interrupted
     * @throws Exception what the last attempt threw, with what those before threw as suppressed
     */
    public <T> T execute(PickContext context, Call<T> call) throws Exception {
        Blocking run = new Blocking(context);
        while (true) {
            T value;
            try {
                value = call.apply(run.lease);
            } catch (Exception e) {
                run.failed(e);
                continue;
            } catch (Error e) {
                run.lease.complete(Outcome.FAILURE);
                throw e;
            }
            if (!run.again(null)) {
                return value;
            }
        }
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
        return new Execution<>(cluster, runtime, policy, context, call).begin();
    }

    /** A blocking call with its attempts, one after the other. */
    private final class Blocking {

        private final Tries tries = new Tries(policy, runtime, cluster);
        private final PickContext context;
        private PickContext tried;
        private @Nullable Exception last;
        private Lease lease;
        private long since;

        Blocking(PickContext context) throws InterruptedException {
            this.context = context;
            this.tried = context;
            this.lease = acquire();
            this.since = runtime.ticker().nanos();
        }

        /** Throws what has become of it, unless it is to be tried again. */
        void failed(Exception problem) throws Exception {
            if (problem instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            suppressing(problem, last);
            last = problem;
            if (!again(problem)) {
                throw problem;
            }
        }

        /** Ends an attempt; false if there is not to be another, else its lease is there. */
        boolean again(@Nullable Exception problem) throws InterruptedException {
            Outcome outcome = tries.ended(lease, since, problem);
            if (outcome == Outcome.SUCCESS) {
                return false;
            }
            tried = (tried == context ? context.copy() : tried).exclude(lease.stats());
            Lease next = tries.move(problem) ? cluster.tryAcquire(tried) : null;
            if (next == null) {
                long pause = tries.again(outcome, problem);
                if (pause == Tries.NONE) {
                    return false;
                }
                pause(pause);
                next = cluster.tryAcquire(tried);
            }
            try {
                lease = next != null ? next : acquire(); // when everyone was tried, everyone may be tried again
            } catch (NoEndpointException e) {
                if (problem != null) {
                    throw e;
                }
                return false; // a value that is not good is better than none
            }
            since = runtime.ticker().nanos();
            return true;
        }

        private void pause(long nanos) throws InterruptedException {
            try {
                sleeper.sleep(nanos);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        private Lease acquire() throws InterruptedException {
            long wait = Math.min(Ticker.toNanos(policy.maxWait()), tries.left());
            CompletableFuture<Lease> lease = cluster.acquireAsync(context, Duration.ofNanos(Math.max(0, wait)));
            try {
                return lease.get();
            } catch (InterruptedException e) {
                if (!lease.cancel(false)) {
                    lease.whenComplete((unwanted, none) -> close(unwanted));
                }
                throw interrupted(e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof NoEndpointException none) {
                    throw suppressing(none, last);
                }
                throw new IllegalStateException(e);
            }
        }

        private InterruptedException interrupted(InterruptedException e) {
            Thread.currentThread().interrupt();
            return suppressing(e, last);
        }
    }

    private static void close(@Nullable Lease unwanted) {
        if (unwanted != null) {
            unwanted.close();
        }
    }

    /** The later of two problems, with the earlier one kept in it. */
    static <E extends Throwable> E suppressing(E latest, @Nullable Throwable before) {
        if (before != null && before != latest) {
            latest.addSuppressed(before);
        }
        return latest;
    }
}
