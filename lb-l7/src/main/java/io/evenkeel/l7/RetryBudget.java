package io.evenkeel.l7;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many of a backend's requests may be sent a second time: one for every five recent ones, so that retries cannot
 * multiply the load on a backend that breaks under it.
 *
 * <p>Thread-safe, lock-free and free of allocation. A request costs a volatile read, and an atomic add while the budget
 * is not full.
 */
final class RetryBudget {

    /*
     * A token bucket that requests fill rather than time (as gRPC's retry throttling, gRFC A6): "recent" is the last 500
     * requests, since more than they earn is not kept. It starts with a floor so that the first requests of a backend can
     * be retried too.
     */
    static final int FLOOR = 10;
    static final int CAPACITY = 100;

    private static final int REQUESTS_PER_RETRY = 5;

    private final AtomicInteger earned = new AtomicInteger(FLOOR * REQUESTS_PER_RETRY);

    /** Counts a request, which earns a fifth of a retry. */
    void request() {
        if (earned.get() < CAPACITY * REQUESTS_PER_RETRY) {
            earned.incrementAndGet(); // threads that race here overfill it by one each, which harms nobody
        }
    }

    /** Spends a retry; false if there is none left. */
    boolean tryRetry() {
        int now = earned.get();
        while (now >= REQUESTS_PER_RETRY) {
            int witness = earned.compareAndExchange(now, now - REQUESTS_PER_RETRY);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        return false;
    }
}
