package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Load;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedApp;
import io.evenkeel.testing.marathon.SimulatedTask;
import io.evenkeel.testing.marathon.TaskHealth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tutorial's application between a Marathon and its clients, all over real sockets. */
class MarathonLbScenarioTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);
    private static final String ID = "/dcos-101/app2";

    /* With its own delays: tasks that are to die say so and serve on for a moment, as real ones do. */
    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension(settings -> {});

    private final Transport transport = Transport.open(2);
    private final int port = TestServer.refusing().getPort();
    private final List<Load> loads = new ArrayList<>();
    private MarathonLbProxy proxy;
    private SimulatedApp app;

    @BeforeEach
    void deploy() {
        app = marathon.simulator().createApp("""
                {"id": "%s", "instances": 1, "cmd": "./app2", "networks": [{"mode": "host"}], "backoffSeconds": 0,
                 "portDefinitions": [{"port": %d, "protocol": "tcp"}],
                 "healthChecks": [{"protocol": "HTTP", "path": "/health", "portIndex": 0, "intervalSeconds": 1}],
                 "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "app2.example"}}
                """.formatted(ID, port));
        app.awaitTasks(1, PATIENCE);
        proxy = MarathonLbProxy.builder(
                        MarathonDiscovery.of(
                                MarathonConfig.builder(marathon.simulator().uri())
                                        .build()),
                        new MarathonLbOptions(Set.of("external"), true, false),
                        transport)
                .http(Optional.of(HTTP))
                .appId(APP_ID)
                .serviceAddress("127.0.0.1")
                .build();
        awaitServers(1);
        Eventually.holds("open", () -> proxy.boundAddress(service()) != null);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Load load : loads) {
            load.end();
        }
        proxy.close();
        transport.close();
    }

    @Test
    void scalingUpAndDownIsSeenByEveryClientAndFailsNoRequest() throws Exception {
        Load keepAlive = load(true);
        Load oneByOne = load(false);
        String first = app.tasks().get(0).id();
        Eventually.holds(
                "one answers",
                () -> keepAlive.served().contains(first) && oneByOne.served().contains(first));
        app.scale(2);
        String second = app.awaitTasks(2, PATIENCE).stream()
                .map(SimulatedTask::id)
                .filter(id -> !id.equals(first))
                .findFirst()
                .orElseThrow();
        Eventually.holds(
                "both answer",
                () -> keepAlive.served().contains(second) && oneByOne.served().contains(second));
        app.scale(1);
        String survivor = app.awaitTasks(1, PATIENCE).get(0).id();
        awaitServers(1);
        keepAlive.forget();
        oneByOne.forget();
        Eventually.holds("one goes on", () -> keepAlive.requests() > 50 && oneByOne.requests() > 50);
        assertThat(keepAlive.served()).contains(survivor);
        assertThat(keepAlive.end()).isEmpty();
        assertThat(oneByOne.end()).isEmpty();
        assertThat(answers(20)).containsOnlyKeys(survivor);
    }

    /** Of four steps one adds two tasks, one takes two away that say so before, and two kill one without a word. */
    @Test
    void noRequestFailsInFiftyStepsOfScalingAndKilling() throws Exception {
        app.scale(2);
        awaitTasks(2);
        Load keepAlive = load(true);
        Load oneByOne = load(false);
        for (int step = 0; step < 50; step++) {
            switch (step % 4) {
                case 0 -> app.scale(4);
                case 2 -> app.scale(2);
                default -> app.tasks().get(step % 2).crash();
            }
            awaitTasks(step % 4 < 2 ? 4 : 2);
            keepAlive.forget();
            oneByOne.forget();
            Eventually.holds("served on", () -> keepAlive.requests() > 3 && oneByOne.requests() > 3);
        }
        assertThat(keepAlive.end()).isEmpty();
        assertThat(oneByOne.end()).isEmpty();
    }

    /** Until there are so many tasks, and they are those that are served. */
    private void awaitTasks(int count) {
        Eventually.holds(count + " tasks are served", () -> {
            Set<String> tasks = new HashSet<>();
            app.tasks().stream()
                    .filter(task -> task.state().equals("TASK_RUNNING"))
                    .forEach(task -> tasks.add(task.id()));
            Set<String> servers = new HashSet<>();
            proxy.servicePorts().stream()
                    .flatMap(port -> port.cluster().state().active().stream())
                    .forEach(server -> servers.add(server.endpoint().id()));
            return tasks.size() == count && servers.equals(tasks);
        });
    }

    @Test
    void twoInstancesShareRequestsEvenly() throws Exception {
        app.scale(2);
        app.awaitTasks(2, PATIENCE);
        awaitServers(2);
        Map<String, Integer> answers = answers(100);
        assertThat(answers).hasSize(2);
        assertThat(answers.values()).allMatch(count -> count >= 45 && count <= 55);
    }

    @Test
    void theAppIsServedAtAllThreeEntrances() throws Exception {
        String task = app.tasks().get(0).id();
        for (Wire.Message answer : List.of(
                ask(service(), "Host: any"),
                ask(proxy.boundAddress(HTTP), "Host: app2.example"),
                ask(proxy.boundAddress(APP_ID), "Host: any\r\nX-Marathon-App-Id: " + ID))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.value("X-Task")).isEqualTo(task);
        }
        assertThat(proxy.servicePorts())
                .singleElement()
                .satisfies(p -> assertThat(p.port().name()).isEqualTo("dcos-101_app2_" + port));
    }

    @Test
    void aTaskThatFailsItsCheckGetsNoMoreRequests() throws Exception {
        app.scale(2);
        List<SimulatedTask> tasks = app.awaitTasks(2, PATIENCE);
        awaitServers(2);
        tasks.get(0).health(TaskHealth.DEAD);
        awaitServers(1);
        assertThat(answers(20)).containsOnlyKeys(tasks.get(1).id());
    }

    @Test
    void aDeletedAppClosesItsListenerAndAnotherTakesItsPort() throws Exception {
        // Marathon goes on to list something: an answer that is empty as a whole has to be read twice.
        marathon.simulator().createApp("{\"id\": \"/other\", \"instances\": 0, \"cmd\": \"x\"}");
        app.delete();
        Eventually.holds("no longer served", () -> proxy.servicePorts().isEmpty());
        Eventually.holds("closed", this::isRefused);
        assertThat(ask(proxy.boundAddress(HTTP), "Host: app2.example").status()).isEqualTo(503);
        SimulatedApp next = marathon.simulator().createApp("""
                {"id": "/next", "instances": 1, "cmd": "x", "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d}], "labels": {"HAPROXY_GROUP": "external"}}
                """.formatted(port));
        String task = next.awaitTasks(1, PATIENCE).get(0).id();
        Eventually.holds("open", () -> proxy.boundAddress(service()) != null);
        assertThat(answers(1)).containsOnlyKeys(task);
    }

    @Test
    void aMarathonThatGoesAwayChangesNothing() throws Exception {
        Load load = load(true);
        marathon.simulator().faults().down(true);
        marathon.simulator().cutStreams();
        Eventually.holds("noticed", () -> proxy.loadBalancer().failure() != null);
        load.forget();
        Eventually.holds("served on", () -> load.requests() > 50);
        marathon.simulator().faults().down(false);
        app.scale(2);
        app.awaitTasks(2, PATIENCE);
        awaitServers(2);
        assertThat(load.end()).isEmpty();
    }

    private void awaitServers(int count) {
        Eventually.holds(
                count + " servers",
                () -> proxy.servicePorts().stream()
                                .mapToInt(p -> p.cluster().state().active().size())
                                .sum()
                        == count);
    }

    private InetSocketAddress service() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private boolean isRefused() {
        try {
            Wire.to(service()).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** A client of the service port. */
    private Load load(boolean keepAlive) {
        Load load = new Load(port, keepAlive);
        loads.add(load);
        return load;
    }

    /** How often each task answers. */
    private Map<String, Integer> answers(int requests) throws IOException {
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            answers.merge(ask(service(), "Host: any").value("X-Task"), 1, Integer::sum);
        }
        return answers;
    }

    private static Wire.Message ask(InetSocketAddress address, String fields) throws IOException {
        try (Wire client = Wire.to(address)) {
            return client.send("GET / HTTP/1.1\r\n" + fields + "\r\n\r\n").message();
        }
    }
}
