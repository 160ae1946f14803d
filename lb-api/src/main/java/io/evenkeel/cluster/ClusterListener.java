package io.evenkeel.cluster;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;

/**
 * Someone who wants to know of a cluster's changes. Every method but the first does nothing by default, so that a lambda
 * will do for those who want no more than states.
 *
 * <p>Called in order, usually on the control thread, with the cluster's control lock held; must not block. One that throws
 * is logged and called again next time.
 */
@FunctionalInterface
public interface ClusterListener {

    /**
     * The cluster has a new state; picks see it already.
     *
     * @param previous what was
     * @param current what is
     */
    void stateChanged(ClusterState previous, ClusterState current);

    /**
     * An endpoint takes no new work for the moment (unless the cluster fails open).
     *
     * @param endpoint whose
     * @param bar the reason
     */
    default void barred(EndpointStats endpoint, Bar bar) {}

    /**
     * A reason not to use an endpoint no longer holds; others may.
     *
     * @param endpoint whose
     * @param bar the reason that was
     */
    default void unbarred(EndpointStats endpoint, Bar bar) {}

    /**
     * Too few endpoints were free of bars, so bars are ignored from now on; or enough are again.
     *
     * @param failsOpen true if bars are ignored
     */
    default void failOpenChanged(boolean failsOpen) {}

    /**
     * The waiting for an endpoint that takes no new work is over.
     *
     * @param endpoint whose
     * @param timedOut true if uses are still in flight and the time is over; false if they have ended
     */
    default void drained(EndpointStats endpoint, boolean timedOut) {}

    /** The cluster is closed: nothing will change any more. */
    default void closed() {}
}
