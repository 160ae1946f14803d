package io.evenkeel.endpoint;

/**
 * A source of elapsed time. Everything that measures takes one, so that tests and simulations own the clock.
 *
 * <p>Implementations are thread-safe and cost tens of nanoseconds at most.
 */
@FunctionalInterface
public interface Ticker {

    /**
     * The current reading.
     *
     * @return nanoseconds since an arbitrary origin; only differences mean anything
     */
    long nanos();

    /**
     * The system's monotonic clock.
     *
     * @return a ticker over {@link System#nanoTime()}
     */
    static Ticker system() {
        return System::nanoTime;
    }
}
