package io.evenkeel.testing.marathon;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long apps whose tasks fail wait for their next launch.
 *
 * <p>All tasks of one configuration of an app share a delay. Each failure makes it longer; it is forgotten once it has
 * been over for a minute without another failure, and by a new leader. Called with the state's lock held.
 */
final class LaunchQueue {
    /** Marathon's {@code --minimum_viable_task_execution_duration}. */
    static final Duration VIABLE = Duration.ofMinutes(1);

    private final SimulatorConfig config;
    private final Workers workers;
    private final Map<AppState, Delay> delays = new HashMap<>();

    private record Delay(String configVersion, Duration length, long endsAt, Instant since) {}

    LaunchQueue(SimulatorConfig config, Workers workers) {
        this.config = config;
        this.workers = workers;
    }

    /** Takes in a failure of a task of the app's configuration of now. */
    void failed(AppState app) {
        if (config.launchBackoff()) {
            Delay last = delay(app);
            Backoff backoff = app.backoff();
            Duration length = last == null ? backoff.first() : backoff.after(last.length);
            Instant since = last == null || left(app).isZero() ? Instant.now() : last.since;
            delays.put(
                    app, new Delay(app.configVersion(), length, config.ticker().nanos() + length.toNanos(), since));
        }
    }

    /** How long it is until the app may launch; zero when it may. */
    Duration left(AppState app) {
        Delay delay = delay(app);
        return delay == null
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, delay.endsAt - config.ticker().nanos()));
    }

    /** Since when the app waits. */
    Instant since(AppState app) {
        Delay delay = delay(app);
        return delay == null ? Instant.now() : delay.since;
    }

    void reset(AppState app) {
        delays.remove(app);
    }

    void clear() {
        delays.clear();
    }

    private @Nullable Delay delay(AppState app) {
        Delay delay = delays.get(app);
        boolean over = delay != null
                && (!delay.configVersion.equals(app.configVersion())
                        || config.ticker().nanos() - delay.endsAt >= VIABLE.toNanos());
        return over ? null : delay;
    }

    /** Runs the step when the delay of the app, as it is now, is over. */
    void afterDelay(AppState app, Runnable step) {
        ScheduledExecutorService timer = config.backoffTimer();
        if (timer == null) {
            workers.after(left(app), step);
            return;
        }
        try {
            timer.schedule(step, left(app).toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // the test is over
        }
    }
}
