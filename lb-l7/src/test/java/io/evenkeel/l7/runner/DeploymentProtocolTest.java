package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Load;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What deployment tools of marathon-lb's do, step by step: read the table, kill what is drained there, scale up, and
 * delete the old application, while clients go on asking.
 */
class DeploymentProtocolTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int TARGET = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension(settings -> {});

    private final int port = TestServer.refusing().getPort();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Load> loads = new ArrayList<>();
    private final Transport transport = Transport.open(2);
    private MarathonLbProxy proxy;
    private L7Admin admin;

    @AfterEach
    void close() throws InterruptedException {
        for (Load load : loads) {
            load.end();
        }
        admin.close();
        proxy.close();
        transport.close();
    }

    @Test
    void blueBecomesGreenWithoutAFailedRequest() throws Exception {
        create("blue", TARGET, port, "2026-01-01T00:00:00.000000");
        marathon.simulator().awaitTasks("/web-blue", TARGET, PATIENCE);
        start();
        Eventually.holds("blue is up", () -> rows("UP").size() == TARGET);
        Eventually.holds(
                "open",
                () -> proxy.boundAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)) != null);
        loads.add(new Load(port, true));
        loads.add(new Load(port, false));

        create("green", 1, port + 1, "2026-01-02T00:00:00.000000");
        int fresh = 1;
        for (int old = TARGET; fresh < TARGET; fresh++, old--) {
            assertThat(get(proxyUri("/_haproxy_getpids")).trim().split("\\s+", -1))
                    .hasSizeLessThanOrEqualTo(2);
            int wanted = fresh + old;
            Eventually.holds(
                    "one is drained",
                    () -> rows("").size() == wanted
                            && rows("UP").size() == TARGET
                            && drained().size() == 1);
            kill(drained());
            marathon.simulator().awaitTasks("/web-blue", old - 1, PATIENCE);
            scale("/web-green", fresh + 1);
        }
        Eventually.holds(
                "all of green is up and blue drained",
                () -> rows("UP").size() == TARGET && drained().size() == 1);
        send("DELETE", "/v2/apps/web-blue", "");
        Eventually.holds("blue is gone", () -> rows("").size() == TARGET);
        loads.forEach(Load::forget);
        Eventually.holds("green serves", () -> loads.stream().allMatch(load -> load.requests() > 50));
        for (Load load : loads) {
            assertThat(load.end()).isEmpty();
            assertThat(load.served()).allMatch(task -> task.startsWith("web-green."));
        }
    }

    private void start() {
        proxy = MarathonLbProxy.builder(
                        MarathonDiscovery.of(
                                MarathonConfig.builder(marathon.simulator().uri())
                                        .build()),
                        new MarathonLbOptions(Set.of("external"), true, false),
                        transport)
                .http(Optional.empty())
                .appId(ANY)
                .serviceAddress("127.0.0.1")
                .build();
        admin = L7Admin.open(proxy, transport, ANY);
        proxy.whenReady().toCompletableFuture().join();
        Eventually.holds("the admin port is open", () -> admin.address() != null);
    }

    private void create(String colour, int instances, int servicePort, String startedAt) throws Exception {
        send("POST", "/v2/apps", """
                {"id": "/web-%s", "instances": %d, "cmd": "x", "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d}],
                 "healthChecks": [{"protocol": "HTTP", "path": "/health", "portIndex": 0, "intervalSeconds": 1}],
                 "labels": {"HAPROXY_GROUP": "external", "HAPROXY_DEPLOYMENT_GROUP": "web",
                            "HAPROXY_DEPLOYMENT_ALT_PORT": "%d", "HAPROXY_DEPLOYMENT_COLOUR": "%s",
                            "HAPROXY_DEPLOYMENT_STARTED_AT": "%s", "HAPROXY_DEPLOYMENT_NEW_INSTANCES": "0",
                            "HAPROXY_DEPLOYMENT_TARGET_INSTANCES": "%d", "HAPROXY_0_PORT": "%d"}}
                """.formatted(
                        colour, instances, servicePort, port + 1, colour, startedAt, TARGET, port));
    }

    private void scale(String app, int instances) throws Exception {
        send("PUT", "/v2/apps" + app, "{\"instances\": " + instances + "}");
    }

    private void kill(List<String> tasks) throws Exception {
        send("POST", "/v2/tasks/delete?scale=true", JSON.writeValueAsString(Map.of("ids", tasks)));
    }

    private static String server(SimulatedTask task) {
        return task.host().replace('.', '_') + "_" + task.ports().get(0);
    }

    private void send(String method, String path, String body) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(marathon.simulator().uri().resolve(path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
        JsonNode answer = JSON.readTree(response.body());
        assertThat(answer.isObject()).isTrue();
    }

    private URI proxyUri(String path) {
        return URI.create("http://127.0.0.1:" + admin.address().getPort() + path);
    }

    private String get(URI uri) throws IOException {
        try {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** The servers in a state, or all of them, with how much they have in hand. */
    private Map<String, Integer> rows(String status) {
        try {
            List<String> lines = get(proxyUri("/haproxy?stats;csv")).lines().toList();
            List<String> head = List.of(lines.get(0).substring(2).split(",", -1));
            Map<String, Integer> found = new LinkedHashMap<>();
            for (String line : lines) {
                String[] cells = line.split(",", -1);
                String server = cells[head.indexOf("svname")];
                if (cells[0].equals("web_" + port)
                        && !Set.of("FRONTEND", "BACKEND").contains(server)
                        && (status.isEmpty() || cells[head.indexOf("status")].equals(status))) {
                    found.put(
                            server,
                            Integer.parseInt(cells[head.indexOf("scur")])
                                    + Integer.parseInt(cells[head.indexOf("qcur")]));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The old tasks that run, take nothing new and have finished what they had. */
    private List<String> drained() {
        Map<String, Integer> rows = rows("MAINT");
        return marathon.simulator().tasks("/web-blue").stream()
                .filter(task -> task.state().equals("TASK_RUNNING") && rows.getOrDefault(server(task), 1) == 0)
                .map(SimulatedTask::id)
                .toList();
    }
}
