package io.evenkeel.l7.runner;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rates per second from counters that only grow: each counter is read once a second, and the difference is the rate.
 *
 * <p>Thread-safe. {@link #tick} is called once a second by whoever owns the clock.
 */
final class Rates {

    private static final int FORGOTTEN_AFTER_TICKS = 60;

    private static final class Meter {
        private volatile long newest;
        private long last;
        private long rate;
        private long max;
        private int unread;
        private boolean ticked;

        synchronized void tick() {
            long now = newest;
            if (ticked) {
                rate = Math.max(0, now - last);
                max = Math.max(max, rate);
            }
            ticked = true;
            last = now;
            unread++;
        }
    }

    private final Map<Object, Meter> meters = new ConcurrentHashMap<>();

    /** A second has passed. The counters must have been handed in since the last tick for the rates to be fresh. */
    void tick() {
        meters.values().forEach(Meter::tick);
        meters.values().removeIf(meter -> meter.unread > FORGOTTEN_AFTER_TICKS);
    }

    /** Hands in a counter's reading. */
    void read(Object counter, long reading) {
        Meter meter = meter(counter);
        synchronized (meter) {
            meter.newest = reading;
            meter.unread = 0;
        }
    }

    /** Fills the rate columns of a counter's row. */
    void fill(StatsRow row, Object counter) {
        Meter meter = meter(counter);
        synchronized (meter) {
            row.set("rate", meter.rate).set("rate_max", meter.max);
        }
    }

    private Meter meter(Object counter) {
        return meters.computeIfAbsent(counter, c -> new Meter());
    }
}
