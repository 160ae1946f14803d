package io.evenkeel.cluster;

import io.evenkeel.strategy.PickContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for an endpoint of one cluster, first come first served, each for a limited time.
 *
 * <p>Thread-safe. Guarded by this object's lock; futures are completed without it, on the control executor or by one who
 * comes to wait.
 */
final class Waiters {

    /** How many may wait at once; more would hold more than they could ever get. */
    static final int MAX = 10_000;

    /* Whether the thread completes futures at this moment: who waits again at once would have it do so ever deeper. */
    private static final ThreadLocal<Boolean> SERVES = ThreadLocal.withInitial(() -> false);

    private final Cluster cluster;
    private final ClusterRuntime runtime;
    private final Function<PickContext, @Nullable Lease> acquire;
    private final Deque<Waiter> queue = new ArrayDeque<>();
    private volatile boolean anyone; // so that those who free endpoints need not take the lock for nothing
    private final AtomicBoolean woken = new AtomicBoolean(); // and not yet served
    private boolean closed;

    Waiters(Cluster cluster, ClusterRuntime runtime, Function<PickContext, @Nullable Lease> acquire) {
        this.cluster = cluster;
        this.runtime = runtime;
        this.acquire = acquire;
    }

    /** A future of a lease, for as long as the deadline is not passed. */
    CompletableFuture<Lease> add(PickContext context, long maxWaitNanos) {
        Waiter waiter = new Waiter(context);
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new NoEndpointException(cluster.whyNone(context)));
            }
            if (queue.size() >= MAX) {
                return CompletableFuture.failedFuture(
                        new NoEndpointException(cluster.whyNone(context) + "; " + MAX + " are waiting already"));
            }
            queue.addLast(waiter);
            anyone = true;
        }
        try {
            ScheduledFuture<?> deadline =
                    runtime.control().schedule(() -> expire(waiter), maxWaitNanos, TimeUnit.NANOSECONDS);
            waiter.future.whenComplete((lease, problem) -> {
                deadline.cancel(false);
                remove(waiter);
            });
        } catch (RejectedExecutionException e) {
            remove(waiter);
            waiter.future.completeExceptionally(new NoEndpointException(cluster.whyNone(context)));
        }
        if (SERVES.get()) { // what became free before this one was in the queue told nobody
            wake();
        } else {
            serve();
        }
        return waiter.future;
    }

    boolean isEmpty() {
        return !anyone;
    }

    int size() {
        synchronized (this) {
            return queue.size();
        }
    }

    /** Something may have become free. Any thread. */
    void wake() {
        if (anyone && !woken.getAndSet(true)) {
            try {
                runtime.control().execute(this::serve);
            } catch (RejectedExecutionException e) {
                serve();
            }
        }
    }

    private void serve() {
        woken.set(false);
        SERVES.set(true);
        try {
            for (Served served = next(); served != null; served = next()) {
                served.tell();
            }
        } finally {
            SERVES.remove();
        }
    }

    private synchronized @Nullable Served next() {
        for (Waiter waiter : queue) {
            Served served;
            try {
                Lease lease = acquire.apply(waiter.context);
                served = lease == null ? null : new Served(waiter, lease, null);
            } catch (RuntimeException | Error e) { // a strategy's: the others are served all the same
                served = new Served(waiter, null, e);
            }
            if (served != null) {
                queue.remove(waiter);
                anyone = !queue.isEmpty();
                return served;
            }
            if (waiter.context.triedCount() == 0) {
                return null; // whoever may have anyone gets no one, so those behind get no one either
            }
        }
        return null;
    }

    /** Nobody will be free any more: those who wait are told so, not by this thread, which may hold locks. */
    void close() {
        List<Waiter> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(queue);
        }
        if (left.isEmpty()) {
            return;
        }
        try {
            runtime.control().execute(() -> left.forEach(this::expire));
        } catch (RejectedExecutionException e) {
            left.forEach(this::expire);
        }
    }

    private void expire(Waiter waiter) {
        waiter.future.completeExceptionally(new NoEndpointException(cluster.whyNone(waiter.context)));
    }

    private synchronized void remove(Waiter waiter) {
        queue.remove(waiter);
        anyone = !queue.isEmpty();
    }

    /** What has become of a waiter: a lease, or a problem. */
    private record Served(
            Waiter waiter, @Nullable Lease lease, @Nullable Throwable problem) {

        void tell() {
            if (problem != null) {
                waiter.future.completeExceptionally(problem);
            } else if (!waiter.future.complete(lease) && lease != null) {
                lease.close(); // it gave up in the meantime
            }
        }
    }

    private static final class Waiter {

        private final PickContext context;
        private final CompletableFuture<Lease> future = new CompletableFuture<>();

        Waiter(PickContext context) {
            this.context = context;
        }
    }
}
