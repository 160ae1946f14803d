package io.evenkeel.discovery.marathon;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The growing pause between attempts: doubles from its start up to its cap, each time drawn between half of that and the
 * whole, so that many clients of one Marathon do not come back together. Used by one thread.
 */
final class Backoff {

    static final Duration START = Duration.ofMillis(100);

    private final long cap;
    private final RandomGenerator random;
    private long next;

    Backoff(Duration cap, RandomGenerator random) {
        this.cap = cap.toNanos();
        this.random = random;
        reset();
    }

    Duration next() {
        long whole = next;
        next = Math.min(cap, whole * 2);
        return Duration.ofNanos(whole / 2 + random.nextLong(whole / 2 + 1));
    }

    void reset() {
        next = Math.min(cap, START.toNanos());
    }
}
