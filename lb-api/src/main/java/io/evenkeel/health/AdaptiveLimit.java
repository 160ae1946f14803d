package io.evenkeel.health;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointStats;
import java.time.Duration;

/**
 * A limit for the uses in flight at each endpoint that finds itself: it falls when answers take longer than they do when the
 * endpoint is not busy, and grows while they do not and the limit is used.
 *
 * <p>After the gradient limit of Netflix's concurrency-limits. Learns from uses that are completed with times; without any,
 * limits stay where they began. It takes the place of {@code maxInFlight}. Costs a look at every endpoint per interval, on
 * the control thread. Immutable.
 *
 * @param minimum below which no limit falls, 1 or more
 * @param maximum above which no limit grows
 * @param initial where limits begin
 * @param interval how often limits are set
 * @param tolerance up to how many times the usual latency is no sign of load, 1 or more
 */
public record AdaptiveLimit(int minimum, int maximum, int initial, Duration interval, double tolerance)
        implements MonitorPolicy {

    private static final int USUAL_INITIAL = 20;
    private static final Duration USUAL_INTERVAL = Duration.ofSeconds(1);
    private static final double USUAL_TOLERANCE = 1.5;

    /** Checks the ranges. */
    public AdaptiveLimit {
        requireNonNull(interval, "interval");
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum: " + minimum + " (expected: >= 1)");
        }
        if (maximum < minimum || maximum == EndpointStats.UNLIMITED) {
            throw new IllegalArgumentException("maximum: " + maximum + " (expected: >= " + minimum + ", finite)");
        }
        if (initial < minimum || initial > maximum) {
            throw new IllegalArgumentException(
                    "initial: " + initial + " (expected: " + minimum + " to " + maximum + ")");
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: > 0)");
        }
        if (!(tolerance >= 1) || tolerance == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: finite and >= 1)");
        }
    }

    /**
     * Limits within a range, beginning at 20 or as near as they may, set every second, with a tolerance of 1.5.
     *
     * @param minimum below which no limit falls, 1 or more
     * @param maximum above which no limit grows
     * @return the settings
     */
    public static AdaptiveLimit between(int minimum, int maximum) {
        int initial = Math.max(minimum, Math.min(maximum, USUAL_INITIAL));
        return new AdaptiveLimit(minimum, maximum, initial, USUAL_INTERVAL, USUAL_TOLERANCE);
    }

    /**
     * The same with another beginning.
     *
     * @param newInitial where limits begin
     * @return the changed copy
     */
    public AdaptiveLimit withInitial(int newInitial) {
        return new AdaptiveLimit(minimum, maximum, newInitial, interval, tolerance);
    }

    /**
     * The same in another rhythm.
     *
     * @param newInterval how often limits are set
     * @return the changed copy
     */
    public AdaptiveLimit withInterval(Duration newInterval) {
        return new AdaptiveLimit(minimum, maximum, initial, newInterval, tolerance);
    }

    /**
     * The same with another tolerance.
     *
     * @param newTolerance up to how many times the usual latency is no sign of load, 1 or more
     * @return the changed copy
     */
    public AdaptiveLimit withTolerance(double newTolerance) {
        return new AdaptiveLimit(minimum, maximum, initial, interval, newTolerance);
    }

    @Override
    public Monitor newMonitor(MonitoredCluster cluster) {
        return new AdaptiveLimiter(this, cluster);
    }
}
