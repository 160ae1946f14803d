package io.evenkeel.l7;

import io.evenkeel.cluster.RetryBudget;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.strategy.PickContext;
import org.jspecify.annotations.Nullable;

/**
 * How often and where one request was tried, and so whether it may be tried again.
 *
 * <p>One per search, begun anew for each request. Used on its event loop only; a first attempt allocates nothing.
 */
final class Attempts {

    /*
     * A connection that did not come about may always be tried again, elsewhere and up to a limit: nothing was sent. A
     * request that was sent is sent once more at most, lest one that kills its endpoint kills them all: only if it is
     * idempotent and has no body (the head is kept until the response begins, bodies are not), only if not a byte of
     * response came, and only within the backend's budget. A rule of the backend's own takes the place of "once", and of
     * what must have happened: it may also be a status, if nothing of that response was passed on, and
     * small bodies are kept for it.
     *
     * A reused connection may just have been closed for idleness. That says nothing against its endpoint, so the request
     * is sent again on a fresh connection, to whomever is picked. It costs no budget: each such retry uses up a connection
     * that an earlier success has left behind, so they cannot outnumber the successes. A request that could not be sent
     * again gets a fresh connection from the start, as under HAProxy's "http-reuse safe".
     */
    private int limit;
    private int retries;
    private final PickContext context = PickContext.create();
    private boolean contextIsNeeded;
    private boolean avoiding;
    private boolean repeatable;
    private boolean repeated;
    private @Nullable RetryRule rule;
    private boolean reusing;

    /** Begins with a request that has not been tried; it is repeatable if sending it twice does no harm. */
    void begin(int newLimit, boolean isRepeatable, @Nullable RetryRule newRule) {
        limit = newLimit;
        rule = newRule;
        retries = 0;
        if (contextIsNeeded) {
            context.clear();
            contextIsNeeded = false;
        }
        avoiding = false;
        repeatable = isRepeatable;
        repeated = false;
        reusing = isRepeatable;
    }

    /** The request can be sent twice after all: its body is kept. */
    void mayRepeat() {
        repeatable = true;
    }

    /** Whether there is somebody who would be chosen again if that was not to be avoided. */
    boolean isAvoiding() {
        return avoiding;
    }

    /** By what to choose, and whom to avoid. */
    PickContext context() {
        return contextIsNeeded ? context : PickContext.none();
    }

    /** The same, to say by what to choose. */
    PickContext ownContext() {
        contextIsNeeded = true;
        return context;
    }

    /** Whether a connection from the pool will do. */
    boolean mayReuse() {
        return reusing;
    }

    /** Everyone there is was tried: all of them may be tried again. */
    void startOver() {
        avoiding = false;
        ownContext().retryAll();
    }

    /** Whether to try again after a connection did not come about. */
    boolean againAfterRefusal(EndpointStats by) {
        if (++retries > limit) {
            return false;
        }
        avoid(by);
        return true;
    }

    /** Whether to try again after the connection broke that the request was sent on. */
    boolean againAfterBreak(Upstream broken, RetryBudget budget) {
        if (!repeatable || (repeated && rule == null) || broken.isAnswering() || ++retries > limit) {
            return false;
        }
        repeated = true;
        if (broken.isReused() && reusing) {
            reusing = false;
            return true;
        }
        if (rule != null && !rule.reset()) {
            return false;
        }
        avoid(broken.endpoint());
        return budget.tryRetry();
    }

    /** Whether to try again instead of passing on a response of which only the status is known. */
    boolean againInsteadOf(int status, EndpointStats by, RetryBudget budget) {
        if (rule == null || !repeatable || !rule.covers(status) || retries >= limit || !budget.tryRetry()) {
            return false;
        }
        retries++;
        avoid(by);
        return true;
    }

    /** Whether to try again after an endpoint has said that it did nothing with the request. */
    boolean againUntouched() {
        return ++retries <= limit;
    }

    private void avoid(EndpointStats endpoint) {
        avoiding = true;
        ownContext().exclude(endpoint);
    }
}
