package io.evenkeel.health;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When to eject an endpoint that stands out among those of its cluster by its own uses, without asking it anything.
 *
 * <p>Failures in a row act at once, the others once an interval. An ejection lasts the base time, times how often that
 * happened lately; then one use more is let through until one succeeds, and if it fails the endpoint is out again for
 * longer. The rules and most defaults are Envoy's and gRPC's (gRFC A50); not so the share, since the endpoints that one
 * client ejects wait for others, and a cluster of which less than half is left ignores ejections anyway.
 *
 * @param consecutiveFailures failures in a row that eject; 0 for never
 * @param consecutiveOutcomes how the last of them must have ended, and a use that is let through on trial, to eject: some
 *     outcomes that are {@linkplain Outcome#isFailure failures}
 * @param interval how often the others are compared, above 0
 * @param baseEjection how long the first ejection lasts, above 0
 * @param maxEjection how long one lasts at most, but for up to a tenth more by chance; not below the base
 * @param maxEjectedShare which share of the endpoints that take work may be out at once, but always one; 0 to 1
 * @param sparesLast whether the last endpoint that nothing bars is never ejected
 * @param successRateDeviations how many standard deviations below the mean success rate eject; 0 for never
 * @param successRateHosts how many endpoints with enough uses that takes
 * @param successRateVolume how many uses in an interval are enough
 * @param failureShare which share of failures ejects, above 0 to 1; 0 for never
 * @param failureShareHosts how many endpoints with enough uses that takes
 * @param failureShareVolume how many uses in an interval are enough
 * @param latencyFactor how many times the median latency ejects, above 1; 0 for never. Off by default: a strategy that is
 *     aware of latency sends a slow endpoint what it can bear instead
 * @param latencyVolume how many uses in an interval are enough for that, by as many endpoints as for the success rate
 */
public record OutlierPolicy(
        int consecutiveFailures,
        Set<Outcome> consecutiveOutcomes,
        Duration interval,
        Duration baseEjection,
        Duration maxEjection,
        double maxEjectedShare,
        boolean sparesLast,
        double successRateDeviations,
        int successRateHosts,
        int successRateVolume,
        double failureShare,
        int failureShareHosts,
        int failureShareVolume,
        double latencyFactor,
        int latencyVolume)
        implements MonitorPolicy {

    private static final Set<Outcome> FAILURES =
            Arrays.stream(Outcome.values()).filter(Outcome::isFailure).collect(Collectors.toUnmodifiableSet());
    private static final OutlierPolicy DEFAULTS = builder().build();

    /** Checks ranges. */
    public OutlierPolicy {
        notNegative("consecutiveFailures", consecutiveFailures);
        consecutiveOutcomes = Set.copyOf(consecutiveOutcomes);
        for (Outcome outcome : consecutiveOutcomes) {
            if (!outcome.isFailure()) {
                throw new IllegalArgumentException("consecutiveOutcomes: " + outcome + " (expected: failures)");
            }
        }
        positive("interval", interval);
        positive("baseEjection", baseEjection);
        if (maxEjection.compareTo(baseEjection) < 0) {
            throw new IllegalArgumentException(
                    "maxEjection: " + maxEjection + " (expected: >= baseEjection, " + baseEjection + ")");
        }
        if (!(maxEjectedShare >= 0 && maxEjectedShare <= 1)) {
            throw new IllegalArgumentException("maxEjectedShare: " + maxEjectedShare + " (expected: 0 to 1)");
        }
        if (!(successRateDeviations >= 0 && successRateDeviations < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("successRateDeviations: " + successRateDeviations + " (expected: >= 0)");
        }
        notNegative("successRateHosts", successRateHosts);
        notNegative("successRateVolume", successRateVolume);
        if (!(failureShare >= 0 && failureShare <= 1)) {
            throw new IllegalArgumentException("failureShare: " + failureShare + " (expected: 0 to 1)");
        }
        notNegative("failureShareHosts", failureShareHosts);
        notNegative("failureShareVolume", failureShareVolume);
        if (!(latencyFactor == 0 || (latencyFactor > 1 && latencyFactor < Double.POSITIVE_INFINITY))) {
            throw new IllegalArgumentException("latencyFactor: " + latencyFactor + " (expected: > 1, or 0 for never)");
        }
        notNegative("latencyVolume", latencyVolume);
    }

    private static void notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /**
     * What clusters have of which nothing else is said.
     *
     * @return the defaults, as {@link Builder} names them
     */
    public static OutlierPolicy defaults() {
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

    @Override
    public Monitor newMonitor(MonitoredCluster cluster) {
        return new OutlierDetector(this, cluster);
    }

    /** Prepares an {@link OutlierPolicy}; everything has a working default. */
    public static final class Builder {

        private int consecutiveFailures = 5;
        private Set<Outcome> consecutiveOutcomes = FAILURES;
        private Duration interval = Duration.ofSeconds(10);
        private Duration baseEjection = Duration.ofSeconds(30);
        private Duration maxEjection = Duration.ofMinutes(5);
        private double maxEjectedShare = 0.5;
        private boolean sparesLast;
        private double successRateDeviations = 1.9;
        private int successRateHosts = 5;
        private int successRateVolume = 100;
        private double failureShare = 0.85;
        private int failureShareHosts = 5;
        private int failureShareVolume = 50;
        private double latencyFactor;
        private int latencyVolume = 100;

        private Builder() {}

        /**
         * How many failures in a row eject.
         *
         * @param failures defaults to 5; 0 for never
         * @return this
         */
        public Builder consecutiveFailures(int failures) {
            consecutiveFailures = failures;
            return this;
        }

        /**
         * How the last failure in a row must have ended to eject: with {@link Outcome#CONNECT_FAILED} alone, answers never
         * do.
         *
         * @param outcomes defaults to all that are failures
         * @return this
         */
        public Builder consecutiveOutcomes(Collection<Outcome> outcomes) {
            EnumSet<Outcome> copy = EnumSet.noneOf(Outcome.class);
            copy.addAll(outcomes);
            consecutiveOutcomes = copy;
            return this;
        }

        /**
         * How often endpoints are compared.
         *
         * @param newInterval defaults to 10 s
         * @return this
         */
        public Builder interval(Duration newInterval) {
            interval = requireNonNull(newInterval, "interval");
            return this;
        }

        /**
         * How long ejections last.
         *
         * @param base the first; defaults to 30 s
         * @param max the longest; defaults to 300 s
         * @return this
         */
        public Builder ejection(Duration base, Duration max) {
            baseEjection = requireNonNull(base, "baseEjection");
            maxEjection = requireNonNull(max, "maxEjection");
            return this;
        }

        /**
         * Which share of the endpoints may be out at once; one always may.
         *
         * @param share 0 to 1; defaults to 0.5
         * @return this
         */
        public Builder maxEjectedShare(double share) {
            maxEjectedShare = share;
            return this;
        }

        /**
         * Whether the last endpoint that nothing bars is never ejected: for clusters that do not ignore bars when too few
         * are left, that is with a panic threshold of 0.
         *
         * @param isSpared defaults to false
         * @return this
         */
        public Builder sparesLast(boolean isSpared) {
            sparesLast = isSpared;
            return this;
        }

        /**
         * Ejects whoever's success rate stands out.
         *
         * @param deviations how many standard deviations below the mean; defaults to 1.9, 0 for never
         * @param hosts how many endpoints with enough uses it takes; defaults to 5
         * @param volume how many uses in an interval are enough; defaults to 100
         * @return this
         */
        public Builder successRate(double deviations, int hosts, int volume) {
            successRateDeviations = deviations;
            successRateHosts = hosts;
            successRateVolume = volume;
            return this;
        }

        /**
         * Ejects whoever fails too often, whatever the others do.
         *
         * @param share of failures; defaults to 0.85, 0 for never
         * @param hosts how many endpoints with enough uses it takes; defaults to 5
         * @param volume how many uses in an interval are enough; defaults to 50
         * @return this
         */
        public Builder failureShare(double share, int hosts, int volume) {
            failureShare = share;
            failureShareHosts = hosts;
            failureShareVolume = volume;
            return this;
        }

        /**
         * Ejects whoever is slow.
         *
         * @param factor how many times the median; defaults to 0, which is never
         * @param volume how many uses in an interval are enough; defaults to 100
         * @return this
         */
        public Builder latency(double factor, int volume) {
            latencyFactor = factor;
            latencyVolume = volume;
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return what was set
         * @throws IllegalArgumentException if a value is out of range; the message names it
         */
        public OutlierPolicy build() {
            return new OutlierPolicy(
                    consecutiveFailures,
                    consecutiveOutcomes,
                    interval,
                    baseEjection,
                    maxEjection,
                    maxEjectedShare,
                    sparesLast,
                    successRateDeviations,
                    successRateHosts,
                    successRateVolume,
                    failureShare,
                    failureShareHosts,
                    failureShareVolume,
                    latencyFactor,
                    latencyVolume);
        }
    }
}
