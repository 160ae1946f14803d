package io.evenkeel.strategy;

/**
 * Every endpoint draws a lot for every key, and the best lot wins.
 *
 * <p>D. Thaler and C. Ravishankar, <i>Using Name-Based Mappings to Increase Hit Rates</i>, IEEE/ACM ToN 6(1), 1998, with the
 * logarithmic weights of IETF draft-ietf-bess-weighted-hrw. No table is built and shares are exact; a look-up costs a
 * logarithm for each endpoint, so it is for small sets.
 *
 * @param identities a hash per endpoint
 * @param weights one per endpoint
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
record Rendezvous(long[] identities, double[] weights) implements HashTable {

    @Override
    public int owner(long key, int probe) {
        long own = probe == 0 ? key : Hashes.mix(key, probe);
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < identities.length; i++) {
            double uniform = ((Hashes.mix(identities[i], own) >>> 11) + 0.5) * 0x1.0p-53;
            double lot = -Math.log(uniform) / weights[i];
            if (lot < least) {
                least = lot;
                best = i;
            }
        }
        return best;
    }
}
