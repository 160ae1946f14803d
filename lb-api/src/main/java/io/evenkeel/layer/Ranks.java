package io.evenkeel.layer;

import io.evenkeel.endpoint.Endpoint;
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
            ranked[place] = (hash(endpoints.get(place), seed) & ~PLACES) | place;
        }
        Arrays.sort(ranked);
        int[] order = new int[n];
        for (int rank = 0; rank < n; rank++) {
            order[rank] = (int) (ranked[rank] & PLACES);
        }
        return order;
    }

    static long hash(Endpoint endpoint, long seed) {
        return mix(hash(endpoint.id(), seed) + endpoint.address().hashCode());
    }

    static long hash(String text, long seed) {
        long hash = mix(seed);
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x0000_0100_0000_01B3L; // FNV-1a, a character at a time
        }
        return hash;
    }

    /* The finisher of SplittableRandom (variant 13 of D. Stafford): every bit of the input moves every bit of the output. */
    static long mix(long bits) {
        long z = bits + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
