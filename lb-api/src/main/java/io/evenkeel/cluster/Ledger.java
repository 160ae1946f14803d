package io.evenkeel.cluster;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's endpoints have done together, those included that the source reports no longer: the sums never fall
 * when a task is replaced.
 *
 * <p>Written on the control thread, read by any. Whoever left is watched until its uses have ended, and for a second at
 * least, since picks from the state before may still be on their way; only then it is kept as numbers, so that what is
 * held does not grow with the tasks that came and went.
 */
final class Ledger {

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Somebody who left, and whoever left before. */
    private record Leaver(
            EndpointStats stats, long since, @Nullable Leaver before) {}

    @SuppressWarnings("ArrayRecordComponent") // not a value: three things that are replaced together
    private record Page(
            Usage past, @Nullable Leaver leaving, @Nullable Member[] present) {}

    private final Ticker ticker;
    private volatile Page page = new Page(Usage.NONE, null, new Member[0]);
    private long settled; // when it was last seen who of those that left is history

    Ledger(Ticker ticker) {
        this.ticker = ticker;
        this.settled = ticker.nanos();
    }

    /**
     * Takes over who is reported now. Control thread only.
     *
     * @param present everyone whom the source reports, with nulls among them; not changed any more
     * @param gone those whom it reported before and does not now
     */
    void turn(@Nullable Member[] present, List<Member> gone) {
        Page before = page;
        Usage past = before.past;
        Leaver leaving = before.leaving;
        if (leaving != null || !gone.isEmpty()) {
            long now = ticker.nanos();
            if (now - settled
                    >= GRACE_NANOS) { // not each time, or every report would cost as much as many have left lately
                settled = now;
                leaving = null;
                for (Leaver leaver = before.leaving; leaver != null; leaver = leaver.before) {
                    Usage last = Usage.of(leaver.stats);
                    if (last.inFlight() == 0 && now - leaver.since >= GRACE_NANOS) {
                        past = past.plus(last.withoutMax());
                    } else {
                        leaving = new Leaver(leaver.stats, leaver.since, leaving);
                    }
                }
            }
            for (Member one : gone) {
                leaving = new Leaver(one.stats, now, leaving);
            }
        }
        page = new Page(past, leaving, present);
    }

    /** The sums of everyone that is or was there; the maximum is that of those who are. */
    Usage total() {
        Page now = page;
        Usage sum = now.past;
        for (Leaver leaver = now.leaving; leaver != null; leaver = leaver.before) {
            sum = sum.plus(Usage.of(leaver.stats).withoutMax());
        }
        for (Member one : now.present) {
            if (one != null) {
                sum = sum.plus(Usage.of(one.stats));
            }
        }
        return sum;
    }
}
