package io.evenkeel.cluster;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.UseObserver;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whom a cluster's source reports, and what the cluster has decided about it.
 *
 * <p>Everything but {@link #stats} belongs to the control lock. It is kept here and not in the stats so that a report in
 * which nothing has changed need not touch them: that is what most of the cost of a report would be.
 */
@SuppressWarnings("ReferenceEquality") // only to spare the comparison
final class Member {

    final String id;
    final EndpointStats stats;

    /** What the stats show. */
    Endpoint reported;

    /** What the report says that is being taken over. */
    Endpoint next;

    /** The next one of those that have the same id. */
    @Nullable
    Member sameId;

    /** Where it was in the report before, if it is looked at; -1 for somebody new. */
    int place = -1;

    /** The last comparison of reports after which the newer one had yet to name it. */
    long awaitedIn;

    /** Whether it takes new work. */
    boolean takesWork;

    /** The last report by which it takes new work. */
    long chosenIn;

    /** Its group among those that take work. */
    int group;

    /** Whether it takes no new work but may have some. */
    boolean draining;

    /** Whether somebody wants it to drain, whatever the source says. */
    boolean drainedByHand;

    /** The limit that it was given last. */
    int limit = EndpointStats.UNLIMITED;

    /** Whether it ramps up, since when, and how many uses it had ended by then. */
    boolean ramping;

    /** Whether it ramps up when the last bar is taken away. */
    boolean rampsWhenFree;

    long rampBegan;
    long endedBefore;

    Member(Endpoint endpoint, @Nullable Member sameId, UseObserver observer) {
        this.id = endpoint.id();
        this.stats = new EndpointStats(endpoint);
        this.reported = endpoint;
        this.next = endpoint;
        this.sameId = sameId;
        stats.setObserver(observer);
    }

    /** Whether this is about the same thing; quick for the very report that is known. */
    boolean isAbout(Endpoint endpoint) {
        return reported == endpoint
                || (reported.id().equals(endpoint.id()) && reported.address().equals(endpoint.address()));
    }

    /** Whether a report is not the very one that is known. */
    boolean isNews(Endpoint endpoint) {
        return next != endpoint;
    }

    /** Whether strategies would notice that it is reported otherwise than its stats show. */
    boolean looksNew() {
        return next != reported && !next.isPickedLike(reported);
    }

    /** Shows the newest report in the stats. */
    void refresh() {
        if (next != reported) {
            reported = next;
            stats.refresh(next);
        }
    }

    /** How many uses it has ended. */
    long ended() {
        return stats.started() - stats.inFlight();
    }
}
