package io.evenkeel.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How often endpoints are asked whether they are well, and what follows from the answers.
 *
 * @param check how to ask
 * @param interval from the end of one check of an endpoint that is well to the next, above 0; a tenth more or less by chance
 * @param downInterval the same for one that is not
 * @param timeout after which an unanswered check has failed and is cancelled, above 0
 * @param rise how many checks in a row must pass to take an endpoint back, 1 or more
 * @param fall how many in a row must fail to take it out, 1 or more
 * @param trusting whether an endpoint is used before its first check has passed. Where not, one whose first check has not
 *     passed counts as barred: a cluster that has too few others fails open unless its panic threshold is 0; one that was
 *     in use before there was this policy, and not unhealthy, goes on
 * @param maxConcurrent how many checks of one cluster run at once, 1 or more; the others wait for their turn
 */
public record HealthCheckPolicy(
        HealthCheck check,
        Duration interval,
        Duration downInterval,
        Duration timeout,
        int rise,
        int fall,
        boolean trusting,
        int maxConcurrent)
        implements MonitorPolicy {

    /** Checks ranges. */
    public HealthCheckPolicy {
        requireNonNull(check, "check");
        positive("interval", interval);
        positive("downInterval", downInterval);
        positive("timeout", timeout);
        atLeastOne("rise", rise);
        atLeastOne("fall", fall);
        atLeastOne("maxConcurrent", maxConcurrent);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }

    /**
     * The defaults, as {@link Builder} names them.
     *
     * @param check how to ask
     * @return the policy
     */
    public static HealthCheckPolicy of(HealthCheck check) {
        return builder(check).build();
    }

    /**
     * Begins with the defaults.
     *
     * @param check how to ask
     * @return a builder
     */
    public static Builder builder(HealthCheck check) {
        return new Builder(check);
    }

    @Override
    public Monitor newMonitor(MonitoredCluster cluster) {
        return new HealthChecker(this, cluster);
    }

    /** Prepares a {@link HealthCheckPolicy}; everything has a working default. */
    public static final class Builder {

        private final HealthCheck check;
        private Duration interval = Duration.ofSeconds(5);
        private Duration downInterval = Duration.ofSeconds(5);
        private Duration timeout = Duration.ofSeconds(2);
        private int rise = 2;
        private int fall = 3;
        private boolean trusting = true;
        private int maxConcurrent = 256;

        private Builder(HealthCheck check) {
            this.check = requireNonNull(check, "check");
        }

        /**
         * How often to ask.
         *
         * @param whenUp an endpoint that is well; defaults to 5 s
         * @param whenDown one that is not; defaults to 5 s
         * @return this
         */
        public Builder interval(Duration whenUp, Duration whenDown) {
            interval = requireNonNull(whenUp, "interval");
            downInterval = requireNonNull(whenDown, "downInterval");
            return this;
        }

        /**
         * How long to wait for an answer.
         *
         * @param newTimeout defaults to 2 s
         * @return this
         */
        public Builder timeout(Duration newTimeout) {
            timeout = requireNonNull(newTimeout, "timeout");
            return this;
        }

        /**
         * How many checks in a row it takes.
         *
         * @param passes to take an endpoint back; defaults to 2
         * @param failures to take it out; defaults to 3
         * @return this
         */
        public Builder streaks(int passes, int failures) {
            rise = passes;
            fall = failures;
            return this;
        }

        /**
         * Whether an endpoint is used before its first check has passed.
         *
         * @param isTrusting defaults to true
         * @return this
         */
        public Builder trusting(boolean isTrusting) {
            trusting = isTrusting;
            return this;
        }

        /**
         * How many checks of one cluster run at once.
         *
         * @param checks defaults to 256
         * @return this
         */
        public Builder maxConcurrent(int checks) {
            maxConcurrent = checks;
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return what was set
         * @throws IllegalArgumentException if a value is out of range; the message names it
         */
        public HealthCheckPolicy build() {
            return new HealthCheckPolicy(check, interval, downInterval, timeout, rise, fall, trusting, maxConcurrent);
        }
    }
}
