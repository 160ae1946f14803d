package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.util.Lists;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodsTest {
    private static final String POD = """
            {"id":"/shop/pod","networks":[{"mode":"host"}],"scaling":{"kind":"fixed","instances":2},"containers":[
             {"name":"web","resources":{"cpus":0.5,"mem":32},"endpoints":[
               {"name":"http","hostPort":0,"protocol":["tcp"],"labels":{"VIP_0":"/pod:80"}},
               {"name":"adm","hostPort":0,"protocol":["tcp"]}],
              "healthCheck":{"http":{"endpoint":"http","path":"/health"}}},
             {"name":"side","resources":{"cpus":0.1,"mem":16},"endpoints":[{"name":"stats","hostPort":0}]}]}""";
    private static final String CONTAINER_POD = """
            {"id":"/net","networks":[{"mode":"container","name":"dcos"}],"containers":[
             {"name":"a","endpoints":[{"name":"one","containerPort":18010},
              {"name":"two","containerPort":18011,"hostPort":0}]}]}""";

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    private MarathonSimulator simulator;
    private Rest rest;

    @BeforeEach
    void connect() {
        simulator = marathon.simulator();
        rest = new Rest(simulator.uri());
    }

    private static Rest rest(InetSocketAddress address) {
        return new Rest(URI.create("http://" + address.getHostString() + ":" + address.getPort()));
    }

    @Test
    void creationIsAnsweredWithTheDefinition() {
        HttpResponse<String> answer = rest.call("POST", "/v2/pods", POD);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).contains("/shop/pod");
        assertThat(answer.headers().firstValue("Marathon-Deployment-Id")).isPresent();
        assertThat(Json.parse(answer.body()).at("/containers/0/name").asText()).isEqualTo("web");
        assertThat(rest.json("/v2/pods").path(0).path("id").asText()).isEqualTo("/shop/pod");
        assertThat(rest.json("/v2/pods/shop/pod")).isEqualTo(rest.json("/v2/pods//shop/pod"));
        assertThat(rest.call("HEAD", "/v2/pods", "").statusCode()).isEqualTo(200);
    }

    @Test
    void statusTellsInstancesContainersAndEndpoints() {
        SimulatedPod pod = simulator.createPod(POD);
        simulator.awaitDeployments(Rest.PATIENCE);
        SimulatedTask task = pod.awaitInstances(2, Rest.PATIENCE).get(0);
        JsonNode status = rest.json("/v2/pods/shop/pod::status");
        assertThat(status.path("status").asText()).isEqualTo("STABLE");
        assertThat(status.path("spec")).isEqualTo(pod.definition());
        JsonNode instance = status.at("/instances/0");
        assertThat(instance.path("id").asText()).isEqualTo(task.instanceId()).startsWith("shop_pod.instance-");
        assertThat(instance.path("status").asText()).isEqualTo("STABLE");
        assertThat(instance.path("agentHostname").asText()).isEqualTo(task.host());
        assertThat(instance.at("/networks/0/addresses/0").asText()).isEqualTo(task.host());
        assertThat(instance.path("specReference").asText()).startsWith("/v2/pods/shop/pod::versions/2");
        JsonNode web = instance.at("/containers/0");
        assertThat(web.path("status").asText()).isEqualTo("TASK_RUNNING");
        assertThat(web.path("containerId").asText()).isEqualTo(task.instanceId() + ".web.1");
        assertThat(web.path("endpoints").toString())
                .isEqualTo(("[{\"name\":\"adm\",\"allocatedHostPort\":%d},"
                                + "{\"name\":\"http\",\"allocatedHostPort\":%d,\"healthy\":true}]")
                        .formatted(task.ports().get(1), task.ports().get(0)));
        assertThat(rest.json("/v2/pods/::status").path(0).path("instances")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pod-methods.yml-28d7ab89.json"})
    void statusHasTheFieldsOfThePublishedOnesInTheirOrder(String published) throws IOException {
        Path file = Path.of("../../shared/fixtures/json", published);
        Assumptions.assumeTrue(Files.exists(file));
        JsonNode wanted = Json.parse(Files.readString(file)).path(0);
        simulator.createPod(POD);
        simulator.awaitDeployments(Rest.PATIENCE);
        JsonNode told = rest.json("/v2/pods/::status").path(0);
        for (String at : new String[] {"", "/instances/0", "/instances/0/containers/0"}) {
            assertThat(told.at(at).fieldNames())
                    .toIterable()
                    .containsSubsequence(Lists.newArrayList(wanted.at(at).fieldNames()));
        }
    }

    @Test
    void endpointsAreServedByTheirContainers() {
        SimulatedTask task =
                simulator.createPod(POD).awaitInstances(2, Rest.PATIENCE).get(1);
        assertThat(rest(task.addresses().get(0)).get("/").body()).contains(task.instanceId() + ".web.1");
        assertThat(rest(task.addresses().get(2)).get("/").body()).contains(task.instanceId() + ".side.1");
    }

    @Test
    void containerNetworkGivesEachInstanceAnAddress() {
        SimulatedPod pod = simulator.createPod(CONTAINER_POD);
        SimulatedTask task = pod.awaitInstances(1, Rest.PATIENCE).get(0);
        JsonNode instance = pod.status().at("/instances/0");
        String address = instance.at("/networks/0/addresses/0").asText();
        assertThat(instance.at("/networks/0/name").asText()).isEqualTo("dcos");
        assertThat(task.addresses().get(0)).isEqualTo(new InetSocketAddress(address, 18010));
        assertThat(instance.at("/containers/0/endpoints").toString())
                .isEqualTo("[{\"name\":\"two\",\"allocatedHostPort\":%d},{\"name\":\"one\"}]"
                        .formatted(task.ports().get(0)));
        assertThat(rest(task.addresses().get(0)).get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void oneDeadContainerDegradesTheInstance() {
        SimulatedPod pod = simulator.createPod(POD);
        simulator.awaitDeployments(Rest.PATIENCE);
        SimulatedTask task = pod.instances().get(0);
        task.health("web", TaskHealth.DEAD);
        JsonNode status = pod.status();
        assertThat(status.path("status").asText()).isEqualTo("DEGRADED");
        assertThat(status.at("/instances/0/status").asText()).isEqualTo("DEGRADED");
        assertThat(status.at("/instances/0/containers/0/endpoints/1/healthy").asBoolean(true))
                .isFalse();
        assertThat(status.at("/instances/0/containers/0/conditions/0/value").asText())
                .isEqualTo("false");
        assertThat(rest(task.addresses().get(0)).get("/health").statusCode()).isEqualTo(503);
        assertThat(rest(task.addresses().get(2)).get("/health").statusCode()).isEqualTo(200);
        task.health("web", TaskHealth.ALIVE);
        assertThat(pod.status().path("status").asText()).isEqualTo("STABLE");
    }

    @Test
    void putScalesAndReplaces() {
        SimulatedPod pod = simulator.createPod(POD);
        simulator.awaitDeployments(Rest.PATIENCE);
        SimulatedTask oldest = pod.instances().get(0);
        pod.scale(1);
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(pod.awaitInstances(1, Rest.PATIENCE)).containsExactly(oldest);
        String changed = POD.replace("\"instances\":2", "\"instances\":1").replace("VIP_0", "VIP_1");
        assertThat(rest.call("PUT", "/v2/pods/shop/pod", changed).statusCode()).isEqualTo(200);
        simulator.awaitDeployments(Rest.PATIENCE);
        assertThat(pod.awaitInstances(1, Rest.PATIENCE)).doesNotContain(oldest);
        assertThat(rest.json("/v2/pods/shop/pod::versions")).hasSize(3);
        assertThat(rest.call("PUT", "/v2/pods/other", changed).statusCode()).isEqualTo(400);
    }

    @Test
    void killedInstanceComesBackUnderItsId() {
        SimulatedPod pod = simulator.createPod(CONTAINER_POD);
        simulator.awaitDeployments(Rest.PATIENCE);
        String instance = pod.instances().get(0).instanceId();
        assertThat(rest.call("DELETE", "/v2/pods/net::instances/" + instance, "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(pod.awaitInstances(1, Rest.PATIENCE).get(0).id()).isEqualTo(instance + ".a.2");
    }

    @Test
    void podsAndAppsAreKeptApart() {
        simulator.createPod(POD);
        simulator.createApp("{\"id\":\"/app\",\"instances\":0}");
        assertThat(simulator.apps()).containsExactly("/app");
        assertThat(rest.json("/v2/apps").path("apps")).hasSize(1);
        assertThat(rest.json("/v2/tasks", "Accept", "application/json").path("tasks"))
                .isEmpty();
        assertThat(rest.get("/v2/apps/shop/pod").statusCode()).isEqualTo(404);
        assertThat(rest.get("/v2/pods/app").statusCode()).isEqualTo(404);
        assertThat(rest.call("POST", "/v2/pods", POD).statusCode()).isEqualTo(409);
        assertThat(rest.call("POST", "/v2/apps", "{\"id\":\"/shop/pod\"}").statusCode())
                .isEqualTo(422);
        assertThat(rest.call("POST", "/v2/pods", POD.replace("/shop/pod", "/app"))
                        .statusCode())
                .isEqualTo(422);
        assertThatThrownBy(() -> simulator.createPod("{\"id\":\"/x\"}")).hasMessageContaining("/containers");
    }

    @Test
    void eventsTellWhatHappensToAPod() throws IOException {
        String query = "?event_type=pod_created_event&event_type=pod_updated_event&event_type=pod_deleted_event"
                + "&event_type=instance_health_changed_event&event_type=deployment_info";
        try (Socket stream = Rest.send(
                simulator.uri(),
                "GET /v2/events" + query + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n")) {
            Rest.readUntil(stream, "\r\n\r\n");
            SimulatedPod pod = simulator.createPod(POD);
            assertThat(Rest.readUntil(stream, "event: pod_created_event"))
                    .contains("{\"action\":\"StartPod\",\"pod\":\"/shop/pod\"}");
            assertThat(Rest.readUntil(stream, "\"healthy\":true")).contains("\"runSpecId\":\"/shop/pod\"");
            simulator.awaitDeployments(Rest.PATIENCE);
            pod.scale(3);
            Rest.readUntil(stream, "event: pod_updated_event");
            assertThat(rest.call("DELETE", "/v2/pods/shop/pod?force=true", "").statusCode())
                    .isEqualTo(202);
            assertThat(Rest.readUntil(stream, "event: pod_deleted_event")).contains("StopPod");
        }
        assertThat(simulator.awaitTasks("/shop/pod", 0, Rest.PATIENCE)).isEmpty();
        assertThat(rest.get("/v2/pods").body()).isEqualTo("[]");
    }
}
