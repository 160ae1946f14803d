package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessTest {
    @RegisterExtension
    final MarathonSimulatorExtension marathon =
            new MarathonSimulatorExtension(settings -> settings.instantly().realTasks(false));

    private MarathonSimulator simulator;
    private Rest rest;

    @BeforeEach
    void connect() {
        simulator = marathon.simulator();
        rest = new Rest(simulator.uri());
    }

    private static ObjectNode app(int instances) {
        ObjectNode app = Json.parseObject(Rest.shopApp()).put("instances", instances);
        app.withObject("/labels").put("SIM_READY", "false");
        return app;
    }

    private List<SimulatedTask> awaitChecked(int count) {
        List<SimulatedTask> tasks = simulator.awaitTasks("/shop/web", count, Rest.PATIENCE);
        Rest.until(() -> results().size() >= count);
        return tasks;
    }

    private JsonNode results() {
        return rest.json("/v2/apps?embed=apps.readiness").at("/apps/0/readinessCheckResults");
    }

    @Test
    void deploymentTellsAsRecordedWhoIsNotReady() {
        simulator.createApp(app(1));
        awaitChecked(1);
        String recorded = Rest.recorded("deployments-readiness-504.json");
        assertThat(Rest.masked(rest.get("/v2/deployments").body()).replaceAll("127.0.1.\\*:\\d+", "*"))
                .isEqualTo(Rest.masked(recorded).replaceAll("127.0.1.\\*:\\d+", "*"));
    }

    @Test
    void resultsAreThereUntilTheDeploymentEnds() {
        simulator.createApp(app(2));
        List<SimulatedTask> tasks = awaitChecked(2);
        assertThat(results().at("/0/ready").asBoolean(true)).isFalse();
        tasks.get(0).ready(true);
        assertThat(results().at("/0/ready").asBoolean()).isTrue();
        assertThat(results().at("/0/lastResponse/status").asInt()).isEqualTo(200);
        assertThat(results().at("/1/taskId").asText()).isEqualTo(tasks.get(1).id());
        assertThat(rest.json("/v2/apps/shop/web?embed=app.readiness").at("/app/readinessCheckResults"))
                .hasSize(2);
        tasks.get(1).ready(true);
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(results().toString()).isEqualTo("[]");
        tasks.get(1).ready(false);
        assertThat(results().toString()).isEqualTo("[]");
    }

    @Test
    void answerForOneAppHasNoReadinessUnlessAskedForAsRecorded() {
        simulator.createApp(Rest.shopApp());
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(Rest.masked(rest.get("/v2/apps//shop/web").body()))
                .isEqualTo(Rest.masked(Rest.recorded("app-by-id.json")));
    }

    @Test
    void oldTaskStaysUntilTheNewOneIsReady() {
        simulator.createApp(app(1));
        awaitChecked(1).get(0).ready(true);
        simulator.awaitDeployments(Rest.PATIENCE);
        SimulatedTask old = simulator.tasks("/shop/web").get(0);
        simulator.restart("/shop/web");
        SimulatedTask next = simulator.awaitTasks("/shop/web", 2, Rest.PATIENCE).get(1);
        Rest.until(() -> !results().isEmpty());
        assertThat(results()).hasSize(1);
        assertThat(old.state()).isEqualTo("TASK_RUNNING");
        next.ready(true);
        assertThat(simulator.awaitTasks("/shop/web", 1, Rest.PATIENCE)).containsExactly(next);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 4, 4", "0.5, 0, 2, 2", "0.5, 0.25, 2, 3", "1, 0, 4, 1", "0, 0, 0, 4"})
    void upgradeStrategyBoundsOldAndNew(double atLeast, double over, int old, int started) {
        simulator.createApp(app(4));
        awaitChecked(4).forEach(task -> task.ready(true));
        simulator.awaitDeployments(Rest.PATIENCE);
        List<SimulatedTask> before = simulator.tasks("/shop/web");
        ObjectNode change = Json.object().put("cmd", "changed");
        change.putObject("upgradeStrategy")
                .put("minimumHealthCapacity", atLeast)
                .put("maximumOverCapacity", over);
        simulator.update("/shop/web", change);
        List<SimulatedTask> now = simulator.awaitTasks("/shop/web", old + started, Rest.PATIENCE);
        assertThat(now).filteredOn(before::contains).hasSize(old);
        Rest.until(() -> {
            simulator.tasks("/shop/web").forEach(task -> task.ready(true));
            return rest.get("/v2/deployments").body().equals("[]");
        });
        assertThat(simulator.awaitTasks("/shop/web", 4, Rest.PATIENCE)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void taskThatReplacesACrashedOneOutsideOfADeploymentIsNotChecked() {
        simulator.createApp(app(1));
        awaitChecked(1).get(0).ready(true);
        simulator.awaitDeployments(Rest.PATIENCE);
        simulator.tasks("/shop/web").get(0).crash();
        assertThat(simulator.awaitTasks("/shop/web", 1, Rest.PATIENCE).get(0).ready())
                .isFalse();
        assertThat(results().toString()).isEqualTo("[]");
    }
}
