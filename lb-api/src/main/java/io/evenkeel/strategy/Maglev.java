package io.evenkeel.strategy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A table of slots that the endpoints fill in turn, each in an order of its own.
 *
 * <p>D. Eisenbud et al., <i>Maglev: A Fast and Reliable Software Network Load Balancer</i>, NSDI 2016, section 3.4. With
 * unequal weights an endpoint takes turns in proportion to its weight. A look-up is one multiplication and one read; shares
 * are right to about one per cent, and when an endpoint leaves, few keys move besides its own.
 *
 * @param slots who owns each slot
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
record Maglev(int[] slots) implements HashTable {

    /** Primes; the paper's 65537 is right for up to some hundreds of endpoints, a hundred slots for each. */
    private static final int[] SIZES = {65_537, 131_071, 262_147, 524_309, 1_048_583, 2_097_169};

    private static final int SLOTS_PER_ENDPOINT = 100;

    @Override
    public int owner(long key, int probe) {
        long place = probe == 0 ? key : Hashes.mix(key, probe);
        return slots[(int) Math.multiplyHigh(place >>> 1, (long) slots.length << 1)];
    }

    static Maglev build(long[] identities, double[] weights) {
        int n = identities.length;
        int size = size(n);
        // By identity, since who fills a slot that two want depends on whose turn it is first.
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingLong(i -> identities[i]))
                .mapToInt(i -> i)
                .toArray();
        long[] next = new long[n];
        long[] skip = new long[n];
        for (int i = 0; i < n; i++) {
            next[i] = Long.remainderUnsigned(identities[i], size);
            skip[i] = 1 + Long.remainderUnsigned(Hashes.mix(identities[i], 1), size - 1L);
        }
        double heaviest = Arrays.stream(weights).max().orElseThrow();
        double[] due = new double[n]; // turns that an endpoint has earned and not taken
        Arrays.fill(due, 1); // everyone gets a slot, however light
        int[] slots = new int[size];
        Arrays.fill(slots, -1);
        int filled = 0;
        while (true) {
            for (int i : order) {
                due[i] += weights[i] / heaviest;
                if (due[i] < 1) {
                    continue;
                }
                due[i]--;
                long slot = next[i];
                while (slots[(int) slot] >= 0) {
                    slot = (slot + skip[i]) % size;
                }
                slots[(int) slot] = i;
                next[i] = (slot + skip[i]) % size;
                if (++filled == size) {
                    return new Maglev(slots);
                }
            }
        }
    }

    private static int size(int endpoints) {
        for (int size : SIZES) {
            if (size >= (long) endpoints * SLOTS_PER_ENDPOINT) {
                return size;
            }
        }
        return SIZES[SIZES.length - 1];
    }
}
