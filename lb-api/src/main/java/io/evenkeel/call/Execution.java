package io.evenkeel.call;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.PickContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call with its attempts. Fields are guarded by this object's lock, which is never held while the call, the
 * cluster or the result is touched.
 *
 * @param <T> what comes of it
 */
final class Execution<T> {

    private static final double HEDGE_QUANTILE = 0.95;
    private static final long HEDGE_LEAST = 100; // latencies without which nobody knows what is slow

    private final Cluster cluster;
    private final ClusterRuntime runtime;
    private final CallPolicy policy;
    private final PickContext context;
    private final AsyncCall<T> call;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private final Set<Attempt> running = new HashSet<>();
    private final Tries tries;
    private PickContext tried;
    private boolean over;
    private boolean late; // the deadline has passed
    private @Nullable Throwable last;
    private @Nullable Runnable answer; // to give a value that is not good, if nothing better comes

    Execution(Cluster cluster, ClusterRuntime runtime, CallPolicy policy, PickContext context, AsyncCall<T> call) {
        this.cluster = cluster;
        this.runtime = runtime;
        this.policy = policy;
        this.context = context;
        this.call = call;
        this.tried = context;
        this.tries = new Tries(policy, runtime, cluster);
    }

    CompletableFuture<T> begin() {
        result.whenComplete((value, problem) -> stop());
        step(this::acquire);
        if (!policy.deadline().isZero()) {
            limit(result, policy.deadline(), this::expire);
        }
        return result;
    }

    /* What a strategy throws must end the call: nobody else would. */
    private void step(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    /* Anyone, even who was tried; who waits for one waits no longer than the result is wanted. */
    private void acquire() {
        CompletableFuture<Lease> lease = cluster.acquireAsync(context, policy.maxWait());
        if (!lease.isDone()) {
            result.whenComplete((value, problem) -> lease.cancel(false));
        }
        lease.whenComplete((acquired, none) -> {
            if (acquired != null) {
                start(acquired);
            } else if (none != null) {
                giveUp(none);
            }
        });
    }

    private void again() {
        Lease untried = acquireUntried();
        if (untried != null) {
            start(untried);
        } else {
            acquire();
        }
    }

    private @Nullable Lease acquireUntried() {
        PickContext those;
        synchronized (this) {
            those = tried;
        }
        return cluster.tryAcquire(those);
    }

    private void start(Lease lease) {
        Attempt attempt = new Attempt(lease);
        synchronized (this) {
            if (!over) {
                running.add(attempt);
                tried = tried.copy().exclude(lease.stats()); // a copy, for others may be looking at it
            }
            attempt.wanted = !over;
        }
        if (attempt.wanted) {
            attempt.begin();
        } else {
            lease.close();
        }
    }

    /* An attempt takes longer than nearly all do. */
    private void hedge() {
        synchronized (this) {
            if (over || !tries.hedge()) {
                return;
            }
        }
        Lease elsewhere = acquireUntried();
        if (elsewhere != null) {
            start(elsewhere);
        } else {
            synchronized (this) {
                tries.noHedge();
            }
        }
    }

    private void ended(Attempt attempt, @Nullable T value, @Nullable Throwable wrapped) {
        Throwable problem = wrapped == null ? null : CallPolicy.unwrap(wrapped);
        Outcome outcome = tries.ended(attempt.lease, attempt.since, problem);
        boolean move;
        synchronized (this) {
            if (!running.remove(attempt) || over) {
                return;
            }
            if (problem != null) {
                last = Caller.suppressing(problem, last);
            }
            answer = problem == null ? () -> result.complete(value) : null;
            if (outcome != Outcome.SUCCESS && !running.isEmpty()) {
                return; // another attempt may still succeed
            }
            move = tries.move(problem);
        }
        Lease elsewhere = move ? acquireUntried() : null;
        if (elsewhere != null) {
            start(elsewhere);
            return;
        }
        long pause;
        synchronized (this) {
            pause = outcome == Outcome.SUCCESS ? Tries.NONE : tries.again(outcome, problem);
        }
        if (pause == Tries.NONE || later(() -> step(this::again), pause) == null) {
            complete(result, value, problem);
        }
    }

    private static <T> void complete(CompletableFuture<T> future, @Nullable T value, @Nullable Throwable problem) {
        if (problem == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(problem);
        }
    }

    private void giveUp(Throwable none) {
        Runnable known;
        synchronized (this) {
            if (!running.isEmpty()) {
                return; // nobody for a further attempt, but another goes on
            }
            Caller.suppressing(none, last);
            known = answer;
        }
        if (known != null) {
            known.run();
        } else {
            result.completeExceptionally(CallPolicy.unwrap(none));
        }
    }

    private void expire() {
        TimeoutException problem = new TimeoutException("no answer within " + policy.deadline());
        synchronized (this) {
            late = true;
            Caller.suppressing(problem, last);
        }
        result.completeExceptionally(problem);
    }

    /* The result is there, or nobody wants it any more. */
    private void stop() {
        Set<Attempt> left;
        Outcome outcome;
        synchronized (this) {
            over = true;
            outcome = late ? Outcome.TIMEOUT : Outcome.CANCELLED;
            left = new HashSet<>(running);
            running.clear();
        }
        for (Attempt attempt : left) {
            if (outcome == Outcome.CANCELLED && !result.isCancelled()) {
                tries.took(attempt.since); // and would have taken longer; without those that lose, all would seem quick
            }
            attempt.lease.complete(outcome);
            attempt.outcome.cancel(false);
        }
    }

    /* Does something unless a future completes in time. */
    private void limit(CompletableFuture<?> future, Duration time, Runnable otherwise) {
        if (future.isDone()) {
            return;
        }
        Future<?> timer = later(otherwise, Ticker.toNanos(time));
        if (timer == null) {
            future.completeExceptionally(new CancellationException("closed, so that nobody watches the time"));
        } else {
            future.whenComplete((value, problem) -> timer.cancel(false));
        }
    }

    private @Nullable Future<?> later(Runnable work, long nanos) {
        try {
            return runtime.control().schedule(work, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** One try. */
    private final class Attempt {

        private final Lease lease;
        private final long since = runtime.ticker().nanos();
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private boolean wanted;

        Attempt(Lease lease) {
            this.lease = lease;
        }

        /* The lease first: guards around the work see by it why the work is cancelled. */
        private void expire() {
            TimeoutException problem = new TimeoutException("no answer within " + policy.attemptTimeout());
            lease.complete(policy.outcomeOf(lease, problem));
            outcome.completeExceptionally(problem);
        }

        void begin() {
            outcome.whenComplete((value, problem) -> step(() -> ended(this, value, problem)));
            try {
                CompletionStage<T> stage = requireNonNull(call.apply(lease), "what an asynchronous call returned");
                stage.whenComplete((value, problem) -> complete(outcome, value, problem));
                if (stage instanceof Future<?> work) {
                    outcome.whenComplete((value, problem) -> work.cancel(true)); // has no effect on what is done
                }
            } catch (Exception | Error e) {
                outcome.completeExceptionally(e);
            }
            if (!policy.attemptTimeout().isZero()) {
                limit(outcome, policy.attemptTimeout(), this::expire);
            }
            if (policy.hedging() && !outcome.isDone()) {
                long slow = cluster.latencies().quantile(HEDGE_QUANTILE, HEDGE_LEAST, since);
                if (slow >= 0) {
                    limit(outcome, Duration.ofNanos(slow), () -> step(Execution.this::hedge));
                }
            }
        }
    }
}
