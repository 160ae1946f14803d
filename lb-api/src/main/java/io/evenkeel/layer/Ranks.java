package io.evenkeel.layer;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.strategy.Hashes;
import java.util.Arrays;
import java.util.List;

/**
 * An order of endpoints by a hash of who they are, the same for every client whatever the order of its list.
 *
 * <p>A change of one endpoint leaves the order of all others as it is.
 */
final class Ranks {

    private static final int PLACE_BITS = 22;
    private static final long PLACES = (1L << PLACE_BITS) - 1;

    private Ranks() {}

    /**
     * The places of endpoints in the order of their hashes. Costs one hash per endpoint and a sort of numbers.
     *
     * @param seed which order; any two are as good as independent
     */
    static int[] order(List<Endpoint> endpoints, long seed) {
        int n = endpoints.size();
        if (n > PLACES) {
            throw new IllegalArgumentException("endpoints: " + n + " (expected: up to " + PLACES + ")");
        }
        long[] ranked = new long[n];
        for (int place = 0; place < n; place++) {
            // Where the upper 42 bits of two are equal, which hardly ever happens, the list decides.
            ranked[place] = (Hashes.mix(Hashes.of(endpoints.get(place)), seed) & ~PLACES) | place;
        }
        Arrays.sort(ranked);
        int[] order = new int[n];
        for (int rank = 0; rank < n; rank++) {
            order[rank] = (int) (ranked[rank] & PLACES);
        }
        return order;
    }
}
