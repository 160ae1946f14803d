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
    /** So many applications are asked for one by one at a time, at most. */
    static final int MOST = 64;

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
        if (!wantsList(pending)) {
            return pending;
        }
        boolean oneByOne = incremental && untilList() > 0 && !pending.ids().isEmpty();
        return oneByOne ? pending.first(most()) : pending.and(Change.APPS);
    }

    /** How long at least to wait before reading what has changed, in nanoseconds. */
    long pauseBefore(Change pending) {
        if (pending.equals(Change.ALL) || !wantsList(pending)) {
            return 0;
        }
        long left = Math.max(0, untilList());
        boolean soon = left <= RefreshTrigger.LONGEST_PAUSE.toNanos();
        return soon || !incremental || pending.ids().isEmpty() ? left : 0;
    }

    private boolean wantsList(Change pending) {
        int count = pending.ids().size();
        return pending.apps() || (count > 0 && (!incremental || count > most()));
    }

    /* So many applications, asked for one by one, cost a quarter of the list; each is a request, too. */
    private int most() {
        return singleNanos == 0 ? 1 : (int) Math.max(1, Math.min(MOST, wholeNanos / (4 * singleNanos)));
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

    /** After how many nanoseconds events may ask for the list again; not above 0 if they may now. */
    long untilList() {
        long pause = Math.min(LONGEST_PAUSE.toNanos(), (long) (SHARE * wholeNanos));
        return wholeEnd + pause - ticker.nanos();
    }

    private static double mean(double before, double sample) {
        return before == 0 ? sample : before * 0.7 + sample * 0.3;
    }
}
