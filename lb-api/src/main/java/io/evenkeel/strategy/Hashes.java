package io.evenkeel.strategy;

import io.evenkeel.endpoint.Endpoint;

/**
 * One way to turn keys and identities into 64 well-mixed bits, the same in every process and on every machine: keys would move
 * and subsets change if a release computed them otherwise.
 *
 * <p>Thread-safe; costs a multiplication for each four characters or eight bytes. Each step multiplies two 64-bit words and folds the 128-bit product, as in Wang Yi's wyhash; not for adversaries who can
 * choose keys at will and watch where they go.
 */
public final class Hashes {

    private static final long A = 0xA076_1D64_78BD_642FL;
    private static final long B = 0xE703_7ED1_A0B4_28DBL;
    private static final long C = 0x8EBC_6AF0_9C88_C6E3L;

    private Hashes() {}

    /**
     * Mixes two words.
     *
     * @param x any, often a hash
     * @param y any, often a number of which each gives another hash
     * @return the mixture, which depends on their order
     */
    public static long mix(long x, long y) {
        long a = x ^ A;
        long b = y ^ B;
        return Math.multiplyHigh(a, b) ^ (a * b);
    }

    /**
     * The hash of an endpoint by who it is, not by where a list has it or what is reported of it.
     *
     * @param endpoint its id and address count
     * @return the same for all who know it
     */
    public static long of(Endpoint endpoint) {
        return mix(
                of(endpoint.id()),
                of(endpoint.address().getHostString()) + endpoint.address().getPort());
    }

    /**
     * The hash of a text by its UTF-16 units.
     *
     * @param text any
     * @return its hash
     */
    public static long of(CharSequence text) {
        int length = text.length();
        long hash = C;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            long word = text.charAt(i)
                    | (long) text.charAt(i + 1) << 16
                    | (long) text.charAt(i + 2) << 32
                    | (long) text.charAt(i + 3) << 48;
            hash = mix(hash, word);
        }
        long rest = 0;
        for (; i < length; i++) {
            rest = rest << 16 | text.charAt(i);
        }
        return mix(hash ^ rest, length);
    }

    /**
     * The hash of bytes.
     *
     * @param bytes any
     * @return their hash, which is not that of a text
     */
    public static long of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** The hash of some of these bytes, the same as if they stood alone. */
    static long of(byte[] bytes, int from, int to) {
        long hash = C;
        long word = 0;
        int length = to - from;
        for (int i = 0; i < length; i++) {
            word = word << 8 | (bytes[from + i] & 0xFF);
            if ((i & 7) == 7) {
                hash = mix(hash, word);
                word = 0;
            }
        }
        return mix(hash ^ word, length);
    }
}
