package io.evenkeel.strategy;

/**
 * Two or three draws from one 64-bit random number, each by multiply and shift.
 *
 * <p>D. Lemire, <i>Fast Random Integer Generation in an Interval</i>, ACM TOMACS 29(1), 2019; without its rejection step,
 * since a bias of {@code bound / 2^32} is far below what balancing could notice. Three draws have 21 bits each.
 */
final class Draws {

    private Draws() {}

    /** An index below the bound, from the upper half of the bits. */
    static int first(long bits, int bound) {
        return (int) (((bits >>> 32) * bound) >>> 32);
    }

    /** An index below the bound, from the lower half of the bits. */
    static int second(long bits, int bound) {
        return (int) (((bits & 0xFFFF_FFFFL) * bound) >>> 32);
    }

    /** An index below the bound, from the first, second or third 21 bits. */
    static int ofThree(long bits, int which, int bound) {
        return (int) ((((bits >>> (21 * which)) & 0x1F_FFFF) * bound) >>> 21);
    }
}
