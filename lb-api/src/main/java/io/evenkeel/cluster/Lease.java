package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One use of one endpoint; completing it is the feedback that balancing lives on.
 *
 * <pre>{@code
 * try (Lease lease = loadBalancer.acquire("/shop/web")) {
 *     call(lease.address());
 *     lease.complete(Outcome.SUCCESS);
 * }
 * }</pre>
 *
 * <p>The first completion counts and later ones have no effect; closing without one counts as
 * {@link Outcome#CANCELLED}. Thread-safe.
 */
public final class Lease implements AutoCloseable {

    private static final AtomicReferenceFieldUpdater<Lease, @Nullable Outcome> OUTCOME =
            AtomicReferenceFieldUpdater.newUpdater(Lease.class, Outcome.class, "outcome");

    private final EndpointStats stats;
    private final Endpoint endpoint;
    private final Ticker ticker;
    private final long begun;

    private volatile @Nullable Outcome outcome;
    private LeaseTracker.@Nullable Watch watch; // set before anyone else sees the lease

    Lease(EndpointStats stats, Ticker ticker, long begun) {
        this.stats = stats;
        this.endpoint = stats.endpoint();
        this.ticker = ticker;
        this.begun = begun;
    }

    /**
     * Whom to use.
     *
     * @return the endpoint as it was when it was picked
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Where to connect.
     *
     * @return the endpoint's address
     */
    public InetSocketAddress address() {
        return endpoint.address();
    }

    /**
     * The statistics of the endpoint, for instance to exclude it from a retry.
     *
     * @return the endpoint's stats
     */
    public EndpointStats stats() {
        return stats;
    }

    /**
     * How long this use has been going on.
     *
     * @return the time since it was acquired
     */
    public Duration age() {
        return Duration.ofNanos(ticker.nanos() - begun);
    }

    /**
     * Ends the use.
     *
     * @param how how it ended
     */
    public void complete(Outcome how) {
        if (end(how)) {
            stats.complete(how, begun, ticker.nanos());
        }
    }

    /**
     * Ends a use whose length says nothing about the endpoint: a connection that lasted as long as its client liked, say.
     * Strategies that go by latency learn nothing from it.
     *
     * @param how how it ended
     */
    public void completeUntimed(Outcome how) {
        if (end(how)) {
            stats.complete(how);
        }
    }

    private boolean end(Outcome how) {
        if (!OUTCOME.compareAndSet(this, null, requireNonNull(how, "outcome"))) {
            return false;
        }
        LeaseTracker.Watch watching = watch;
        return watching == null || watching.end();
    }

    /**
     * How the use ended.
     *
     * @return the outcome; null as long as it has not
     */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** So that it can be told when nobody can complete this any more. */
    void watchedBy(LeaseTracker.Watch newWatch) {
        watch = newWatch;
    }

    /** Ends the use as {@link Outcome#CANCELLED} if it was not completed. */
    @Override
    public void close() {
        complete(Outcome.CANCELLED);
    }
}
