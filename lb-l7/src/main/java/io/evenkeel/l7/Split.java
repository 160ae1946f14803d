package io.evenkeel.l7;

import io.evenkeel.l7.http.RequestHead;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which share of a backend's requests goes to others: of every hundred, exactly as many as are named, evenly spread.
 * Thread-safe, without locks.
 */
public final class Split {

    /**
     * The share of one of them.
     *
     * @param backend who gets it, as long as it has an endpoint
     * @param percent how much of all, 1 to 100
     */
    public record Share(HttpBackend backend, int percent) {

        /** Checks the range. */
        public Share {
            if (percent < 1 || percent > HUNDRED) {
                throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
            }
        }
    }

    private static final int HUNDRED = 100;
    private static final int STRIDE =
            37; // no divisor in common with a hundred, so that a hundred turns visit each once

    private final List<Share> shares;
    private final AtomicLong turns = new AtomicLong();

    /**
     * A split.
     *
     * @param shares the others, with no more than 100 percent together
     */
    public Split(List<Share> shares) {
        this.shares = List.copyOf(shares);
        int sum = shares.stream().mapToInt(Share::percent).sum();
        if (sum > HUNDRED) {
            throw new IllegalArgumentException("shares: " + sum + " percent (expected: at most 100)");
        }
    }

    /** The others. */
    public List<Share> shares() {
        return shares;
    }

    /** Who gets the next request; null if it stays. */
    @Nullable
    HttpBackend next() {
        int at = turn(turns.getAndIncrement());
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            at -= share.percent;
            if (at < 0) {
                return share.backend.cluster().state().active().isEmpty() ? null : share.backend;
            }
        }
        return null;
    }

    /** Who has an endpoint that the request's cookie names; null if nobody does. */
    @Nullable
    HttpBackend owner(RequestHead request) {
        for (int i = 0; i < shares.size(); i++) {
            HttpBackend backend = shares.get(i).backend;
            if (backend.isOwnerOf(request)) {
                return backend;
            }
        }
        return null;
    }

    /** Where in a hundred one of many turns is. */
    static int turn(long number) {
        return (int) Math.floorMod(number * STRIDE, (long) HUNDRED);
    }
}
