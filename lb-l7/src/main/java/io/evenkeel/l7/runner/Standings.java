package io.evenkeel.l7.runner;

import io.evenkeel.endpoint.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Since when servers and backends are up or down, and for how long they have been down in all: seen once a second, so that
 * what is shorter may be missed.
 *
 * <p>Thread-safe. {@link #tick} is called once a second by whoever owns the clock.
 */
final class Standings {

    private static final int FORGOTTEN_AFTER_TICKS = 60;

    private static final class Standing {
        private final Ticker ticker;
        private boolean up;
        private long since;
        private long downNanos;
        private long falls;
        private int unseen;

        Standing(Ticker ticker, boolean up) {
            this.ticker = ticker;
            this.up = up;
            this.since = ticker.nanos();
        }

        synchronized void see(boolean isUp, boolean fell) {
            unseen = 0;
            if (isUp == up) {
                return;
            }
            long now = ticker.nanos();
            downNanos += up ? 0 : now - since;
            falls += fell ? 1 : 0;
            up = isUp;
            since = now;
        }

        synchronized void fill(StatsRow row) {
            long lasted = ticker.nanos() - since;
            row.set("lastchg", TimeUnit.NANOSECONDS.toSeconds(lasted))
                    .set("downtime", TimeUnit.NANOSECONDS.toSeconds(downNanos + (up ? 0 : lasted)))
                    .set("chkdown", falls);
        }

        synchronized boolean isForgotten() {
            return ++unseen > FORGOTTEN_AFTER_TICKS;
        }
    }

    private final Ticker ticker;
    private final Map<Object, Standing> standings = new ConcurrentHashMap<>();

    Standings(Ticker ticker) {
        this.ticker = ticker;
    }

    /** A second has passed. */
    void tick() {
        standings.values().removeIf(Standing::isForgotten);
    }

    /** Takes note of a status, in HAProxy's words. */
    void see(Object subject, String status) {
        boolean up = !status.equals("DOWN") && !status.equals("MAINT");
        standings.computeIfAbsent(subject, s -> new Standing(ticker, up)).see(up, status.equals("DOWN"));
    }

    /** Takes note of a status and fills the columns about it. */
    void fill(StatsRow row, Object subject, String status) {
        see(subject, status);
        Standing standing = standings.get(subject);
        if (standing != null) {
            standing.fill(row);
        }
    }
}
