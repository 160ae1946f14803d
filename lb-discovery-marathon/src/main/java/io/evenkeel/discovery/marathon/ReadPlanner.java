package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The decision what to ask for: everything, or the applications that have changed one by one.
 *
 * <p>Pure arithmetic on the control thread. A small cluster is simply read whole. Of a large one, applications are read one
 * by one as long as that costs much less than the list and few requests; the list follows behind, as an event is no proof that
 * nothing else has changed.
 */
final class ReadPlanner {

    /*
     * A list of everything costs Marathon as much as it costs us. Between two that events ask for, ten times as long passes
     * as one takes, so that they take no more than a tenth of anybody's time; but if that is more than a few seconds, these
     * (or as long as a list takes) must do.
     */
    static final int SHARE = 10;
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    /** After how long at least the list follows the first application that was read by itself. */
    static final Duration LIST_BEHIND = Duration.ofSeconds(5);

    /* So many requests for one application each may come at once, and two more with each second. */
    private static final int BURST = 4;
    private static final double NANOS_PER_REQUEST = 0.5e9;

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
    private double left = BURST;
    private long leftAt;

    ReadPlanner(int incrementalAbove, Duration reconcile, Ticker ticker) {
        this.incrementalAbove = incrementalAbove;
        this.reconcile = reconcile.toNanos();
        this.ticker = ticker;
        this.leftAt = ticker.nanos();
    }

    /** What to read of what has changed, or null if it is too soon for that; nothing in particular means everything. */
    @Nullable
    Change next(Change pending) {
        if (untilReconcile() <= 0 || (pending.isNone() && !isListDue())) {
            return pending.and(Change.ALL);
        }
        if (pending.isAll() || !wantsList(pending)) {
            return pending;
        }
        return untilList() > 0 ? null : pending.and(Change.APPS);
    }

    /** How long at least to wait before reading what has changed, in nanoseconds. */
    long pauseBefore(Change pending) {
        if (pending.isAll() || !wantsList(pending)) {
            return 0;
        }
        long left = Math.max(0, untilList());
        int count = pending.ids().size();
        boolean oneByOne = large && !pending.apps() && count <= cheap();
        return oneByOne ? Math.min(left, (long) ((count - requestsLeft()) * NANOS_PER_REQUEST) + 1) : left;
    }

    private boolean wantsList(Change pending) {
        int count = pending.ids().size();
        return pending.apps() || isListDue() || (count > 0 && (!large || count > cheap() || count > requestsLeft()));
    }

    private boolean isListDue() {
        return listDue != null && listDue - ticker.nanos() <= 0;
    }

    /* So many applications, asked for one by one, cost a quarter of the list. */
    private int cheap() {
        return singleNanos == 0 ? 1 : (int) Math.max(1, Math.min(BURST, wholeNanos / (4 * singleNanos)));
    }

    private double requestsLeft() {
        return Math.min(BURST, left + (ticker.nanos() - leftAt) / NANOS_PER_REQUEST);
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
            left = requestsLeft() - read.ids().size();
            leftAt = now;
            if (listDue == null) {
                listDue = now + Math.max(LIST_BEHIND.toNanos(), (long) (2 * SHARE * wholeNanos));
            }
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
        double longest = Math.max((double) LONGEST_PAUSE.toNanos(), wholeNanos);
        long pause = (long) Math.min(longest, SHARE * wholeNanos);
        return wholeEnd + pause - ticker.nanos();
    }

    private static double mean(double before, double sample) {
        return before == 0 ? sample : before * 0.7 + sample * 0.3;
    }
}
