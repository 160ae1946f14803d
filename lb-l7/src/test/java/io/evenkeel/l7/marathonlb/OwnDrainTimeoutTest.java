package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.cluster.ClusterListener;
import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnDrainTimeoutTest {

    private static final String ASK =
            "GET /chat HTTP/1.1\r\nHost: web\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String AGREE =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final OwnLabelFixture fixture = new OwnLabelFixture();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Backend socket = Backend.talking(s -> {
        Wire wire = new Wire(s);
        wire.head();
        wire.send(AGREE);
        wire.in().transferTo(s.getOutputStream());
    });
    private final Backend stuck = Backend.of((wire, request) -> {
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
        end.await();
        return true;
    });
    private final Backend web = Backend.text("web");
    private final TestServer echo = TestServer.echo();

    @AfterEach
    void close() {
        end.countDown();
        fixture.close();
        socket.close();
        stuck.close();
        web.close();
        echo.close();
    }

    @Test
    void aWebSocketWithATaskThatIsGoneIsClosed() throws Exception {
        fixture.serve(List.of(socket), "LB_0_DRAIN_TIMEOUT", "1ms");
        try (Wire client = fixture.connect()) {
            upgrade(client);
            EndpointStats server = server();
            fixture.serve(List.of(web), "LB_0_DRAIN_TIMEOUT", "1ms");
            assertThat(restOf(client)).isEmpty();
            Eventually.holds("nothing is under way", () -> server.inFlight() == 0);
        }
    }

    @Test
    void soIsOneOfAnApplicationThatIsGone() throws Exception {
        fixture.serve(List.of(socket), "LB_0_DRAIN_TIMEOUT", "1ms");
        try (Wire client = fixture.connect()) {
            upgrade(client);
            fixture.publish();
            assertThat(restOf(client)).isEmpty();
        }
    }

    @Test
    void aResponseThatDoesNotEndIsCutWhenTheTaskIsGone() throws Exception {
        fixture.serve(List.of(stuck), "LB_0_DRAIN_TIMEOUT", "1ms");
        try (Wire client = fixture.connect().get("/")) {
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
            assertThat(client.text(2)).isEqualTo("ha");
            fixture.serve(List.of(web), "LB_0_DRAIN_TIMEOUT", "1ms");
            assertThat(restOf(client)).isEmpty();
        }
    }

    @Test
    void oneWithoutALengthIsNotTakenForWhole() throws Exception {
        try (Backend endless = Backend.of((wire, request) -> {
            wire.send("HTTP/1.1 200 OK\r\n\r\nha");
            end.await();
            return false;
        })) {
            fixture.serve(List.of(endless), "LB_0_DRAIN_TIMEOUT", "1ms");
            try (Wire client = fixture.connect().get("/")) {
                assertThat(client.head()).contains("Transfer-Encoding: chunked");
                assertThat(client.text(7)).isEqualTo("2\r\nha\r\n");
                fixture.serve(List.of(web), "LB_0_DRAIN_TIMEOUT", "1ms");
                assertThat(restOf(client)).isEmpty();
            }
            end.countDown();
        }
    }

    @Test
    void aConnectionOfModeTcpIsClosedWithItsTaskThoughItsPortIsAnother() throws Exception {
        String[] tcp = {"HAPROXY_0_MODE", "tcp", "LB_0_DRAIN_TIMEOUT", "1ms"};
        int port = fixture.service.getPort();
        fixture.publish(Apps.with(Apps.app("/raw", port, tcp), echo.endpoint()));
        try (Wire client = fixture.connect()) {
            assertThat(client.send("a").text(1)).isEqualTo("a");
            fixture.publish(Apps.with(
                    Apps.app("/raw", port, "HAPROXY_0_MODE", "http", "LB_0_DRAIN_TIMEOUT", "1ms"), echo.endpoint()));
            assertThat(client.send("b").text(1)).isEqualTo("b");
            fixture.publish();
            assertThat(restOf(client)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/raw", "/gone"})
    void aConnectionOfModeTcpIsClosed(String after) throws Exception {
        String[] tcp = {"HAPROXY_0_MODE", "tcp", "LB_0_DRAIN_TIMEOUT", "1ms"};
        fixture.publish(Apps.with(Apps.app("/raw", fixture.service.getPort(), tcp), echo.endpoint()));
        try (Wire client = fixture.connect()) {
            assertThat(client.send("a").text(1)).isEqualTo("a");
            fixture.publish(Apps.with(Apps.app(after, fixture.service.getPort(), tcp), web.endpoint()));
            assertThat(restOf(client)).isEmpty();
        }
    }

    @Test
    void withoutTheLabelTheyGoOn() throws Exception {
        fixture.serve(List.of(socket));
        try (Wire client = fixture.connect()) {
            upgrade(client);
            EndpointStats server = server();
            CompletableFuture<Boolean> over = new CompletableFuture<>();
            fixture.port("/web").cluster().listen(new ClusterListener() {
                @Override
                public void stateChanged(ClusterState previous, ClusterState current) {}

                @Override
                public void drained(EndpointStats endpoint, boolean timedOut) {
                    over.complete(timedOut);
                }
            });
            assertThat(fixture.port("/web").cluster().drain(server, Duration.ZERO))
                    .isTrue();
            assertThat(over.join()).isTrue();
            assertThat(client.send("still").text(5)).isEqualTo("still");
        }
    }

    private static void upgrade(Wire client) throws IOException {
        client.send(ASK);
        assertThat(client.head()).startsWith("HTTP/1.1 101");
        assertThat(client.send("hello").text(5)).isEqualTo("hello");
    }

    /* A reset is an end like any other. */
    private static String restOf(Wire client) throws IOException {
        try {
            return client.rest();
        } catch (SocketException e) {
            return "";
        }
    }

    private EndpointStats server() {
        return fixture.port("/web").cluster().state().active().get(0);
    }
}
