package io.evenkeel.l7.runner;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rates per second from counters that only grow, and for how long they have rested: each counter is read once a second, and
 * the difference is the rate.
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
        private long rested = -1; // never anything but rest

        synchronized void tick() {
            long now = newest;
            rested = now != last ? 0 : rested < 0 ? -1 : rested + 1;
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
        fill(row, counter, "rate");
    }

    /** Fills the column of a rate, and that of its maximum. */
    void fill(StatsRow row, Object counter, String column) {
        Meter meter = meter(counter);
        synchronized (meter) {
            row.set(column, meter.rate).set(column + "_max", meter.max);
        }
    }

    /** For how many seconds a counter has not changed; -1 if it never has. */
    long rested(Object counter) {
        Meter meter = meter(counter);
        synchronized (meter) {
            return meter.rested;
        }
    }

    private Meter meter(Object counter) {
        return meters.computeIfAbsent(counter, c -> new Meter());
    }
}
