package io.evenkeel.testing.marathon;

import java.time.Instant;

/** What the health checks of a task found last, and since when; UNKNOWN before the first result. */
record CheckResult(TaskHealth health, Instant since) {
    static final CheckResult NONE = new CheckResult(TaskHealth.UNKNOWN, Instant.EPOCH);
}
