package io.evenkeel.health;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.UseObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that works beside one cluster and judges its endpoints: a health checker, an outlier detector.
 *
 * <p>{@link #joined}, {@link #left}, {@link #checkState} and {@link #close} are called by the cluster, one at a time and with its control lock
 * held: they must be quick. What {@link UseObserver} tells comes from any thread; monitors hand it to the control executor. A
 * monitor has timers only while there are members, so that a cluster that nobody needs can go away.
 */
public interface Monitor extends UseObserver, AutoCloseable {

    /**
     * These endpoints will take work as soon as this returns. Called at the beginning with all there are, too, but for those
     * of {@link #found}.
     *
     * @param endpoints those that did not before
     */
    void joined(List<EndpointStats> endpoints);

    /**
     * These endpoints took work already when this monitor was made, and were not unhealthy as far as was known. Called at the
     * beginning, if at all.
     *
     * @param endpoints some of those that there are; they have joined if nothing else is said here
     */
    default void found(List<EndpointStats> endpoints) {
        joined(endpoints);
    }

    /**
     * These endpoints take no work any more: they drain, or are gone. Should they come back, they join again.
     *
     * @param endpoints some of those that have joined
     */
    void left(List<EndpointStats> endpoints);

    /**
     * How an endpoint fares, if this monitor checks it.
     *
     * @param endpoint whose state is asked for
     * @return its state, or null if this monitor does not check it
     */
    default @Nullable CheckState checkState(EndpointStats endpoint) {
        return null;
    }

    /** Stops all work and takes away all bars of this monitor's own. Closing again has no effect. */
    @Override
    void close();
}
