package io.evenkeel.l4.runner;

/** Answers the requests for one path. Called on the thread of its server, one at a time; must not block. */
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
