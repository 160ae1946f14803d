package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The decision what to ask for: everything, or the applications that have changed one by one.
 *
 * <p>Pure arithmetic on the control thread. A small cluster is simply read whole. Of a large one, applications are read one
 * by one as long as that costs much less than the list; which follows behind, as an event is no proof that nothing else has
 * changed.
 */
final class ReadPlanner {

    /*
     * A list of everything costs Marathon as much as it costs us. Between two that only events ask for, ten times as long
     * passes as one takes, but no more than a few seconds: they never take more than a tenth of anybody's time, and lists
     * that cost milliseconds are not held back at all.
     */
    static final int SHARE = 10;
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    /** After how long the list follows the first application that was read by itself. */
    static final Duration LIST_BEHIND = Duration.ofSeconds(5);
    /** So many applications are asked for one by one at a time, at most. */
    static final int MOST = 64;

    private final int incrementalAbove;
    private final long reconcile;
    private final Ticker ticker;

    private long wholeEnd;
    private long everythingEnd;
    private boolean everEverything;
    private boolean large;
    private @Nullable Long listDue;
    private double wholeNanos;
    private double singleNanos;

    ReadPlanner(int incrementalAbove, Duration reconcile, Ticker ticker) {
        this.incrementalAbove = incrementalAbove;
        this.reconcile = reconcile.toNanos();
        this.ticker = ticker;
    }

    /** What to read first of what has changed; nothing in particular means everything. */
    Change first(Change pending) {
        if (untilReconcile() <= 0 || (pending.isNone() && !isListDue())) {
            return Change.ALL;
        }
        if (!wantsList(pending)) {
            return pending;
        }
        return oneByOne(pending) && untilList() > 0 ? pending.first(most()) : pending.and(Change.APPS);
    }

    /** How long at least to wait before reading what has changed, in nanoseconds. */
    long pauseBefore(Change pending) {
        if (pending.equals(Change.ALL) || !wantsList(pending)) {
            return 0;
        }
        long left = Math.max(0, untilList());
        boolean soon = left <= RefreshTrigger.LONGEST_PAUSE.toNanos();
        return soon || !oneByOne(pending) ? left : 0;
    }

    private boolean oneByOne(Change pending) {
        return large && !pending.ids().isEmpty();
    }

    private boolean wantsList(Change pending) {
        int count = pending.ids().size();
        return pending.apps() || isListDue() || (count > 0 && (!oneByOne(pending) || count > most()));
    }

    private boolean isListDue() {
        return listDue != null && listDue - ticker.nanos() <= 0;
    }

    /* So many applications, asked for one by one, cost a quarter of the list; each is a request, too. */
    private int most() {
        return singleNanos == 0 ? 1 : (int) Math.max(1, Math.min(MOST, wholeNanos / (4 * singleNanos)));
    }

    /** A read has succeeded; so many applications and pods are known now. */
    void succeeded(Change read, long nanos, int known) {
        long now = ticker.nanos();
        large = known > incrementalAbove;
        if (read.apps()) {
            wholeNanos = mean(wholeNanos, (double) nanos);
            wholeEnd = now;
            listDue = null;
            if (read.pods()) {
                everythingEnd = now;
                everEverything = true;
            }
        } else if (!read.ids().isEmpty()) {
            singleNanos = mean(singleNanos, (double) nanos / read.ids().size());
            listDue = listDue == null ? (Long) (now + LIST_BEHIND.toNanos()) : listDue;
        }
    }

    /** After how long the list is read whatever happens; not above 0 if that is now. */
    long untilNext() {
        long left = untilReconcile();
        return listDue == null ? left : Math.min(left, listDue - ticker.nanos());
    }

    private long untilReconcile() {
        return everEverything ? everythingEnd + reconcile - ticker.nanos() : 0;
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
