package io.evenkeel.endpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What every use of an endpoint reads or writes.
 *
 * <p>A class of its own for its place in memory: the fields of a superclass come first, so these are close together, mostly
 * on one cache line, and what follows them keeps them off the lines of the next endpoint's, mostly too. Threads that use
 * different endpoints seldom slow each other down then.
 */
abstract class HotStats {

    static final VarHandle USES;
    static final VarHandle BUSY_NANOS;
    static final VarHandle FAILURES_IN_A_ROW;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            USES = lookup.findVarHandle(HotStats.class, "uses", long.class);
            BUSY_NANOS = lookup.findVarHandle(HotStats.class, "busyNanos", long.class);
            FAILURES_IN_A_ROW = lookup.findVarHandle(HotStats.class, "failuresInARow", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /*
     * Uses in flight in the lower 20 bits, successes in the upper 44: what most uses change, in one atomic step at each end.
     * No endpoint has a million uses in flight; the successes wrap after 1.7e13, in five years at 100,000 a second.
     */
    private static final int IN_FLIGHT_BITS = 20;
    private static final long IN_FLIGHT_MASK = (1L << IN_FLIGHT_BITS) - 1;

    /** What the begin of a use adds. */
    static final long BEGIN = 1;

    /** What the end of a use adds. */
    static final long END = -1;

    /** What the end of a use that was a success adds. */
    static final long SUCCESS = (1L << IN_FLIGHT_BITS) - 1;

    /** The largest capacity: what the bits hold, less what as many threads as there may be add before they look. */
    static final int MAX_CAPACITY = 1_000_000;

    volatile long uses;
    volatile long busyNanos;

    /* What uses in flight are compared with: the limit, or 0 while a bar stands in the way and bars are respected. */
    volatile int capacity = MAX_CAPACITY;
    volatile int failuresInARow;

    /* Written without atomicity: a lost race costs one step of a maximum that is only ever displayed. */
    int maxInFlight;

    volatile @Nullable Load load;

    static int inFlight(long uses) {
        return (int) (uses & IN_FLIGHT_MASK);
    }

    static long successes(long uses) {
        return uses >>> IN_FLIGHT_BITS;
    }
}
