package io.evenkeel.embed;

import io.evenkeel.call.CallPolicy;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to reach a service for one use: each at an endpoint that was not tried before.
 *
 * <pre>{@code
 * Attempts attempts = Attempts.at(cluster);
 * Lease lease = attempts.first();
 * while (true) {
 *     try {
 *         Response response = call(lease.address());
 *         lease.complete(Outcome.SUCCESS);
 *         return response;
 *     } catch (IOException e) {
 *         lease = attempts.after(lease, e);
 *     }
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time. If the first attempt succeeds, this object is all it cost.
 */
public final class Attempts {

    /** How many endpoints are tried unless told otherwise. */
    static final int DEFAULT_LIMIT = 3;

    private final Cluster cluster;
    private final int limit;
    private int begun;
    private @Nullable PickContext tried;

    Attempts(Cluster cluster, int limit) {
        this.cluster = cluster;
        this.limit = checkLimit(limit);
    }

    /**
     * The attempts of one use, at three endpoints at most.
     *
     * @param cluster the service's
     * @return none of them begun
     */
    public static Attempts at(Cluster cluster) {
        return new Attempts(cluster, DEFAULT_LIMIT);
    }

    static int checkLimit(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("attempts: " + limit + " (expected: >= 1)");
        }
        return limit;
    }

    /** How many attempts there may be from now on, the one under way included. */
    int left() {
        int untried = cluster.state().active().size() - (tried == null ? 0 : tried.triedCount());
        return Math.max(1, Math.min(limit - begun + 1, untried));
    }

    /**
     * Begins the first attempt.
     *
     * @return to be completed, or given to {@link #after}
     * @throws ConnectException if there is no endpoint: that is what it is to callers who know only names
     */
    public Lease first() throws ConnectException {
        begun++;
        cluster.retryBudget().request();
        try {
            return cluster.acquire();
        } catch (NoEndpointException e) {
            ConnectException failure = new ConnectException(e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    /** Ends an attempt that did not connect and begins the next; null if there is none. */
    @Nullable
    Lease next(Lease failed) {
        failed.complete(Outcome.CONNECT_FAILED);
        if (begun == limit || !cluster.retryBudget().tryRetry()) {
            return null;
        }
        begun++;
        if (tried == null) {
            tried = PickContext.create();
        }
        try {
            return cluster.acquire(tried.exclude(failed.stats()));
        } catch (NoEndpointException e) {
            cluster.retryBudget().giveBack();
            return null;
        }
    }

    /**
     * Ends an attempt by what it failed with, and begins the next if it did not connect.
     *
     * @param failed the attempt
     * @param failure why it failed; a {@link ConnectException} says that nothing was sent
     * @return to be completed, or given to this again
     * @throws IOException the failure, if another attempt could do harm, there is no endpoint left to try, or all callers of
     *     the service together have spent its {@linkplain Cluster#retryBudget retry budget}
     */
    public Lease after(Lease failed, IOException failure) throws IOException {
        Outcome outcome = outcomeOf(failure);
        Lease next = outcome == Outcome.CONNECT_FAILED ? next(failed) : null;
        if (next == null) {
            failed.complete(outcome);
            throw failure;
        }
        return next;
    }

    /** What a failure of a use says of the endpoint: nothing, unless it has to do with the connection. */
    static Outcome outcomeOf(Throwable failure) {
        Outcome outcome = CallPolicy.classify(failure);
        return outcome == Outcome.FAILURE ? Outcome.CANCELLED : outcome;
    }
}
