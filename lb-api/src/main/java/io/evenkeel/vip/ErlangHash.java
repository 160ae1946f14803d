package io.evenkeel.vip;

/**
 * Erlang's {@code phash2} of a byte string, which DC/OS placed named VIPs with.
 *
 * <p>It is Bob Jenkins's 1996 hash (<i>lookup2</i>, Dr. Dobb's Journal, September 1997) with Erlang's initial value.
 */
final class ErlangHash {

    private static final int GOLDEN = 0x9e37_79b9;
    private static final int INITIAL = 0x08d1_2e65;

    private ErlangHash() {}

    /** The hash below a bound. */
    static long phash2(byte[] bytes, long bound) {
        return hash32(bytes) % bound;
    }

    /** All 32 bits of the hash, unsigned. */
    static long hash32(byte[] bytes) {
        if (bytes.length == 0) {
            return INITIAL;
        }
        int a = GOLDEN;
        int b = GOLDEN;
        int c = INITIAL;
        int at = 0;
        int left = bytes.length;
        for (; left >= 12; left -= 12, at += 12) {
            a += word(bytes, at, 4);
            b += word(bytes, at + 4, 4);
            c += word(bytes, at + 8, 4);
            int[] mixed = mix(a, b, c);
            a = mixed[0];
            b = mixed[1];
            c = mixed[2];
        }
        c += bytes.length;
        a += word(bytes, at, Math.min(left, 4));
        b += word(bytes, at + 4, Math.min(Math.max(left - 4, 0), 4));
        c += word(bytes, at + 8, Math.max(left - 8, 0)) << 8; // the low byte of c holds the length
        return mix(a, b, c)[2] & 0xFFFF_FFFFL;
    }

    private static int word(byte[] bytes, int from, int count) {
        int word = 0;
        for (int i = 0; i < count; i++) {
            word |= (bytes[from + i] & 0xFF) << (8 * i);
        }
        return word;
    }

    private static int[] mix(int x, int y, int z) {
        int a = x;
        int b = y;
        int c = z;
        a = (a - b - c) ^ (c >>> 13);
        b = (b - c - a) ^ (a << 8);
        c = (c - a - b) ^ (b >>> 13);
        a = (a - b - c) ^ (c >>> 12);
        b = (b - c - a) ^ (a << 16);
        c = (c - a - b) ^ (b >>> 5);
        a = (a - b - c) ^ (c >>> 3);
        b = (b - c - a) ^ (a << 10);
        c = (c - a - b) ^ (b >>> 15);
        return new int[] {a, b, c};
    }
}
