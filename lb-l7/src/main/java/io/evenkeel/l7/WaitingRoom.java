package io.evenkeel.l7;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.strategy.PickContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Those requests of one backend that wait until an endpoint takes one more, first come first served. Thread-safe. */
final class WaitingRoom {

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger record = new AtomicInteger();
    private volatile QueueRule rule;

    WaitingRoom(QueueRule rule) {
        this.rule = rule;
    }

    /** Other limits count for those who come from now on. */
    void rule(QueueRule newRule) {
        rule = newRule;
    }

    /** Whether there is anybody whose turn is first. */
    boolean isOccupied() {
        return waiting.get() > 0;
    }

    int waiting() {
        return waiting.get();
    }

    int mostWaiting() {
        return record.get();
    }

    /**
     * Waits for an endpoint.
     *
     * @return null if too many do; cancelled by whoever waits no longer
     */
    @Nullable
    CompletableFuture<Lease> enter(Cluster cluster, PickContext context) {
        int now = waiting.incrementAndGet();
        if (now > rule.most()) {
            waiting.decrementAndGet();
            return null;
        }
        if (now > record.get()) {
            record.accumulateAndGet(now, Math::max);
        }
        CompletableFuture<Lease> turn = cluster.acquireAsync(context, rule.timeout());
        turn.whenComplete((lease, problem) -> waiting.decrementAndGet());
        return turn;
    }
}
