package io.evenkeel.l7;

import io.evenkeel.l7.http.RequestHead;

/**
 * Decides where a request goes.
 *
 * <p>Called on event loops, for every request; must not block, lock or (but for replies of our own) allocate. The head is
 * only valid during the call.
 */
@FunctionalInterface
public interface Router {

    /**
     * Decides.
     *
     * @param request the request
     * @param client whom it comes from
     * @return the route; {@link Route#NONE} if there is none
     */
    Route route(RequestHead request, Client client);
}
