package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FaultsTest {
    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    private MarathonSimulator simulator;
    private Rest rest;

    @BeforeEach
    void connect() {
        simulator = marathon.simulator();
        rest = new Rest(simulator.uri());
        simulator.createApp("{\"id\":\"/app\"}");
    }

    @Test
    void downRefusesAndComesBackOnTheSamePort() throws IOException {
        URI uri = simulator.uri();
        simulator.faults().down(true);
        assertThatThrownBy(() -> Rest.connect(uri.getHost(), uri.getPort())).isInstanceOf(ConnectException.class);
        simulator.faults().down(false);
        assertThat(rest.get("/ping").body()).isEqualTo("pong");
        assertThat(simulator.uri()).isEqualTo(uri);
    }

    @Test
    void errorsAreForAllCallsOrForAppsOnly() {
        simulator.faults().error500(true);
        assertThat(rest.get("/v2/info").statusCode()).isEqualTo(500);
        simulator.faults().clear().appsError500(true);
        assertThat(rest.get("/v2/apps").statusCode()).isEqualTo(500);
        assertThat(rest.get("/v2/info").statusCode()).isEqualTo(200);
        simulator.faults().clear().html502(true);
        assertThat(rest.get("/v2/apps").statusCode()).isEqualTo(502);
        assertThat(rest.get("/v2/apps").body()).startsWith("<html>");
    }

    @Test
    void listIsEmptyOrMalformedOrCutShort() {
        simulator.faults().emptyList(true);
        assertThat(rest.get("/v2/apps").body()).isEqualTo("{\"apps\":[]}");
        simulator.faults().clear().garbage(true);
        assertThatThrownBy(() -> rest.json("/v2/apps")).isInstanceOf(MarathonException.class);
        simulator.faults().clear().truncated(true);
        assertThatThrownBy(() -> rest.get("/v2/apps")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void hangNeverAnswers() throws IOException {
        simulator.faults().hang(true);
        try (Socket socket = Rest.send(simulator.uri(), "GET /v2/apps HTTP/1.1\r\nHost: x\r\n\r\n")) {
            while (simulator.requests().isEmpty()) {
                Thread.onSpinWait();
            }
            simulator.faults().hang(false);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(simulator.requests()).extracting(ReceivedRequest::target).containsExactly("/v2/apps");
    }

    private static final String GET_APPS = "GET /v2/apps HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    @Test
    void slowAnswerComesAfterAllWithWhatWasSoWhenItWasAskedFor() throws IOException {
        simulator.faults().slowHead(Duration.ofDays(1));
        try (Socket socket = Rest.send(simulator.uri(), GET_APPS)) {
            Rest.until(() -> simulator.faults().held() == 1);
            rest.call("POST", "/v2/apps", "{\"id\":\"/late\"}");
            assertThat(socket.getInputStream().available()).isZero();
            simulator.faults().clear();
            assertThat(Rest.readUntil(socket, "]}"))
                    .contains("200 OK", "\"/app\"")
                    .doesNotContain("/late");
        }
        simulator.faults().slowHead(Duration.ofMillis(1));
        assertThat(rest.json("/v2/apps").path("apps")).hasSize(2);
    }

    @Test
    void slowBodyFollowsItsHead() throws IOException {
        simulator.faults().slowBody(Duration.ofDays(1));
        try (Socket socket = Rest.send(simulator.uri(), GET_APPS)) {
            assertThat(Rest.readUntil(socket, "\r\n\r\n")).contains("200 OK", "Content-Length");
            Rest.until(() -> simulator.faults().held() == 1);
            assertThat(socket.getInputStream().available()).isZero();
            simulator.faults().clear();
            assertThat(Rest.readUntil(socket, "]}")).startsWith("{\"apps\":[").contains("\"/app\"");
        }
        simulator.faults().slowBody(Duration.ofMillis(1));
        assertThat(rest.json("/v2/apps").path("apps")).hasSize(1);
    }

    @Test
    void everyFaultCanBeSwitchedByHand() {
        for (Fault fault : Fault.values()) {
            if (fault != Fault.DOWN) {
                rest.call("POST", "/sim/faults/" + fault, "");
                assertThat(simulator.faults().active()).containsExactly(fault);
                rest.call("DELETE", "/sim/faults/" + fault, "");
            }
        }
        rest.call("POST", "/sim/faults/hang?for=60000", "");
        assertThat(rest.json("/sim").path("faults").toString()).isEqualTo("[\"HANG\"]");
        rest.call("DELETE", "/sim/faults", "");
        rest.call("POST", "/sim/faults/slow_body?late=1", "");
        assertThat(rest.json("/v2/apps").path("apps")).hasSize(1);
        rest.call("DELETE", "/sim/faults", "");
        assertThat(simulator.faults().active()).isEmpty();
        assertThat(rest.call("POST", "/sim/faults/nothing", "").statusCode()).isEqualTo(400);
    }

    @Test
    void tasksCanBeMistreatedByHand() {
        SimulatedTask task = simulator.awaitTasks("/app", 1, Rest.PATIENCE).get(0);
        String path = "/sim/tasks/" + task.id();
        rest.call("POST", path + "/health?is=dead", "");
        rest.call("POST", path + "/failure?is=error_500", "");
        rest.call("POST", path + "/latency?ms=7", "");
        assertThat(task.health()).isEqualTo(TaskHealth.DEAD);
        assertThat(task.failure()).isEqualTo(TaskFailure.ERROR_500);
        assertThat(task.latency()).hasMillis(7);
        assertThat(rest.json("/sim/tasks").at("/0/id").asText()).isEqualTo(task.id());
        rest.call("POST", path + "/crash", "");
        assertThat(task.state()).isEqualTo("TASK_FAILED");
        assertThat(rest.call("POST", "/sim/tasks/nothing/crash", "").statusCode())
                .isEqualTo(404);
        assertThat(rest.call("POST", "/sim/streams/cut", "").statusCode()).isEqualTo(200);
        assertThat(rest.call("POST", "/sim/events?type=x", "{\"a\":1}").statusCode())
                .isEqualTo(200);
        assertThat(rest.json("/sim/requests")).isEmpty();
    }
}
