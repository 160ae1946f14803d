package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.health.MonitorPolicy;
import io.evenkeel.health.OutlierPolicy;
import io.evenkeel.strategy.Strategy;
import java.util.List;

/** How one cluster balances. Immutable; start from {@link #defaults()} or {@link #builder()}. */
public final class ClusterConfig {

    private static final ClusterConfig DEFAULTS = builder().build();

    private final Strategy strategy;
    private final EndpointFilter filter;
    private final double panicThreshold;
    private final List<MonitorPolicy> monitors;
    private final int leakSampling;

    private ClusterConfig(Builder builder) {
        strategy = builder.strategy;
        filter = builder.filter;
        panicThreshold = builder.panicThreshold;
        monitors = List.copyOf(builder.monitors);
        leakSampling = builder.leakSampling;
    }

    /**
     * What a service gets of which nothing else is said.
     *
     * @return the defaults, as {@link Builder} names them
     */
    public static ClusterConfig defaults() {
        return DEFAULTS;
    }

    /**
     * Begins with the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins with this configuration.
     *
     * @return a builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.strategy = strategy;
        builder.filter = filter;
        builder.panicThreshold = panicThreshold;
        builder.monitors = monitors;
        builder.leakSampling = leakSampling;
        return builder;
    }

    /**
     * This configuration with another strategy.
     *
     * @param newStrategy the algorithm
     * @return the changed copy
     */
    public ClusterConfig withStrategy(Strategy newStrategy) {
        return toBuilder().strategy(newStrategy).build();
    }

    /**
     * This configuration with another filter.
     *
     * @param newFilter which reported endpoints take work
     * @return the changed copy
     */
    public ClusterConfig withFilter(EndpointFilter newFilter) {
        return toBuilder().filter(newFilter).build();
    }

    /**
     * The algorithm.
     *
     * @return the strategy
     */
    public Strategy strategy() {
        return strategy;
    }

    /**
     * Which reported endpoints take work.
     *
     * @return the filter
     */
    public EndpointFilter filter() {
        return filter;
    }

    /**
     * Which share of the endpoints must be free of bars for bars to count.
     *
     * @return 0 to 1
     */
    public double panicThreshold() {
        return panicThreshold;
    }

    /**
     * What watches the endpoints.
     *
     * @return an immutable list
     */
    public List<MonitorPolicy> monitors() {
        return monitors;
    }

    /**
     * How many leases there are for each one that is watched for being forgotten.
     *
     * @return 1 or more; 0 if none is watched
     */
    public int leakSampling() {
        return leakSampling;
    }

    /** Prepares a {@link ClusterConfig}; everything has a working default. */
    public static final class Builder {

        private Strategy strategy = Strategy.latencyAware();
        private EndpointFilter filter = EndpointFilter.library();
        private double panicThreshold = 0.5;
        private List<MonitorPolicy> monitors = List.of(OutlierPolicy.defaults());

        private int leakSampling = 128;

        private Builder() {}

        /**
         * The algorithm.
         *
         * @param newStrategy defaults to {@link Strategy#latencyAware()}
         * @return this
         */
        public Builder strategy(Strategy newStrategy) {
            strategy = requireNonNull(newStrategy, "strategy");
            return this;
        }

        /**
         * Which reported endpoints take work.
         *
         * @param newFilter defaults to {@link EndpointFilter#library()}
         * @return this
         */
        public Builder filter(EndpointFilter newFilter) {
            filter = requireNonNull(newFilter, "filter");
            return this;
        }

        /**
         * Which share of the endpoints that take work must be free of bars. When fewer are, all bars are ignored: it is
         * likelier then that the judgement fails than that the endpoints do, and those that are left could not bear the
         * load of all.
         *
         * @param newThreshold 0 (never ignore a bar) to 1; defaults to 0.5
         * @return this
         */
        public Builder panicThreshold(double newThreshold) {
            if (!(newThreshold >= 0 && newThreshold <= 1)) {
                throw new IllegalArgumentException("panicThreshold: " + newThreshold + " (expected: 0 to 1)");
            }
            panicThreshold = newThreshold;
            return this;
        }

        /**
         * What watches the endpoints.
         *
         * @param newMonitors defaults to an {@link OutlierPolicy} with its defaults; none for none
         * @return this
         */
        public Builder monitors(MonitorPolicy... newMonitors) {
            monitors = List.of(newMonitors);
            return this;
        }

        /**
         * How many leases there are for each one that is watched for being forgotten: one that is garbage before it was
         * completed or closed is counted, ended, and the first one logged with where it was acquired.
         *
         * @param newSampling 1 to watch all, 0 for none; defaults to 128
         * @return this
         */
        public Builder leakSampling(int newSampling) {
            if (newSampling < 0) {
                throw new IllegalArgumentException("leakSampling: " + newSampling + " (expected: >= 0)");
            }
            leakSampling = newSampling;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return an immutable copy of what was set
         */
        public ClusterConfig build() {
            return new ClusterConfig(this);
        }
    }
}
