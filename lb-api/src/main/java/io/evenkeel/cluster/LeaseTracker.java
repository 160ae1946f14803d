package io.evenkeel.cluster;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds leases that nobody completed and nobody can complete any more, among those it was given to watch.
 *
 * <p>Thread-safe. Watching one costs a reference and an entry in a set; leaks are found when the next lease is watched.
 */
final class LeaseTracker {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseTracker.class);

    private final String cluster;
    private final Set<Watch> watched = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Lease> lost = new ReferenceQueue<>();
    private final AtomicLong leaks = new AtomicLong();

    LeaseTracker(String cluster) {
        this.cluster = cluster;
    }

    void watch(Lease lease) {
        sweep();
        Watch watch = new Watch(lease, this);
        watched.add(watch);
        lease.watchedBy(watch);
    }

    /** How many were lost. */
    long leaks() {
        sweep();
        return leaks.get();
    }

    /** Ends the uses that nobody will end, which would count as in flight for ever. Returns whether there were any. */
    boolean sweep() {
        boolean any = false;
        for (Watch watch = (Watch) lost.poll(); watch != null; watch = (Watch) lost.poll()) {
            if (watched.remove(watch)) {
                any = true;
                watch.endpoint.complete(Outcome.CANCELLED);
                if (leaks.getAndIncrement() == 0) {
                    LOG.warn(
                            "{}: a lease was never completed nor closed; it was acquired here (more are counted only)",
                            cluster,
                            watch.acquired);
                }
            }
        }
        return any;
    }

    /** What remains of a lease. */
    static final class Watch extends PhantomReference<Lease> {

        private final LeaseTracker tracker;
        private final EndpointStats endpoint;
        private final @Nullable Throwable acquired;

        Watch(Lease lease, LeaseTracker tracker) {
            super(lease, tracker.lost);
            this.tracker = tracker;
            this.endpoint = lease.stats();
            this.acquired = tracker.leaks.get() == 0 ? new Throwable("acquired") : null;
        }

        /** The lease was completed. Returns false if it was given up for lost while that happened, and ended so. */
        boolean end() {
            clear();
            return tracker.watched.remove(this);
        }
    }
}
