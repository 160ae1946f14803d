package io.evenkeel.strategy;

/**
 * Who is responsible for a key, and who after them: built once for a set of endpoints, the same wherever it is built for the
 * same set. Immutable.
 */
interface HashTable {

    /**
     * Looks up the endpoint at a place in a key's own order.
     *
     * @param key 64 well-mixed bits
     * @param probe 0 for the one that is responsible, 1 and up for who follows; the same endpoint may come more than once
     * @return its index among those the table was built for
     */
    int owner(long key, int probe);

    /** Builds tables of one kind. */
    interface Builder {

        /**
         * Builds a table.
         *
         * @param identities a hash per endpoint of what it is, whatever its place in the list
         * @param weights one per endpoint, above 0
         * @return the table
         */
        HashTable build(long[] identities, double[] weights);
    }
}
