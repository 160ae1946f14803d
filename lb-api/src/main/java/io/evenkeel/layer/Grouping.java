package io.evenkeel.layer;

import io.evenkeel.endpoint.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The preferences by which endpoints are put into groups: by priority level first, then by nearness.
 *
 * @param priorities null if there are no levels
 * @param locality null if nearness does not count
 */
public record Grouping(
        @Nullable PriorityLevels priorities, @Nullable LocalityPreference locality) {

    /** Everyone in one group. */
    public static final Grouping NONE = new Grouping(null, null);

    private static final Nearness[] NEARNESSES = Nearness.values();

    /** How many keys there are. */
    static final int KEYS = (PriorityLevels.LAST + 1) * NEARNESSES.length;

    /**
     * Whether there is anything to group by.
     *
     * @return false if everyone is in one group
     */
    public boolean isNeeded() {
        return priorities != null || locality != null;
    }

    /**
     * The group of an endpoint, as a number: groups come in the order of their keys.
     *
     * @param endpoint whose
     * @return the key
     */
    public int keyOf(Endpoint endpoint) {
        int level = priorities == null ? 0 : priorities.of(endpoint);
        Nearness nearness = locality == null ? Nearness.ELSEWHERE : locality.of(endpoint);
        return level * NEARNESSES.length + nearness.ordinal();
    }

    static int level(int key) {
        return key / NEARNESSES.length;
    }

    static Nearness nearness(int key) {
        return NEARNESSES[key % NEARNESSES.length];
    }
}
