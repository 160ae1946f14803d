package io.evenkeel.strategy;

import java.util.Arrays;

/**
 * A circle with many points for each endpoint; a key belongs to the next point.
 *
 * <p>D. Karger et al., <i>Consistent Hashing and Random Trees</i>, STOC 1997. A look-up is a binary search. When an endpoint
 * leaves, only its own keys move; shares are right to about {@code 1/sqrt(points)}.
 *
 * @param points in rising order
 * @param owners whose each point is
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
record HashRing(long[] points, int[] owners) implements HashTable {

    /** So that a hundred thousand endpoints do not take gigabytes. */
    private static final int MAX_POINTS = 1 << 22;

    @Override
    public int owner(long key, int probe) {
        int low = 0;
        int high = points.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points[middle] < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int index = low + probe;
        return owners[index < points.length ? index : index % points.length];
    }

    /** A builder with so many points for an endpoint of average weight. */
    static Builder builder(int pointsEach) {
        return (identities, weights) -> build(identities, weights, pointsEach);
    }

    private static HashRing build(long[] identities, double[] weights, int pointsEach) {
        int n = identities.length;
        double average = Arrays.stream(weights).average().orElseThrow();
        double each = Math.min(pointsEach, (double) MAX_POINTS / n);
        int[] counts = new int[n];
        int total = 0;
        for (int i = 0; i < n; i++) {
            counts[i] = (int) Math.max(1, Math.min(MAX_POINTS, Math.round(each * weights[i] / average)));
            total += counts[i];
        }
        long[] points = new long[total];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int point = 0; point < counts[i]; point++) {
                points[at++] = Hashes.mix(identities[i], point);
            }
        }
        Arrays.sort(points);
        int[] owners = new int[total];
        for (int i = n - 1;
                i >= 0;
                i--) { // where two points are one, the first listed does not win but the last written
            for (int point = 0; point < counts[i]; point++) {
                owners[Arrays.binarySearch(points, Hashes.mix(identities[i], point))] = i;
            }
        }
        return new HashRing(points, owners);
    }
}
