package io.evenkeel.layer;

import java.util.Arrays;

/**
 * How the load is split among groups, as a circle of 2^32 places.
 *
 * @param ends for each group, the first place behind its arc
 * @param only the group that gets everything, or -1 if more than one gets some
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
record Split(long[] ends, int only) {

    static final Split NOTHING = new Split(new long[0], 0);
    private static final long CIRCLE = 1L << 32;

    /** Shares that add up to 1. */
    static Split of(double[] shares) {
        long[] ends = new long[shares.length];
        double sum = 0;
        int last = 0;
        int takers = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += shares[i];
            ends[i] = Math.min(CIRCLE, (long) (sum * CIRCLE));
            if (shares[i] > 0) {
                last = i;
                takers++;
            }
        }
        Arrays.fill(ends, last, ends.length, CIRCLE); // whatever rounding did
        return new Split(ends, takers > 1 ? -1 : last);
    }

    /** The group that owns a place. There are few, and the first ones have most. */
    int owner(long place) {
        int group = 0;
        while (place >= ends[group]) {
            group++;
        }
        return group;
    }
}
