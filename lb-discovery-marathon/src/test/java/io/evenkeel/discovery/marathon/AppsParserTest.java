package io.evenkeel.discovery.marathon;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Scale;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppsParserTest {

    @Test
    void readsARecordedAnswer() {
        App app = Fixtures.parse(Fixtures.bytes("live/apps-embed-host-2-tasks.json"))
                .apps()
                .get(0);
        assertThat(app.id()).isEqualTo("/shop/web");
        assertThat(app.mode()).isEqualTo(NetworkMode.HOST);
        assertThat(app.labels()).containsEntry("HAPROXY_0_VHOST", "web.example.com");
        assertThat(app.ports()).extracting(AppPort::name).containsExactly("http", "admin");
        assertThat(app.ports()).extracting(AppPort::servicePort).containsExactly(10001, 10000);
        assertThat(app.ports().get(0).labels()).containsEntry("VIP_0", "/shop/web:80");
        assertThat(app.scale()).isEqualTo(new Scale(2, Instant.parse("2026-11-22T02:42:44.444Z")));
        assertThat(app.checks())
                .containsExactly(
                        new DeclaredCheck("HTTP", "/health", 0, 0, Duration.ofSeconds(2), Duration.ofSeconds(2), 3));
        assertThat(app.tasks()).hasSize(2).allMatch(task -> task.state() == EndpointState.RUNNING);
        assertThat(app.tasks()).extracting(Task::verdict).containsOnly(Health.HEALTHY);
        assertThat(app.tasks().get(0).ports()).containsExactly(23891, 23892);
        assertThat(app.tasks().get(0).locality().node()).isEqualTo("0e7c5d34-6f1c-4f3b-9d5d-11aa22bb33cc-S3");
    }

    @Test
    void anAppThatCannotBeUnderstoodStopsNoOther() {
        AppsParser.Answer answer = Fixtures.parse("{\"apps\": [{\"id\": null}, 7, null, [], {\"id\": \"/a\"}, \"x\"]}");
        assertThat(answer.apps()).extracting(App::id).containsExactly("/a");
        assertThat(answer.unreadable()).hasSize(5);
        assertThat(answer.unreadable().get(0))
                .isEqualTo(new AppsParser.Unreadable("", "apps[0]", "id: missing (expected: a path)"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', -1, 1970-01-01T00:00:00Z",
        "'\"instances\": null, \"versionInfo\": null,', -1, 1970-01-01T00:00:00Z",
        "'\"instances\": -7, \"versionInfo\": {\"lastScalingAt\": \"soon\"},', -1, 1970-01-01T00:00:00Z",
        "'\"instances\": \"3\", \"versionInfo\": {\"lastScalingAt\": \"2026-01-02T03:04:05Z\"},', 3, 2026-01-02T03:04:05Z",
    })
    void tellsTheScaleAsFarAsItCanBeRead(String fields, int instances, Instant since) {
        assertThat(Fixtures.app("{" + fields + " \"id\": \"/a\"}").scale()).isEqualTo(new Scale(instances, since));
    }

    @Test
    void toleratesChangedTypesAndNulls() {
        App app = Fixtures.app("""
                {"id": "/a", "ports": ["10000", null, 10001.0], "labels": {"n": 1, "b": true, "gone": null, "o": {}},
                 "networks": null, "container": null, "portDefinitions": null, "healthChecks": [null, "x", {"path": null,
                 "intervalSeconds": "7"}], "deployments": null, "tasks": [null, 3, {"id": "t", "host": "10.0.0.1",
                 "ports": ["31000", 31001], "ipAddresses": [null, "10.9.0.1", {"ipAddress": null}], "state": null,
                 "healthCheckResults": [null, {"alive": "true"}, {"alive": true}]}]}
                """);
        assertThat(app.labels()).containsOnly(entry("n", "1"), entry("b", "true"));
        assertThat(app.ports()).extracting(AppPort::servicePort).containsExactly(10000, 10001);
        assertThat(app.checks()).hasSize(1);
        assertThat(app.checks().get(0).interval()).isEqualTo(Duration.ofSeconds(7));
        Task task = app.tasks().get(0);
        assertThat(task.ports()).containsExactly(31000, 31001);
        assertThat(task.addresses()).containsExactly("10.9.0.1");
        assertThat(task.state()).isEqualTo(EndpointState.UNSPECIFIED);
        assertThat(task.verdict()).isEqualTo(Health.HEALTHY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{}",
                "{\"apps\": null}",
                "{\"apps\": {}}",
                "{\"message\": \"no leader\"}",
                "{\"apps\": []",
                "{\"apps\": [{\"id\": \"/a\"}",
                "{\"apps\": [{\"id\": \"/a\"",
                "{\"apps\": []} {",
                "{\"apps\": []}]",
                "<html><body>502 Bad Gateway</body></html>"
            })
    void rejectsWhatIsNotAWholeAnswer(String document) {
        assertThatThrownBy(() ->
                        AppsParser.apps(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)), Map.of()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void skipsWhatElseIsInTheAnswer() {
        assertThat(Fixtures.parse("{\"x\": {\"apps\": 1}, \"apps\": [{\"id\": \"/a\"}], \"y\": [[]]}")
                        .apps())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "TASK_STAGING, STARTING",
        "TASK_STARTING, STARTING",
        "TASK_RUNNING, RUNNING",
        "TASK_KILLING, STOPPING",
        "TASK_UNREACHABLE, UNREACHABLE",
        "TASK_LOST, LOST",
        "TASK_UNKNOWN, STOPPED",
        "TASK_DROPPED, STOPPED",
        "TASK_GONE, STOPPED",
        "TASK_GONE_BY_OPERATOR, STOPPED",
        "TASK_ERROR, STOPPED",
        "TASK_KILLED, STOPPED",
        "TASK_FAILED, STOPPED",
        "TASK_FINISHED, STOPPED",
        "TASK_NEVER_HEARD_OF, UNSPECIFIED",
        "'', UNSPECIFIED"
    })
    void knowsTheStatesOfMesos(String mesos, EndpointState state) {
        assertThat(TaskReader.state(mesos)).isEqualTo(state);
    }

    static Stream<Arguments> collected() throws IOException {
        Path json = Path.of("../../shared/fixtures/json");
        if (!Files.isDirectory(json)) {
            return Stream.of(Arguments.of(Path.of("absent")));
        }
        try (Stream<Path> files = Files.list(json)) {
            List<Arguments> all = files.sorted().map(Arguments::of).toList();
            return all.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("collected")
    void readsWhatWasCollectedFromEveryVersion(Path file) throws IOException {
        assumeTrue(Files.exists(file), "no collection here");
        String name = file.getFileName().toString();
        String content = Files.readString(file).strip();
        if (name.startsWith("apps-")) {
            AppsParser.Answer answer =
                    Fixtures.parse(content.startsWith("[") ? "{\"apps\": " + content + "}" : content);
            assertThat(answer.unreadable()).allMatch(problem -> problem.reason().startsWith("id: missing"));
            answer.apps().forEach(AppsParserTest::isSane);
        } else if (name.startsWith("app-")) {
            isSane(Fixtures.app(inner(content, "app")));
        } else if (name.startsWith("task-")) {
            App app = Fixtures.app("{\"id\": \"/a\", \"ports\": [1], \"tasks\": [" + content + "]}");
            assertThat(app.tasks()).singleElement().matches(task -> !task.id().isEmpty());
            isSane(app);
        } else if (name.startsWith("tasks-") && content.startsWith("{")) {
            App app = Fixtures.app("{\"id\": \"/a\", \"ports\": [1], " + content.substring(1));
            assertThat(app.tasks()).isNotEmpty().allMatch(task -> !task.id().isEmpty());
            isSane(app);
        } else {
            Fixtures.parse("{\"apps\": [" + content + "]}");
        }
    }

    private static String inner(String content, String field) {
        int start = content.indexOf('{', content.indexOf("\"" + field + "\""));
        boolean wrapped = content.startsWith("\"" + field + "\"", content.indexOf('"'));
        return wrapped ? content.substring(start, content.lastIndexOf('}')) : content;
    }

    private static void isSane(App app) {
        assertThat(app.id()).isNotEmpty();
        for (int i = 0; i < app.ports().size(); i++) {
            for (Task task : app.tasks()) {
                AddressRules.target(app, task, i, false);
            }
        }
        assertThat(app.ports()).allMatch(port -> port.tcp() || port.udp());
    }

    @RepeatedTest(300)
    void neverThrowsAnythingButAnIoException(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        byte[] document = Fixtures.bytes("live/apps-embed-host-2-tasks.json");
        byte[] interesting = "{}[]\",:0-tn\\e ".getBytes(StandardCharsets.US_ASCII);
        for (int i = random.nextInt(8); i > 0; i--) {
            byte b = random.nextBoolean() ? interesting[random.nextInt(interesting.length)] : (byte) random.nextInt();
            document[random.nextInt(document.length)] = b;
        }
        try {
            AppsParser.apps(new ByteArrayInputStream(document), Map.of()).apps().forEach(AppsParserTest::isSane);
        } catch (IOException expected) {
            assertThat(expected).as("seed %s", seed).hasMessageMatching("(?s).+");
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
