package io.evenkeel.health;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.UseObserver;
import java.util.List;

/**
 * Something that works beside one cluster and judges its endpoints: a health checker, an outlier detector.
 *
 * <p>{@link #membersChanged} and {@link #close} are called by the cluster, one at a time and with its control lock held:
 * they must be quick. What {@link UseObserver} tells comes from any thread; monitors hand it to the control executor. A
 * monitor has timers only while there are members, so that a cluster that nobody needs can go away.
 */
public interface Monitor extends UseObserver, AutoCloseable {

    /**
     * The cluster's endpoints are these now. Called once at the beginning, too.
     *
     * @param members all that take work or drain; an immutable list
     */
    void membersChanged(List<EndpointStats> members);

    /** Stops all work and takes away all bars of this monitor's own. Closing again has no effect. */
    @Override
    void close();
}
