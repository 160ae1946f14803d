package io.evenkeel.endpoint;

import static java.util.Objects.requireNonNull;

/**
 * What a strategy has learnt of one endpoint, and what one more use of it would cost by that.
 *
 * <p>Called by any number of threads at once, on the path of picks: must not lock, block or allocate. Times are readings of
 * the cluster's clock in nanoseconds; threads may tell theirs in any order. It costs what the implementation costs, and an
 * endpoint has one at most.
 */
public abstract class Load {

    private final Object pool;

    /**
     * For implementations.
     *
     * @param pool what made this: a picker goes on with the loads that its own pool has made and replaces others
     */
    protected Load(Object pool) {
        this.pool = requireNonNull(pool, "pool");
    }

    /**
     * What made this.
     *
     * @return the pool
     */
    public final Object pool() {
        return pool;
    }

    /**
     * The cost of one more use. Only the order of costs matters, and only among endpoints of one pool.
     *
     * @param inFlight uses in flight, scaled if the endpoint's weight is not the average
     * @param now the time
     * @return 0 or more
     */
    public abstract double cost(double inFlight, long now);

    /**
     * A use begins.
     *
     * @param before how many were in flight before it
     * @param now the time
     */
    public void started(int before, long now) {}

    /**
     * A use ends that was timed.
     *
     * @param latency how long it took, 0 or more nanoseconds
     * @param now the time
     * @param outcome how it ended
     */
    public void ended(long latency, long now, Outcome outcome) {}

    /**
     * The server has told its load.
     *
     * @param report what it says
     * @param now the time
     */
    public void reported(LoadReport report, long now) {}
}
