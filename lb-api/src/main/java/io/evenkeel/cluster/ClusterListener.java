package io.evenkeel.cluster;

/** Someone who wants to know of a cluster's changes. Called in order, usually on the control thread; must not block. */
@FunctionalInterface
public interface ClusterListener {

    /**
     * The cluster has a new state; picks see it already.
     *
     * @param previous what was
     * @param current what is
     */
    void stateChanged(ClusterState previous, ClusterState current);
}
