package io.evenkeel.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How often endpoints are asked whether they are well, and what follows from the answers.
 *
 * @param check how to ask
 * @param interval from the end of one check of an endpoint to the next, above 0; a tenth more or less by chance
 * @param timeout after which an unanswered check has failed, above 0
 * @param rise how many checks in a row must pass to take an endpoint back, 1 or more
 * @param fall how many in a row must fail to take it out, 1 or more
 * @param trusting whether an endpoint is used before its first check has passed
 */
public record HealthCheckPolicy(
        HealthCheck check, Duration interval, Duration timeout, int rise, int fall, boolean trusting)
        implements MonitorPolicy {

    /** Checks ranges. */
    public HealthCheckPolicy {
        requireNonNull(check, "check");
        positive("interval", interval);
        positive("timeout", timeout);
        if (rise < 1) {
            throw new IllegalArgumentException("rise: " + rise + " (expected: >= 1)");
        }
        if (fall < 1) {
            throw new IllegalArgumentException("fall: " + fall + " (expected: >= 1)");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /**
     * Every 5 s with a time-out of 2 s; 3 failures take out, 2 passes take back; endpoints are used from the start.
     *
     * @param check how to ask
     * @return the policy
     */
    public static HealthCheckPolicy of(HealthCheck check) {
        return new HealthCheckPolicy(check, Duration.ofSeconds(5), Duration.ofSeconds(2), 2, 3, true);
    }

    @Override
    public Monitor newMonitor(MonitoredCluster cluster) {
        return new HealthChecker(this, cluster);
    }
}
