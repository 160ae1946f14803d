package io.evenkeel.strategy;

/**
 * Indexes without divisions: two or three draws from one 64-bit random number, and remainders of a counter.
 *
 * <p>Draws by multiply and shift: D. Lemire, <i>Fast Random Integer Generation in an Interval</i>, ACM TOMACS 29(1),
 * 2019; without its rejection step, since a bias of {@code bound / 2^32} is far below what balancing could notice. Three draws have 21 bits each. Remainders,
 * which are exact: D. Lemire, O. Kaser and N. Kurz, <i>Faster Remainder by Direct Computation</i>, Software: Practice and
 * Experience 49(6), 2019.
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

    /** What {@link #remainder} needs to know of a divisor above 0. */
    static long remainders(int divisor) {
        return Long.divideUnsigned(-1, divisor) + 1;
    }

    /** The remainder of an unsigned number. */
    static int remainder(int unsigned, long remainders, int divisor) {
        long fraction = remainders * Integer.toUnsignedLong(unsigned);
        return (int) (Math.multiplyHigh(fraction, divisor) + ((fraction >> 63) & divisor)); // as unsigned
    }
}
