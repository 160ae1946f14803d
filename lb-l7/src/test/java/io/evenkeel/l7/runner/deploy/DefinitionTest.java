package io.evenkeel.l7.runner.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6000);
    private static final String LABELS =
            "\"labels\": {\"HAPROXY_DEPLOYMENT_GROUP\": \"web\", \"HAPROXY_DEPLOYMENT_ALT_PORT\": \"10001\"}";

    @Test
    void theFirstIsBlueAndHasAllInstances() throws Exception {
        JsonNode made = of("\"id\": \"web\", \"instances\": 4, \"ports\": [10000, 10005], " + LABELS)
                .first(NOW);
        assertThat(made.path("id").asText()).isEqualTo("/web-blue");
        assertThat(made.path("instances").asInt()).isEqualTo(4);
        assertThat(made.path("ports").toString()).isEqualTo("[10000,10005]");
        assertThat(labels(made))
                .isEqualTo("{\"HAPROXY_DEPLOYMENT_GROUP\":\"web\",\"HAPROXY_DEPLOYMENT_ALT_PORT\":\"10001\","
                        + "\"HAPROXY_APP_ID\":\"web\",\"HAPROXY_DEPLOYMENT_COLOUR\":\"blue\","
                        + "\"HAPROXY_DEPLOYMENT_STARTED_AT\":\"2026-01-02T03:04:05.000006\","
                        + "\"HAPROXY_DEPLOYMENT_TARGET_INSTANCES\":\"4\",\"HAPROXY_DEPLOYMENT_NEW_INSTANCES\":\"0\","
                        + "\"HAPROXY_0_PORT\":\"10000\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ports\": [10000]",
                "\"portDefinitions\": [{\"port\": 10000}]",
                "\"container\": {\"portMappings\": [{\"containerPort\": 80, \"servicePort\": 10000}]}",
                "\"container\": {\"docker\": {\"portMappings\": [{\"servicePort\": 10000}]}}",
            })
    void portsTakeTurnsWhereverTheyAreWritten(String ports) throws Exception {
        Definition definition = of("\"id\": \"/web\", \"instances\": 3, " + ports + ", " + LABELS);
        JsonNode blue = definition.first(NOW);
        JsonNode green = definition.after(AppView.of(blue), plan(1, 0), NOW);
        JsonNode again = definition.after(AppView.of(green), plan(1, 0), NOW);
        assertThat(green.path("id").asText()).isEqualTo("/web-green");
        assertThat(green.toString()).contains("10001").contains("\"HAPROXY_0_PORT\":\"10000\"");
        assertThat(green.toString().replaceAll("\"HAPROXY[^,}]*", "")).doesNotContain("10000");
        assertThat(again.path("id").asText()).isEqualTo("/web-blue");
        assertThat(again.toString().replaceAll("\"HAPROXY[^,}]*", "")).contains("10000");
    }

    @ParameterizedTest
    @CsvSource({
        // old ones, initial, new ones wanted: begun with, target, new ones kept
        "3, 1, 0, 1, 3, 0",
        "3, 5, 0, 3, 3, 0",
        "3, 2, 1, 1, 3, 1",
        "3, 1, 9, 1, 3, 3",
        "0, 1, 0, 1, 2, 0",
    })
    void thereAreAsManyAsBefore(int old, int initial, int wanted, int begun, int target, int kept) throws Exception {
        Definition definition = of("\"id\": \"/web\", \"instances\": 2, \"ports\": [10000], " + LABELS);
        JsonNode last = definition.first(NOW).put("instances", old);
        JsonNode made = definition.after(AppView.of(last), plan(initial, wanted), NOW);
        assertThat(made.path("instances").asInt()).isEqualTo(begun);
        assertThat(made.at("/labels/HAPROXY_DEPLOYMENT_TARGET_INSTANCES").asInt())
                .isEqualTo(target);
        assertThat(made.at("/labels/HAPROXY_DEPLOYMENT_NEW_INSTANCES").asInt()).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                  | UNKNOWN       | ARRAY (expected: an application
            {}                                                  | MISSING_FIELD | id: '' (expected: an application's id)
            {"id": "A b"}                                       | MISSING_FIELD | id: 'A b' (expected
            {"id": "a"}                                         | MISSING_FIELD | label HAPROXY_DEPLOYMENT_GROUP: missing
            {"id": "a", "labels": {"HAPROXY_DEPLOYMENT_GROUP": "g"}} | MISSING_FIELD | label HAPROXY_DEPLOYMENT_ALT_PORT: missing
            {"id": "a", "labels": {"HAPROXY_DEPLOYMENT_GROUP": "g", "HAPROXY_DEPLOYMENT_ALT_PORT": "x"}} | MISSING_FIELD | label HAPROXY_DEPLOYMENT_ALT_PORT: x (expected: 1 to 65535)
            {"id": "a", "labels": {"HAPROXY_DEPLOYMENT_GROUP": "g", "HAPROXY_DEPLOYMENT_ALT_PORT": "1"}} | MISSING_FIELD | service port: missing (expected: 1 to 65535)
            {"id": "a", "ports": [0], "labels": {"HAPROXY_DEPLOYMENT_GROUP": "g", "HAPROXY_DEPLOYMENT_ALT_PORT": "1"}} | MISSING_FIELD | service port: 0 (expected
            """)
    void whatIsMissingIsNamed(String json, Exit exit, String message) {
        assertThatThrownBy(() -> Definition.of(JSON.readTree(json)).first(NOW))
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.exit()).isEqualTo(exit))
                .hasMessageContaining(message);
    }

    @Test
    void aFileThatIsNoJsonIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("app.json"), "{\"id\": ");
        assertThatThrownBy(() -> Definition.read(file))
                .hasMessageContaining(file + " (expected: an application as JSON)");
        assertThatThrownBy(() -> Definition.read(directory.resolve("none")))
                .hasMessageContaining("none cannot be read");
    }

    private static Definition of(String fields) throws Exception {
        return Definition.of(JSON.readTree("{" + fields + "}"));
    }

    private static String labels(JsonNode app) {
        return app.path("labels").toString();
    }

    private static DeployPlan plan(int initial, int newInstances) {
        return new DeployPlan(
                DeployPlan.Kind.NEW, initial, 0, newInstances, Duration.ZERO, Duration.ZERO, Optional.empty(), false);
    }
}
