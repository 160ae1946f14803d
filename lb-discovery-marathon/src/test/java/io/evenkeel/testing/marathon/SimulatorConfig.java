package io.evenkeel.testing.marathon;

import io.evenkeel.endpoint.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one simulator.
 *
 * @param port the port of 127.0.0.1 to listen on; 0 takes a free one
 * @param frameworkName the framework name told by {@code /v2/info}
 * @param agents how many agents there are, on 127.0.1.1 and up
 * @param realTasks whether tasks are real servers; without, they only exist in the answers
 * @param taskKilling whether tasks go through TASK_KILLING, as the feature {@code task_killing} makes them
 * @param launchDelay from TASK_STAGING to TASK_RUNNING
 * @param killGrace how long a task that is to die goes on serving as TASK_KILLING
 * @param killTimeout when requests still in hand after that are cut off
 * @param healthDelay from TASK_RUNNING to the first health check result
 * @param readinessDelay from TASK_RUNNING to the first readiness check result
 * @param launchBackoff whether launches wait after failures, as {@code backoffSeconds} and its like tell
 * @param ticker the time of these waits
 * @param backoffTimer what ends these waits, or null for the simulator's own timer
 * @param heartbeat the interval of the empty lines in event streams
 * @param maxOutstanding how many events may wait for a slow consumer before its stream is closed
 * @param maxBody the largest request body taken
 * @param oldServer whether it is one of before 1.3: deployment events hold the root group twice, event streams are not
 *     filtered, and standbys pass them on
 * @param authorization the Authorization header every call must carry, or null
 */
public record SimulatorConfig(
        int port,
        String frameworkName,
        int agents,
        boolean realTasks,
        boolean taskKilling,
        Duration launchDelay,
        Duration killGrace,
        Duration killTimeout,
        Duration healthDelay,
        Duration readinessDelay,
        boolean launchBackoff,
        Ticker ticker,
        @Nullable ScheduledExecutorService backoffTimer,
        Duration heartbeat,
        int maxOutstanding,
        int maxBody,
        boolean oldServer,
        @Nullable String authorization) {

    /** Checks the values. */
    public SimulatorConfig {
        Objects.requireNonNull(frameworkName, "frameworkName");
        atLeast("port", port, 0);
        atLeast("agents", agents, 1);
        atLeast("maxOutstanding", maxOutstanding, 1);
        atLeast("maxBody", maxBody, 0);
        if (agents > 250) {
            throw new IllegalArgumentException("agents: " + agents + " (expected: <= 250)");
        }
        if (heartbeat.isZero() || heartbeat.isNegative()) {
            throw new IllegalArgumentException("heartbeat: " + heartbeat + " (expected: > 0)");
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }

    /** The settings as they are changed one by one, from working defaults. */
    public static final class Builder {
        private int port;
        private String frameworkName = "marathon";
        private int agents = 4;
        private boolean realTasks = true;
        private boolean taskKilling = true;
        private Duration launchDelay = Duration.ofMillis(50);
        private Duration killGrace = Duration.ofMillis(300);
        private Duration killTimeout = Duration.ofSeconds(10);
        private Duration healthDelay = Duration.ofMillis(100);
        private Duration readinessDelay = Duration.ofMillis(100);
        private boolean launchBackoff = true;
        private Ticker ticker = Ticker.system();
        private @Nullable ScheduledExecutorService backoffTimer;
        private Duration heartbeat = Duration.ofSeconds(10);
        private int maxOutstanding = 1024;
        private int maxBody = 16 * 1024 * 1024;
        private boolean oldServer;
        private @Nullable String authorization;

        Builder() {}

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder frameworkName(String value) {
            frameworkName = value;
            return this;
        }

        public Builder agents(int value) {
            agents = value;
            return this;
        }

        public Builder realTasks(boolean value) {
            realTasks = value;
            return this;
        }

        public Builder taskKilling(boolean value) {
            taskKilling = value;
            return this;
        }

        public Builder launchDelay(Duration value) {
            launchDelay = value;
            return this;
        }

        public Builder killGrace(Duration value) {
            killGrace = value;
            return this;
        }

        public Builder killTimeout(Duration value) {
            killTimeout = value;
            return this;
        }

        public Builder healthDelay(Duration value) {
            healthDelay = value;
            return this;
        }

        public Builder readinessDelay(Duration value) {
            readinessDelay = value;
            return this;
        }

        public Builder launchBackoff(boolean value) {
            launchBackoff = value;
            return this;
        }

        /** Has launches wait after failures, in this time. */
        public Builder launchBackoff(Ticker ofTime, ScheduledExecutorService timer) {
            launchBackoff = true;
            ticker = ofTime;
            backoffTimer = timer;
            return this;
        }

        public Builder heartbeat(Duration value) {
            heartbeat = value;
            return this;
        }

        public Builder maxOutstanding(int value) {
            maxOutstanding = value;
            return this;
        }

        public Builder maxBody(int value) {
            maxBody = value;
            return this;
        }

        public Builder oldServer(boolean value) {
            oldServer = value;
            return this;
        }

        /** Every call, {@code /ping} included, must carry these credentials. */
        public Builder basicAuth(String user, String password) {
            byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
            return this;
        }

        /** Every delay zero and no backoff, for tests that wait on states and not on time. */
        public Builder instantly() {
            return launchDelay(Duration.ZERO)
                    .killGrace(Duration.ZERO)
                    .healthDelay(Duration.ZERO)
                    .readinessDelay(Duration.ZERO)
                    .launchBackoff(false);
        }

        /** The settings alone. */
        public SimulatorConfig config() {
            return new SimulatorConfig(
                    port,
                    frameworkName,
                    agents,
                    realTasks,
                    taskKilling,
                    launchDelay,
                    killGrace,
                    killTimeout,
                    healthDelay,
                    readinessDelay,
                    launchBackoff,
                    ticker,
                    backoffTimer,
                    heartbeat,
                    maxOutstanding,
                    maxBody,
                    oldServer,
                    authorization);
        }

        /** A simulator with these settings, not started yet. */
        public MarathonSimulator build() {
            return new MarathonSimulator(config());
        }
    }
}
