package io.evenkeel.cluster;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's endpoints have done together, those included that the source reports no longer: the sums never fall
 * when a task is replaced.
 *
 * <p>Written on the control thread, read by any. Whoever left with uses in flight is watched until they have ended, and
 * kept as numbers only from then on, so what is held does not grow with the tasks that came and went.
 */
final class Ledger {

    @SuppressWarnings("ArrayRecordComponent") // not a value: three things that are replaced together
    private record Page(
            Usage past,
            List<EndpointStats> leaving,
            @Nullable EndpointStats[] present) {}

    private volatile Page page = new Page(Usage.NONE, List.of(), new EndpointStats[0]);

    /**
     * Takes over who is reported now. Control thread only.
     *
     * @param present everyone whom the source reports, with gaps; not changed any more
     * @param gone those whom it reported before and does not now
     */
    void turn(@Nullable EndpointStats[] present, List<EndpointStats> gone) {
        Page before = page;
        Usage past = before.past;
        List<EndpointStats> leaving = new ArrayList<>();
        for (List<EndpointStats> some : List.of(before.leaving, gone)) {
            for (EndpointStats one : some) {
                if (one.inFlight() == 0) {
                    past = past.plus(Usage.of(one));
                } else {
                    leaving.add(one);
                }
            }
        }
        page = new Page(past, leaving, present);
    }

    /** The sums of everyone that is or was there. */
    Usage total() {
        Page now = page;
        Usage sum = now.past;
        for (EndpointStats one : now.leaving) {
            sum = sum.plus(Usage.of(one));
        }
        for (EndpointStats one : now.present) {
            if (one != null) {
                sum = sum.plus(Usage.of(one));
            }
        }
        return sum;
    }
}
