package io.evenkeel.l7.marathonlb;

import java.util.Set;

/**
 * Which applications are published, and how: the flags of marathon-lb that change what labels mean. Immutable.
 *
 * @param groups the groups that are served; {@code *} is everybody, also applications without a group
 * @param healthCheck whether Marathon's verdicts count
 * @param strictMode whether a port is published only if it says so
 */
public record MarathonLbOptions(Set<String> groups, boolean healthCheck, boolean strictMode) {

    /** Copies the groups. */
    public MarathonLbOptions {
        groups = Set.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("groups: none (expected: at least one, * for all)");
        }
    }

    /** Which tasks get requests. */
    public MarathonLbFilter filter() {
        return healthCheck ? MarathonLbFilter.HEALTHY_ONLY : MarathonLbFilter.ANY_HEALTH;
    }
}
