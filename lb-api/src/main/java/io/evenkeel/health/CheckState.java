package io.evenkeel.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint fares under its health check, as it was at one moment. Immutable.
 *
 * <p>Everything counts from when the endpoint was first checked under this policy: another policy is another beginning.
 */
public final class CheckState {

    private final HealthCheckPolicy policy;
    private final boolean up;
    private final @Nullable CheckResult last;
    private final int streak;
    private final long failures;
    private final long falls;
    private final Duration sinceChange;
    private final Duration downtime;

    CheckState(
            HealthCheckPolicy policy,
            boolean up,
            @Nullable CheckResult last,
            int streak,
            long failures,
            long falls,
            Duration sinceChange,
            Duration downtime) {
        this.policy = requireNonNull(policy, "policy");
        this.up = up;
        this.last = last;
        this.streak = streak;
        this.failures = failures;
        this.falls = falls;
        this.sinceChange = requireNonNull(sinceChange, "sinceChange");
        this.downtime = requireNonNull(downtime, "downtime");
    }

    /**
     * By what it is checked.
     *
     * @return the policy, which has the streaks that it takes to rise and to fall
     */
    public HealthCheckPolicy policy() {
        return policy;
    }

    /**
     * Whether it takes work, as far as this check has a say.
     *
     * @return false from the last failure of a long enough streak to the last pass of one
     */
    public boolean isUp() {
        return up;
    }

    /**
     * What the newest check found.
     *
     * @return nothing before the first check has ended
     */
    public Optional<CheckResult> last() {
        return Optional.ofNullable(last);
    }

    /**
     * How many checks in a row have contradicted {@link #isUp}.
     *
     * @return fewer than it takes to change that
     */
    public int streak() {
        return streak;
    }

    /**
     * How many checks have failed while it was up.
     *
     * @return those that took it down included
     */
    public long failures() {
        return failures;
    }

    /**
     * How often it has gone down.
     *
     * @return the transitions from up to down
     */
    public long falls() {
        return falls;
    }

    /**
     * How long it has been up or down without a change.
     *
     * @return since it joined, if nothing has changed since
     */
    public Duration sinceChange() {
        return sinceChange;
    }

    /**
     * How long it was down altogether.
     *
     * @return until now, if it is down
     */
    public Duration downtime() {
        return downtime;
    }

    @Override
    public String toString() {
        return (up ? "up" : "down") + " for " + sinceChange + (last == null ? "" : ", last " + last.finding());
    }
}
