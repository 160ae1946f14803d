package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Snapshot;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy sees of catalogs that follow each other, see {@link MarathonLbPlan#seen}. As long as it sees them as they are,
 * it looks at nothing but what has changed. Thread-safe.
 */
final class Sight implements UnaryOperator<Catalog> {

    private final MarathonLbOptions options;
    private final Set<Integer> reserved;
    private final Set<InetSocketAddress> forbidden;
    private @Nullable Catalog last; // null if there is none, or it is not seen as it is

    /**
     * Sees nothing yet.
     *
     * @param options which applications are published, and how strict the proxy is
     * @param reserved ports of our own
     * @param forbidden addresses that no task may have where special ones are refused
     */
    Sight(MarathonLbOptions options, Set<Integer> reserved, Set<InetSocketAddress> forbidden) {
        this.options = options;
        this.reserved = reserved;
        this.forbidden = forbidden;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // as it came
    public synchronized Catalog apply(Catalog newest) {
        Catalog before = last;
        boolean asItIs = before != null
                && newest.changedSince(before).stream().noneMatch(name -> isSeenOtherwise(newest.find(name)));
        Catalog seen = asItIs ? newest : MarathonLbPlan.seen(newest, options, reserved, forbidden);
        last = seen == newest ? newest : null;
        return seen;
    }

    private static boolean isSeenOtherwise(@Nullable Snapshot snapshot) {
        return snapshot != null
                && (MarathonLbPlan.isSomebodyHeldBack(snapshot) || DeploymentGroups.isInOne(snapshot.service()));
    }
}
