package io.evenkeel.l4.runner;

/** Answers the requests for one path. Called on event loops, by several at once; must be quick and must not block. */
@FunctionalInterface
public interface AdminHandler {

    /**
     * Answers a request.
     *
     * @param request what is asked
     * @return the answer; whatever is thrown instead becomes a 500
     */
    AdminResponse handle(AdminRequest request);
}
