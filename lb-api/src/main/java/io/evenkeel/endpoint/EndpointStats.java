package io.evenkeel.endpoint;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What has been observed about one endpoint of one cluster: the only mutable state on the path of a pick.
 *
 * <p>It is also the token of the path without allocation: a pick returns the stats of the chosen endpoint with the use
 * already counted as in flight, and exactly one call of {@link #complete} ends that use. Stats follow the endpoint's
 * identity (id and address) from report to report, so a change elsewhere in the service resets nothing here.
 *
 * <p>Thread-safe without locks. {@link #start} costs one atomic add, {@link #complete} two; reading is a volatile read.
 */
public final class EndpointStats {

    private static final VarHandle IN_FLIGHT;
    private static final VarHandle BYTES_SENT;
    private static final VarHandle BYTES_RECEIVED;
    private static final VarHandle OUTCOMES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final Outcome[] ALL_OUTCOMES = Outcome.values();

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN_FLIGHT = lookup.findVarHandle(EndpointStats.class, "inFlight", int.class);
            BYTES_SENT = lookup.findVarHandle(EndpointStats.class, "bytesSent", long.class);
            BYTES_RECEIVED = lookup.findVarHandle(EndpointStats.class, "bytesReceived", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Endpoint endpoint;
    private volatile int inFlight;
    private volatile long bytesSent;
    private volatile long bytesReceived;

    /* Written without atomicity: a lost race costs one step of a maximum that is only ever displayed. */
    private int maxInFlight;
    private final long[] outcomes = new long[Outcome.COUNT];

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

    /** Counts one use as begun; the caller owes one {@link #complete}. Picking through a cluster has done this already. */
    public void start() {
        int now = (int) IN_FLIGHT.getAndAdd(this, 1) + 1;
        if (now > maxInFlight) {
            maxInFlight = now;
        }
    }

    /**
     * Ends one use.
     *
     * @param outcome how it ended
     */
    public void complete(Outcome outcome) {
        int index = outcome.ordinal(); // first, so that a null leaves the use open instead of half ended
        OUTCOMES.getAndAdd(outcomes, index, 1L);
        IN_FLIGHT.getAndAdd(this, -1); // last: whoever sees none in flight sees all that ended
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
        return inFlight;
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
        long sum = inFlight;
        for (Outcome outcome : ALL_OUTCOMES) {
            sum += count(outcome);
        }
        return sum;
    }

    /**
     * Uses that ended in one way.
     *
     * @param outcome the way
     * @return how many
     */
    public long count(Outcome outcome) {
        return (long) OUTCOMES.getVolatile(outcomes, outcome.ordinal());
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
        return e.id() + "@" + e.address() + " in flight " + inFlight;
    }
}
