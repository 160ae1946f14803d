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
        double places = CIRCLE / total;
        for (int i = 0; i < n; i++) {
            sum += candidates.weight(i);
            ends[i] = Math.min(CIRCLE, (long) (sum * places));
        }
        ends[n - 1] = CIRCLE; // whatever rounding did
        int[] guide = new int[n + 1];
        int sector = 0;
        for (int owner = 0; owner < n; owner++) {
            for (int last = sector(ends[owner] - 1, n); sector <= last; sector++) {
                guide[sector] = owner;
            }
        }
        guide[n] = n - 1;
        return new Arcs(ends, guide);
    }

    private static int sector(long place, int sectors) {
        return (int) ((place * sectors) >>> 32);
    }

    /** The position of the endpoint that owns a place. */
    int owner(long place) {
        int sector = sector(place, ends.length);
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
