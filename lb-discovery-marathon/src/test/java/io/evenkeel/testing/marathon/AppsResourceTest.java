package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppsResourceTest {
    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    private MarathonSimulator simulator;
    private Rest rest;

    @BeforeEach
    void connect() {
        simulator = marathon.simulator();
        rest = new Rest(simulator.uri());
    }

    @Test
    void creationIsAnsweredByteForByteAsRecorded() throws IOException {
        String body = Rest.shopApp();
        String answer = Rest.exchange(
                simulator.uri(),
                "POST /v2/apps HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
        assertThat(Rest.masked(answer.replace("Connection: close\r\n", "")))
                .isEqualTo(Rest.masked(Rest.recorded("post-app-201.http")));
    }

    @Test
    void runningAppIsListedAsRecorded() {
        simulator.createApp(Rest.shopApp());
        simulator.awaitDeployments(Rest.PATIENCE);
        String query = "?embed=apps.tasks&embed=apps.counts,apps.deployments&embed=apps.readiness";
        assertThat(Rest.masked(rest.get("/v2/apps" + query).body()))
                .isEqualTo(Rest.masked(Rest.recorded("apps-embed-host-healthy.json")));
    }

    @Test
    void bareListHasNoTasks() {
        simulator.createApp(Rest.shopApp());
        JsonNode app = rest.json("/v2/apps").path("apps").path(0);
        assertThat(app.has("tasks")).isFalse();
        assertThat(app.path("id").asText()).isEqualTo("/shop/web");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "label=HAPROXY_GROUP | 1",
                "label=HAPROXY_GROUP%3D%3Dexternal | 1",
                "label=HAPROXY_GROUP!%3Dexternal | 1",
                "label=HAPROXY_GROUP%3D%3Dexternal,other | 0",
                "label=HAPROXY_GROUP%20in%20(a,external) | 1",
                "id=web | 1",
                "id=nothing | 0"
            })
    void listIsFiltered(String query, int found) {
        simulator.createApp(Rest.shopApp());
        simulator.createApp("{\"id\":\"/plain\",\"instances\":0}");
        assertThat(rest.json("/v2/apps?" + query).path("apps")).hasSize(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"id\":\"/Not_Good\"} | 422 | /id",
                "{\"id\":\"/x\",\"instances\":-1} | 422 | /instances",
                "{\"id\":\"/taken\"} | 409 | already exists",
                "{\"id\": | 400 | Invalid JSON"
            })
    void badAppIsRefused(String body, int status, String told) {
        simulator.createApp("{\"id\":\"/taken\",\"instances\":0}");
        HttpResponse<String> answer = rest.call("POST", "/v2/apps", body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("\"message\"", told);
    }

    @Test
    void appIsFoundWithOneSlashAndWithTwo() {
        simulator.createApp(Rest.shopApp());
        assertThat(rest.json("/v2/apps//shop/web").at("/app/id").asText()).isEqualTo("/shop/web");
        assertThat(rest.json("/v2/apps/shop/web").at("/app/id").asText()).isEqualTo("/shop/web");
        assertThat(rest.get("/v2/apps/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void putAndPatchScale() {
        simulator.createApp("{\"id\":\"/app\",\"instances\":1}");
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(rest.call("PATCH", "/v2/apps/app", "{\"instances\":3}").statusCode())
                .isEqualTo(200);
        simulator.awaitTasks("/app", 3, Rest.PATIENCE);
        SimulatedTask oldest = simulator.tasks("/app").get(0);
        HttpResponse<String> put = rest.call("PUT", "/v2/apps//app?force=true", "{\"instances\":1}");
        assertThat(Json.parse(put.body()).fieldNames()).toIterable().containsExactly("deploymentId", "version");
        assertThat(simulator.awaitTasks("/app", 1, Rest.PATIENCE)).containsExactly(oldest);
    }

    @Test
    void putOfPartOfAnUnknownAppIsInvalid() {
        HttpResponse<String> answer = rest.call("PUT", "/v2/apps/app", "{\"instances\":1}");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("AppDefinition must either contain");
    }

    @Test
    void restartReplacesEveryTask() {
        simulator.createApp("{\"id\":\"/app\",\"instances\":2}");
        var before = simulator.awaitTasks("/app", 2, Rest.PATIENCE);
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(rest.call("POST", "/v2/apps//app/restart", "").statusCode()).isEqualTo(200);
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(simulator.awaitTasks("/app", 2, Rest.PATIENCE)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void deletedAppIsGone() {
        simulator.createApp("{\"id\":\"/app\",\"instances\":2}");
        assertThat(rest.call("DELETE", "/v2/apps/app?force=true", "").statusCode())
                .isEqualTo(200);
        assertThat(simulator.awaitTasks("/app", 0, Rest.PATIENCE)).isEmpty();
        assertThat(rest.get("/v2/apps").body()).isEqualTo("{\"apps\":[]}");
    }
}
