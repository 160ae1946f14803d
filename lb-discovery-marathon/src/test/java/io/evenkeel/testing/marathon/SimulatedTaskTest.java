package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SimulatedTaskTest {
    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    private SimulatedTask task(String kind) {
        String json = "{\"id\":\"/app\",\"healthChecks\":[{}],\"labels\":{\"SIM_KIND\":\"" + kind + "\"}}";
        return marathon.simulator().createApp(json).awaitTasks(1, Rest.PATIENCE).get(0);
    }

    private static Rest rest(SimulatedTask task) {
        InetSocketAddress address = task.addresses().get(0);
        return new Rest(URI.create("http://" + address.getHostString() + ":" + address.getPort()));
    }

    private static Socket connect(SimulatedTask task) throws IOException {
        return Rest.connect(task.host(), task.ports().get(0));
    }

    @Test
    void pageTellsWhichTaskServedIt() {
        SimulatedTask task = task("http");
        var answer = rest(task).get("/");
        assertThat(answer.body())
                .isEqualTo("Request received. I'm serving from task " + task.id() + "\nRunning on node " + task.host()
                        + " and port " + task.ports().get(0));
        assertThat(answer.headers().firstValue("X-Task")).contains(task.id());
        assertThat(task.requests()).isEqualTo(1);
    }

    @Test
    void queryControlsTheAnswer() {
        Rest rest = rest(task("http"));
        assertThat(rest.get("/?_status=418&_sleep=1").statusCode()).isEqualTo(418);
        assertThat(rest.get("/?_len=100000").body()).hasSize(100_000);
        assertThat(rest.get("/?_len=x").statusCode()).isEqualTo(400);
    }

    @Test
    void echoTellsWhatWasReceived() {
        JsonNode echo = Json.parse(rest(task("http"))
                .call("POST", "/echo?a=b", "12345", "X-Mine", "7")
                .body());
        assertThat(echo.path("method").asText()).isEqualTo("POST");
        assertThat(echo.path("target").asText()).isEqualTo("/echo?a=b");
        assertThat(echo.path("bodyLength").asInt()).isEqualTo(5);
        assertThat(echo.path("headers").toString()).contains("[\"X-Mine\",\"7\"]");
    }

    @Test
    void healthSwitchIsSeenByTheTaskAndByMarathon() {
        SimulatedTask task = task("http");
        marathon.simulator().awaitDeployments(Rest.PATIENCE);
        task.health(TaskHealth.DEAD);
        assertThat(rest(task).get("/health").statusCode()).isEqualTo(503);
        Rest rest = new Rest(marathon.simulator().uri());
        assertThat(rest.json("/v2/apps/app")
                        .at("/app/tasks/0/healthCheckResults/0/alive")
                        .asBoolean(true))
                .isFalse();
        assertThat(rest.json("/v2/apps/app").at("/app/tasksUnhealthy").asInt()).isEqualTo(1);
        task.health(TaskHealth.UNKNOWN);
        assertThat(rest.json("/v2/apps/app").at("/app/tasks/0/healthCheckResults"))
                .isEmpty();
        assertThat(rest(task).get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void tcpTaskSendsItsIdThenEchoes() throws IOException {
        SimulatedTask task = task("tcp");
        try (Socket socket = connect(task)) {
            assertThat(Rest.readUntil(socket, "\n")).isEqualTo(task.id() + "\n");
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(Rest.readUntil(socket, "\n")).isEqualTo("hello\n");
        }
    }

    @Test
    void redisTaskAnswersClientsAndPeopleAlike() throws IOException {
        SimulatedTask task = task("redis");
        try (Socket socket = connect(task)) {
            String set = "*3,$3,SET,$1,k,$2,41,";
            String commands = "PING," + set + "INCR k,GET k,ECHO hi,GET none,NOPE,INCR,INFO,QUIT,";
            socket.getOutputStream().write(commands.replace(",", "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("+PONG\r\n+OK\r\n:42\r\n$2\r\n42\r\n$2\r\nhi\r\n$-1\r\n-ERR unknown command 'NOPE'\r\n")
                    .contains("wrong number of arguments", "task_id:" + task.id())
                    .endsWith("+OK\r\n");
        }
    }

    @Test
    void failuresOnDemand() throws IOException {
        SimulatedTask task = task("http");
        task.failure(TaskFailure.ERROR_500);
        assertThat(rest(task).get("/").statusCode()).isEqualTo(500);
        task.failure(TaskFailure.RESET);
        assertThatThrownBy(() -> rest(task).get("/")).isInstanceOf(UncheckedIOException.class);
        task.failure(TaskFailure.HANG);
        try (Socket socket = connect(task)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        task.failure(TaskFailure.NONE);
        task.latency(Duration.ofMillis(1));
        assertThat(rest(task).get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void crashResetsAndIsFollowedByANewTask() throws IOException {
        SimulatedTask task = task("tcp");
        try (Socket socket = connect(task)) {
            Rest.readUntil(socket, "\n");
            task.crash();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
        }
        assertThat(task.state()).isEqualTo("TASK_FAILED");
        assertThat(marathon.simulator()
                        .awaitTasks("/app", 1, Rest.PATIENCE)
                        .get(0)
                        .id())
                .isEqualTo(task.instanceId() + "._app.2");
    }

    @Test
    void killedTaskRefusesConnections() {
        SimulatedTask task = task("http");
        int port = task.ports().get(0);
        marathon.simulator().scale("/app", 0);
        marathon.simulator().awaitTasks("/app", 0, Rest.PATIENCE);
        assertThat(task.state()).isEqualTo("TASK_KILLED");
        assertThatThrownBy(() -> Rest.connect(task.host(), port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void largeClusterNeedsNoSockets() {
        try (MarathonSimulator simulator =
                MarathonSimulator.builder().instantly().realTasks(false).build().start()) {
            simulator.createApp("{\"id\":\"/big\",\"instances\":2000}");
            assertThat(simulator.awaitTasks("/big", 2000, Rest.PATIENCE))
                    .allSatisfy(task -> assertThat(task.ports()).hasSize(1));
        }
    }
}
