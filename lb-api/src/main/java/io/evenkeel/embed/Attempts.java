package io.evenkeel.embed;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to reach a service for one use: each at an endpoint that was not tried before.
 *
 * <p>Used by one thread at a time. If the first attempt succeeds, this object is all it cost.
 */
final class Attempts {

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

    /** Begins the first attempt; there being no endpoint is a failure to connect to callers who know only names. */
    Lease first() throws ConnectException {
        begun++;
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
        if (begun == limit) {
            return null;
        }
        begun++;
        if (tried == null) {
            tried = PickContext.create();
        }
        try {
            return cluster.acquire(tried.exclude(failed.stats()));
        } catch (NoEndpointException e) {
            return null;
        }
    }
}
