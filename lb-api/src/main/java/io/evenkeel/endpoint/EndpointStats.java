package io.evenkeel.endpoint;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been observed about one endpoint of one cluster: the only mutable state on the path of a pick.
 *
 * <p>It is also the token of the path without allocation: a pick returns the stats of the chosen endpoint with the use
 * already counted as in flight, and exactly one call of {@code complete} ends that use. Stats follow the endpoint's
 * identity (id and address) from report to report, so a change elsewhere in the service resets nothing here.
 *
 * <p>Thread-safe; uses begin and end without locks. {@link #tryStart} costs one atomic add, {@link #complete} one after a
 * success, two when cancelled and three after a failure, and one more with times; reading is a volatile read. Whether an endpoint takes new work is a fact in here too, so that ejecting
 * one, or taking it back, costs the same however many there are, and rebuilds nothing.
 */
public final class EndpointStats extends HotStats {

    private static final VarHandle BYTES_SENT;
    private static final VarHandle BYTES_RECEIVED;
    private static final VarHandle OUTCOMES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final Outcome[] ALL_OUTCOMES = Outcome.values();

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BYTES_SENT = lookup.findVarHandle(EndpointStats.class, "bytesSent", long.class);
            BYTES_RECEIVED = lookup.findVarHandle(EndpointStats.class, "bytesReceived", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The limit of an endpoint that has none. A million uses may be in flight at once even so, and whatever its limit. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private volatile Endpoint endpoint;
    private volatile @Nullable UseObserver observer;
    private volatile long bytesSent;
    private volatile long bytesReceived;

    /* Written under this object's lock by those who control the endpoint; what picks need of it is in capacity. */
    private volatile int limit = UNLIMITED;
    private volatile int bars;
    private volatile boolean barsIgnored;
    private volatile boolean probing;
    private int trials; // how many uses may be in flight while it is probing

    /* Successes are counted with the uses in flight. */
    private final long[] others = new long[Outcome.COUNT - 1];

    /**
     * Fresh stats.
     *
     * @param endpoint whom they are about
     */
    public EndpointStats(Endpoint endpoint) {
        this.endpoint = requireNonNull(endpoint, "endpoint");
    }

    /**
     * The endpoint as it was last reported.
     *
     * @return the newest value
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Whether these stats are about the same thing as a newly reported endpoint.
     *
     * @param reported the report
     * @return true if id and address are equal
     */
    public boolean isAbout(Endpoint reported) {
        Endpoint mine = endpoint;
        return mine.id().equals(reported.id()) && mine.address().equals(reported.address());
    }

    /**
     * Takes over a newer report of the same endpoint. Called on the control thread.
     *
     * @param reported a report for which {@link #isAbout} holds
     */
    public void refresh(Endpoint reported) {
        endpoint = reported;
    }

    /**
     * Begins a use if the endpoint takes one: if nothing bars it and it is below its limit. If so, the caller owes exactly
     * one {@code complete}. Picking through a cluster has done this already.
     *
     * @param now the reading of the cluster's clock, for what measures time; anything if nothing does
     * @return whether the use has begun
     */
    public boolean tryStart(long now) {
        int before = inFlight((long) USES.getAndAdd(this, BEGIN));
        if (before >= capacity) {
            takeBack();
            return false;
        }
        if (before >= maxInFlight) {
            maxInFlight = before + 1;
        }
        Load current = load;
        if (current != null) {
            try {
                current.started(before, now);
            } catch (RuntimeException | Error e) {
                takeBack();
                throw e;
            }
        }
        return true;
    }

    /* A use that ended in between saw this one too, and thought the endpoint full. */
    private void takeBack() {
        int left = inFlight((long) USES.getAndAdd(this, END)) - 1;
        if (left < capacity) {
            tellFreed();
        }
    }

    /**
     * Ends a use of which nobody knows how long it took, or whose length says nothing about the endpoint (a session that
     * lasts as long as its client likes).
     *
     * @param outcome how it ended
     * @throws IllegalStateException if no use is in flight; nothing is counted then
     */
    public void complete(Outcome outcome) {
        long end = endOf(outcome);
        try {
            tally(outcome);
        } finally {
            release(end);
        }
    }

    /**
     * Ends a use and tells how long it took, which is what latency-aware strategies live on.
     *
     * @param outcome how it ended
     * @param begun the clock's reading when it began
     * @param now the clock's reading now; a clock that went backwards counts as one that stood still
     * @throws IllegalStateException if no use is in flight; nothing is counted then
     */
    public void complete(Outcome outcome, long begun, long now) {
        long end = endOf(outcome);
        try {
            long latency = Math.max(0, now - begun);
            tally(outcome);
            BUSY_NANOS.getAndAdd(this, latency);
            Load current = load;
            if (current != null) {
                current.ended(latency, now, outcome);
            }
        } finally {
            release(end);
        }
    }

    /**
     * Passes on what the server said of its load, to strategies that go by that. May come with every answer; that it says
     * the same again tells that it still holds.
     *
     * @param report what it said
     * @param now the reading of the cluster's clock
     */
    public void reported(LoadReport report, long now) {
        Load current = load;
        if (current != null) {
            current.reported(report, now);
        }
    }

    /* Refuses what would end no use, before anything is counted. */
    private long endOf(Outcome outcome) {
        if (inFlight() == 0) {
            throw new IllegalStateException(endpoint.id() + ": no use in flight (expected: one complete for each use)");
        }
        return requireNonNull(outcome, "outcome") == Outcome.SUCCESS ? SUCCESS : END;
    }

    private void tally(Outcome outcome) {
        if (outcome == Outcome.SUCCESS) {
            if (failuresInARow != 0) {
                recovered();
            }
            return;
        }
        OUTCOMES.getAndAdd(others, other(outcome), 1L);
        if (outcome != Outcome.CANCELLED) {
            int inARow = (int) FAILURES_IN_A_ROW.getAndAdd(this, 1) + 1;
            UseObserver watching = observer;
            if (watching != null) {
                watching.failed(this, inARow, outcome);
            }
        }
    }

    private static int other(Outcome outcome) {
        return outcome.ordinal() - 1; // SUCCESS is the first
    }

    private void recovered() {
        failuresInARow = 0;
        UseObserver watching = observer;
        if (watching != null) {
            watching.recovered(this);
        }
    }

    /* Last: whoever sees none in flight sees all that ended. */
    private void release(long end) {
        int before = inFlight((long) USES.getAndAdd(this, end));
        if (before >= capacity) {
            tellFreed();
        }
    }

    private void tellFreed() {
        UseObserver watching = observer;
        if (watching != null) {
            watching.freed(this);
        }
    }

    /**
     * Whether a use could begin now.
     *
     * @return true if nothing bars the endpoint (or bars are ignored) and it is below its limit
     */
    public boolean isAvailable() {
        return inFlight() < capacity;
    }

    /**
     * What choosing by the number of uses compares.
     *
     * @return the uses in flight, or {@link #UNLIMITED} while the endpoint takes no more
     */
    public int occupancy() {
        int now = inFlight();
        return now < capacity ? now : UNLIMITED;
    }

    /**
     * What choosing by cost compares: the cost of one more use as the endpoint's {@link Load} sees it, or the number of
     * uses in flight if there is none.
     *
     * @param now the reading of the cluster's clock
     * @return 0 or more; infinite while the endpoint takes no more
     */
    public double cost(long now) {
        int uses = inFlight();
        if (uses >= capacity) {
            return Double.POSITIVE_INFINITY;
        }
        Load current = load;
        return current == null ? uses : current.cost(uses, now);
    }

    /**
     * Like {@link #cost(long)}, for an endpoint whose weight is not that of the others.
     *
     * @param now the reading of the cluster's clock
     * @param share by what to multiply the uses in flight to compare them with those of an endpoint of average weight
     * @return 0 or more; infinite while the endpoint takes no more
     */
    public double cost(long now, double share) {
        int uses = inFlight();
        if (uses >= capacity) {
            return Double.POSITIVE_INFINITY;
        }
        Load current = load;
        return current == null ? uses * share : current.cost(uses * share, now);
    }

    /**
     * What a strategy has learnt of this endpoint.
     *
     * @return the load, or null if the strategy keeps none
     */
    public @Nullable Load load() {
        return load;
    }

    /**
     * Lets a strategy learn. Called on the control thread, when a picker is built.
     *
     * @param newLoad what is told of every use from now on
     */
    public void setLoad(@Nullable Load newLoad) {
        load = newLoad;
    }

    /**
     * Lets a cluster hear of failures. Called on the control thread, before the endpoint is first used.
     *
     * @param newObserver what is told, by the threads that complete uses
     */
    public void setObserver(UseObserver newObserver) {
        observer = newObserver;
    }

    /**
     * Sets how many uses may be in flight at once. Those that are go on.
     *
     * @param newLimit 0 to {@link #UNLIMITED}
     */
    public void setLimit(int newLimit) {
        if (newLimit < 0) {
            throw new IllegalArgumentException("limit: " + newLimit + " (expected: >= 0)");
        }
        boolean raised;
        synchronized (this) {
            raised = newLimit > limit;
            limit = newLimit;
            recompute();
        }
        if (raised && isAvailable()) {
            tellFreed();
        }
    }

    /**
     * How many uses may be in flight at once.
     *
     * @return the limit; {@link #UNLIMITED} if there is none
     */
    public int limit() {
        return limit;
    }

    /**
     * Puts a bar in the way of new uses. Clusters do this, so that they can count; call theirs.
     *
     * @param bar the reason
     * @return whether that made the endpoint change from not barred to barred
     */
    public synchronized boolean bar(Bar bar) {
        int before = bars;
        bars = before | bar.bit();
        recompute();
        return before == 0;
    }

    /**
     * Takes a bar away. Clusters do this, so that they can count; call theirs.
     *
     * @param bar the reason that no longer holds
     * @return whether that made the endpoint change from barred to not barred
     */
    public synchronized boolean unbar(Bar bar) {
        int before = bars;
        bars = before & ~bar.bit();
        recompute();
        return before != 0 && bars == 0;
    }

    /**
     * Whether bars count: a cluster of which too few endpoints are left ignores them.
     *
     * @param ignored true to let uses begin whatever bars there are
     */
    public void ignoreBars(boolean ignored) {
        if (barsIgnored != ignored) { // by one thread at a time
            synchronized (this) {
                barsIgnored = ignored;
                recompute();
            }
        }
    }

    /**
     * Lets one use through beside those that are in flight already (and one in the place of each of those that ends), of an
     * endpoint that was out and has yet to show that it is well. The next success is told to the observer as a recovery.
     *
     * @param on whether to be so careful
     */
    public synchronized void setProbing(boolean on) {
        if (probing != on) {
            probing = on;
            trials = inFlight() + 1;
            if (on && failuresInARow == 0) {
                failuresInARow = 1; // so that a success is news
            }
            recompute();
        }
    }

    /**
     * Whether the endpoint is on trial.
     *
     * @return true between the end of an ejection and the first success
     */
    public boolean isProbing() {
        return probing;
    }

    private void recompute() {
        int most = Math.min(limit, MAX_CAPACITY);
        if (barsIgnored) {
            capacity = most;
        } else if (bars != 0) {
            capacity = 0;
        } else {
            capacity = probing ? Math.min(trials, most) : most;
        }
    }

    /**
     * Whether anything bars the endpoint, ignored or not.
     *
     * @return true if there is a bar
     */
    public boolean isBarred() {
        return bars != 0;
    }

    /**
     * Whether a particular bar stands.
     *
     * @param bar the reason
     * @return true if it does
     */
    public boolean isBarred(Bar bar) {
        return (bars & bar.bit()) != 0;
    }

    /**
     * What bars the endpoint, ignored or not.
     *
     * @return the reasons; a copy
     */
    public Set<Bar> bars() {
        Set<Bar> standing = EnumSet.noneOf(Bar.class);
        for (Bar bar : Bar.values()) {
            if (isBarred(bar)) {
                standing.add(bar);
            }
        }
        return standing;
    }

    /**
     * How many uses have failed since one last succeeded. Cancelled ones do not count.
     *
     * @return 0 or more
     */
    public int failuresInARow() {
        return failuresInARow;
    }

    /**
     * How long the uses took together that were completed with times.
     *
     * @return the sum in nanoseconds
     */
    public long busyNanos() {
        return busyNanos;
    }

    /**
     * Counts bytes passed on to the endpoint.
     *
     * @param bytes how many
     */
    public void addBytesSent(long bytes) {
        BYTES_SENT.getAndAdd(this, bytes);
    }

    /**
     * Counts bytes that came from the endpoint.
     *
     * @param bytes how many
     */
    public void addBytesReceived(long bytes) {
        BYTES_RECEIVED.getAndAdd(this, bytes);
    }

    /**
     * Uses begun and not ended.
     *
     * @return the exact number at this moment
     */
    public int inFlight() {
        return inFlight(uses);
    }

    /**
     * The largest number of uses that were in flight together.
     *
     * @return the maximum, short by a few at most when threads raced for it
     */
    public int maxInFlight() {
        return maxInFlight;
    }

    /**
     * Uses begun since these stats exist.
     *
     * @return ended uses plus those in flight; off by those that end during the call
     */
    public long started() {
        long sum = inFlight();
        for (Outcome outcome : ALL_OUTCOMES) {
            sum += count(outcome);
        }
        return sum;
    }

    /**
     * Uses that ended in one way.
     *
     * @param outcome the way
     * @return how many; successes begin anew at 0 after 1.7e13
     */
    public long count(Outcome outcome) {
        return outcome == Outcome.SUCCESS ? successes(uses) : (long) OUTCOMES.getVolatile(others, other(outcome));
    }

    /**
     * Bytes passed on to the endpoint.
     *
     * @return the sum
     */
    public long bytesSent() {
        return bytesSent;
    }

    /**
     * Bytes that came from the endpoint.
     *
     * @return the sum
     */
    public long bytesReceived() {
        return bytesReceived;
    }

    @Override
    public String toString() {
        Endpoint e = endpoint;
        return e.id() + "@" + e.address() + " in flight " + inFlight();
    }
}
