package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Scale;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The old and the new of a deployment behind one port, told by a fake source. */
class MarathonLbDeploymentTest {

    private static final InetSocketAddress APP_ID = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    source, new MarathonLbOptions(Set.of("*"), true, false), transport)
            .http(Optional.empty())
            .appId(APP_ID)
            .serviceAddress("127.0.0.1")
            .build();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final Backend old = Backend.of((wire, request) -> {
        asked.countDown();
        mayAnswer.await();
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
        return true;
    });
    private final Backend fresh = Backend.text("new");
    private final InetSocketAddress port = TestServer.refusing();

    @AfterEach
    void close() {
        mayAnswer.countDown();
        proxy.close();
        transport.close();
        old.close();
        fresh.close();
    }

    @Test
    void whoIsReplacedFinishesWhatItHasAndGetsNothingNewAndCountersGoOn() throws Exception {
        source.publish(blue(old.endpoint()));
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        ServicePort served = proxy.servicePorts().get(0);
        try (Wire client = Wire.to(port)) {
            client.get("/");
            asked.await();
            source.publish(blue(old.endpoint()), green(fresh.endpoint()));
            Eventually.holds(
                    "set aside", () -> !served.cluster().state().draining().isEmpty());
            for (int i = 0; i < 5; i++) {
                assertThat(body()).isEqualTo("new");
            }
            EndpointStats drained = served.cluster().state().draining().get(0);
            assertThat(drained.inFlight()).isEqualTo(1);
            mayAnswer.countDown();
            assertThat(client.message().body()).isEqualTo("old");
            Eventually.holds("drained", () -> drained.inFlight() == 0);
        }
        source.publish(green(fresh.endpoint()));
        Eventually.holds("gone", () -> served.cluster().state().draining().isEmpty());
        assertThat(body()).isEqualTo("new");
        assertThat(proxy.servicePorts()).containsExactly(served);
        assertThat(served.port().name()).isEqualTo("web_" + port.getPort());
        EndpointStats survivor = served.cluster().state().active().get(0);
        Eventually.holds("all counted", () -> survivor.started() == 6 && survivor.inFlight() == 0);
    }

    @Test
    void bothAreFoundUnderTheIdOfTheGroupOnly() throws Exception {
        mayAnswer.countDown();
        source.publish(blue(old.endpoint()), green(fresh.endpoint()));
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(byId("/web").body()).isEqualTo("new");
        assertThat(byId("/web-blue").status()).isEqualTo(503);
        assertThat(byId("/web-green").status()).isEqualTo(503);
    }

    private Wire.Message byId(String id) throws IOException {
        try (Wire client = Wire.to(proxy.boundAddress(APP_ID))) {
            return client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Marathon-App-Id: " + id + "\r\n\r\n")
                    .message();
        }
    }

    private String body() throws IOException {
        try (Wire client = Wire.to(port)) {
            return client.get("/").message().body();
        }
    }

    private Snapshot blue(Endpoint... tasks) {
        return app("/web-blue", port.getPort(), "2026-01-01", tasks);
    }

    private Snapshot green(Endpoint... tasks) {
        return app("/web-green", 1, "2026-01-02", tasks);
    }

    private Snapshot app(String id, int servicePort, String startedAt, Endpoint... tasks) {
        Service service = Apps.app(
                        id,
                        servicePort,
                        "HAPROXY_DEPLOYMENT_GROUP",
                        "web",
                        "HAPROXY_DEPLOYMENT_STARTED_AT",
                        startedAt,
                        "HAPROXY_DEPLOYMENT_NEW_INSTANCES",
                        "0",
                        "HAPROXY_DEPLOYMENT_TARGET_INSTANCES",
                        "1",
                        "HAPROXY_0_MODE",
                        "http",
                        "HAPROXY_0_PORT",
                        "" + port.getPort())
                .withScale(new Scale(tasks.length, Instant.EPOCH));
        return new Snapshot(service, List.of(tasks));
    }
}
