package io.evenkeel.strategy;

/**
 * A circle of 2^32 places on which every endpoint owns one arc, as long as its weight.
 *
 * @param ends for each endpoint, the first place behind its arc
 * @param guide for each of as many equal sectors as there are endpoints, who owns its first place; and the last owner
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
record Arcs(long[] ends, int[] guide) {

    /*
     * Finding the owner is the indexed search of H.-C. Chen and Y. Asau, On Generating Random Variates from an Empirical
     * Distribution, AIIE Transactions 6(2), 1974: a sector holds one boundary on average, so a look-up costs the same
     * whatever the weights and however many endpoints; bisecting within the sector bounds the worst case too. An alias
     * table would find an owner as fast, but cuts an endpoint's share into pieces all over the circle, and a walk of
     * constant stride spreads pieces less evenly than one arc.
     */
    static final long CIRCLE = 1L << 32;

    static Arcs of(Candidates candidates) {
        int n = candidates.size();
        long[] ends = new long[n];
        double total = 0;
        for (int i = 0; i < n; i++) {
            total += candidates.weight(i);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += candidates.weight(i);
            ends[i] = (long) (sum / total * CIRCLE);
        }
        ends[n - 1] = CIRCLE; // whatever rounding did
        int[] guide = new int[n + 1];
        int owner = 0;
        for (int sector = 0; sector < n; sector++) {
            long firstPlace = (CIRCLE * sector + n - 1) / n;
            while (ends[owner] <= firstPlace) {
                owner++;
            }
            guide[sector] = owner;
        }
        guide[n] = n - 1;
        return new Arcs(ends, guide);
    }

    /** The position of the endpoint that owns a place. */
    int owner(long place) {
        int sector = (int) ((place * ends.length) >>> 32);
        int low = guide[sector];
        int high = guide[sector + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (place < ends[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The owner of a place drawn from all places but one endpoint's own. */
    int ownerBeside(int excluded, long bits32) {
        long start = excluded == 0 ? 0 : ends[excluded - 1];
        long length = ends[excluded] - start;
        long place = (bits32 * (CIRCLE - length)) >>> 32; // below 2^64, so the shift is exact
        return owner(place < start ? place : place + length);
    }
}
