package io.evenkeel.endpoint;

/**
 * The counters of one endpoint, or of several together, read at one moment.
 *
 * <p>Immutable. The numbers are read one after the other while uses go on, so they may differ by those uses; each of them
 * only grows, but for {@link #inFlight}.
 */
public final class Usage {

    /** No use at all. */
    public static final Usage NONE = new Usage(0, 0, new long[Outcome.COUNT], 0, 0, 0);

    private final long inFlight;
    private final long maxInFlight;
    private final long[] outcomes;
    private final long busyNanos;
    private final long bytesSent;
    private final long bytesReceived;

    private Usage(
            long inFlight, long maxInFlight, long[] outcomes, long busyNanos, long bytesSent, long bytesReceived) {
        this.inFlight = inFlight;
        this.maxInFlight = maxInFlight;
        this.outcomes = outcomes;
        this.busyNanos = busyNanos;
        this.bytesSent = bytesSent;
        this.bytesReceived = bytesReceived;
    }

    /**
     * The counters of an endpoint as they are now.
     *
     * @param stats where they are counted
     * @return a copy
     */
    public static Usage of(EndpointStats stats) {
        int inFlight =
                stats.inFlight(); // first: a use that ends meanwhile is then counted twice rather than not at all
        long[] outcomes = new long[Outcome.COUNT];
        for (Outcome outcome : Outcome.values()) {
            outcomes[outcome.ordinal()] = stats.count(outcome);
        }
        return new Usage(
                inFlight, stats.maxInFlight(), outcomes, stats.busyNanos(), stats.bytesSent(), stats.bytesReceived());
    }

    /**
     * What remains of these counters when the endpoint is history: only what is a sum.
     *
     * @return the same without maximum
     */
    public Usage withoutMax() {
        return new Usage(inFlight, 0, outcomes, busyNanos, bytesSent, bytesReceived);
    }

    /**
     * Both together.
     *
     * @param other further counters
     * @return the sums
     */
    public Usage plus(Usage other) {
        long[] sums = outcomes.clone();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.outcomes[i];
        }
        return new Usage(
                inFlight + other.inFlight,
                maxInFlight + other.maxInFlight,
                sums,
                busyNanos + other.busyNanos,
                bytesSent + other.bytesSent,
                bytesReceived + other.bytesReceived);
    }

    /**
     * Uses begun and not ended.
     *
     * @return how many
     */
    public long inFlight() {
        return inFlight;
    }

    /**
     * The largest number of uses in flight together; of several endpoints the sum of theirs, which they need not have
     * reached together.
     *
     * @return how many
     */
    public long maxInFlight() {
        return maxInFlight;
    }

    /**
     * Uses begun.
     *
     * @return ended uses plus those in flight
     */
    public long started() {
        return inFlight + ended();
    }

    /**
     * Uses ended.
     *
     * @return how many, whatever their outcome
     */
    public long ended() {
        long sum = 0;
        for (long ended : outcomes) {
            sum += ended;
        }
        return sum;
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
     * Uses that ended in one way.
     *
     * @param outcome the way
     * @return how many
     */
    public long count(Outcome outcome) {
        return outcomes[outcome.ordinal()];
    }

    /**
     * Bytes passed on to endpoints.
     *
     * @return the sum
     */
    public long bytesSent() {
        return bytesSent;
    }

    /**
     * Bytes that came from endpoints.
     *
     * @return the sum
     */
    public long bytesReceived() {
        return bytesReceived;
    }

    @Override
    public String toString() {
        return started() + " begun, " + inFlight + " in flight";
    }
}
