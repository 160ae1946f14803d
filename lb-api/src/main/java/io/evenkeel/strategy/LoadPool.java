package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import org.jspecify.annotations.Nullable;

/**
 * The loads of one cluster's endpoints by one metric, and what they have in common.
 *
 * <p>Handed from picker to picker, so that nothing is forgotten when endpoints come and go.
 */
public abstract class LoadPool {

    /** For implementations. */
    protected LoadPool() {}

    /**
     * Makes the load of an endpoint that has none yet.
     *
     * @param endpoint whose
     * @return the load, with this as its pool; null if the uses in flight are all that costs
     */
    protected abstract @Nullable Load newLoad(EndpointStats endpoint);

    /**
     * Sees to it that an endpoint's uses are measured by this. Control thread only.
     *
     * @param endpoint the endpoint, measured or not
     */
    public final void measure(EndpointStats endpoint) {
        Load known = endpoint.load();
        if (known == null || known.pool() != this) {
            endpoint.setLoad(newLoad(endpoint));
        }
    }
}
