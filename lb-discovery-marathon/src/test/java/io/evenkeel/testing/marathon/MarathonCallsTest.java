package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarathonCallsTest {
    @RegisterExtension
    final MarathonSimulatorExtension marathon =
            new MarathonSimulatorExtension(settings -> settings.instantly().frameworkName("other"));

    private MarathonSimulator simulator;
    private Rest rest;

    @BeforeEach
    void connect() {
        simulator = marathon.simulator();
        rest = new Rest(simulator.uri());
    }

    @ParameterizedTest
    @CsvSource({"/ping, ping.http", "/v2/leader, leader.http"})
    void answersByteForByteAsRecorded(String path, String recording) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        String answer = Rest.exchange(simulator.uri(), request).replace("Connection: close\r\n", "");
        assertThat(Rest.masked(answer)).isEqualTo(Rest.masked(Rest.recorded(recording)));
    }

    @Test
    void infoTellsFrameworkNameAndFeatures() {
        JsonNode info = rest.json("/v2/info");
        assertThat(info.at("/marathon_config/framework_name").asText()).isEqualTo("other");
        assertThat(info.at("/marathon_config/features/0").asText()).isEqualTo("task_killing");
        assertThat(info.path("leader").asText()).isEqualTo(simulator.uri().getAuthority());
    }

    @Test
    void groupsAreNestedAsRecorded() {
        simulator.createApp(Rest.shopApp());
        assertThat(Rest.masked(rest.get("/v2/groups").body())).isEqualTo(Rest.masked(Rest.recorded("groups.json")));
    }

    @Test
    void tasksAreListedAsRecordedToThoseWhoAcceptJson() {
        simulator.createApp(Rest.shopApp());
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(Rest.masked(
                        rest.get("/v2/tasks", "Accept", "application/json").body()))
                .isEqualTo(Rest.masked(Rest.recorded("tasks.json")));
        assertThat(rest.get("/v2/tasks", "Accept", "text/plain").statusCode()).isEqualTo(406);
        assertThat(rest.json("/v2/apps/shop/web/tasks").path("tasks")).hasSize(1);
    }

    @Test
    void killedTaskIsReplacedUnderItsInstanceId() {
        simulator.createApp("{\"id\":\"/app\"}");
        SimulatedTask first = simulator.awaitTasks("/app", 1, Rest.PATIENCE).get(0);
        String body = "{\"ids\":[\"" + first.id() + "\"]}";
        assertThat(Json.parse(rest.call("POST", "/v2/tasks/delete", body).body())
                        .at("/tasks/0/id")
                        .asText())
                .isEqualTo(first.id());
        String next = first.instanceId() + "._app.2";
        assertThat(simulator.awaitTasks("/app", 1, Rest.PATIENCE))
                .extracting(SimulatedTask::id)
                .containsExactly(next);
    }

    @Test
    void taskKilledWithScaleIsNotReplaced() {
        simulator.createApp("{\"id\":\"/app\",\"instances\":2}");
        simulator.awaitDeployments(Rest.PATIENCE);
        String id = simulator.tasks("/app").get(0).id();
        assertThat(rest.call("DELETE", "/v2/apps//app/tasks/" + id + "?scale=true", "")
                        .body())
                .contains("deploymentId");
        assertThat(simulator.awaitTasks("/app", 1, Rest.PATIENCE).get(0).id()).isNotEqualTo(id);
        assertThat(rest.call("DELETE", "/v2/apps//app/tasks/nothing", "").statusCode())
                .isEqualTo(404);
        assertThat(rest.call("DELETE", "/v2/apps//app/tasks", "").body()).startsWith("{\"tasks\":[{");
    }

    @Test
    void deploymentLocksItsAppUntilItIsCancelled() {
        simulator.createApp("{\"id\":\"/app\",\"instances\":1,\"healthChecks\":[{}]}");
        simulator.awaitDeployments(Rest.PATIENCE);
        simulator.tasks("/app").get(0).health(TaskHealth.DEAD);
        simulator.scale("/app", 2);
        JsonNode deployment = rest.json("/v2/deployments").path(0);
        assertThat(deployment.at("/steps/0/actions/0/action").asText()).isEqualTo("ScaleApplication");
        assertThat(rest.json("/v2/apps/app").at("/app/deployments/0/id").asText())
                .isEqualTo(deployment.path("id").asText());
        assertThat(rest.call("PATCH", "/v2/apps/app", "{\"instances\":3}").statusCode())
                .isEqualTo(409);
        String cancel = "/v2/deployments/" + deployment.path("id").asText();
        assertThat(rest.call("DELETE", cancel + "?force=true", "").statusCode()).isEqualTo(202);
        assertThat(rest.get("/v2/deployments").body()).isEqualTo("[]");
        assertThat(rest.call("DELETE", cancel, "").statusCode()).isEqualTo(404);
    }

    @Test
    void unknownPathsAreNotFound() {
        assertThat(rest.get("/v2/nothing").statusCode()).isEqualTo(404);
        assertThat(rest.get("/v2/queue").body()).isEqualTo("{\"queue\":[]}");
    }

    @Test
    void abdicationEndsStreamsAndForgetsHealth() throws IOException {
        try (var socket =
                Rest.send(simulator.uri(), "GET /v2/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n")) {
            Rest.readUntil(socket, "}\r\n\r\n");
            assertThat(rest.call("DELETE", "/v2/leader", "").statusCode()).isEqualTo(200);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        simulator.awaitDeployments(Duration.ZERO);
        assertThat(simulator.eventStreams()).isZero();
    }
}
