package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that speak HTTP/2, with prior knowledge, in front of endpoints that speak HTTP/1.1. */
@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class Http2FrontTest {

    private static final String AGREE =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final String transport;
    private HttpFixture fixture;

    Http2FrontTest(String transport) {
        this.transport = transport;
        fixture = new HttpFixture(transport, HttpFixture.QUICK);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Http2Wire connect(int... settings) throws Exception {
        return Http2Wire.to(fixture.address(), settings);
    }

    @Test
    void aRequestIsServedAsOneOfHttp1() throws Exception {
        try (Backend web = Backend.saying("HTTP/1.1 200 Fine\r\nContent-Length: 3\r\nX-Thing: 1\r\nKeep-Alive: 5\r\n"
                        + "Connection: x-hop\r\nX-Hop: 1\r\n\r\nabc");
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(
                    1,
                    true,
                    "GET",
                    "/a?b=c",
                    "x-mine: 2",
                    "cookie: a=1",
                    "cookie: b=2",
                    "te: trailers",
                    "http2-settings: AAMAAABk");
            Http2Wire.Message response = client.message(1);
            assertThat(response.blocks()).containsExactly(List.of(":status: 200", "x-thing: 1", "content-length: 3"));
            assertThat(response.body()).isEqualTo("abc");
            Wire.Message request = web.requests.get(0);
            assertThat(request.head()).startsWith("GET /a?b=c HTTP/1.1\r\nHost: web\r\n");
            assertThat(request.value("x-mine")).isEqualTo("2");
            assertThat(request.value("Cookie")).isEqualTo("a=1; b=2");
            assertThat(request.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(request.value("TE")).isEmpty();
            assertThat(request.value("HTTP2-Settings")).isEmpty();
            assertThat(request.value("Transfer-Encoding")).isEmpty();
        }
        assertThat(fixture.frontend.stats().requests()).isEqualTo(1);
        assertThat(fixture.frontend.stats().responses(2)).isEqualTo(1);
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
    }

    @Test
    void streamsAreServedAtTheSameTimeAndAnswerInTheirOwnOrder() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        try (Backend web = Backend.of((wire, request) -> {
                    if (request.target().equals("/slow")) {
                        second.await();
                    }
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
                    return true;
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/slow").get(3, "/quick");
            assertThat(client.message(3).body()).isEqualTo("abc");
            second.countDown();
            assertThat(client.message(1).blocks()).containsExactly(List.of(":status: 200"));
        }
    }

    @Test
    void aPrefaceMayComeInPartsAndSimilarBeginningsAreHttp1() throws Exception {
        try (Backend web = Backend.text("web")) {
            fixture.endpoints(web);
            try (Wire wire = fixture.connect()) {
                wire.send("PRI * HT");
                wire.send("TP/1.1\r\nHost: web\r\n\r\n");
                assertThat(wire.message().status()).isEqualTo(400);
            }
            try (Wire wire = fixture.connect()) {
                for (char c : Http2Wire.PREFACE.toCharArray()) {
                    wire.send(String.valueOf(c));
                }
                wire.socket.getOutputStream().write(Http2Wire.bytesOf(Http2Wire.SETTINGS, 0, 0, new byte[0]));
                assertThat(wire.in().readNBytes(4)[3]).isEqualTo((byte) Http2Wire.SETTINGS);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyGoesUpWithItsLengthOrInChunks(boolean withLength) throws Exception {
        try (Backend web = Backend.text("thanks");
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, false, "POST", "/", withLength ? "content-length: 6" : "x: y")
                    .data(1, false, "abc")
                    .data(1, true, "def");
            assertThat(client.message(1).body()).isEqualTo("thanks");
            assertThat(web.requests.get(0).body()).isEqualTo("abcdef");
            assertThat(web.requests.get(0).value("Content-Length")).isEqualTo(withLength ? "6" : "");
            assertThat(web.requests.get(0).value("Transfer-Encoding")).isEqualTo(withLength ? "" : "chunked");
        }
    }

    @Test
    void responsesWithoutBodyEndWithTheirHead() throws Exception {
        try (Backend web = Backend.of((wire, request) -> {
                    wire.send(
                            request.head().startsWith("HEAD")
                                    ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                                    : "HTTP/1.1 " + request.target().substring(1) + " Nothing\r\n\r\n");
                    return true;
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, true, "HEAD", "/").get(3, "/204").get(5, "/304");
            Http2Wire.Frame head = client.expect(Http2Wire.HEADERS, 1);
            assertThat(head.isEndOfStream()).isTrue();
            assertThat(head.fields()).containsExactly(":status: 200", "content-length: 5");
            assertThat(client.expect(Http2Wire.HEADERS, 3).isEndOfStream()).isTrue();
            assertThat(client.expect(Http2Wire.HEADERS, 5).isEndOfStream()).isTrue();
        }
    }

    @Test
    void informationalResponsesPassAndAClientThatWaitsForOneGetsIt() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    String head = wire.head();
                    wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                    assertThat(head).contains("expect: 100-continue");
                    assertThat(wire.text(3)).isEqualTo("abc");
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, false, "PUT", "/", "content-length: 3", "expect: 100-continue");
            assertThat(client.expect(Http2Wire.HEADERS, 1).fields()).containsExactly(":status: 103", "link: </a>");
            assertThat(client.expect(Http2Wire.HEADERS, 1).fields()).containsExactly(":status: 100");
            client.data(1, true, "abc");
            assertThat(client.message(1).status()).isEqualTo(200);
        }
    }

    @Test
    void anEarlyAnswerIsWholeAndStopsTheUpload() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
                    wire.rest();
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, false, "POST", "/").data(1, false, "abc");
            Http2Wire.Message response = client.message(1);
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).isEqualTo("big");
            assertThat(client.expect(Http2Wire.RST_STREAM, 1).number(0)).isZero(); // NO_ERROR
            client.data(1, false, "more"); // was under way: must not hurt the connection
            client.get(3, "/");
            assertThat(client.message(3).status()).isEqualTo(413);
        }
    }

    @Test
    void aTruncatedResponseEndsInAReset() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/");
            assertThat(client.message(1).reset()).isEqualTo(2); // INTERNAL_ERROR
        }
        fixture.awaitOutcome(0, Outcome.RESET, 1);
    }

    @Test
    void withoutAnEndpointTheAnswerIsOurOwnAndTheConnectionGoesOn() throws Exception {
        try (Http2Wire client = connect()) {
            client.get(1, "/");
            Http2Wire.Message response = client.message(1);
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).contains("No server is available");
            assertThat(response.blocks().get(0)).noneMatch(line -> line.startsWith("connection"));
            client.request(3, true, "HEAD", "/");
            assertThat(client.message(3).body()).isEmpty();
        }
    }

    @Test
    void aClientThatCancelsEndsTheUseOfTheEndpoint() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (Backend web = Backend.of((wire, request) -> {
                    asked.countDown();
                    wire.rest();
                    return false;
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/");
            asked.await();
            client.reset(1, 8);
            fixture.awaitOutcome(0, Outcome.CANCELLED, 1);
        }
    }

    @Test
    void aSlowReaderHoldsTheEndpointBackAndNotItsNeighbours() throws Exception {
        int size = 48 << 20;
        AtomicLong written = new AtomicLong();
        try (Backend web = Backend.of((wire, request) -> {
                    if (request.target().equals("/small")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmall");
                        return true;
                    }
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                    byte[] part = new byte[64 << 10];
                    for (int i = 0; i < size / part.length; i++) {
                        wire.socket.getOutputStream().write(part);
                        written.addAndGet(part.length);
                    }
                    return true;
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.opensWindows = false;
            client.window(0, 64 << 20);
            client.get(1, "/big");
            int got = 0;
            client.expect(Http2Wire.HEADERS, 1);
            while (got < 65_535) {
                got += client.expect(Http2Wire.DATA, 1).payload().length();
            }
            client.get(3, "/small");
            assertThat(client.message(3).body()).isEqualTo("small");
            assertThat(written.get()).isLessThan(24 << 20);
            client.window(1, size);
            while (got < size) {
                got += client.expect(Http2Wire.DATA, 1).payload().length();
            }
            assertThat(got).isEqualTo(size);
        }
    }

    @Test
    void aSlowEndpointHoldsTheClientBack() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        int frames = 2000;
        int size = 16 << 10;
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    go.await();
                    wire.in().readNBytes(frames * size);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, false, "POST", "/", "content-length: " + frames * size);
            // Sends no more than it may: what is taken while nobody reads is bounded by the kernel's buffers.
            UploadingClient upload = new UploadingClient(client, frames, size);
            upload.start();
            Eventually.holds("the client has to wait", upload::isWaiting);
            go.countDown();
            upload.join();
            assertThat(client.message(1).status()).isEqualTo(200);
        }
    }

    @Test
    void aWebSocketOpensAsAStream() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    Wire.Message request = new Wire.Message(wire.head(), "");
                    assertThat(request.head()).startsWith("GET /chat HTTP/1.1\r\n");
                    assertThat(request.value("Upgrade")).isEqualTo("websocket");
                    assertThat(request.value("Sec-WebSocket-Key")).hasSize(24);
                    wire.send(AGREE + "hello");
                    assertThat(wire.text(3)).isEqualTo("abc");
                    wire.send("bye");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.headers(
                    1,
                    false,
                    ":method: CONNECT",
                    ":protocol: websocket",
                    ":scheme: http",
                    ":path: /chat",
                    ":authority: web",
                    "sec-websocket-version: 13");
            assertThat(client.expect(Http2Wire.HEADERS, 1).fields()).containsExactly(":status: 200");
            assertThat(client.expect(Http2Wire.DATA, 1).payload()).isEqualTo("hello");
            client.data(1, false, "abc");
            assertThat(client.message(1).body()).isEqualTo("bye");
            assertThat(client.settings).containsEntry(8, 1);
        }
    }

    @Test
    void theLastWordsOfAWebSocketsClientArriveAndEndIt() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE);
                    assertThat(wire.rest()).isEqualTo("one, two");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            openWebSocket(client);
            client.data(1, false, "one, ").data(1, true, "two");
            Http2Wire.Message rest = client.message(1);
            assertThat(rest.body()).isEmpty();
            assertThat(rest.reset()).isEqualTo(-1);
        }
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
    }

    @Test
    void aClientOfAWebSocketThatHasEndedStillGetsAllThatTheEndpointSays() throws Exception {
        String much = "0123456789".repeat(100_000);
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE);
                    wire.send(wire.rest() + much);
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            openWebSocket(client).data(1, true, "that is all");
            Http2Wire.Message rest = client.message(1);
            assertThat(rest.body()).isEqualTo("that is all" + much);
            assertThat(rest.reset()).isEqualTo(-1);
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    @Test
    void anEndpointOfAWebSocketThatHasEndedStillGetsAllThatTheClientSays() throws Exception {
        CompletableFuture<String> said = new CompletableFuture<>();
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE + "bye");
                    wire.endOutput();
                    said.complete(wire.rest());
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            openWebSocket(client);
            assertThat(client.message(1).body()).isEqualTo("bye");
            client.data(1, false, "one, ").data(1, true, "two");
            assertThat(said.get()).isEqualTo("one, two");
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
            client.request(3, true, "GET", "/"); // nothing is left in the way of others
            assertThat(client.next(3).type()).isIn(Http2Wire.HEADERS, Http2Wire.RST_STREAM);
        }
    }

    private static void askForWebSocket(Http2Wire client) throws Exception {
        client.headers(
                1, false, ":method: CONNECT", ":protocol: websocket", ":scheme: http", ":path: /", ":authority: web");
    }

    private static Http2Wire openWebSocket(Http2Wire client) throws Exception {
        askForWebSocket(client);
        client.expect(Http2Wire.HEADERS, 1);
        return client;
    }

    @Test
    void nothingMoreOfAClientPassesBeforeTheEndpointAgreesToAWebSocket() throws Exception {
        CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
        CompletableFuture<Integer> leaked = new CompletableFuture<>();
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    if (wire.head().startsWith("GET /other")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                        return;
                    }
                    mayAnswer.join();
                    leaked.complete(wire.in().available());
                    wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                    wire.rest();
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            askForWebSocket(client);
            Eventually.holds("the endpoint is asked", () -> web.accepted() == 1);
            client.data(1, false, "GET /smuggled HTTP/1.1\r\nHost: web\r\n\r\n").get(3, "/other");
            assertThat(client.message(3).status()).isEqualTo(200); // what was sent before that has been dealt with
            mayAnswer.complete(null);
            assertThat(client.message(1).status()).isEqualTo(403);
            assertThat(leaked.join()).isZero();
        }
    }

    @Test
    void anEndpointThatSaysNothingToAWebSocketIsToBlameForIt() throws Exception {
        fixture.close();
        fixture = new HttpFixture(transport, HttpFixture.QUICK.withServerTimeout(Duration.ofMillis(300)));
        try (Backend web = Backend.silent();
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            askForWebSocket(client);
            assertThat(client.message(1).status()).isEqualTo(504);
            fixture.awaitOutcome(0, Outcome.TIMEOUT, 1);
        }
    }

    @Test
    void whoSpeaksToAnEndpointOfAWebSocketThatIsGoneIsToldSo() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE + "bye");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            openWebSocket(client);
            Http2Wire.Message rest = client.message(1);
            assertThat(rest.body()).isEqualTo("bye");
            Eventually.holds("it is told", () -> {
                ask(client, "is there anybody?");
                return fixture.endpoint(0).count(Outcome.SUCCESS) == 1;
            });
            assertThat(client.next(1).type()).isEqualTo(Http2Wire.RST_STREAM);
        }
    }

    @Test
    void trailersOfARequestEndIt() throws Exception {
        try (Backend web = Backend.text("thanks");
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, false, "POST", "/").data(1, false, "abc").headers(1, true, "x-sum: 1");
            assertThat(client.message(1).body()).isEqualTo("thanks");
            assertThat(web.requests.get(0).body()).isEqualTo("abc");
        }
    }

    @Test
    void anEndpointThatWillNotUpgradeIsNoWebSocket() throws Exception {
        try (Backend web = Backend.text("page");
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            askForWebSocket(client);
            assertThat(client.message(1).reset()).isEqualTo(10); // CONNECT_ERROR
        }
    }

    @Test
    void drainingTellsTheClientInTwoStepsAndLosesNothing() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (Backend web = Backend.of((wire, request) -> {
                    asked.countDown();
                    answer.await();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    return true;
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/");
            asked.await();
            fixture.engine.drain();
            Http2Wire.Frame first = client.next(0);
            assertThat(first.type()).isEqualTo(Http2Wire.GOAWAY);
            assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
            client.get(3, "/late"); // was under way when the first came
            Http2Wire.Frame second = client.next(0);
            assertThat(second.type()).isEqualTo(Http2Wire.GOAWAY);
            assertThat(second.number(4)).isZero();
            answer.countDown();
            assertThat(client.message(1).body()).isEqualTo("ok");
            if (second.number(0) == 3) {
                assertThat(client.message(3).body()).isEqualTo("ok");
            }
            assertThat(client.next()).isNull();
        }
    }

    @Test
    void anIdleConnectionEndsWithAGoodbye() throws Exception {
        reopen(HttpFixture.QUICK.withKeepAliveTimeout(Duration.ofMillis(1)));
        try (Backend web = Backend.text("web");
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/");
            assertThat(client.message(1).body()).isEqualTo("web");
            assertThat(client.goAway()).isZero();
        }
    }

    @Test
    void anEndpointThatIsSilentForTooLongIsA504OnItsStreamOnly() throws Exception {
        reopen(HttpFixture.QUICK.withServerTimeout(Duration.ofMillis(1)));
        try (Backend web = Backend.of((wire, request) -> {
                    if (request.target().equals("/never")) {
                        wire.rest();
                        return false;
                    }
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    return true;
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/never");
            assertThat(client.message(1).status()).isEqualTo(504);
            client.get(3, "/");
            assertThat(client.message(3).status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatOwesItsBodyForTooLongIsTold() throws Exception {
        reopen(HttpFixture.QUICK.withClientTimeout(Duration.ofMillis(1)));
        try (Backend web = Backend.silent();
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, false, "POST", "/");
            assertThat(client.message(1).status()).isEqualTo(408);
        }
    }

    /* It opens the window of the connection only, since its streams have a large one. */
    @Test
    void aClientThatReadsSlowlyButSteadilyGetsAllOfItsResponse() throws Exception {
        reopen(HttpFixture.PATIENT.withClientTimeout(HttpFixture.LIMIT));
        int first = 65_535;
        int part = 2 * 1024;
        int parts = 25;
        String body = "x".repeat(first + part * parts);
        try (Backend big = Backend.text(body);
                Http2Wire client =
                        fixture.endpoints(big) == null ? null : connect(Http2Wire.INITIAL_WINDOW_SIZE, 1 << 20)) {
            client.opensWindows = false;
            client.get(1, "/").expect(Http2Wire.HEADERS, 1);
            take(client, first);
            for (int i = 0; i < parts; i++) {
                fixture.pass(HttpFixture.LIMIT.dividedBy(10)); // its pace
                client.window(0, part);
                take(client, part);
            }
        }
    }

    private static void ask(Http2Wire client, String question) {
        try {
            client.data(1, false, question);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void take(Http2Wire client, int bytes) throws Exception {
        int left = bytes;
        while (left > 0) {
            left -= client.expect(Http2Wire.DATA, 1).payload().length();
        }
        assertThat(left).isZero();
    }

    void reopen(HttpConfig config) {
        fixture.close();
        fixture = new HttpFixture(transport, config);
    }

    /** Sends DATA as far as the windows allow. */
    private static final class UploadingClient extends Thread {

        private final Http2Wire client;
        private final int frames;
        private final String part;
        private volatile boolean waiting;
        private long streamWindow = 65_535;
        private long window = 65_535;

        UploadingClient(Http2Wire client, int frames, int size) {
            this.client = client;
            this.frames = frames;
            this.part = "x".repeat(size);
        }

        boolean isWaiting() {
            return waiting;
        }

        @Override
        public void run() {
            try {
                client.windowUpdates = (stream, increment) -> {
                    if (stream == 0) {
                        window += increment;
                    } else {
                        streamWindow += increment;
                    }
                };
                for (int i = 0; i < frames; i++) {
                    while (Math.min(streamWindow, window) < part.length()) {
                        waiting = true;
                        client.awaitWindow();
                    }
                    waiting = false;
                    streamWindow -= part.length();
                    window -= part.length();
                    client.data(1, i == frames - 1, part);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
