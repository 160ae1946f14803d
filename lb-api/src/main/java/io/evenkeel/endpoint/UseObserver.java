package io.evenkeel.endpoint;

/**
 * Someone who hears of the exceptions among the uses of an endpoint. What goes well costs it nothing.
 *
 * <p>Called by the threads that complete uses, so it must neither block nor throw.
 */
public interface UseObserver {

    /**
     * A use failed.
     *
     * @param endpoint whose
     * @param inARow how many have failed since one last succeeded
     * @param outcome how it failed
     */
    default void failed(EndpointStats endpoint, int inARow, Outcome outcome) {}

    /**
     * A use succeeded, the first after one or more that failed.
     *
     * @param endpoint whose
     */
    default void recovered(EndpointStats endpoint) {}

    /**
     * An endpoint that was at its limit is so no longer: a use ended, or the limit was raised.
     *
     * @param endpoint whose
     */
    default void freed(EndpointStats endpoint) {}
}
