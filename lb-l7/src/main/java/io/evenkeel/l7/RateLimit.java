package io.evenkeel.l7;

import java.time.Duration;

/**
 * How many requests a backend takes in a while. Immutable.
 *
 * @param permits how many in each period, evenly spread, 1 to a million in a second
 * @param period the period
 * @param burst how many at once, when there were none before
 * @param perAddress whether every client's address has its own; of IPv6, every network of 64 bits
 */
public record RateLimit(int permits, Duration period, int burst, boolean perAddress) {

    /** What a burst is to be, in words. */
    public static final String BURST = "a burst that is no more than the rate brings in a hundred years";

    private static final long LEAST_NANOS = 1_000;
    private static final long MOST_NANOS = Duration.ofDays(36_500).toNanos();

    /** Checks the ranges. */
    public RateLimit {
        if (permits < 1 || burst < 1) {
            throw new IllegalArgumentException("rate: " + permits + ", burst " + burst + " (expected: >= 1)");
        }
        if (period.compareTo(Duration.ofNanos(MOST_NANOS)) > 0) {
            throw new IllegalArgumentException("rate: in " + period + " (expected: in at most a hundred years)");
        }
        if (period.isNegative() || period.toNanos() / permits < LEAST_NANOS) {
            throw new IllegalArgumentException(
                    "rate: " + permits + " in " + period + " (expected: at most a million in a second)");
        }
        if (!isMadeUpFor(permits, period, burst)) {
            throw new IllegalArgumentException(
                    "burst: " + burst + " with " + permits + " in " + period + " (expected: " + BURST + ")");
        }
    }

    /** Whether there are that many requests in a hundred years: what takes longer is a mistake, and no number holds it. */
    public static boolean isMadeUpFor(int permits, Duration period, int burst) {
        return permits < 1 || burst <= MOST_NANOS / Math.max(1, period.toNanos() / permits);
    }

    /** The time from one request to the next. */
    long interval() {
        return period.toNanos() / permits;
    }
}
