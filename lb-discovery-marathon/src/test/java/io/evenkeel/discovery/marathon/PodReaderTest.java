package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodReaderTest {

    private static final String SPEC = """
            {"id": "/shop/pod", "labels": {"team": "shop"}, "networks": [NETWORKS], "containers": [
              {"name": "web", "endpoints": [
                 {"name": "http", "containerPort": 8080, "hostPort": 0, "protocol": ["tcp"], "labels": {"VIP_0": "/pod:80"}},
                 {"name": "dns", "containerPort": 53, "protocol": ["udp", "tcp"], "networkNames": ["two"]}],
               "healthCheck": {"http": {"endpoint": "http", "path": "/health", "scheme": "HTTPS"}, "intervalSeconds": 7}},
              {"name": "side", "endpoints": [{"name": "stats", "hostPort": 0, "protocol": ["udp"]}]}]}
            """;
    private static final String INSTANCE = """
            {"id": "shop_pod.instance-1", "status": "STABLE", "agentHostname": "10.0.0.1", "agentId": "S1",
             "agentRegion": "r", "agentZone": "z", "specReference": "/v2/pods/shop/pod::versions/1",
             "networks": [{"name": "two", "addresses": ["fd00::2", "10.9.2.1"]}, {"name": "one", "addresses": ["10.9.1.1"]}],
             "containers": [
               {"name": "web", "status": "TASK_RUNNING", "endpoints": [
                  {"name": "http", "allocatedHostPort": 31000, "healthy": true}, {"name": "dns"}]},
               {"name": "side", "status": "TASK_RUNNING", "endpoints": [{"name": "stats", "allocatedHostPort": 31001}]}]}
            """;

    private static App read(String networks, String instance) {
        return answer("[{\"id\": \"/shop/pod\", \"spec\": " + SPEC.replace("NETWORKS", networks) + ", \"instances\": ["
                        + instance + "]}]")
                .apps()
                .get(0);
    }

    private static AppsParser.Answer answer(String json) {
        try {
            return AppsParser.pods(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Map.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<AddressRules.Target> targets(App pod) {
        return List.of(0, 1, 2).stream()
                .map(i -> AddressRules.target(pod, pod.tasks().get(0), i, false))
                .map(target -> target == null ? new AddressRules.Target("none", 0) : target)
                .toList();
    }

    @Test
    void endpointsOfContainersArePorts() {
        App pod = read("{\"mode\": \"host\"}", INSTANCE);
        assertThat(pod.id()).isEqualTo("/shop/pod");
        assertThat(pod.labels()).containsExactly(Map.entry("team", "shop"));
        assertThat(pod.ports()).extracting(AppPort::name).containsExactly("http", "dns", "stats");
        assertThat(pod.ports()).extracting(AppPort::tcp).containsExactly(true, true, false);
        assertThat(pod.ports()).extracting(AppPort::udp).containsExactly(false, true, true);
        assertThat(pod.ports().get(0).labels()).containsEntry("VIP_0", "/pod:80");
        assertThat(pod.checks()).singleElement().satisfies(check -> {
            assertThat(check.protocol()).isEqualTo("HTTPS");
            assertThat(check.portIndex()).isZero();
            assertThat(check.interval()).isEqualTo(Duration.ofSeconds(7));
        });
    }

    @Test
    void onTheHostItIsReachedAtTheAllocatedPorts() {
        App pod = read("{\"mode\": \"host\"}", INSTANCE);
        assertThat(targets(pod))
                .containsExactly(
                        new AddressRules.Target("10.0.0.1", 31000),
                        new AddressRules.Target("none", 0),
                        new AddressRules.Target("10.0.0.1", 31001));
        assertThat(pod.tasks().get(0).locality().zone()).isEqualTo("z");
        assertThat(pod.tasks().get(0).locality().node()).isEqualTo("S1");
    }

    @Test
    void onABridgeItIsReachedAtTheAllocatedPorts() {
        assertThat(targets(read("{\"mode\": \"container/bridge\"}", INSTANCE)).get(0))
                .isEqualTo(new AddressRules.Target("10.0.0.1", 31000));
    }

    @Test
    void onNetworksItIsReachedAtTheAddressOfThePortsNetwork() {
        App pod = read(
                "{\"mode\": \"container\", \"name\": \"one\"}, {\"mode\": \"container\", \"name\": \"two\"}", INSTANCE);
        assertThat(targets(pod).get(0)).isEqualTo(new AddressRules.Target("10.9.1.1", 8080));
        assertThat(targets(pod).get(1)).isEqualTo(new AddressRules.Target("10.9.2.1", 53));
    }

    @Test
    void aPortHasTheHealthOfItsContainer() {
        App pod = read("{\"mode\": \"host\"}", INSTANCE);
        Task task = pod.tasks().get(0);
        HealthMemory memory = new HealthMemory();
        assertThat(memory.judge(pod, task, 0)).isEqualTo(Health.HEALTHY);
        assertThat(memory.judge(pod, task, 1)).isEqualTo(Health.UNKNOWN);
        assertThat(memory.judge(pod, task, 2)).isEqualTo(Health.UNCHECKED);
        assertThat(memory.judge(pod, task, 1))
                .as("though another port is unchecked")
                .isEqualTo(Health.UNKNOWN);
        assertThat(pod.isOld(task)).isFalse();
        App sick = read("{\"mode\": \"host\"}", INSTANCE.replace("true", "false"));
        assertThat(memory.judge(sick, sick.tasks().get(0), 0)).isEqualTo(Health.UNHEALTHY);
        App gap = read("{\"mode\": \"host\"}", INSTANCE.replace(", \"healthy\": true", ""));
        assertThat(memory.judge(gap, gap.tasks().get(0), 0)).isEqualTo(Health.UNHEALTHY);
        HealthMemory ofDisk = new HealthMemory();
        ofDisk.recall(task.id(), 0, Health.HEALTHY);
        ofDisk.recall(task.id(), 1, Health.UNHEALTHY);
        assertThat(ofDisk.judge(gap, gap.tasks().get(0), 0)).isEqualTo(Health.HEALTHY);
        assertThat(ofDisk.judge(gap, gap.tasks().get(0), 1)).isEqualTo(Health.UNHEALTHY);
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING, TASK_RUNNING, STARTING",
        "STAGING, TASK_STAGING, STARTING",
        "STABLE, TASK_RUNNING, RUNNING",
        "DEGRADED, TASK_RUNNING, RUNNING",
        "DEGRADED, TASK_UNREACHABLE, UNREACHABLE",
        "STABLE, TASK_KILLING, STOPPING",
        "TERMINAL, TASK_RUNNING, STOPPED",
        "NEW_ONE, TASK_RUNNING, UNSPECIFIED"
    })
    void anInstanceIsInTheStateOfItsContainers(String pod, String container, EndpointState state) {
        String instance = INSTANCE.replace("STABLE", pod).replaceFirst("TASK_RUNNING", container);
        assertThat(read("{\"mode\": \"host\"}", instance).tasks().get(0).state())
                .isEqualTo(state);
    }

    @Test
    void aPodThatCannotBeUnderstoodStopsNoOther() {
        AppsParser.Answer answer = answer("[{\"id\": null}, 7, {\"id\": \"/p\"}, {\"id\": \"/p\"}]");
        assertThat(answer.apps()).extracting(App::id).containsExactly("/p");
        assertThat(answer.unreadable()).hasSize(3);
        assertThat(answer.unreadable().get(2).reason()).isEqualTo("id: exists (expected: once)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "null", "[", "[{\"id\": \"/p\"}", "[] []"})
    void rejectsWhatIsNotAWholeAnswer(String json) {
        assertThatThrownBy(() ->
                        AppsParser.pods(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Map.of()))
                .isInstanceOf(IOException.class);
    }
}
