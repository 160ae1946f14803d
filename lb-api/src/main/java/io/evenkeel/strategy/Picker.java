package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;

/**
 * Chooses among the endpoints of one cluster state.
 *
 * <p>Called by any number of threads at once; must not lock, block or allocate.
 */
@FunctionalInterface
public interface Picker {

    /**
     * Chooses an endpoint. The use is not begun by this: the cluster does that.
     *
     * @param context what is known of the use
     * @return one of the endpoints the picker was built for
     */
    EndpointStats pick(PickContext context);
}
