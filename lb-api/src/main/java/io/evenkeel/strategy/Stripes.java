package io.evenkeel.strategy;

/**
 * How threads that would otherwise write the same cache line again and again are spread over several: each by its id.
 *
 * <p>The idea is that of {@code java.util.concurrent.atomic.Striped64}. A stripe of {@link #BYTES} is two cache lines, since
 * processors fetch a line's neighbour ahead.
 */
final class Stripes {

    /** How many stripes there are: a power of 2, twice the processors or a little more, 64 at most. */
    static final int COUNT =
            Math.min(64, Integer.highestOneBit(Math.max(1, Runtime.getRuntime().availableProcessors() * 2 - 1)) * 2);

    /** How long a stripe is. */
    static final int BYTES = 128;

    private Stripes() {}

    /** The stripe of the calling thread, from 0. */
    static int ofThisThread() {
        return (int) Thread.currentThread().getId() & (COUNT - 1);
    }
}
