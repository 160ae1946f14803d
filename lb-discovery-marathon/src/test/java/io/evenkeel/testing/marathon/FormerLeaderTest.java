package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FormerLeaderTest {
    private static final String QUERY = "/v2/apps?embed=apps.tasks&embed=apps.counts&embed=apps.deployments";
    private static final String STREAM = "GET /v2/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n";

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension(
            settings -> settings.instantly().realTasks(false).heartbeat(Duration.ofMillis(20)));

    private MarathonSimulator simulator;
    private URI old;
    private StandbyServer standby;

    @BeforeEach
    void run() {
        simulator = marathon.simulator();
        old = simulator.uri();
        standby = simulator.standby();
        simulator.createApp("{\"id\":\"/app\",\"instances\":2,\"healthChecks\":[{}]}");
        simulator.createPod("{\"id\":\"/pod\",\"containers\":[{\"name\":\"a\"}]}");
        simulator.awaitDeployments(Rest.PATIENCE);
    }

    @Test
    void itTellsWhatItKnewWhileTheNewOneTellsWhatIsSo() {
        Rest formerRest = new Rest(old);
        String known = formerRest.get(QUERY).body();
        JsonNode pods = formerRest.json("/v2/pods/::status");
        FormerLeader former = simulator.elect(standby);
        simulator.awaitDeployments(Rest.PATIENCE);
        simulator.app("/app").scale(1);
        simulator.pod("/pod").delete();
        simulator.createApp("{\"id\":\"/new\"}");
        simulator.awaitTasks("/app", 1, Rest.PATIENCE);
        assertThat(formerRest.get(QUERY).body()).isEqualTo(known);
        assertThat(formerRest.json("/v2/pods/::status").at("/0/instances/0/containers"))
                .isEqualTo(pods.at("/0/instances/0/containers"));
        assertThat(formerRest.get("/v2/leader").body()).contains(old.getAuthority());
        assertThat(formerRest.get("/ping").headers().firstValue("X-Marathon-Leader"))
                .contains(old.toString());
        assertThat(former.requests()).extracting(ReceivedRequest::target).contains("/v2/leader");
        assertThat(simulator.uri()).isEqualTo(standby.uri()).isNotEqualTo(old);
        Rest leaderRest = new Rest(standby.uri());
        assertThat(leaderRest.json(QUERY).findValuesAsText("id")).contains("/new");
        assertThat(leaderRest.json("/v2/apps/app").at("/app/tasks")).hasSize(1);
        assertThat(leaderRest.get("/v2/leader").body()).contains(standby.uri().getAuthority());
        assertThat(leaderRest.get("/ping").headers().firstValue("X-Marathon-Via"))
                .isEmpty();
    }

    @Test
    void itChangesNothing() {
        FormerLeader former = simulator.elect(standby);
        assertThat(new Rest(former.uri())
                        .call("POST", "/v2/apps", "{\"id\":\"/new\"}")
                        .statusCode())
                .isEqualTo(503);
        assertThat(simulator.apps()).containsExactly("/app");
        assertThat(new Rest(simulator.uri())
                        .call("POST", "/v2/apps", "{\"id\":\"/new\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void itsStreamsStayOpenWithHeartbeatsAndWithoutEventsUntilItsEnd() throws IOException {
        try (Socket stream = Rest.send(old, STREAM)) {
            Rest.readUntil(stream, "}\r\n\r\n");
            FormerLeader former = simulator.elect(standby);
            assertThat(former.eventStreams()).isEqualTo(1);
            assertThat(simulator.eventStreams()).isZero();
            try (Socket next = Rest.send(simulator.uri(), STREAM)) {
                Rest.readUntil(next, "}\r\n\r\n");
                simulator.createApp("{\"id\":\"/new\"}");
                assertThat(Rest.readUntil(next, "event: deployment_success")).contains("/new");
            }
            byte[] beats = stream.getInputStream().readNBytes(6);
            assertThat(beats).asString().isEqualTo("\r\n\r\n\r\n");
            former.close();
            assertThat(stream.getInputStream().readAllBytes()).asString().isBlank();
        }
        assertThatThrownBy(() -> Rest.connect(old.getHost(), old.getPort())).isInstanceOf(ConnectException.class);
        assertThat(new Rest(simulator.uri()).get("/ping").body()).isEqualTo("pong");
    }

    @Test
    void itsFaultsAreItsOwn() throws IOException {
        FormerLeader former = simulator.elect(standby);
        former.faults().hang(true);
        try (Socket socket = Rest.send(old, "GET /v2/apps HTTP/1.1\r\nHost: x\r\n\r\n")) {
            Rest.until(() -> !former.requests().isEmpty());
            assertThat(new Rest(simulator.uri()).json("/v2/apps").path("apps")).hasSize(1);
            former.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void theNewOneGoesDownAndComesBackLikeAnyLeader() {
        simulator.elect(standby);
        URI uri = simulator.uri();
        simulator.faults().down(true);
        assertThatThrownBy(() -> Rest.connect(uri.getHost(), uri.getPort())).isInstanceOf(ConnectException.class);
        simulator.faults().down(false);
        assertThat(new Rest(uri).get("/ping").body()).isEqualTo("pong");
        assertThat(simulator.elect(simulator.standby()).uri()).isEqualTo(uri);
    }

    @Test
    void standbyThatIsNotElectedSendsToTheNewLeader() throws IOException {
        StandbyServer other = simulator.standby();
        simulator.elect(standby);
        assertThat(Rest.exchange(other.uri(), STREAM.replace("Host: x", "Connection: close")))
                .contains("Location: " + standby.uri() + "/v2/events");
    }

    @Test
    void electionByHand() {
        Rest rest = new Rest(old);
        JsonNode summary = Json.parse(rest.call("POST", "/sim/elect?hold=1", "").body());
        assertThat(summary.path("uri").asText()).isNotEqualTo(old.toString());
        Rest.until(() -> {
            try (Socket socket = Rest.connect(old.getHost(), old.getPort())) {
                return socket.isClosed();
            } catch (IOException gone) {
                return true;
            }
        });
        assertThat(simulator.uri()).hasToString(summary.path("uri").asText());
    }
}
