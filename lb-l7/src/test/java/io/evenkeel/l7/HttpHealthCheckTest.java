package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.CheckFailedException;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.testing.Eventually;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHealthCheckTest {

    private final Transport transport = Transport.open(1);
    private final HttpHealthCheck check = HttpHealthCheck.of(transport, "/health?full=1");

    @AfterEach
    void close() {
        transport.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302, 399})
    void isContentWithAGoodStatus(int status) throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 " + status + " Whatever\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(ask(check, backend.endpoint())).isEqualTo(new Verdict(Finding.L7OK, status));

            assertThat(backend.requests.get(0).head())
                    .startsWith("GET /health?full=1 HTTP/1.1\r\nHost: " + HeadRewriter.authority(backend.address())
                            + "\r\n")
                    .contains("Connection: close");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 103, 199, 400, 404, 500, 503})
    void failsWithAnotherStatusAndNamesIt(int status) throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n")) {
            assertThatThrownBy(() -> ask(check, backend.endpoint()))
                    .hasMessageEndingWith("status " + status + " (expected: 200 to 399)")
                    .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L7STS))
                    .satisfies(e -> assertThat(failure(e).code()).isEqualTo(status));
        }
    }

    @Test
    void takesAnotherRangeAndAnotherHostAndAsksByAnotherMethod() throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 503 Draining\r\nContent-Length: 0\r\n\r\n")) {
            ask(check.expecting(500, 503).withHost("shop.example").withMethod("HEAD"), backend.endpoint());

            assertThat(backend.requests.get(0).head())
                    .startsWith("HEAD /health?full=1 HTTP/1.1\r\nHost: shop.example\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSH-2.0-OpenSSH_9.2\\r\\n | no HTTP answer: SSH-2.0-OpenSSH_9.2",
                "HTTP/1.1 abc OK\\r\\n | no HTTP answer: HTTP/1.1 abc OK",
                "HTTP/1.1 2000 OK\\r\\n | no HTTP answer",
                "HTTP/1.1 200 | closed without an answer"
            })
    void failsWithAnythingElse(String answer, String message) throws Exception {
        try (Backend backend = Backend.talking(socket -> {
            socket.getInputStream().read();
            socket.getOutputStream().write(answer.replace("\\r\\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        })) {
            assertThatThrownBy(() -> ask(check, backend.endpoint()))
                    .hasMessageContaining(message)
                    .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L7RSP));
        }
    }

    @Test
    void readsAStatusLineThatComesInPieces() throws Exception {
        try (Backend backend = Backend.talking(socket -> {
            socket.setTcpNoDelay(true);
            socket.getInputStream().read();
            for (byte one : "HTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(one);
                socket.getOutputStream().flush();
            }
        })) {
            ask(check, backend.endpoint());
        }
    }

    @Test
    void doesNotReadForEver() throws Exception {
        try (Backend backend = Backend.talking(socket -> {
            socket.getInputStream().read();
            while (true) {
                socket.getOutputStream().write(new byte[4096]);
            }
        })) {
            assertThatThrownBy(() -> ask(check, backend.endpoint()))
                    .hasMessageContaining("a status line of more than 1024 bytes");
        }
    }

    @Test
    void givesUpOnSilenceAndLetsGoOfTheConnection() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (Backend backend = Backend.talking(socket -> {
            while (socket.getInputStream().read() >= 0) {
                // never answers
            }
            closed.countDown();
        })) {
            assertThatThrownBy(() -> check.check(backend.endpoint(), Duration.ofMillis(50))
                            .toCompletableFuture()
                            .get(1, TimeUnit.MINUTES))
                    .hasMessageContaining("no answer within 50 ms")
                    .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L7TOUT));
            assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void failsWhereNobodyListens() {
        assertThatThrownBy(() -> ask(check, Endpoint.of(TestServer.refusing())))
                .hasRootCauseInstanceOf(ConnectException.class)
                .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L4CON));
    }

    @Test
    void isEqualToOneThatAsksTheSame() {
        assertThat(HttpHealthCheck.of(transport, "/a").withHost("x"))
                .isEqualTo(HttpHealthCheck.of(transport, "/a").withHost("x"));
        assertThat(HttpHealthCheck.of(transport, "/a")).isNotEqualTo(HttpHealthCheck.of(transport, "/b"));
    }

    @Test
    void letsGoOfTheConnectionWhenItIsCancelled() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (TestServer silent = TestServer.of(socket -> {
            socket.getInputStream().readAllBytes();
            closed.countDown();
        })) {
            CompletableFuture<Verdict> verdict = check.check(Endpoint.of(silent.address()), Duration.ofHours(1));
            Eventually.holds("somebody is asked", () -> silent.accepted() == 1);

            verdict.cancel(true);

            assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"200, L7OK", "503, L7STS"})
    void asksByHttp2WithoutAskingFirst(int status, Finding finding) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (Backend backend = http2((wire, request) -> {
            asked.addAll(request.fields());
            wire.headers(request.stream(), false, ":status: " + status).data(request.stream(), true, "body");
            wire.next();
        })) {
            HttpHealthCheck head = check.withMethod("HEAD").byHttp2();
            if (status == 200) {
                assertThat(ask(head, backend.endpoint())).isEqualTo(new Verdict(finding, status));
            } else {
                assertThatThrownBy(() -> ask(head, backend.endpoint()))
                        .hasMessageEndingWith("status 503 (expected: 200 to 399)")
                        .satisfies(e -> assertThat(finding(e)).isEqualTo(finding))
                        .satisfies(e -> assertThat(failure(e).code()).isEqualTo(503));
            }
            assertThat(asked)
                    .contains(
                            ":method: HEAD",
                            ":scheme: http",
                            ":authority: " + HeadRewriter.authority(backend.address()),
                            ":path: /health?full=1",
                            "user-agent: evenkeel-health-check")
                    .noneMatch(field -> field.startsWith("connection"));
        }
    }

    private interface Http2Script {
        void answer(Http2Wire wire, Http2Wire.Frame request) throws Exception;
    }

    private static Backend http2(Http2Script script) {
        return Backend.talking(socket -> {
            try (Http2Wire wire = Http2Wire.server(socket)) {
                script.answer(wire, wire.next());
            }
        });
    }

    private void failsByHttp2(Http2Script script, String message) {
        try (Backend backend = http2(script)) {
            assertThatThrownBy(() -> ask(check.byHttp2(), backend.endpoint()))
                    .hasMessageContaining(message)
                    .satisfies(HttpHealthCheckTest::isPrintable)
                    .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L7RSP));
        }
    }

    @Test
    void failsWithAStreamThatIsReset() {
        failsByHttp2(
                (wire, request) -> {
                    wire.reset(request.stream(), 7);
                    wire.next();
                },
                "RST_STREAM with error REFUSED_STREAM");
        failsByHttp2(
                (wire, request) -> {
                    wire.reset(request.stream(), 77);
                    wire.next();
                },
                "RST_STREAM with error 77");
    }

    @Test
    void failsWithAConnectionThatGoesAwayWithoutTheAnswer() {
        failsByHttp2((wire, request) -> goAway(wire, request.stream() - 2, 0), "GOAWAY with error NO_ERROR");
        failsByHttp2((wire, request) -> goAway(wire, request.stream(), 11), "GOAWAY with error ENHANCE_YOUR_CALM");
        failsByHttp2((wire, request) -> wire.socket.shutdownOutput(), "closed without an answer");
    }

    @Test
    void takesTheAnswerOfAConnectionThatTakesNothingMore() throws Exception {
        try (Backend backend = http2((wire, request) -> {
            wire.frame(Http2Wire.GOAWAY, 0, 0, new byte[] {0, 0, 0, (byte) request.stream(), 0, 0, 0, 0})
                    .headers(request.stream(), true, ":status: 200");
            wire.next();
        })) {
            assertThat(ask(check.byHttp2(), backend.endpoint())).isEqualTo(new Verdict(Finding.L7OK, 200));
        }
    }

    private static void goAway(Http2Wire wire, int lastStream, int error) throws Exception {
        wire.frame(
                Http2Wire.GOAWAY,
                0,
                0,
                ByteBuffer.allocate(8).putInt(lastStream).putInt(error).array());
        wire.next(); // until the other end has closed
    }

    @Test
    void aReasonHasNoLineBreaksAndAnEnd() {
        failsByHttp2(
                (wire, request) -> {
                    wire.headers(request.stream(), true, ":x\n2026 INFO all is well\u001B[2J: y", ":status: 200");
                    wire.next();
                },
                "no HTTP/2: ");
        for (String answer : List.of("SSH\r2026 INFO all is well\u001B[2J\n", "x".repeat(1000) + "\n")) {
            try (Backend backend = Backend.saying(answer)) {
                assertThatThrownBy(() -> ask(check, backend.endpoint()))
                        .hasMessageContaining("no HTTP answer: ")
                        .satisfies(HttpHealthCheckTest::isPrintable);
            }
        }
    }

    private static void isPrintable(Throwable problem) {
        assertThat(failure(problem).getMessage()).hasSizeLessThan(210).matches("\\P{Cntrl}*");
    }

    @Test
    void takesTheFirstStatusByHttp2AlsoIfItIsThatOfAnInterimResponse() {
        try (Backend backend = http2((wire, request) -> {
            wire.headers(request.stream(), false, ":status: 103").headers(request.stream(), true, ":status: 200");
            wire.next();
        })) {
            assertThatThrownBy(() -> ask(check.byHttp2(), backend.endpoint()))
                    .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L7STS))
                    .satisfies(e -> assertThat(failure(e).code()).isEqualTo(103));
        }
    }

    @Test
    void failsWithAStatusThatIsNone() {
        failsByHttp2(
                (wire, request) -> {
                    wire.headers(request.stream(), true, ":status: 999");
                    wire.next();
                },
                "no status: 999");
    }

    @Test
    void failsWithWhoDoesNotSpeakHttp2() {
        try (Backend backend = Backend.saying("HTTP/1.1 505 No\r\nContent-Length: 0\r\n\r\n")) {
            assertThatThrownBy(() -> ask(check.byHttp2(), backend.endpoint()))
                    .hasMessageContaining("no HTTP/2: ")
                    .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L7RSP));
        }
    }

    @Test
    void givesUpOnSilenceByHttp2() {
        try (Backend backend = http2((wire, request) -> wire.next())) {
            assertThatThrownBy(() -> check.byHttp2()
                            .check(backend.endpoint(), Duration.ofMillis(300))
                            .toCompletableFuture()
                            .get(1, TimeUnit.MINUTES))
                    .hasMessageContaining("no answer within 300 ms")
                    .satisfies(e -> assertThat(finding(e)).isEqualTo(Finding.L7TOUT));
        }
    }

    @Test
    void refusesWhatWouldBeAnotherRequest() {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpHealthCheck.of(transport, "health"));
        assertThatIllegalArgumentException().isThrownBy(() -> HttpHealthCheck.of(transport, "/a HTTP/1.1\r\nX: y"));
        assertThatIllegalArgumentException().isThrownBy(() -> check.withHost("a\r\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> check.withMethod("get /"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.expecting(300, 200))
                .withMessage("status: 300 to 200 (expected: a range within 100 to 599)");
    }

    private static Verdict ask(HttpHealthCheck check, Endpoint endpoint) throws Exception {
        return check.check(endpoint, Duration.ofSeconds(30))
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
    }

    private static Finding finding(Throwable thrown) {
        return failure(thrown).finding();
    }

    private static CheckFailedException failure(Throwable thrown) {
        return (CheckFailedException) thrown.getCause();
    }
}
