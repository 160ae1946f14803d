package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.health.MonitorPolicy;
import io.evenkeel.health.OutlierPolicy;
import io.evenkeel.layer.Grouping;
import io.evenkeel.layer.LocalityPreference;
import io.evenkeel.layer.PriorityLevels;
import io.evenkeel.layer.SlowStart;
import io.evenkeel.layer.Subsetting;
import io.evenkeel.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one cluster balances. Immutable; start from {@link #defaults()} or {@link #builder()}. */
public final class ClusterConfig {

    private static final ClusterConfig DEFAULTS = builder().build();

    private final Strategy strategy;
    private final EndpointFilter filter;
    private final double panicThreshold;
    private final List<MonitorPolicy> monitors;
    private final int leakSampling;
    private final @Nullable Subsetting subsetting;
    private final Grouping grouping;
    private final @Nullable SlowStart slowStart;
    private final Duration drainTimeout;
    private final int maxInFlight;

    private ClusterConfig(Builder builder) {
        strategy = builder.strategy;
        filter = builder.filter;
        panicThreshold = builder.panicThreshold;
        monitors = List.copyOf(builder.monitors);
        leakSampling = builder.leakSampling;
        subsetting = builder.subsetting;
        grouping = new Grouping(builder.priorities, builder.locality);
        slowStart = builder.slowStart;
        drainTimeout = builder.drainTimeout;
        maxInFlight = builder.maxInFlight;
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
        builder.subsetting = subsetting;
        builder.priorities = grouping.priorities();
        builder.locality = grouping.locality();
        builder.slowStart = slowStart;
        builder.drainTimeout = drainTimeout;
        builder.maxInFlight = maxInFlight;
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
     * @param newFilter which reported endpoints take work; a function of the endpoint alone
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

    /**
     * Which of the endpoints that take work this client uses.
     *
     * @return the rule, or nothing if it uses all
     */
    public Optional<Subsetting> subsetting() {
        return Optional.ofNullable(subsetting);
    }

    /**
     * Which endpoints are preferred to others, by level.
     *
     * @return the preference, or nothing if there is none
     */
    public Optional<PriorityLevels> priorities() {
        return Optional.ofNullable(grouping.priorities());
    }

    /**
     * Which endpoints are preferred to others, by nearness.
     *
     * @return the preference, or nothing if there is none
     */
    public Optional<LocalityPreference> locality() {
        return Optional.ofNullable(grouping.locality());
    }

    Grouping grouping() {
        return grouping;
    }

    /**
     * How new endpoints warm up.
     *
     * @return the settings, or nothing if they get their whole share at once
     */
    public Optional<SlowStart> slowStart() {
        return Optional.ofNullable(slowStart);
    }

    /**
     * How long endpoints that take no new work, or are gone, are waited for.
     *
     * @return zero if they are not
     */
    public Duration drainTimeout() {
        return drainTimeout;
    }

    /**
     * How many uses of one endpoint may be in flight at once.
     *
     * @return {@link EndpointStats#UNLIMITED} if there is no limit
     */
    public int maxInFlight() {
        return maxInFlight;
    }

    /** Prepares a {@link ClusterConfig}; everything has a working default. */
    public static final class Builder {

        private Strategy strategy = Strategy.latencyAware();
        private EndpointFilter filter = EndpointFilter.library();
        private double panicThreshold = 0.5;
        private List<MonitorPolicy> monitors = List.of(OutlierPolicy.defaults());

        private int leakSampling = 128;
        private @Nullable Subsetting subsetting;
        private @Nullable PriorityLevels priorities;
        private @Nullable LocalityPreference locality;
        private @Nullable SlowStart slowStart;
        private Duration drainTimeout = Duration.ZERO;
        private int maxInFlight = EndpointStats.UNLIMITED;

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
         * @param newFilter a function of the endpoint alone; defaults to {@link EndpointFilter#library()}
         * @return this
         */
        public Builder filter(EndpointFilter newFilter) {
            filter = requireNonNull(newFilter, "filter");
            return this;
        }

        /**
         * Which share of the endpoints that take work must be free of bars. When fewer are, all bars are ignored: it is
         * likelier then that the judgement fails than that the endpoints do, and those that are left could not bear the
         * load of all. With {@link #priorities} this is judged level by level, and only when all levels together cannot
         * bear the load by what is available.
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
         * Which of the endpoints that take work this client uses. The others it neither uses nor watches.
         *
         * @param newSubsetting the rule; defaults to none, all are used
         * @return this
         */
        public Builder subsetting(@Nullable Subsetting newSubsetting) {
            subsetting = newSubsetting;
            return this;
        }

        /**
         * Which endpoints are preferred to others, by level.
         *
         * @param newPriorities the preference; defaults to none, all are equal
         * @return this
         */
        public Builder priorities(@Nullable PriorityLevels newPriorities) {
            priorities = newPriorities;
            return this;
        }

        /**
         * Which endpoints are preferred to others, by nearness; within each level if there are {@link #priorities}.
         *
         * @param newLocality the preference; defaults to none, all are equal
         * @return this
         */
        public Builder locality(@Nullable LocalityPreference newLocality) {
            locality = newLocality;
            return this;
        }

        /**
         * How new endpoints warm up.
         *
         * @param newSlowStart the settings; defaults to none, they get their whole share at once
         * @return this
         */
        public Builder slowStart(@Nullable SlowStart newSlowStart) {
            slowStart = newSlowStart;
            return this;
        }

        /**
         * How long endpoints that take no new work, or are gone, are waited for until their uses in flight have ended.
         * {@link ClusterListener#drained} tells when they have, or when the time is over.
         *
         * @param newTimeout 0 or more; defaults to zero, nobody is waited for
         * @return this
         */
        public Builder drainTimeout(Duration newTimeout) {
            if (newTimeout.isNegative()) {
                throw new IllegalArgumentException("drainTimeout: " + newTimeout + " (expected: >= 0)");
            }
            drainTimeout = newTimeout;
            return this;
        }

        /**
         * How many uses of one endpoint may be in flight at once. It takes no more while they are.
         *
         * @param newMaximum 1 or more; defaults to {@link EndpointStats#UNLIMITED}; a million is the most there may be
         * @return this
         */
        public Builder maxInFlight(int newMaximum) {
            if (newMaximum < 1) {
                throw new IllegalArgumentException("maxInFlight: " + newMaximum + " (expected: >= 1)");
            }
            maxInFlight = newMaximum;
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
