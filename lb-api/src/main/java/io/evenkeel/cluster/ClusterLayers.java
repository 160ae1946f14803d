package io.evenkeel.cluster;

import io.evenkeel.layer.GroupShare;
import java.util.List;

/**
 * What the layers between a cluster's endpoints and its picker do at one moment, and have done.
 *
 * @param unused how many endpoints would take work and are left to other clients by the subset
 * @param groups the groups by priority and nearness with their shares of the load; one if there are no preferences
 * @param failsOpen whether bars are ignored, in one priority level at least
 * @param failedOpen how often that began
 * @param ramping how many endpoints get less than their share because they are new
 * @param draining how many endpoints are waited for until their uses in flight have ended
 * @param drained how many have ended all their uses in time
 * @param drainTimeouts how many have not
 */
public record ClusterLayers(
        int unused,
        List<GroupShare> groups,
        boolean failsOpen,
        long failedOpen,
        int ramping,
        int draining,
        long drained,
        long drainTimeouts) {

    /** Copies the list. */
    public ClusterLayers {
        groups = List.copyOf(groups);
    }
}
