package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.health.CheckResult;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Http2Wire;
import io.evenkeel.l7.TestAuthority;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The labels for the version of HTTP, on both sides, over real sockets. */
class OwnProtocolTest {

    @TempDir
    private static Path dir;

    private static Path trusted;
    private static Path web;
    private static Path own;

    private final OwnLabelFixture fixture = new OwnLabelFixture();
    private final List<List<String>> calls = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestAuthority authority = new TestAuthority("us");
        trusted = authority.certificate(dir.resolve("ca.pem"));
        web = authority.issue(dir.resolve("web.pem"), "web.example");
        own = TestCertificates.forHosts(dir.resolve("own"), "localhost");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Answers calls as gRPC does: with what it was sent, and trailers. */
    private void answer(Http2Wire wire) throws Exception {
        for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
            if (frame.type() == Http2Wire.HEADERS) {
                calls.add(frame.fields());
            } else if (frame.type() == Http2Wire.DATA && frame.isEndOfStream()) {
                wire.headers(frame.stream(), false, ":status: 200", "content-type: application/grpc")
                        .data(frame.stream(), false, frame.payload())
                        .headers(frame.stream(), true, "grpc-status: 0", "grpc-message: fine");
            }
        }
    }

    private static SSLSocket tls(java.net.Socket socket, String... protocols) throws Exception {
        SSLContext context = TestAuthority.server(web);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        tls.setUseClientMode(false);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private void call() throws Exception {
        try (Http2Wire client = Http2Wire.to(fixture.service)) {
            for (int stream = 1; stream <= 3; stream += 2) {
                client.request(
                                stream,
                                false,
                                "POST",
                                "/pkg.Service/Call",
                                "content-type: application/grpc",
                                "te: trailers")
                        .data(stream, true, "\0\0\0\0\3abc");
                Http2Wire.Message answer = client.message(stream);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("\0\0\0\0\3abc");
                assertThat(answer.last()).containsExactly("grpc-status: 0", "grpc-message: fine");
            }
        }
    }

    @Test
    void aCallOfGrpcPassesToTasksThatSpeakHttp2() throws Exception {
        try (Backend grpc = Backend.talking(socket -> answer(Http2Wire.server(socket)))) {
            fixture.serve(List.of(grpc), "LB_0_BACKEND_PROTOCOL", "h2c");
            call();
            assertThat(grpc.accepted()).isOne();
            assertThat(calls)
                    .hasSize(2)
                    .allSatisfy(call ->
                            assertThat(call).contains(":scheme: http", ":path: /pkg.Service/Call", "te: trailers"));
        }
    }

    @Test
    void aCallOfGrpcPassesOverTls() throws Exception {
        try (Backend grpc = Backend.talking(socket -> answer(Http2Wire.server(tls(socket, "h2"))))) {
            fixture.serve(
                    List.of(grpc),
                    "LB_0_BACKEND_PROTOCOL",
                    "h2",
                    "LB_0_BACKEND_TLS",
                    "true",
                    "LB_0_BACKEND_TLS_CA",
                    trusted.toString(),
                    "LB_0_BACKEND_TLS_SNI",
                    "web.example");
            call();
            assertThat(grpc.accepted()).isOne();
            assertThat(calls).hasSize(2).allSatisfy(call -> assertThat(call).contains(":scheme: https"));
        }
    }

    @Test
    void aTaskWithoutHttp2CannotBeReached() throws Exception {
        try (Backend old = Backend.talking(socket -> {
            try (SSLSocket tls = tls(socket, "http/1.1")) {
                tls.getInputStream().readAllBytes();
            }
        })) {
            fixture.serve(List.of(old), "LB_0_BACKEND_PROTOCOL", "h2", "LB_0_BACKEND_TLS", "insecure");
            assertThat(fixture.get("/").status()).isEqualTo(503);
        }
    }

    @Test
    void aTaskWithAWrongNameCannotBeReached() throws Exception {
        try (Backend grpc = Backend.talking(socket -> answer(Http2Wire.server(tls(socket, "h2"))))) {
            fixture.serve(
                    List.of(grpc),
                    "LB_0_BACKEND_PROTOCOL",
                    "h2",
                    "LB_0_BACKEND_TLS",
                    "true",
                    "LB_0_BACKEND_TLS_CA",
                    trusted.toString(),
                    "LB_0_BACKEND_TLS_SNI",
                    "other.example");
            assertThat(fixture.get("/").status()).isEqualTo(503);
            assertThat(calls).isEmpty();
        }
    }

    @Test
    void aWebSocketIsAskedForByHttp1() throws Exception {
        try (Backend chat = Backend.talking(socket -> {
            SSLSocket tls = tls(socket, "h2", "http/1.1");
            Wire wire = new Wire(tls);
            assertThat(wire.head()).startsWith("GET /chat HTTP/1.1");
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: a\r\n\r\nhello");
        })) {
            fixture.serve(List.of(chat), "LB_0_BACKEND_PROTOCOL", "h2", "LB_0_BACKEND_TLS", "insecure");
            try (Wire client = fixture.connect()) {
                client.send("GET /chat HTTP/1.1\r\nHost: web\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: k\r\n\r\n");
                assertThat(new Wire.Message(client.head(), "").status()).isEqualTo(101);
                assertThat(client.text(5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void aResponseOfHttp2WithAStatusOfTheListIsThrownAway() throws Exception {
        try (Backend busy = Backend.talking(socket -> {
                    Http2Wire wire = Http2Wire.server(socket);
                    for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                        if (frame.type() == Http2Wire.HEADERS) {
                            wire.headers(frame.stream(), false, ":status: 503").data(frame.stream(), true, "busy");
                        }
                    }
                });
                Backend good = Backend.talking(socket -> {
                    Http2Wire wire = Http2Wire.server(socket);
                    for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                        if (frame.type() == Http2Wire.HEADERS) {
                            wire.headers(frame.stream(), false, ":status: 200").data(frame.stream(), true, "ok");
                        }
                    }
                })) {
            fixture.serve(
                    List.of(busy, good),
                    "LB_0_BACKEND_PROTOCOL",
                    "h2c",
                    "LB_0_RETRY_ON",
                    "503",
                    "LB_0_BALANCE",
                    "first");
            for (int i = 0; i < 3; i++) {
                assertThat(fixture.get("/").body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void aSmallBodyIsSentAgainByHttp2() throws Exception {
        try (Backend busy = Backend.talking(socket -> {
                    Http2Wire wire = Http2Wire.server(socket);
                    for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                        if (frame.isEndOfStream()) {
                            wire.headers(frame.stream(), true, ":status: 503");
                        }
                    }
                });
                Backend grpc = Backend.talking(socket -> answer(Http2Wire.server(socket)))) {
            fixture.serve(
                    List.of(busy, grpc),
                    "LB_0_BACKEND_PROTOCOL",
                    "h2c",
                    "LB_0_RETRY_ON",
                    "503",
                    "LB_0_BALANCE",
                    "first");
            try (Http2Wire client = Http2Wire.to(fixture.service)) {
                for (int stream = 1; stream <= 5; stream += 2) {
                    client.request(stream, false, "PUT", "/")
                            .data(stream, false, "ab")
                            .data(stream, true, "c");
                    Http2Wire.Message answer = client.message(stream);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo("abc");
                }
            }
        }
    }

    @Test
    void suchTasksAreCheckedByHttp2() throws Exception {
        try (Backend checked = Backend.talking(socket -> {
            try (Http2Wire wire = Http2Wire.server(socket)) {
                Http2Wire.Frame frame = wire.next();
                calls.add(frame.fields());
                wire.headers(frame.stream(), true, ":status: 204");
                wire.next();
            }
        })) {
            fixture.publish(Apps.with(
                    Apps.checked(
                            Apps.app(
                                    "/web",
                                    fixture.service.getPort(),
                                    "HAPROXY_0_MODE",
                                    "http",
                                    "LB_0_BACKEND_PROTOCOL",
                                    "h2c"),
                            Apps.check("HTTP", 0, 0)),
                    checked.endpoint()));
            Cluster cluster = fixture.proxy.loadBalancer().cluster("/web");
            Eventually.holds(
                    "its answer is known",
                    () -> cluster.checkState(cluster.state().active().get(0))
                            .orElseThrow()
                            .last()
                            .isPresent());
            assertThat(cluster.checkState(cluster.state().active().get(0))
                            .orElseThrow()
                            .last())
                    .map(CheckResult::code)
                    .contains(204);
            assertThat(calls.get(0)).contains(":method: GET", ":scheme: http");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, h2", "false, http/1.1"})
    void overTlsHttp2IsOfferedOrNot(String value, String agreed) throws Exception {
        try (Backend backend = Backend.text("ok")) {
            fixture.serve(List.of(backend), "HAPROXY_0_SSL_CERT", own.toString(), "LB_0_HTTP2", value);
            try (SSLSocket client = TestAuthority.client(fixture.service, "localhost")) {
                SSLParameters parameters = client.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
                client.setSSLParameters(parameters);
                client.startHandshake();
                assertThat(client.getApplicationProtocol()).isEqualTo(agreed);
            }
        }
    }

    @Test
    void itComesBeforeWhatBindOptionsOffer() throws Exception {
        try (Backend backend = Backend.text("ok")) {
            fixture.serve(
                    List.of(backend),
                    "HAPROXY_0_SSL_CERT",
                    own.toString(),
                    "HAPROXY_0_BIND_OPTIONS",
                    "alpn h2,http/1.1",
                    "LB_0_HTTP2",
                    "false");
            assertThat(fixture.port("/web").tls().applicationProtocols()).containsExactly("http/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "'', true"})
    void inPlainTextClientsMayBeginWithHttp2OrNot(String value, boolean may) throws Exception {
        try (Backend backend = Backend.text("ok")) {
            fixture.serve(List.of(backend), "LB_0_HTTP2", value);
            assertThat(fixture.get("/").body()).isEqualTo("ok");
            if (may) {
                try (Http2Wire client = Http2Wire.to(fixture.service)) {
                    assertThat(client.get(1, "/").message(1).body()).isEqualTo("ok");
                }
            } else {
                try (Wire client = fixture.connect().send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
                    assertThat(client.message().status()).isEqualTo(505);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LB_0_BACKEND_PROTOCOL | h3 | http1, h2c or h2",
                "LB_0_BACKEND_PROTOCOL | h2 | LB_0_BACKEND_TLS with it",
                "LB_0_HTTP2 | maybe | true or false",
            })
    void whatIsNotUnderstoodTakesThePortOutAndSaysSo(String label, String value, String expected) throws Exception {
        try (Backend backend = Backend.text("ok")) {
            fixture.serve(List.of(backend), label, value);
            assertThat(fixture.problems())
                    .containsExactly(
                            "label " + label + ": " + value + " (expected: " + expected + "); this port is left out");
        }
    }

    @Test
    void plainHttp2IsNotSpokenOverTls() throws Exception {
        try (Backend backend = Backend.text("ok")) {
            fixture.serve(List.of(backend), "LB_0_BACKEND_PROTOCOL", "h2c", "LB_0_BACKEND_TLS", "true");
            assertThat(fixture.problems())
                    .containsExactly(
                            "label LB_0_BACKEND_PROTOCOL: h2c (expected: h2, since tasks are spoken to over TLS);"
                                    + " this port is left out");
        }
    }
}
