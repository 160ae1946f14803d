package io.evenkeel.call;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
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
    private final long begun;

    private final Set<Attempt> running = new HashSet<>();
    private PickContext tried;
    private int attempts;
    private boolean over;
    private @Nullable Throwable last;

    Execution(Cluster cluster, ClusterRuntime runtime, CallPolicy policy, PickContext context, AsyncCall<T> call) {
        this.cluster = cluster;
        this.runtime = runtime;
        this.policy = policy;
        this.context = context;
        this.call = call;
        this.tried = context;
        this.begun = runtime.ticker().nanos();
    }

    CompletableFuture<T> begin() {
        result.whenComplete((value, problem) -> stop());
        attempt();
        long hedgeAfter = policy.hedging() ? cluster.latencies().quantile(HEDGE_QUANTILE, HEDGE_LEAST) : -1;
        if (hedgeAfter >= 0 && !result.isDone()) {
            ScheduledFuture<?> timer = later(this::hedge, hedgeAfter);
            if (timer != null) {
                result.whenComplete((value, problem) -> timer.cancel(false));
            }
        }
        return result;
    }

    private void attempt() {
        PickContext first;
        synchronized (this) {
            if (over) {
                return;
            }
            attempts++;
            first = tried;
        }
        // When everyone was tried, everyone may be tried again.
        CompletableFuture<Lease> acquired = cluster.acquireAsync(first, Duration.ZERO);
        if (acquired.isCompletedExceptionally()) {
            acquired = cluster.acquireAsync(context, policy.maxWait());
        }
        CompletableFuture<Lease> waiting = acquired;
        if (!waiting.isDone()) {
            result.whenComplete((value, problem) -> waiting.cancel(false));
        }
        waiting.whenComplete((lease, none) -> {
            if (lease != null) {
                start(lease);
            } else if (none != null) {
                giveUp(CallPolicy.unwrap(none));
            }
        });
    }

    private void start(Lease lease) {
        Attempt attempt = new Attempt(lease);
        boolean late;
        synchronized (this) {
            late = over;
            if (!late) {
                running.add(attempt);
                tried = (tried == context ? context.copy() : tried.copy()).exclude(lease.stats());
            }
        }
        if (late) {
            lease.close();
        } else {
            attempt.begin();
        }
    }

    /* The first attempt takes longer than nearly all do. */
    private void hedge() {
        synchronized (this) {
            if (over || running.isEmpty() || attempts >= policy.attempts()) {
                return;
            }
        }
        if (cluster.retryBudget().tryRetry()) {
            attempt();
        }
    }

    private void ended(Attempt attempt, @Nullable T value, @Nullable Throwable problem) {
        Outcome outcome = CallPolicy.outcomeOf(attempt.lease.outcome(), problem, policy);
        attempt.lease.complete(outcome);
        if (outcome == Outcome.SUCCESS) {
            long now = runtime.ticker().nanos();
            cluster.latencies().record(now - attempt.begun, now);
        }
        boolean others;
        int retry;
        synchronized (this) {
            if (!running.remove(attempt) || over) {
                return;
            }
            others = !running.isEmpty();
            retry = attempts;
            if (problem != null) {
                Throwable cause = CallPolicy.unwrap(problem);
                if (last != null && last != cause) {
                    cause.addSuppressed(last);
                }
                last = cause;
            }
        }
        if (outcome == Outcome.SUCCESS) {
            result.complete(value);
        } else if (others) {
            return; // another attempt may still succeed
        } else if (retry < policy.attempts()
                && policy.mayRetry(outcome, problem)
                && !isOver()
                && cluster.retryBudget().tryRetry()) {
            if (later(this::attempt, policy.pauseNanos(retry, runtime.random().nextDouble())) == null) {
                end(value, problem);
            }
        } else {
            end(value, problem);
        }
    }

    private void end(@Nullable T value, @Nullable Throwable problem) {
        if (problem == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(CallPolicy.unwrap(problem));
        }
    }

    private void giveUp(Throwable none) {
        synchronized (this) {
            if (!running.isEmpty()) {
                return; // nobody for a second attempt, but the first goes on
            }
            if (last != null) {
                none.addSuppressed(last);
            }
        }
        result.completeExceptionally(none);
    }

    private boolean isOver() {
        return !policy.deadline().isZero()
                && runtime.ticker().nanos() - begun >= policy.deadline().toNanos();
    }

    /* The result is there, or nobody wants it any more. */
    private void stop() {
        Set<Attempt> left;
        synchronized (this) {
            over = true;
            left = new HashSet<>(running);
            running.clear();
        }
        left.forEach(Attempt::cancel);
    }

    private @Nullable ScheduledFuture<?> later(Runnable work, long nanos) {
        try {
            return runtime.control().schedule(work, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** One try. */
    private final class Attempt {

        private final Lease lease;
        private final long begun = runtime.ticker().nanos();
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private volatile @Nullable Future<?> work;

        Attempt(Lease lease) {
            this.lease = lease;
        }

        void begin() {
            outcome.whenComplete((value, problem) -> ended(this, value, problem));
            if (!policy.attemptTimeout().isZero()) {
                ScheduledFuture<?> timer = later(
                        () -> {
                            outcome.completeExceptionally(
                                    new TimeoutException("no answer within " + policy.attemptTimeout()));
                            cancelWork();
                        },
                        policy.attemptTimeout().toNanos());
                if (timer != null) {
                    outcome.whenComplete((value, problem) -> timer.cancel(false));
                }
            }
            try {
                CompletionStage<T> stage = call.apply(lease);
                if (stage instanceof Future<?> future) {
                    work = future;
                }
                stage.whenComplete((value, problem) -> {
                    if (problem == null) {
                        outcome.complete(value);
                    } else {
                        outcome.completeExceptionally(problem);
                    }
                });
                if (outcome.isDone()) {
                    cancelWork();
                }
            } catch (Exception | Error e) {
                outcome.completeExceptionally(e);
            }
        }

        void cancel() {
            lease.complete(Outcome.CANCELLED);
            cancelWork();
        }

        private void cancelWork() {
            Future<?> current = work;
            if (current != null) {
                current.cancel(true);
            }
        }
    }
}
