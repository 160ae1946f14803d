package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.strategy.Strategy;

/**
 * How one cluster balances. Immutable; start from {@link #defaults()}.
 *
 * @param strategy the algorithm
 * @param filter which reported endpoints take work
 */
public record ClusterConfig(Strategy strategy, EndpointFilter filter) {

    private static final ClusterConfig DEFAULTS = new ClusterConfig(Strategy.leastRequest(), EndpointFilter.library());

    /** Checks for nulls. */
    public ClusterConfig {
        requireNonNull(strategy, "strategy");
        requireNonNull(filter, "filter");
    }

    /**
     * What a service gets of which nothing else is said: least request, and the library's filter.
     *
     * @return the defaults
     */
    public static ClusterConfig defaults() {
        return DEFAULTS;
    }

    /**
     * This configuration with another strategy.
     *
     * @param newStrategy the algorithm
     * @return the changed copy
     */
    public ClusterConfig withStrategy(Strategy newStrategy) {
        return new ClusterConfig(newStrategy, filter);
    }

    /**
     * This configuration with another filter.
     *
     * @param newFilter which reported endpoints take work
     * @return the changed copy
     */
    public ClusterConfig withFilter(EndpointFilter newFilter) {
        return new ClusterConfig(strategy, newFilter);
    }
}
