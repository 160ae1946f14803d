package io.evenkeel.endpoint;

import java.time.Duration;

/**
 * A source of elapsed time. Everything that measures takes one, so that tests and simulations own the clock.
 *
 * <p>Implementations are thread-safe and cost tens of nanoseconds at most.
 */
@FunctionalInterface
public interface Ticker {

    /** What longer durations count as. */
    Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    /**
     * The current reading.
     *
     * @return nanoseconds since an arbitrary origin; only differences mean anything
     */
    long nanos();

    /**
     * A duration in the unit of readings.
     *
     * @param duration any
     * @return nanoseconds; some 70 years if it is longer than that, so that sums with readings do not overflow
     */
    static long toNanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }

    /**
     * The system's monotonic clock.
     *
     * @return a ticker over {@link System#nanoTime()}
     */
    static Ticker system() {
        return System::nanoTime;
    }
}
