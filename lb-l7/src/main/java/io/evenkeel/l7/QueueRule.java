package io.evenkeel.l7;

import java.time.Duration;

/**
 * How requests wait for an endpoint that takes one more. Immutable.
 *
 * @param most how many may wait at once, 1 to 10000; more get 503
 * @param timeout how long each may wait before it gets 503
 */
public record QueueRule(int most, Duration timeout) {

    /** Checks the ranges. */
    public QueueRule {
        if (most < 1 || most > 10_000) {
            throw new IllegalArgumentException("most: " + most + " (expected: 1 to 10000)");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
    }
}
