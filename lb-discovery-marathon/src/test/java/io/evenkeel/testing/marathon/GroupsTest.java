package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GroupsTest {
    private static final String SHOP = """
            {"id":"/shop","apps":[{"id":"web","cmd":"w","instances":2,"dependencies":["/shop/db/sql"]},{"id":"job","cmd":"j"}],
             "groups":[{"id":"db","apps":[{"id":"sql","cmd":"s","healthChecks":[{}]}]},
                       {"id":"front","dependencies":["../db","/shop/web"],"apps":[{"id":"proxy","cmd":"p"}]}]}""";

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

    private void created() {
        assertThat(rest.call("POST", "/v2/groups", SHOP).statusCode()).isEqualTo(201);
        simulator.awaitDeployments(Rest.PATIENCE);
    }

    @Test
    void groupIsOneDeploymentInTheOrderOfItsDependencies() throws IOException {
        try (Socket stream = Rest.send(
                simulator.uri(),
                "GET /v2/events?event_type=deployment_success&event_type=deployment_step_success HTTP/1.1\r\n"
                        + "Host: x\r\nAccept: text/event-stream\r\n\r\n")) {
            Rest.readUntil(stream, "\r\n\r\n");
            var answer = rest.call("POST", "/v2/groups", SHOP);
            assertThat(answer.statusCode()).isEqualTo(201);
            String id = Json.parse(answer.body()).path("deploymentId").asText();
            String steps = "{\"actions\":[{\"action\":\"StartApplication\",\"app\":\"/shop/web\"},"
                    + "{\"action\":\"StartApplication\",\"app\":\"/shop/job\"},"
                    + "{\"action\":\"StartApplication\",\"app\":\"/shop/db/sql\"},"
                    + "{\"action\":\"StartApplication\",\"app\":\"/shop/front/proxy\"}]},"
                    + "{\"actions\":[{\"action\":\"ScaleApplication\",\"app\":\"/shop/job\"},"
                    + "{\"action\":\"ScaleApplication\",\"app\":\"/shop/db/sql\"}]},"
                    + "{\"actions\":[{\"action\":\"ScaleApplication\",\"app\":\"/shop/web\"}]},"
                    + "{\"actions\":[{\"action\":\"ScaleApplication\",\"app\":\"/shop/front/proxy\"}]}";
            assertThat(Rest.readUntil(stream, "event: deployment_success\r\n"))
                    .contains(id, steps)
                    .satisfies(events -> assertThat(events.split("event: deployment_step_success", -1))
                            .hasSize(5));
        }
        assertThat(simulator.apps()).containsExactly("/shop/web", "/shop/job", "/shop/db/sql", "/shop/front/proxy");
        assertThat(simulator.awaitTasks("/shop/web", 2, Rest.PATIENCE)).hasSize(2);
        assertThat(simulator.awaitTasks("/shop/front/proxy", 1, Rest.PATIENCE)).hasSize(1);
    }

    @Test
    void appWaitsForWhatItDependsOn() {
        created();
        SimulatedTask sql = simulator.tasks("/shop/db/sql").get(0);
        sql.health(TaskHealth.DEAD);
        rest.call(
                "PUT",
                "/v2/groups/shop",
                SHOP.replace("\"w\"", "\"w2\"").replace("\"healthChecks\"", "\"instances\":2,\"healthChecks\""));
        simulator.awaitTasks("/shop/db/sql", 2, Rest.PATIENCE);
        JsonNode deployment = rest.json("/v2/deployments").path(0);
        assertThat(rest.json("/v2/deployments")).hasSize(1);
        assertThat(deployment.at("/currentActions/0/app").asText()).isEqualTo("/shop/db/sql");
        assertThat(deployment.path("affectedApps")).hasSize(2);
        assertThat(rest.json("/v2/apps/shop/web").at("/app/deployments/0/id")).isEqualTo(deployment.path("id"));
        assertThat(rest.json("/v2/apps/shop/web").at("/app/cmd").asText()).isEqualTo("w2");
        String current = rest.json("/v2/apps/shop/web").at("/app/version").asText();
        assertThat(simulator.tasks("/shop/web"))
                .extracting(SimulatedTask::version)
                .doesNotContain(current);
        assertThat(rest.call("PATCH", "/v2/apps/shop/web", "{\"instances\":1}").statusCode())
                .isEqualTo(409);
        sql.health(TaskHealth.ALIVE);
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(simulator.awaitTasks("/shop/web", 2, Rest.PATIENCE))
                .extracting(SimulatedTask::version)
                .containsOnly(current);
    }

    @Test
    void putTakesAwayWhatItDoesNotNameAndLeavesAloneWhatIsTheSame() {
        created();
        simulator.createApp("{\"id\":\"/other\"}");
        SimulatedTask sql = simulator.tasks("/shop/db/sql").get(0);
        String smaller = SHOP.replace(",{\"id\":\"job\",\"cmd\":\"j\"}", "");
        assertThat(rest.call("PUT", "/v2/groups", smaller).statusCode()).isEqualTo(200);
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(simulator.apps()).doesNotContain("/shop/job").contains("/other", "/shop/web");
        assertThat(simulator.tasks("/shop/job")).isEmpty();
        assertThat(simulator.tasks("/shop/db/sql")).containsExactly(sql);
    }

    @Test
    void groupIsScaledByAFactor() {
        created();
        rest.call("PUT", "/v2/groups/shop", "{\"scaleBy\":1.5}");
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(simulator.awaitTasks("/shop/web", 3, Rest.PATIENCE)).hasSize(3);
        assertThat(simulator.awaitTasks("/shop/job", 2, Rest.PATIENCE)).hasSize(2);
    }

    @Test
    void deletedGroupIsGoneWithItsApps() {
        created();
        simulator.createApp("{\"id\":\"/shopping\"}");
        assertThat(Json.parse(rest.call("DELETE", "/v2/groups/shop", "").body()).has("deploymentId"))
                .isTrue();
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(simulator.apps()).containsExactly("/shopping");
        assertThat(rest.get("/v2/groups/shop").statusCode()).isEqualTo(404);
        assertThat(rest.call("DELETE", "/v2/groups/shop", "").statusCode()).isEqualTo(404);
        assertThat(simulator.tasks()).hasSize(1);
    }

    @Test
    void groupIsToldWithItsDependenciesAndTheGroupsInIt() {
        created();
        JsonNode shop = rest.json("/v2/groups/shop");
        assertThat(shop.path("id").asText()).isEqualTo("/shop");
        assertThat(shop.path("apps").findValuesAsText("id")).containsExactly("/shop/web", "/shop/job");
        assertThat(shop.at("/groups/1/dependencies")).hasToString("[\"/shop/db\",\"/shop/web\"]");
        assertThat(rest.json("/v2/groups").at("/groups/0")).isEqualTo(shop);
        assertThat(rest.json("/v2/groups/shop/db?embed=group.apps.tasks").at("/apps/0/tasks"))
                .hasSize(1);
    }

    @Test
    void badGroupIsRefusedAndChangesNothing() {
        created();
        assertThat(rest.call("POST", "/v2/groups", SHOP).statusCode()).isEqualTo(409);
        String circle = SHOP.replace("\"cmd\":\"s\"", "\"dependencies\":[\"/shop/front\"]");
        assertThat(rest.call("PUT", "/v2/groups/shop", circle).body()).contains("cyclic");
        assertThat(rest.call("PUT", "/v2/groups/shop", SHOP.replace("\"sql\"", "\"S Q L\""))
                        .statusCode())
                .isEqualTo(422);
        assertThat(rest.json("/v2/deployments")).isEmpty();
        assertThat(simulator.apps()).hasSize(4);
    }
}
