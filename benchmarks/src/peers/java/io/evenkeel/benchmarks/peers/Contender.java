package io.evenkeel.benchmarks.peers;

/**
 * One algorithm of one library over so many endpoints, driven as that library's client would drive it.
 *
 * <p>{@link #pick}, {@link #report} and {@link #use} are called by any number of threads at once, the rest by one thread
 * while nobody picks.
 *
 * @param <U> what the library hands out for one use
 */
abstract class Contender<U> implements AutoCloseable {

    /** Chooses an endpoint and begins its use. */
    abstract U pick(long key);

    /** Ends a use that went well; does nothing where the algorithm takes no notice. */
    abstract void report(U use);

    /** The number of the chosen endpoint; for proofs, so it may be slow. */
    abstract int index(U use);

    /**
     * One whole use: what is timed. Those whose use is more than what the library hands out do without the object that
     * carries it, or its bytes would count as the library's.
     */
    Object use(long key) {
        U use = pick(key);
        report(use);
        return use;
    }

    /** Makes what was reported count now, where the library would wait for a timer. */
    void settle() {}

    /**
     * Replaces the endpoint in the middle by a new one, or the new one by the old.
     *
     * @throws UnsupportedOperationException if this contender has no part in that comparison
     */
    void replace(boolean other) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " replaces nothing");
    }

    @Override
    public void close() {}
}
