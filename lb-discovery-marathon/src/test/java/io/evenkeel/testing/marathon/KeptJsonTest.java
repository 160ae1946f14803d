package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeptJsonTest {
    private static final String LIST = "/v2/apps?embed=apps.tasks,apps.counts,apps.deployments";

    @RegisterExtension
    final MarathonSimulatorExtension marathon =
            new MarathonSimulatorExtension(settings -> settings.instantly().realTasks(false));

    private static Arguments change(String name, Consumer<MarathonSimulator> change) {
        return Arguments.argumentSet(name, change);
    }

    private static SimulatedTask task(MarathonSimulator simulator) {
        return simulator.tasks("/app").get(0);
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("scaled", simulator -> simulator.scale("/app", 3)),
                change("restarted", simulator -> simulator.restart("/app")),
                change("updated", simulator -> simulator.update("/app", Json.parse("{\"labels\":{\"a\":\"b\"}}"))),
                change("crashed", simulator -> task(simulator).crash()),
                change("killed", simulator -> simulator.kill(task(simulator).id(), false)),
                change("unhealthy", simulator -> task(simulator).health(TaskHealth.DEAD)),
                change("unchecked", simulator -> task(simulator).health(TaskHealth.UNKNOWN)),
                change("unreachable", simulator -> task(simulator).unreachable()),
                change("abdicated", MarathonSimulator::abdicate));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void listTellsWhatIsSoAfterEachChange(Consumer<MarathonSimulator> change) {
        MarathonSimulator simulator = marathon.simulator();
        simulator.createApp("{\"id\":\"/app\",\"instances\":2,\"healthChecks\":[{}]}");
        simulator.awaitDeployments(Rest.PATIENCE);
        Rest rest = new Rest(simulator.uri());
        JsonNode before = rest.json(LIST).at("/apps/0");
        change.accept(simulator);
        Rest.until(() -> !rest.json(LIST).at("/apps/0").equals(before)
                && rest.json(LIST)
                        .at("/apps/0")
                        .equals(rest.json("/v2/apps/app").path("app")));
        assertThat(rest.json("/v2/apps").at("/apps/0").has("tasks")).isFalse();
    }

    @Test
    void listTellsOfTheNewestHealthCheck() {
        MarathonSimulator simulator = marathon.simulator();
        simulator.createApp("{\"id\":\"/app\",\"healthChecks\":[{\"intervalSeconds\":1}]}");
        simulator.awaitDeployments(Rest.PATIENCE);
        Rest rest = new Rest(simulator.uri());
        JsonNode first = rest.json(LIST).at("/apps/0/tasks/0/healthCheckResults/0/lastSuccess");
        assertThat(first.isTextual()).isTrue();
        Rest.until(() -> !rest.json(LIST)
                .at("/apps/0/tasks/0/healthCheckResults/0/lastSuccess")
                .equals(first));
    }
}
