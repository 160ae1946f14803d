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
     * Chooses an endpoint. The use is not begun by this: the cluster does that, and asks again if the endpoint takes no
     * more or was tried already.
     *
     * @param context what is known of the use
     * @param now the reading of the cluster's clock if {@link #usesTime()}, else anything
     * @param attempt 0 for the first choice, 1 and up for what to take instead: a strategy for which the place of an
     *     endpoint matters goes to the next in its order, any other chooses anew
     * @return one of the endpoints the picker was built for
     */
    EndpointStats pick(PickContext context, long now, int attempt);

    /**
     * Whether choosing, or what is learnt from uses, depends on time. Reading the clock costs more than most choices.
     *
     * @return false if the clock need not be read for a pick
     */
    default boolean usesTime() {
        return false;
    }

    /**
     * Whether choosing goes by the key of the context. Where it does not, nobody need find one.
     *
     * @return false if a key makes no difference
     */
    default boolean usesKey() {
        return false;
    }
}
