package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.time.Duration;

/**
 * The decision what to ask for: everything, or the applications that have changed one by one.
 *
 * <p>Pure arithmetic on the control thread. It knows what either has cost so far, so that a small cluster is simply read
 * whole, while a large one is read whole only now and then.
 */
final class ReadPlanner {

    /*
     * A list of everything costs Marathon as much as it costs us. Between two that only events ask for, ten times as long
     * passes as one takes, but no more than a few seconds: they never take more than a tenth of anybody's time, and lists
     * that cost milliseconds are not held back at all.
     */
    static final int SHARE = 10;
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    /** So many applications are asked for one by one at a time. */
    static final int MOST = 4;

    private final boolean incremental;
    private final long reconcile;
    private final Ticker ticker;

    private long wholeEnd;
    private boolean everWhole;
    private double wholeNanos;
    private double singleNanos;

    ReadPlanner(boolean incremental, Duration reconcile, Ticker ticker) {
        this.incremental = incremental;
        this.reconcile = reconcile.toNanos();
        this.ticker = ticker;
    }

    /** What to read first of what has changed; nothing in particular means everything. */
    Change first(Change pending) {
        if (pending.isNone() || !everWhole || untilReconcile() <= 0) {
            return Change.ALL;
        }
        if (!pending.apps() && pending.ids().isEmpty()) {
            return pending; // pods, or only judgement
        }
        if (pending.apps() || !incremental) {
            boolean mustWait = untilWhole() > 0 && incremental && !pending.ids().isEmpty();
            return mustWait ? pending.first(MOST) : pending.and(Change.APPS);
        }
        int count = pending.ids().size();
        boolean cheaper = count == 1 || count * singleNanos <= wholeNanos;
        if (count <= MOST && cheaper) {
            return pending;
        }
        return untilWhole() > 0 ? pending.first(MOST) : pending.and(Change.APPS);
    }

    /** How long at least to wait before reading what has changed, in nanoseconds. */
    long pauseBefore(Change pending) {
        boolean whole = pending.apps() && pending.ids().isEmpty() && !pending.equals(Change.ALL);
        return whole ? Math.max(0, untilWhole()) : 0;
    }

    /** A read has succeeded. */
    void succeeded(Change read, long nanos) {
        if (read.apps()) {
            wholeNanos = mean(wholeNanos, (double) nanos);
            wholeEnd = ticker.nanos();
            everWhole = true;
        } else if (!read.ids().isEmpty()) {
            singleNanos = mean(singleNanos, (double) nanos / read.ids().size());
        }
    }

    /** After how long everything is read whatever happens. */
    long untilReconcile() {
        return everWhole ? wholeEnd + reconcile - ticker.nanos() : 0;
    }

    private long untilWhole() {
        long pause = Math.min(LONGEST_PAUSE.toNanos(), (long) (SHARE * wholeNanos));
        return wholeEnd + pause - ticker.nanos();
    }

    private static double mean(double before, double sample) {
        return before == 0 ? sample : before * 0.7 + sample * 0.3;
    }
}
