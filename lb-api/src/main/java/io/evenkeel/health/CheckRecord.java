package io.evenkeel.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a health checker has written down of one endpoint. Immutable, so that anybody may read the newest.
 *
 * @param up whether it is up
 * @param last what the newest check found
 * @param streak how many checks in a row have contradicted that
 * @param failures checks that failed while it was up
 * @param falls transitions from up to down
 * @param changed when it went up or down last, or joined; in ticker nanoseconds
 * @param downBefore how long it was down until then
 */
record CheckRecord(
        boolean up, @Nullable CheckResult last, int streak, long failures, long falls, long changed, long downBefore) {

    static CheckRecord begun(boolean up, long now) {
        return new CheckRecord(up, null, 0, 0, 0, now, 0);
    }

    CheckRecord after(CheckResult result, boolean isUp, int newStreak, long now) {
        long allFailures = failures + (up && !result.finding().passed() ? 1 : 0);
        return up == isUp
                ? new CheckRecord(up, result, newStreak, allFailures, falls, changed, downBefore)
                : new CheckRecord(isUp, result, newStreak, allFailures, falls + (up ? 1 : 0), now, downBefore(now));
    }

    private long downBefore(long now) {
        return downBefore + (up ? 0 : now - changed);
    }

    CheckState state(HealthCheckPolicy policy, long now) {
        return new CheckState(
                policy,
                up,
                last,
                streak,
                failures,
                falls,
                Duration.ofNanos(now - changed),
                Duration.ofNanos(downBefore(now)));
    }
}
