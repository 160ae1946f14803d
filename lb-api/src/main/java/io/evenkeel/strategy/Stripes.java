package io.evenkeel.strategy;

/**
 * How threads that would otherwise write the same cache line again and again are spread over several: each by its id.
 *
 * <p>The idea is that of {@code java.util.concurrent.atomic.Striped64}. A stripe of 128 bytes is two cache lines, since
 * processors fetch a line's neighbour ahead.
 */
final class Stripes {

    /** How many stripes there are: a power of 2, twice the processors or a little more, 64 at most. */
    static final int COUNT =
            Math.min(64, Integer.highestOneBit(Math.max(1, Runtime.getRuntime().availableProcessors() * 2 - 1)) * 2);

    private static final int BYTES = 128;

    private Stripes() {}

    /** How long an array of stripes is; what comes before the first keeps that off the array's own header. */
    static int length(int elementBytes) {
        return (COUNT + 1) * (BYTES / elementBytes);
    }

    /** Where in such an array a stripe begins, of those from 0. */
    static int begin(int stripe, int elementBytes) {
        return (stripe + 1) * (BYTES / elementBytes);
    }

    /** Where in such an array the stripe of the calling thread begins. */
    static int ofThisThread(int elementBytes) {
        return begin((int) Thread.currentThread().getId() & (COUNT - 1), elementBytes);
    }
}
