package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Route;
import io.evenkeel.testing.FakeDiscovery;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy serves follows from the newest catalog alone, although it looks only at what has changed since the last. */
class MarathonLbHistoryTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final MarathonLbOptions OPTIONS = new MarathonLbOptions(Set.of("external"), true, false);
    private static final List<String> HOSTS = List.of("a.example", "b.example", "c.example", "d.example");
    private static final List<String> IDS = List.of("/a", "/b", "/c", "/d", "/e", "/f");
    private static final String[][] LABELS = {
        {"HAPROXY_GROUP", "external", "external", "external", "external", "internal"},
        {"HAPROXY_0_VHOST", "", "a.example", "b.example", "a.example,c.example"},
        {"HAPROXY_0_BACKEND_WEIGHT", "", "1", "2"},
        {"HAPROXY_0_MODE", "", "http", "tcp", "udp"},
        {"HAPROXY_1_VHOST", "", "", "d.example"},
        {"HAPROXY_DEPLOYMENT_GROUP", "", "", "", "g"},
        {"HAPROXY_DEPLOYMENT_STARTED_AT", "2026-01-01", "2026-01-02"},
        {"LB_0_READINESS", "", "true"},
        {"LB_0_KEEP_WHEN_EMPTY", "", "true", "perhaps"},
    };

    private final Transport transport = Transport.open(1);
    private final int[] ports = {freePort(), freePort(), freePort(), freePort()};
    private final List<MarathonLbProxy> proxies = new ArrayList<>();

    @AfterEach
    void close() {
        proxies.forEach(MarathonLbProxy::close);
        transport.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsServedFollowsFromTheNewestCatalogAlone(long seed) throws Exception {
        Random random = new Random(seed);
        Map<String, Snapshot> apps = new TreeMap<>();
        Follower old = new Follower();
        for (int change = 0; change < 60; change++) {
            change(apps, random);
            old.apply(apps);
            Follower young = new Follower();
            young.apply(apps);
            assertThat(old.said()).as("after change %d", change).isEqualTo(young.said());
            proxies.remove(young.proxy);
            young.proxy.close();
        }
    }

    private void change(Map<String, Snapshot> apps, Random random) {
        String id = IDS.get(random.nextInt(IDS.size()));
        Snapshot before = apps.get(id);
        int kind = random.nextInt(8);
        if (kind == 0) {
            apps.remove(id);
        } else if (kind < 4 || before == null) {
            apps.put(id, Apps.with(service(id, random), tasks(id, random)));
        } else {
            apps.put(id, Apps.with(before.service(), tasks(id, random)));
        }
    }

    private Service service(String id, Random random) {
        List<String> labels = new ArrayList<>();
        for (String[] label : LABELS) {
            String value = label[1 + random.nextInt(label.length - 1)];
            if (!value.isEmpty()) {
                labels.add(label[0]);
                labels.add(value);
            }
        }
        return Apps.app(id, ports[random.nextInt(ports.length)], labels.toArray(String[]::new));
    }

    private static Endpoint[] tasks(String id, Random random) {
        Endpoint[] tasks = new Endpoint[random.nextInt(3)];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = new Endpoint(
                    id + "." + i,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 1 + i),
                    1,
                    Locality.UNKNOWN,
                    random.nextInt(4) == 0 ? EndpointState.STARTING : EndpointState.RUNNING,
                    Health.HEALTHY,
                    random.nextInt(3) > 0,
                    Map.of());
        }
        return tasks;
    }

    private static int freePort() {
        return TestServer.refusing().getPort();
    }

    private final class Follower {

        private final FakeDiscovery source = new FakeDiscovery();
        private final MarathonLbProxy proxy = MarathonLbProxy.builder(source, OPTIONS, transport)
                .http(Optional.of(ANY))
                .appId(ANY)
                .serviceAddress("127.0.0.1")
                .build();
        private final AppliedCatalogs applied = AppliedCatalogs.of(proxy);

        Follower() {
            proxies.add(proxy);
        }

        void apply(Map<String, Snapshot> apps) throws InterruptedException {
            source.publish(apps.values().toArray(Snapshot[]::new));
            applied.awaitNext();
        }

        /** Everything that can be seen of what it makes of the catalog. */
        Map<String, String> said() {
            Map<String, String> said = new HashMap<>();
            said.put("plan", proxy.plan().toString());
            List<Problem> problems = proxy.problems().stream()
                    .filter(problem -> !problem.subject().startsWith("listener ")) // both want the same ports
                    .toList();
            said.put("problems", problems.toString());
            said.put(
                    "listeners",
                    proxy.listeners().values().stream()
                            .map(status -> status.wanted().toString())
                            .sorted()
                            .toList()
                            .toString());
            said.put(
                    "order",
                    proxy.servicePorts().stream()
                            .map(port -> port.port().service().name())
                            .toList()
                            .toString());
            said.put("ids", proxy.appIdMap().toString());
            Map<Route, String> routes = new HashMap<>();
            proxy.servicePorts()
                    .forEach(port -> port.route()
                            .ifPresent(route ->
                                    routes.put(route, port.port().service().name())));
            for (String host : HOSTS) {
                said.put(
                        host,
                        proxy.routes(false).explain(host, "/").stream()
                                .map(step -> step.condition() + " " + routes.get(step.route()))
                                .toList()
                                .toString());
            }
            for (ServicePort port : proxy.servicePorts()) {
                said.put(
                        port.port().service().name(),
                        port.port() + " " + port.cluster().state().active() + " "
                                + port.cluster().state().draining());
            }
            return said;
        }
    }
}
