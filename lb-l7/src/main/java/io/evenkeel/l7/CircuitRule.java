package io.evenkeel.l7;

import java.time.Duration;

/**
 * When a backend is left alone for a while. Immutable.
 *
 * @param percent the share of failed requests at which it is, 1 to 100
 * @param requests of how many last requests, 1 to 10000
 * @param pause for how long, before a few requests try whether it is well again
 */
public record CircuitRule(int percent, int requests, Duration pause) {

    private static final int MOST_TRIALS = 10;

    /** Checks the ranges. */
    public CircuitRule {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
        }
        if (requests < 1 || requests > 10_000) {
            throw new IllegalArgumentException("requests: " + requests + " (expected: 1 to 10000)");
        }
        if (pause.isNegative() || pause.isZero()) {
            throw new IllegalArgumentException("pause: " + pause + " (expected: > 0)");
        }
    }

    int trials() {
        return Math.min(MOST_TRIALS, requests);
    }
}
