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

    private static final long LEAST_NANOS = 1_000;

    /** Checks the ranges. */
    public RateLimit {
        if (permits < 1 || burst < 1) {
            throw new IllegalArgumentException("rate: " + permits + ", burst " + burst + " (expected: >= 1)");
        }
        if (period.isNegative() || period.toNanos() / permits < LEAST_NANOS) {
            throw new IllegalArgumentException(
                    "rate: " + permits + " in " + period + " (expected: at most a million in a second)");
        }
    }

    /** The time from one request to the next. */
    long interval() {
        return period.toNanos() / permits;
    }
}
