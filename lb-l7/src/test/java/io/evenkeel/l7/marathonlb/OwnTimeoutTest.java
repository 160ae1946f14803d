package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The labels for patience, over real sockets: nothing else of the proxy's would ever end what they end. */
class OwnTimeoutTest {

    private static final String AGREE = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\n";

    private final OwnLabelFixture fixture = new OwnLabelFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aTaskThatDoesNotAnswerIsNotWaitedForLonger() throws Exception {
        try (Backend silent = Backend.silent()) {
            fixture.serve(List.of(silent), "LB_0_TIMEOUT_SERVER", "50ms");
            assertThat(fixture.get("/").status()).isEqualTo(504);
        }
    }

    @Test
    void aTaskThatStopsInTheMiddleOfItsAnswerIsCut() throws Exception {
        try (Backend half = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            socket.getInputStream().readAllBytes();
        })) {
            fixture.serve(List.of(half), "LB_0_TIMEOUT_SERVER", "50ms");
            try (Wire client = fixture.connect().get("/")) {
                assertThat(new Wire.Message(client.head(), "").status()).isEqualTo(200);
                assertThat(client.rest()).isEqualTo("half");
            }
        }
    }

    @Test
    void aClientThatOwesItsBodyIsNotWaitedForLonger() throws Exception {
        try (Backend web = Backend.text("ok")) {
            fixture.serve(List.of(web), "LB_0_TIMEOUT_CLIENT", "50ms");
            try (Wire client = fixture.connect()) {
                client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 5\r\n\r\nab");
                assertThat(client.message().status()).isEqualTo(408);
            }
        }
    }

    @Test
    void aConnectionThatDoesNotComeAboutIsNotWaitedForLonger() throws Exception {
        List<Socket> callers = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.9"))) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            for (int i = 0; i < 2; i++) { // as many as wait there without being accepted
                callers.add(new Socket(address.getAddress(), address.getPort()));
            }
            fixture.publish(Apps.with(
                    Apps.app(
                            "/web",
                            fixture.service.getPort(),
                            "HAPROXY_0_MODE",
                            "http",
                            "LB_0_TIMEOUT_CONNECT",
                            "50ms",
                            "LB_0_RETRIES",
                            "0"),
                    Endpoint.of(address)));
            assertThat(fixture.get("/").status()).isEqualTo(503);
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }

    @Test
    void aWebSocketOnWhichNothingHappensIsClosed() throws Exception {
        try (Backend chat = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.head();
            wire.send(AGREE + "hello");
            socket.getInputStream().readAllBytes();
        })) {
            fixture.serve(List.of(chat), "LB_0_TIMEOUT_TUNNEL", "50ms");
            try (Wire client = fixture.connect()) {
                client.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: k\r\n\r\n");
                assertThat(new Wire.Message(client.head(), "").status()).isEqualTo(101);
                assertThat(client.rest()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aLabelComesBeforeATemplate() throws Exception {
        try (Backend silent = Backend.silent()) {
            fixture.serve(
                    List.of(silent),
                    "LB_0_TIMEOUT_SERVER",
                    "50ms",
                    "HAPROXY_0_BACKEND_HEAD",
                    "backend {backend}\n  balance {balance}\n  mode {mode}\n  timeout server 1h\n");
            assertThat(fixture.get("/").status()).isEqualTo(504);
        }
    }

    @ParameterizedTest
    @CsvSource({"TIMEOUT_SERVER, 5", "TIMEOUT_CONNECT, 0s", "TIMEOUT_CLIENT, -1s", "TIMEOUT_TUNNEL, 8d"})
    void whatIsNoTimeTakesThePortOutAndSaysSo(String label, String value) throws Exception {
        try (Backend web = Backend.text("ok")) {
            fixture.serve(List.of(web), "LB_0_" + label, value);
            assertThat(fixture.problems())
                    .containsExactly(
                            "label LB_0_" + label + ": " + value
                                    + " (expected: a time of 1ms to 7d: a number with ms, s, m, h or d); this port is left out");
            assertThat(fixture.proxy.servicePorts()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LB_0_TIMEOUT_TUNNEL, 50ms",
        "HAPROXY_0_BACKEND_HEAD, 'backend {backend}\n  balance {balance}\n  mode {mode}\n  timeout tunnel 50ms\n'"
    })
    void aConnectionInModeTcpOnWhichNothingHappensIsCut(String label, String value) throws Exception {
        try (Backend database = Backend.talking(socket -> {
            socket.getOutputStream().write('a');
            socket.getInputStream().readAllBytes();
        })) {
            fixture.publish(Apps.with(
                    Apps.app("/web", fixture.service.getPort(), "HAPROXY_0_MODE", "tcp", label, value),
                    database.endpoint()));
            try (Socket client = new Socket(fixture.service.getAddress(), fixture.service.getPort())) {
                assertThat(client.getInputStream().read()).isEqualTo('a');
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            assertThat(fixture.problems()).isEmpty();
        }
    }

    @Test
    void otherPatienceCountsForNewConnectionsInModeTcp() throws Exception {
        try (Backend database = Backend.silent()) {
            fixture.publish(Apps.with(Apps.app("/web", fixture.service.getPort()), database.endpoint()));
            ServicePort before = fixture.port("/web");
            fixture.publish(Apps.with(
                    Apps.app("/web", fixture.service.getPort(), "LB_0_TIMEOUT_TUNNEL", "50ms"), database.endpoint()));
            Eventually.holds(
                    "the label counts",
                    () -> before.port().options().limits().tunnelTimeout().isPresent());
            try (Socket client = new Socket(fixture.service.getAddress(), fixture.service.getPort())) {
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void aPortThatPassesBytesSaysThatALabelDoesNothing() throws Exception {
        try (Backend web = Backend.text("ok")) {
            fixture.publish(Apps.with(
                    Apps.app("/web", fixture.service.getPort(), "LB_0_TIMEOUT_SERVER", "50ms"), web.endpoint()));
            assertThat(fixture.get("/").body()).isEqualTo("ok");
            assertThat(fixture.problems())
                    .containsExactly("label LB_0_TIMEOUT_SERVER: has no effect (expected: mode http with it)");
        }
    }
}
