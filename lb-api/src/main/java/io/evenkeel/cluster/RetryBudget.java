package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Ticker;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many of a service's uses may be tried a second time: a share of the recent ones, and some for each second, so that
 * retries cannot multiply the load on a service that breaks under it.
 *
 * <p>Thread-safe, lock-free and free of allocation. A use costs a volatile read, and an atomic add while the budget is not
 * full.
 */
public final class RetryBudget {

    /*
     * A token bucket that uses fill (as gRPC's retry throttling, gRFC A6) and, more slowly, time (as Finagle's
     * RetryBudget): "recent" is what earns a hundred retries, since more is not kept. It starts with a floor so that the
     * first uses of a service can be retried too.
     */
    /** How many retries there are at first. */
    public static final int FLOOR = 10;

    /** How many retries there are at most. */
    public static final int CAPACITY = 100;

    private static final long RETRY = 1_000; // a retry in the unit of the account
    private static final double NANOS = 1e9;

    private final AtomicLong account = new AtomicLong(FLOOR * RETRY);
    private final AtomicLong filled;
    private final long perUse;
    private final double perNano;
    private final Ticker ticker;

    /**
     * A budget with {@link #FLOOR} retries to begin with.
     *
     * @param share of uses that may be retried, 0 to 1
     * @param perSecond how many retries time earns, 0 or more
     * @param ticker the clock; not read for a {@code perSecond} of 0
     */
    public RetryBudget(double share, double perSecond, Ticker ticker) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
        }
        if (!(perSecond >= 0 && perSecond < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("perSecond: " + perSecond + " (expected: >= 0)");
        }
        this.perUse = Math.round(share * RETRY);
        this.perNano = perSecond * RETRY / NANOS;
        this.ticker = requireNonNull(ticker, "ticker");
        this.filled = new AtomicLong(perSecond == 0 ? 0 : ticker.nanos());
    }

    /** Counts a use, which earns its share of a retry. */
    public void request() {
        if (account.get() < CAPACITY * RETRY) {
            account.addAndGet(perUse); // threads that race here overfill it by one each, which harms nobody
        }
    }

    /**
     * Spends a retry.
     *
     * @return false if there is none left
     */
    public boolean tryRetry() {
        if (perNano > 0) {
            fill();
        }
        long now = account.get();
        while (now >= RETRY) {
            long witness = account.compareAndExchange(now, now - RETRY);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        return false;
    }

    /** Takes back a {@link #tryRetry} after which nothing was tried. */
    public void giveBack() {
        account.addAndGet(RETRY);
    }

    private void fill() {
        long before = filled.get();
        long now = ticker.nanos();
        long earned = (long) Math.min((now - before) * perNano, (double) (CAPACITY * RETRY));
        if (earned >= 1 && filled.compareAndSet(before, now)) {
            account.updateAndGet(balance -> Math.max(balance, Math.min(balance + earned, CAPACITY * RETRY)));
        }
    }
}
