package io.evenkeel.endpoint;

/**
 * The rule by which one kind of consumer decides which reported endpoints it uses.
 *
 * <p>A function of the endpoint alone: what it said of one is kept for as long as reports hold that very endpoint. Runs on
 * the control thread or that of whoever asks first; must be quick and without side effects. Discovery never filters:
 * it reports what it saw, and layer 7, layer 4 and the library each apply their own rule.
 */
@FunctionalInterface
public interface EndpointFilter {

    /**
     * Decides about one endpoint.
     *
     * @param endpoint what the source reported
     * @return what may be done with it
     */
    Eligibility judge(Endpoint endpoint);

    /**
     * The library's own rule: an endpoint takes work while it runs (or its source tells no state), is ready, and no check
     * says otherwise. Stopping endpoints and those whose checks fail drain; those without a first verdict wait.
     *
     * @return the rule
     */
    static EndpointFilter library() {
        return LibraryFilter.INSTANCE;
    }

    /**
     * No rule: whatever is reported takes work.
     *
     * @return the rule
     */
    static EndpointFilter everything() {
        return endpoint -> Eligibility.ACTIVE;
    }
}
