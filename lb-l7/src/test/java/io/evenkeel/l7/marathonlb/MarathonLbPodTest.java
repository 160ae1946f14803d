package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedPod;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods behind the proxy, all over real sockets. */
class MarathonLbPodTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    private final Transport transport = Transport.open(1);
    private final int port = quietPort();
    private final int range = quietPort();
    private MarathonLbProxy proxy;

    @BeforeEach
    void open() {
        proxy = MarathonLbProxy.builder(
                        MarathonDiscovery.of(
                                MarathonConfig.builder(marathon.simulator().uri())
                                        .build()),
                        new MarathonLbOptions(Set.of("external"), true, false)
                                .withAssignedPorts(new PortRange(range, range)),
                        transport)
                .http(Optional.of(HTTP))
                .appId(APP_ID)
                .serviceAddress("127.0.0.1")
                .build();
    }

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
    }

    private SimulatedPod deploy(int instances, String labels) {
        return marathon.simulator().createPod("""
                {"id": "/shop/pod", "networks": [{"mode": "host"}], "labels": {"HAPROXY_GROUP": "external", %s},
                 "scaling": {"kind": "fixed", "instances": %d},
                 "containers": [
                  {"name": "web", "endpoints": [{"name": "http", "hostPort": 0, "protocol": ["tcp"]}],
                   "healthCheck": {"http": {"endpoint": "http", "path": "/health"}}},
                  {"name": "side", "endpoints": [{"name": "stats", "hostPort": 0, "protocol": ["tcp"]}]}]}
                """.formatted(labels, instances));
    }

    @Test
    void endpointsWithLabelsAreServedAsApplicationsAre() throws Exception {
        SimulatedPod pod = deploy(2, """
                "HAPROXY_0_VHOST": "pod.example", "HAPROXY_0_PORT": "%d", "HAPROXY_1_ENABLED": "false"
                """.formatted(port));
        pod.awaitInstances(2, PATIENCE);
        Eventually.holds("both serve", () -> servers(0) == 2);
        Eventually.holds("open", () -> proxy.boundAddress(service(port)) != null);
        assertThat(proxy.servicePorts())
                .singleElement()
                .satisfies(one -> assertThat(one.port().name()).isEqualTo("shop_pod_" + port))
                .satisfies(one -> assertThat(one.port().mode()).isEqualTo(AppPort.Mode.HTTP));
        assertThat(answers(service(port), "x")).containsExactlyElementsOf(containers(pod, "web"));
        assertThat(answers(proxy.boundAddress(HTTP), "pod.example")).hasSize(2);
        assertThat(answers(proxy.boundAddress(APP_ID), "x\r\nX-Marathon-App-Id: /shop/pod"))
                .hasSize(2);
        assertThat(proxy.problems()).isEmpty();
        pod.scale(1);
        Eventually.holds("one serves", () -> servers(0) == 1);
        pod.delete();
        Eventually.holds("none serves", () -> proxy.servicePorts().isEmpty());
    }

    @Test
    void aPortWithoutANumberGetsOneThatItKeeps() throws Exception {
        SimulatedPod pod = deploy(1, "\"HAPROXY_0_ENABLED\": \"false\", \"HAPROXY_1_MODE\": \"http\"");
        pod.awaitInstances(1, PATIENCE);
        Eventually.holds("open", () -> proxy.boundAddress(service(range)) != null);
        assertThat(answers(service(range), "x")).containsExactlyElementsOf(containers(pod, "side"));
        pod.scale(3);
        pod.awaitInstances(3, PATIENCE);
        Eventually.holds("all serve", () -> servers(0) == 3);
        assertThat(answers(service(range), "x")).hasSize(3);
        assertThat(proxy.servicePorts()).extracting(one -> one.port().name()).containsExactly("shop_pod_" + range);
    }

    @Test
    void aPodThatIsKeptWithoutAnInstanceHasItsPort() throws Exception {
        deploy(0, "\"HAPROXY_0_ENABLED\": \"false\", \"HAPROXY_1_MODE\": \"http\", \"LB_1_KEEP_WHEN_EMPTY\": \"true\"");
        Eventually.holds("open", () -> proxy.boundAddress(service(range)) != null);
        try (Wire client = Wire.to(service(range))) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                            .message()
                            .status())
                    .isEqualTo(503);
        }
    }

    @Test
    void aPodWithoutALabelledGroupIsLeftAlone() {
        marathon.simulator().createPod("""
                {"id": "/other", "networks": [{"mode": "host"}],
                 "containers": [{"name": "web", "endpoints": [{"name": "http", "hostPort": 0}]}]}""");
        SimulatedPod pod = deploy(1, "\"HAPROXY_0_PORT\": \"" + port + "\", \"HAPROXY_1_ENABLED\": \"false\"");
        pod.awaitInstances(1, PATIENCE);
        Eventually.holds("the other one is served", () -> proxy.servicePorts().size() == 1);
        assertThat(proxy.loadBalancer().catalog().find("/other")).isNotNull();
        assertThat(proxy.problems()).isEmpty();
    }

    /* One that the system gives to nobody who asks for any. */
    private static int quietPort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody has it
            }
        }
    }

    private int servers(int index) {
        List<ServicePort> ports = proxy.servicePorts();
        return ports.size() <= index
                ? 0
                : ports.get(index).cluster().state().active().size();
    }

    private static List<String> containers(SimulatedPod pod, String container) {
        return pod.instances().stream()
                .map(SimulatedTask::id)
                .map(id -> id.replaceFirst("[.][^.]+[.]1$", "." + container + ".1"))
                .sorted()
                .toList();
    }

    private static InetSocketAddress service(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Who answers, of several requests. */
    private static Set<String> answers(InetSocketAddress at, String host) throws IOException {
        Set<String> tasks = new TreeSet<>();
        for (int i = 0; i < 12; i++) {
            try (Wire client = Wire.to(at)) {
                tasks.add(client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .message()
                        .value("X-Task"));
            }
        }
        return tasks;
    }
}
