package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that speak HTTP/2 with prior knowledge, behind clients of either version. */
class Http2UpstreamTest {

    private static final int FIRST = 3; // the codec's clients keep 1 for upgrades

    private HttpFixture fixture;

    @BeforeEach
    void open() {
        open(HttpFixture.QUICK);
    }

    private void open(HttpConfig config) {
        fixture = new HttpFixture(config, null);
        fixture.backend.options(BackendOptions.builder()
                .policy(BackendPolicy.NONE.withProtocol(BackendProtocol.H2C))
                .build());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Http2Wire connect(int... settings) throws Exception {
        return Http2Wire.to(fixture.address(), settings);
    }

    private interface Script {
        void talk(Http2Wire wire) throws Exception;
    }

    private static Backend talking(Script script, int... settings) {
        return Backend.talking(socket -> {
            try (Http2Wire wire = Http2Wire.server(socket, settings)) {
                script.talk(wire);
                wire.goAway();
            }
        });
    }

    /** Answers every request with its path. */
    private static Backend echo() {
        return talking(wire -> {
            for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                if (frame.type() == Http2Wire.HEADERS) {
                    wire.headers(frame.stream(), false, ":status: 200", "x-thing: 1")
                            .data(frame.stream(), true, path(frame.fields()));
                }
            }
        });
    }

    private static String path(List<String> fields) {
        return fields.stream()
                .filter(field -> field.startsWith(":path: "))
                .findFirst()
                .orElseThrow()
                .substring(7);
    }

    @Test
    void aClientOfHttp1IsServed() throws Exception {
        List<List<String>> asked = new ArrayList<>();
        try (Backend web = talking(wire -> {
                    Http2Wire.Message request = wire.message(FIRST);
                    asked.add(request.blocks().get(0));
                    wire.headers(FIRST, false, ":status: 201", "x-thing: 1")
                            .data(FIRST, false, "abc")
                            .data(FIRST, true, request.body());
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.send("POST /a HTTP/1.1\r\nHost: web\r\nX-Mine: 2\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n");
            Wire.Message response = client.message();
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.value("x-thing")).isEqualTo("1");
            assertThat(response.body()).isEqualTo("abcdef");
        }
        assertThat(asked.get(0))
                .startsWith(":method: POST", ":path: /a", ":scheme: http", ":authority: web", "x-mine: 2")
                .contains("te: trailers", "x-forwarded-for: 127.0.0.1")
                .noneMatch(field -> field.startsWith("connection") || field.startsWith("x-hop"))
                .noneMatch(field -> field.startsWith("transfer-encoding") || field.startsWith("host"));
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
    }

    @Test
    void requestsShareAConnectionWhateverTheirOrder() throws Exception {
        try (Backend web = talking(wire -> {
                    List<Http2Wire.Frame> requests = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        requests.add(wire.next());
                    }
                    for (int i = 19; i >= 0; i--) {
                        int stream = requests.get(i).stream();
                        wire.headers(stream, false, ":status: 200");
                        wire.data(stream, true, path(requests.get(i).fields()));
                    }
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            for (int i = 0; i < 20; i++) {
                client.get(2 * i + 1, "/" + i);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(client.message(2 * i + 1).body()).isEqualTo("/" + i);
            }
            assertThat(web.accepted()).isEqualTo(1);
        }
    }

    @Test
    void anEndpointThatTakesFewStreamsGetsMoreConnections() throws Exception {
        CountDownLatch all = new CountDownLatch(3);
        try (Backend web = talking(
                        wire -> {
                            Http2Wire.Frame request = wire.next();
                            all.countDown();
                            all.await();
                            wire.headers(request.stream(), true, ":status: 204");
                        },
                        Http2Wire.MAX_CONCURRENT_STREAMS,
                        1);
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/").get(3, "/").get(5, "/");
            for (int stream = 1; stream <= 5; stream += 2) {
                assertThat(client.message(stream).status()).isEqualTo(204);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whoWaitsForAConnectionThatTurnsOutToBeFullGetsAnother(int streams) throws Exception {
        int requests = 20;
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(requests);
        try (Backend web = Backend.talking(socket -> {
                    waiting.await();
                    try (Http2Wire wire = Http2Wire.server(socket, Http2Wire.MAX_CONCURRENT_STREAMS, streams)) {
                        List<Integer> asked = new ArrayList<>();
                        for (int i = 0; i < streams; i++) {
                            asked.add(wire.next().stream());
                            all.countDown();
                        }
                        all.await();
                        for (int stream : asked) {
                            wire.headers(stream, true, ":status: 204");
                        }
                        wire.goAway();
                    }
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            for (int i = 0; i < requests; i++) {
                client.request(2 * i + 1, true, "POST", "/");
            }
            Eventually.holds("they wait", () -> fixture.endpoint(0).inFlight() == requests);
            waiting.countDown();
            for (int i = 0; i < requests; i++) {
                assertThat(client.message(2 * i + 1).status()).isEqualTo(204);
            }
            assertThat(fixture.endpoint(0).count(Outcome.CONNECT_FAILED)).isZero();
        }
    }

    @Test
    void anEndpointThatTakesNoStreamsAtAllIsOneThatCannotBeReached() throws Exception {
        try (Backend none = talking(wire -> {}, Http2Wire.MAX_CONCURRENT_STREAMS, 0)) {
            fixture.endpoints(none);
            assertThat(fixture.get("/").status()).isEqualTo(503);
        }
        assertThat(fixture.endpoint(0).count(Outcome.CONNECT_FAILED)).isPositive();
    }

    @Test
    void whoWaitsForAConnectionToATaskThatIsTakenOutGoesElsewhere() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        try (Backend mute = Backend.talking(socket -> {
                    socket.getInputStream().readAllBytes();
                    cut.countDown();
                });
                Backend other = echo();
                Http2Wire client = fixture.endpoints(mute) == null ? null : connect()) {
            client.request(1, true, "POST", "/1").request(3, true, "POST", "/3");
            Eventually.holds("they wait", () -> fixture.endpoint(0).inFlight() == 2);
            fixture.endpoints(other);
            assertThat(client.message(1).body()).isEqualTo("/1");
            assertThat(client.message(3).body()).isEqualTo("/3");
            assertThat(cut.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void aUnaryCallOfGrpcPasses() throws Exception {
        try (Backend grpc = talking(wire -> {
                    Http2Wire.Message call = wire.message(FIRST);
                    assertThat(call.blocks().get(0))
                            .contains(":path: /pkg.Service/Call", "te: trailers", "content-type: application/grpc");
                    wire.headers(FIRST, false, ":status: 200", "content-type: application/grpc")
                            .data(FIRST, false, call.body())
                            .headers(FIRST, true, "grpc-status: 0", "grpc-message: fine");
                });
                Http2Wire client = fixture.endpoints(grpc) == null ? null : connect()) {
            client.request(1, false, "POST", "/pkg.Service/Call", "content-type: application/grpc", "te: trailers");
            client.data(1, true, "\0\0\0\0\3abc");
            Http2Wire.Message answer = client.message(1);
            assertThat(answer.body()).isEqualTo("\0\0\0\0\3abc");
            assertThat(answer.blocks()).hasSize(2);
            assertThat(answer.last()).containsExactly("grpc-status: 0", "grpc-message: fine");
        }
    }

    @Test
    void aFailedCallOfGrpcIsOneBlockOfFields() throws Exception {
        try (Backend grpc = talking(wire -> {
                    wire.message(FIRST);
                    wire.headers(FIRST, true, ":status: 200", "content-type: application/grpc", "grpc-status: 12");
                });
                Http2Wire client = fixture.endpoints(grpc) == null ? null : connect()) {
            client.request(1, false, "POST", "/", "content-type: application/grpc")
                    .data(1, true, "x");
            Http2Wire.Frame only = client.expect(Http2Wire.HEADERS, 1);
            assertThat(only.isEndOfStream()).isTrue();
            assertThat(only.fields())
                    .containsExactly(":status: 200", "content-type: application/grpc", "grpc-status: 12");
        }
    }

    @Test
    void aStreamOfGrpcTalksBothWaysInTurns() throws Exception {
        try (Backend grpc = talking(wire -> {
                    wire.expect(Http2Wire.HEADERS, FIRST);
                    wire.headers(FIRST, false, ":status: 200");
                    for (int i = 0; i < 5; i++) {
                        wire.data(
                                FIRST,
                                false,
                                "re:" + wire.expect(Http2Wire.DATA, FIRST).payload());
                    }
                    Http2Wire.Message end = wire.message(FIRST);
                    assertThat(end.last()).containsExactly("x-sum: 5");
                    wire.headers(FIRST, true, "grpc-status: 0");
                });
                Http2Wire client = fixture.endpoints(grpc) == null ? null : connect()) {
            client.request(1, false, "POST", "/");
            assertThat(client.expect(Http2Wire.HEADERS, 1).fields()).contains(":status: 200");
            for (int i = 0; i < 5; i++) {
                client.data(1, false, "m" + i);
                assertThat(client.expect(Http2Wire.DATA, 1).payload()).isEqualTo("re:m" + i);
            }
            client.headers(1, true, "x-sum: 5", "content-length: 7", "cookie: x");
            assertThat(client.message(1).last()).containsExactly("grpc-status: 0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aRefusedStreamIsSentAgain(String method) throws Exception {
        try (Backend full = talking(wire -> {
                    for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                        if (frame.type() == Http2Wire.HEADERS) {
                            wire.reset(frame.stream(), 7); // REFUSED_STREAM
                        }
                    }
                });
                Backend free = echo();
                Http2Wire client = fixture.endpoints(full, free) == null ? null : connect()) {
            for (int stream = 1; stream <= 7; stream += 2) {
                client.request(stream, true, method, "/" + stream);
                assertThat(client.message(stream).body()).isEqualTo("/" + stream);
            }
        }
        assertThat(fixture.endpoint(0).count(Outcome.RESET)).isZero();
        assertThat(fixture.endpoint(0).count(Outcome.CANCELLED)).isPositive();
    }

    @Test
    void whatAGoodbyeLeavesOutGoesToAnotherConnection() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (Backend web = talking(wire -> {
                    if (connections.incrementAndGet() > 1) {
                        wire.message(FIRST);
                        wire.headers(FIRST, false, ":status: 200").data(FIRST, true, "second");
                        return;
                    }
                    wire.next(FIRST);
                    wire.next(FIRST + 2);
                    wire.frame(
                            Http2Wire.GOAWAY,
                            0,
                            0,
                            java.nio.ByteBuffer.allocate(8)
                                    .putInt(FIRST)
                                    .putInt(0)
                                    .array());
                    wire.headers(FIRST, false, ":status: 200").data(FIRST, true, "first");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, true, "POST", "/1").request(3, true, "POST", "/3");
            assertThat(client.message(1).body()).isEqualTo("first");
            assertThat(client.message(3).body()).isEqualTo("second");
        }
        Eventually.holds("both were used", () -> connections.get() == 2);
    }

    @Test
    void aStreamThatFailsIsA502OrAReset() throws Exception {
        try (Backend web = talking(wire -> {
                    for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                        if (frame.type() != Http2Wire.HEADERS) {
                            continue;
                        }
                        switch (path(frame.fields())) {
                            case "/before" -> wire.reset(frame.stream(), 2);
                            case "/after" ->
                                wire.headers(frame.stream(), false, ":status: 200", "content-length: 9")
                                        .data(frame.stream(), false, "abc")
                                        .reset(frame.stream(), 2);
                            case "/short" ->
                                wire.headers(frame.stream(), false, ":status: 200", "content-length: 9")
                                        .data(frame.stream(), true, "abc");
                            default -> wire.headers(frame.stream(), true, ":status: 200", "bad name: x");
                        }
                    }
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.request(1, true, "POST", "/before");
            assertThat(client.message(1).status()).isEqualTo(502);
            client.request(3, true, "POST", "/after");
            assertThat(client.message(3).reset()).isEqualTo(2); // INTERNAL_ERROR
            client.request(5, true, "POST", "/short");
            assertThat(client.message(5).reset()).isEqualTo(2);
            client.request(7, true, "POST", "/malformed");
            assertThat(client.message(7).status()).isEqualTo(502);
            assertThat(web.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "HEAD, 404", "GET, 204", "GET, 304"})
    void aBodyThatNoResponseMayHaveGoesNoFurther(String method, int status) throws Exception {
        try (Backend web = talking(wire -> {
                    wire.message(FIRST);
                    wire.headers(FIRST, false, ":status: " + status).data(FIRST, true, "HTTP/1.1 200 OK\r\n\r\n");
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.send(method + " / HTTP/1.1\r\nHost: web\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ");
            assertThat(client.rest()).isEmpty();
        }
        fixture.awaitOutcome(0, Outcome.FAILURE, 1);
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 304"})
    void aResponseWithoutBodyMayEndWithAnEmptyFrame(String method, int status) throws Exception {
        try (Backend web = talking(wire -> {
                    for (int stream = FIRST; stream <= FIRST + 2; stream += 2) {
                        wire.message(stream);
                        wire.headers(stream, false, ":status: " + status, "content-length: 5")
                                .data(stream, true, "");
                    }
                });
                Wire client = fixture.endpoints(web).connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(method + " / HTTP/1.1\r\nHost: web\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ");
            }
        }
        fixture.awaitOutcome(0, Outcome.SUCCESS, 2);
    }

    @Test
    void aResponseWithoutTheBodyThatItAnnouncesIsA502() throws Exception {
        try (Backend web = talking(wire -> {
                    wire.message(FIRST);
                    wire.headers(FIRST, true, ":status: 200", "content-length: 500");
                });
                Wire client = fixture.endpoints(web).connect()) {
            assertThat(client.get("/").message().status()).isEqualTo(502);
            assertThat(client.rest()).isEmpty();
        }
        fixture.awaitOutcome(0, Outcome.FAILURE, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trailers", "nothing", "less", "more"})
    void aBodyOfAnotherLengthThanAnnouncedIsCut(String body) throws Exception {
        CountDownLatch headCame = new CountDownLatch(1);
        try (Backend web = talking(wire -> {
                    wire.message(FIRST);
                    wire.headers(FIRST, false, ":status: 200", "content-length: 5");
                    headCame.await();
                    switch (body) {
                        case "trailers" -> wire.headers(FIRST, true, "x-sum: 1");
                        case "nothing" -> wire.data(FIRST, true, "");
                        case "less" -> wire.data(FIRST, false, "abc").data(FIRST, true, "");
                        default -> wire.data(FIRST, false, "abc").data(FIRST, true, "defHTTP/1.1 200 OK\r\n\r\n");
                    }
                });
                Wire client = fixture.endpoints(web).connect()) {
            assertThat(client.get("/").head()).startsWith("HTTP/1.1 200 ");
            headCame.countDown();
            assertThat(client.rest()).isEqualTo(body.equals("less") || body.equals("more") ? "abc" : "");
        }
    }

    @Test
    void clientsThatCancelOftenDoNotHarmOthersOnTheSameConnection() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(220);
        try (Backend web = talking(wire -> {
                    int patient = wire.next().stream();
                    asked.countDown();
                    while (cancelled.getCount() > 0) {
                        Http2Wire.Frame frame = wire.next();
                        if (frame.type() == Http2Wire.RST_STREAM) {
                            cancelled.countDown();
                        }
                    }
                    wire.headers(patient, false, ":status: 200").data(patient, true, "patient");
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.get(1, "/");
            asked.await();
            for (int connection = 0; connection < 2; connection++) {
                try (Http2Wire hasty = connect()) {
                    for (int i = 0; i < 110; i++) {
                        hasty.get(2 * i + 1, "/");
                        Eventually.holds(
                                "it was asked", () -> fixture.endpoint(0).inFlight() == 2);
                        hasty.reset(2 * i + 1, 8);
                        Eventually.holds(
                                "that is over", () -> fixture.endpoint(0).inFlight() < 2); // or even the patient one is
                    }
                }
            }
            cancelled.await();
            assertThat(client.message(1).body()).isEqualTo("patient");
            assertThat(web.accepted()).isEqualTo(1);
        }
    }

    @Test
    void anEndpointThatSpeaksNoHttp2GetsNoRequest() throws Exception {
        try (Backend old = Backend.saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) {
            fixture.endpoints(old);
            assertThat(fixture.get("/").status()).isEqualTo(503);
        }
        assertThat(fixture.endpoint(0).count(Outcome.CONNECT_FAILED)).isPositive();
    }

    @Test
    void aConnectionThatIsDeadIsNotUsedForever() throws Exception {
        fixture.close();
        open(HttpFixture.QUICK.withServerTimeout(Duration.ofMillis(1)));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Backend dead = talking(wire -> {
                    wire.next();
                    asked.countDown();
                    end.await(); // takes what the kernel takes, and says nothing
                });
                Http2Wire client = fixture.endpoints(dead) == null ? null : connect()) {
            client.get(1, "/");
            asked.await();
            assertThat(client.message(1).status()).isEqualTo(504);
            end.countDown();
        }
        fixture.awaitOutcome(0, Outcome.TIMEOUT, 1);
    }

    @Test
    void aSlowClientHoldsTheEndpointBackByItsWindow() throws Exception {
        int size = 8 << 20;
        AtomicLong sent = new AtomicLong();
        try (Backend web = talking(wire -> {
                    AtomicLong stream = new AtomicLong(65_535);
                    AtomicLong all = new AtomicLong(65_535);
                    wire.windowUpdates = (id, increment) -> (id == 0 ? all : stream).addAndGet(increment);
                    wire.next();
                    wire.headers(FIRST, false, ":status: 200");
                    String part = "x".repeat(16 << 10);
                    while (sent.get() < size) {
                        while (Math.min(stream.get(), all.get()) < part.length()) {
                            wire.awaitWindow();
                        }
                        stream.addAndGet(-part.length());
                        all.addAndGet(-part.length());
                        wire.data(FIRST, sent.addAndGet(part.length()) >= size, part);
                    }
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : connect()) {
            client.opensWindows = false;
            client.window(0, 64 << 20);
            client.get(1, "/");
            client.expect(Http2Wire.HEADERS, 1);
            int got = 0;
            while (got < 65_535) {
                got += client.expect(Http2Wire.DATA, 1).payload().length();
            }
            assertThat(sent.get()).isLessThan(1 << 20);
            client.window(1, size);
            while (got < size) {
                got += client.expect(Http2Wire.DATA, 1).payload().length();
            }
        }
    }

    @Test
    void clientsThatTakeNothingDoNotHoldUpOthersOnTheSameConnection() throws Exception {
        try (Backend web = talking(wire -> {
                    WindowedSender responses = new WindowedSender(wire);
                    for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                        if (frame.type() == Http2Wire.HEADERS) {
                            wire.headers(frame.stream(), false, ":status: 200");
                            responses.send(frame.stream(), path(frame.fields()).equals("/small") ? 1 : 1 << 20);
                        }
                    }
                });
                Http2Wire slow = fixture.endpoints(web) == null ? null : connect();
                Wire other = fixture.connect()) {
            slow.opensWindows = false;
            slow.window(0, 64 << 20);
            int streams = 50;
            for (int i = 0; i < streams; i++) {
                slow.get(2 * i + 1, "/big");
            }
            int expected = streams * 65_535;
            while (expected > 0) {
                Http2Wire.Frame frame = slow.next();
                expected -= frame.type() == Http2Wire.DATA ? frame.payload().length() : 0;
            }
            assertThat(other.get("/small").message().body()).isEqualTo("x");
            assertThat(web.accepted()).isEqualTo(1);
        }
    }

    /** Sends bodies as far as windows of 64 KiB allow, the first that were asked for first. */
    private static final class WindowedSender {

        private static final int PART = 16 << 10;

        private final Http2Wire wire;
        private final Map<Integer, Integer> left = new LinkedHashMap<>();
        private final Map<Integer, Integer> windows = new HashMap<>();

        WindowedSender(Http2Wire wire) {
            this.wire = wire;
            windows.put(0, 65_535);
            wire.windowUpdates = (stream, increment) -> {
                if (windows.containsKey(stream)) {
                    windows.merge(stream, increment, Integer::sum);
                    send();
                }
            };
        }

        void send(int stream, int bytes) {
            left.put(stream, bytes);
            windows.put(stream, 65_535);
            send();
        }

        private void send() {
            for (Map.Entry<Integer, Integer> body : left.entrySet()) {
                int stream = body.getKey();
                int most;
                while ((most = Math.min(Math.min(PART, body.getValue()), Math.min(windows.get(0), windows.get(stream))))
                        > 0) {
                    windows.merge(0, -most, Integer::sum);
                    windows.merge(stream, -most, Integer::sum);
                    body.setValue(body.getValue() - most);
                    try {
                        wire.data(stream, body.getValue() == 0, "x".repeat(most));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }
    }

    /** Answers one request and waits for the proxy's good-bye. */
    private static Backend answeringOnce(CountDownLatch closed) {
        return talking(wire -> {
            wire.message(FIRST);
            wire.headers(FIRST, true, ":status: 204");
            wire.goAway();
            closed.countDown();
        });
    }

    @Test
    void connectionsToAnEndpointThatIsNoMoreAreClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (Backend web = answeringOnce(closed);
                Backend next = echo()) {
            fixture.endpoints(web);
            assertThat(fixture.get("/").status()).isEqualTo(204);
            fixture.endpoints(next);
            closed.await();
            assertThat(fixture.get("/next").body()).isEqualTo("/next");
        }
    }

    @Test
    void idleConnectionsAreClosedWithTheEngine() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (Backend web = answeringOnce(closed)) {
            fixture.endpoints(web);
            assertThat(fixture.get("/").status()).isEqualTo(204);
            fixture.engine.close();
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aWebSocketGoesAsHttp1() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    assertThat(wire.head()).contains("Upgrade: websocket");
                    wire.send(
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi");
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101");
            assertThat(client.text(2)).isEqualTo("hi");
        }
    }
}
