package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LaunchQueueTest {
    private static final String APP = """
            {"id":"/app","instances":%d,"backoffSeconds":2,"backoffFactor":2,"maxLaunchDelaySeconds":5}""";
    private static final String POD = """
            {"id":"/pod","containers":[{"name":"a"}],"scheduling":{"backoff":{"backoff":3,"backoffFactor":3}}}""";

    private final ManualClock clock = new ManualClock();

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension(
            settings -> settings.instantly().realTasks(false).launchBackoff(clock, clock));

    private MarathonSimulator simulator;
    private Rest rest;

    @BeforeEach
    void connect() {
        simulator = marathon.simulator();
        rest = new Rest(simulator.uri());
    }

    private void run(int instances) {
        simulator.createApp(APP.formatted(instances)).awaitTasks(instances, Rest.PATIENCE);
        simulator.awaitDeployments(Rest.PATIENCE);
    }

    /** Has the app's oldest task, once all run, fail; the answer is the delay told. */
    private long crash(String app, int running) {
        simulator.awaitTasks(app, running, Rest.PATIENCE).get(0).crash();
        return queued().at("/delay/timeLeftSeconds").asLong();
    }

    private JsonNode queued() {
        return rest.json("/v2/queue").at("/queue/0");
    }

    private List<String> states() {
        return simulator.tasks("/app").stream().map(SimulatedTask::state).toList();
    }

    @Test
    void eachFailureMakesTheNextLaunchWaitLonger() {
        run(1);
        for (int delay : new int[] {2, 4, 5, 5}) {
            assertThat(crash("/app", 1)).isEqualTo(delay);
            assertThat(queued().at("/delay/overdue").asBoolean(true)).isFalse();
            clock.advance(Duration.ofSeconds(delay).minusMillis(1));
            assertThat(states()).containsExactly("TASK_FAILED");
            assertThat(queued().path("count").asInt()).isEqualTo(1);
            clock.advance(Duration.ofMillis(1));
            assertThat(rest.json("/v2/queue").path("queue")).isEmpty();
        }
        assertThat(simulator.awaitTasks("/app", 1, Rest.PATIENCE).get(0).id()).endsWith("._app.5");
    }

    @Test
    void delayIsForgottenOnceTasksHaveStayedUpForAMinute() {
        run(1);
        crash("/app", 1);
        clock.advance(Duration.ofSeconds(2).plus(LaunchQueue.VIABLE).minusNanos(1));
        assertThat(crash("/app", 1)).isEqualTo(4);
        clock.advance(Duration.ofSeconds(4).plus(LaunchQueue.VIABLE));
        assertThat(crash("/app", 1)).isEqualTo(2);
    }

    @Test
    void allInstancesOfAnAppWaitForTheOneDelay() {
        run(2);
        crash("/app", 2);
        clock.advance(Duration.ofSeconds(1));
        simulator.tasks("/app").get(1).crash();
        simulator.scale("/app", 4);
        assertThat(queued().path("count").asInt()).isEqualTo(4);
        assertThat(queued().at("/delay/timeLeftSeconds").asInt()).isEqualTo(4);
        clock.advance(Duration.ofSeconds(3));
        assertThat(states()).containsExactly("TASK_FAILED", "TASK_FAILED");
        simulator.scale("/app", 3);
        assertThat(queued().path("count").asInt()).isEqualTo(3);
        clock.advance(Duration.ofSeconds(1));
        simulator.awaitTasks("/app", 3, Rest.PATIENCE);
    }

    @Test
    void newConfigurationDoesNotWaitForTheFailuresOfTheOld() {
        run(1);
        crash("/app", 1);
        simulator.update("/app", Json.parse("{\"cmd\":\"better\"}"));
        simulator.awaitDeployments(Rest.PATIENCE);
        simulator.awaitTasks("/app", 1, Rest.PATIENCE);
        assertThat(crash("/app", 1)).isEqualTo(2);
    }

    @Test
    void delayCanBeResetByACall() {
        run(1);
        crash("/app", 1);
        assertThat(rest.call("DELETE", "/v2/queue//app/delay", "").statusCode()).isEqualTo(204);
        assertThat(crash("/app", 1)).isEqualTo(2);
        assertThat(rest.call("DELETE", "/v2/queue/other/delay", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void newLeaderKnowsNoDelays() {
        run(1);
        crash("/app", 1);
        simulator.abdicate();
        assertThat(crash("/app", 1)).isEqualTo(2);
    }

    @Test
    void podsWaitAsTheirSchedulingSays() {
        simulator.createPod(POD);
        assertThat(crash("/pod", 1)).isEqualTo(3);
        clock.advance(Duration.ofSeconds(3));
        assertThat(crash("/pod", 1)).isEqualTo(9);
        assertThat(queued().at("/pod/id").asText()).isEqualTo("/pod");
    }

    @Test
    void killedTaskIsReplacedWithoutDelay() {
        run(1);
        simulator.kill(simulator.tasks("/app").get(0).id(), false);
        assertThat(simulator.awaitTasks("/app", 1, Rest.PATIENCE).get(0).id()).endsWith("._app.2");
    }

    @Test
    void appThatWaitsIsListedAsRecorded() {
        simulator.createApp(Rest.shopApp());
        crash("/shop/web", 1);
        clock.advance(Duration.ofMillis(500));
        assertThat(masked(rest.get("/v2/queue").body())).isEqualTo(masked(Rest.recorded("queue-1.json")));
    }

    private static String masked(String queue) {
        return Rest.masked(queue.strip())
                .replaceAll("\"overdue\":(true|false)", "\"overdue\":*")
                .replaceAll("\"processed(OffersCount)?\":\\d+", "\"processed\":*")
                .replaceAll("\"lastUsedOfferAt\":\"TIME\",", "");
    }
}
