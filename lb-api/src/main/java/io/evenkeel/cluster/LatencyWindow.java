package io.evenkeel.cluster;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The latencies of the last minute or so, for quantiles.
 *
 * <p>Thread-safe, lock-free; recording allocates nothing and costs one atomic add, a quantile reads some hundred counters.
 * Two histograms of 30 s each, the older of which is emptied in turn; buckets are an eighth of a power of two wide, so a
 * quantile is right to about 12 per cent.
 */
public final class LatencyWindow {

    private static final int SUB_BUCKET_BITS = 3;
    private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
    private static final int BUCKETS = (Long.SIZE - SUB_BUCKET_BITS) * SUB_BUCKETS;
    private static final long HALF_NANOS = 30_000_000_000L;

    private final AtomicLongArray[] halves = {new AtomicLongArray(BUCKETS), new AtomicLongArray(BUCKETS)};
    private final AtomicLong turned = new AtomicLong(Long.MIN_VALUE);
    private volatile int current;

    LatencyWindow() {}

    /**
     * Adds a latency.
     *
     * @param nanos how long something took; negative ones count as 0
     * @param now the time in nanoseconds
     */
    public void record(long nanos, long now) {
        turn(now);
        halves[current].getAndIncrement(bucket(Math.max(0, nanos)));
    }

    private void turn(long now) {
        long since = turned.get();
        if (since == Long.MIN_VALUE) {
            turned.compareAndSet(since, now);
        } else if (now - since >= HALF_NANOS && turned.compareAndSet(since, now)) {
            int next = 1 - current;
            empty(halves[next]);
            if (now - since >= 2 * HALF_NANOS) {
                empty(halves[current]); // nobody came for so long that what seems recent is old, too
            }
            current = next;
        }
    }

    private static void empty(AtomicLongArray half) {
        for (int i = 0; i < BUCKETS; i++) {
            half.set(i, 0);
        }
    }

    /**
     * The latency that a share of those recorded did not exceed.
     *
     * @param q the share, 0 to 1
     * @param least how many must have been recorded for an answer
     * @param now the time in nanoseconds
     * @return nanoseconds, -1 if there are too few
     */
    public long quantile(double q, long least, long now) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("q: " + q + " (expected: 0 to 1)");
        }
        turn(now);
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += count(i);
        }
        if (total < Math.max(1, least)) {
            return -1;
        }
        long rank = (long) Math.ceil(q * total);
        for (int i = 0; i < BUCKETS; i++) {
            long here = count(i);
            rank -= here;
            if (rank <= 0 && here > 0) {
                return highest(i);
            }
        }
        return -1; // emptied by another thread in the meantime
    }

    private long count(int bucket) {
        return halves[0].get(bucket) + halves[1].get(bucket);
    }

    private static int bucket(long nanos) {
        if (nanos < SUB_BUCKETS) {
            return (int) nanos;
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        int sub = (int) (nanos >>> (power - SUB_BUCKET_BITS)) & (SUB_BUCKETS - 1);
        return (power - SUB_BUCKET_BITS + 1) * SUB_BUCKETS + sub;
    }

    private static long highest(int bucket) {
        if (bucket < SUB_BUCKETS) {
            return bucket;
        }
        int power = bucket / SUB_BUCKETS + SUB_BUCKET_BITS - 1;
        long step = 1L << (power - SUB_BUCKET_BITS);
        return (1L << power) + (bucket % SUB_BUCKETS + 1) * step - 1;
    }
}
