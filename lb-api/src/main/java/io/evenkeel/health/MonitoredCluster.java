package io.evenkeel.health;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** What a monitor sees of its cluster, and what it may do to it. Thread-safe. */
public interface MonitoredCluster {

    /**
     * Whose endpoints they are.
     *
     * @return the cluster's name
     */
    String name();

    /**
     * The cluster's clock.
     *
     * @return the ticker by which uses are timed
     */
    Ticker ticker();

    /**
     * For jitter and the like.
     *
     * @return usable from any thread
     */
    RandomGenerator random();

    /**
     * What runs the control work, one task after the other. Must not be blocked.
     *
     * @return the executor, on which monitors also wait
     */
    ScheduledExecutorService control();

    /**
     * How many uses an endpoint may have in flight at once, as the cluster is configured: what a monitor that has changed
     * the limit of one puts back.
     *
     * @return the limit; {@link EndpointStats#UNLIMITED} if there is none
     */
    int limit();

    /**
     * Puts a bar in the way of an endpoint. Costs the same however many endpoints there are.
     *
     * @param endpoint a member
     * @param bar the reason
     */
    void bar(EndpointStats endpoint, Bar bar);

    /**
     * Takes a bar away. Costs the same however many endpoints there are.
     *
     * @param endpoint a member, or one that was
     * @param bar the reason that no longer holds
     */
    void unbar(EndpointStats endpoint, Bar bar);
}
