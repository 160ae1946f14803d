package io.evenkeel.l4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one frontend has seen: its connections, bytes and failures since it exists.
 *
 * <p>Thread-safe without locks. A connection costs two atomic adds; bytes are added once per read burst. "In" is what
 * comes from clients, "out" what goes to them.
 */
public final class TrafficStats {

    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(TrafficStats.class, "current", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int current;

    /* Written without atomicity: a lost race costs one step of a maximum that is only ever displayed. */
    private int max;
    private final LongAdder total = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final LongAdder refusedConnections = new LongAdder();
    private final LongAdder connectionErrors = new LongAdder();

    /** Stats of a frontend that has seen nothing yet. */
    public TrafficStats() {}

    /** Counts a connection as open; the caller owes one {@link #connectionClosed}. */
    public void connectionOpened() {
        int now = (int) CURRENT.getAndAdd(this, 1) + 1;
        if (now > max) {
            max = now;
        }
        total.increment();
    }

    /** Counts a connection as closed. */
    public void connectionClosed() {
        CURRENT.getAndAdd(this, -1);
    }

    /**
     * Counts bytes from clients.
     *
     * @param bytes how many
     */
    public void addBytesIn(long bytes) {
        bytesIn.add(bytes);
    }

    /**
     * Counts bytes to clients.
     *
     * @param bytes how many
     */
    public void addBytesOut(long bytes) {
        bytesOut.add(bytes);
    }

    /** Counts a connection or request that was refused by a rule. */
    public void addDenied() {
        denied.increment();
    }

    /** Counts a connection that was closed at once, because its source had too many. */
    public void addRefusedConnection() {
        refusedConnections.increment();
    }

    /** Counts a connection or request for which no endpoint could be reached. */
    public void addConnectionError() {
        connectionErrors.increment();
    }

    /**
     * Connections that are open.
     *
     * @return the exact number at this moment
     */
    public int currentConnections() {
        return current;
    }

    /**
     * The largest number of connections that were open together.
     *
     * @return the maximum, short by a few at most when threads raced for it
     */
    public int maxConnections() {
        return max;
    }

    /**
     * Connections ever opened.
     *
     * @return the sum
     */
    public long totalConnections() {
        return total.sum();
    }

    /**
     * Bytes from clients.
     *
     * @return the sum
     */
    public long bytesIn() {
        return bytesIn.sum();
    }

    /**
     * Bytes to clients.
     *
     * @return the sum
     */
    public long bytesOut() {
        return bytesOut.sum();
    }

    /**
     * What was refused by a rule.
     *
     * @return the sum
     */
    public long denied() {
        return denied.sum();
    }

    /**
     * Connections that were closed at once, because their source had too many.
     *
     * @return the sum
     */
    public long refusedConnections() {
        return refusedConnections.sum();
    }

    /**
     * Connections or requests for which no endpoint could be reached.
     *
     * @return the sum
     */
    public long connectionErrors() {
        return connectionErrors.sum();
    }

    @Override
    public String toString() {
        return current + " connections of " + total + ", " + bytesIn + " bytes in, " + bytesOut + " out";
    }
}
