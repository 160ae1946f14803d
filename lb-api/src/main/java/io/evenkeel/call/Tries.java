package io.evenkeel.call;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.RetryBudget;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import org.jspecify.annotations.Nullable;

/** How often one call has been tried, how that went, and whether and when it may be again. Used by one thread at a time. */
final class Tries {

    /** There is to be no further attempt. */
    static final long NONE = -1;

    /* What endpoints will not have costs nobody anything, so it may go around, but not for ever. */
    private static final int MOST_MOVES = 10;

    private final CallPolicy policy;
    private final ClusterRuntime runtime;
    private final Cluster cluster;
    private final RetryBudget budget;
    private final long begun;
    private int attempts = 1;
    private int moves;

    Tries(CallPolicy policy, ClusterRuntime runtime, Cluster cluster) {
        this.policy = policy;
        this.runtime = runtime;
        this.cluster = cluster;
        this.budget = cluster.retryBudget();
        this.begun = runtime.ticker().nanos();
        budget.request();
    }

    /** Ends an attempt and tells how it went. Any thread. */
    Outcome ended(Lease lease, long since, @Nullable Throwable problem) {
        Outcome outcome = policy.outcomeOf(lease, problem);
        lease.complete(outcome);
        if (outcome == Outcome.SUCCESS || outcome == Outcome.TIMEOUT) {
            took(since);
        }
        return outcome;
    }

    /** Remembers that an attempt took as long as that, at least. Any thread. */
    void took(long since) {
        long now = runtime.ticker().nanos();
        cluster.latencies().record(now - since, now);
    }

    /** How long there may still be attempts, in nanoseconds. */
    long left() {
        return policy.deadline().isZero()
                ? Long.MAX_VALUE
                : Ticker.toNanos(policy.deadline()) - (runtime.ticker().nanos() - begun);
    }

    /** Whether an attempt that failed like this may be made elsewhere, as if it had not been. */
    boolean move(@Nullable Throwable problem) {
        return problem instanceof NotSentException && left() > 0 && moves++ < MOST_MOVES;
    }

    /** How long to pause before another attempt, in nanoseconds, or {@link #NONE}; takes it from the budget. */
    long again(Outcome outcome, @Nullable Throwable problem) {
        if (attempts >= policy.attempts() || !policy.mayRetry(outcome, problem)) {
            return NONE;
        }
        long pause = policy.pauseNanos(attempts, runtime.random().nextDouble());
        if (pause >= left() || !budget.tryRetry()) {
            return NONE;
        }
        attempts++;
        return pause;
    }

    /** Whether another attempt may be made beside one that is under way; takes it from the budget. */
    boolean hedge() {
        if (attempts >= policy.attempts() || !budget.tryRetry()) {
            return false;
        }
        attempts++;
        return true;
    }

    /** Takes back a hedge for which there was nobody. */
    void noHedge() {
        attempts--;
        budget.giveBack();
    }
}
