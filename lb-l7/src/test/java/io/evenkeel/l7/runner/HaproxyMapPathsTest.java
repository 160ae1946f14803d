package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The maps that HAProxy would look hosts and ids up in. */
class HaproxyMapPathsTest {

    private final Transport transport = Transport.open(1);
    private final FakeDiscovery discovery = new FakeDiscovery();
    private final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    discovery, new MarathonLbOptions(Set.of("*"), false, false).withHaproxyMap(true), transport)
            .http(Optional.of(AdminFixture.ANY))
            .appId(AdminFixture.ANY)
            .serviceAddress("127.0.0.1")
            .build();
    private final L7Admin admin = L7Admin.open(proxy, transport, AdminFixture.ANY);
    private final int a = AdminFixture.freePort();
    private final int b = AdminFixture.freePort();
    private final int c = AdminFixture.freePort();

    HaproxyMapPathsTest() {
        discovery.publish(Catalog.of(List.of(
                app("/a", a, Map.of("HAPROXY_0_VHOST", "A.example,shared.example")),
                app("/b", b, Map.of("HAPROXY_0_VHOST", "shared.example", "HAPROXY_0_BACKEND_WEIGHT", "9")),
                app("/c", c, Map.of("HAPROXY_0_VHOST", "c.example", "HAPROXY_0_PATH", "/x")),
                app("/raw", AdminFixture.freePort(), Map.of()))));
        proxy.whenReady().toCompletableFuture().join();
    }

    @AfterEach
    void close() {
        admin.close();
        proxy.close();
        transport.close();
    }

    @Test
    void hostsWithoutAPathLeadToTheFirstApplicationThatHasThem() throws Exception {
        assertThat(get("/_haproxy_getvhostmap").lines()).containsExactly("a.example a_" + a, "shared.example a_" + a);
    }

    @Test
    void idsOfApplicationsInModeHttpLeadToThem() throws Exception {
        assertThat(get("/_haproxy_getappmap").lines()).containsExactly("/a a_" + a, "/b b_" + b, "/c c_" + c);
    }

    private String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + admin.address().getPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private static Snapshot app(String id, int port, Map<String, String> labels) {
        Service service = new Service(
                Service.nameOf(id, 0), id, "marathon", 0, "", port, Protocol.TCP, labels, Map.of(), List.of());
        return new Snapshot(service, List.of(Endpoint.of("127.0.1.1", 1)));
    }
}
