package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;

/**
 * A way to ask servers how busy they are, for {@link Strategy#prequal}. Supplied by the application, since only it knows what
 * its servers answer to.
 */
@FunctionalInterface
public interface Prober {

    /**
     * Begins to ask. Called on the path of picks, by any thread: must not block, and costs every pick what it costs. An
     * endpoint is not asked again before it has answered or a second has passed.
     *
     * @param endpoint whom to ask
     * @param answer what to call when the answer comes, from any thread; not at all if none comes
     */
    void probe(EndpointStats endpoint, Answer answer);

    /** Where an answer goes. The same object for every probe of one endpoint. */
    @FunctionalInterface
    interface Answer {

        /**
         * The server has answered.
         *
         * @param inFlight how many requests of all its clients it has, 0 or more
         * @param latencyNanos how long requests took of late that came while it had about as many, 0 or more
         */
        void answered(int inFlight, long latencyNanos);
    }
}
