package io.evenkeel.l7;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** How many requests took how long, by buckets. Thread-safe; recording allocates nothing. */
public final class TimeHistogram {

    private static final long MILLI = 1_000_000;
    private static final long[] BOUNDS = {
        MILLI,
        5 * MILLI / 2,
        5 * MILLI,
        10 * MILLI,
        25 * MILLI,
        50 * MILLI,
        100 * MILLI,
        250 * MILLI,
        500 * MILLI,
        1000 * MILLI,
        2500 * MILLI,
        5000 * MILLI,
        10_000 * MILLI,
        30_000 * MILLI
    };

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder sum = new LongAdder();

    TimeHistogram() {}

    void record(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS.length && nanos > BOUNDS[bucket]) {
            bucket++;
        }
        counts.incrementAndGet(bucket);
        sum.add(nanos);
    }

    /** How many buckets there are; the last has no bound. */
    public static int buckets() {
        return BOUNDS.length + 1;
    }

    /** The longest time of a bucket, in seconds. */
    public static double boundSeconds(int bucket) {
        return bucket == BOUNDS.length ? Double.POSITIVE_INFINITY : BOUNDS[bucket] / 1e9;
    }

    /** How many there are in all. */
    public long count() {
        long all = 0;
        for (int bucket = 0; bucket < counts.length(); bucket++) {
            all += counts.get(bucket);
        }
        return all;
    }

    /** How many are in a bucket, and in none before it. */
    public long count(int bucket) {
        return counts.get(bucket);
    }

    /** How long all of them took together, in seconds. */
    public double sumSeconds() {
        return sum.sum() / 1e9;
    }
}
