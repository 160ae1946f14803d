package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP/2 lets a hostile client try. */
class Http2AttackTest {

    private static final int PROTOCOL_ERROR = 1;
    private static final int ENHANCE_YOUR_CALM = 11;

    private HttpFixture fixture = new HttpFixture();
    private Backend web;

    @BeforeEach
    void open() {
        web = Backend.text("web");
        fixture.endpoints(web);
    }

    @AfterEach
    void close() {
        fixture.close();
        web.close();
    }

    private Http2Wire connect(int... settings) throws Exception {
        return Http2Wire.to(fixture.address(), settings);
    }

    static Stream<String> malformed() {
        String get = ":method: GET|:scheme: http|:path: /|:authority: web";
        return Stream.of(
                ":scheme: http|:path: /|:authority: web",
                ":method: GET|:path: /|:authority: web",
                ":method: GET|:scheme: http|:authority: web",
                ":method: GET|:scheme: http|:path: /",
                ":method: |:scheme: http|:path: /|:authority: web",
                ":method: G T|:scheme: http|:path: /|:authority: web",
                ":method: GET / HTTP/1.1\r\nx:|:scheme: http|:path: /|:authority: web",
                ":method: GET|:scheme: ftp|:path: /|:authority: web",
                ":method: GET|:scheme: http|:path: |:authority: web",
                ":method: GET|:scheme: http|:path: a|:authority: web",
                ":method: GET|:scheme: http|:path: http://web/|:authority: web",
                ":method: GET|:scheme: http|:path: /a b|:authority: web",
                ":method: GET|:scheme: http|:path: /a\r\nx: y|:authority: web",
                ":method: GET|:scheme: http|:path: /a#b|:authority: web",
                ":method: GET|:scheme: http|:path: /|:authority: we\r\nb",
                ":method: CONNECT|:scheme: http|:path: /|:authority: web",
                ":method: GET|:scheme: http|:path: /|:authority: web|:protocol: websocket",
                get + "|:path: /b",
                get + "|:method: GET",
                get + "|:status: 200",
                get + "|:other: 1",
                get + "|x: y|:path: /",
                get + "|host: other",
                get + "|host: web|host: web",
                get + "|X-Upper: 1",
                get + "|x y: 1",
                get + "|: 1",
                get + "|x: a\r\nb: c",
                get + "|x: a\nb",
                get + "|x: a\0b",
                get + "|x: a\u007fb",
                get + "|x\r\n: b",
                get + "|x:  a",
                get + "|x: a\t",
                get + "|connection: close",
                get + "|connection: x",
                get + "|keep-alive: 5",
                get + "|proxy-connection: close",
                get + "|transfer-encoding: chunked",
                get + "|upgrade: websocket",
                get + "|te: chunked",
                get + "|te: trailers, chunked",
                get + "|content-length: 1",
                get + "|content-length: -1",
                get + "|content-length: 0, 1",
                get + "|content-length: 0|content-length: 1");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedRequestIsResetAndReachesNobody(String fields) throws Exception {
        try (Http2Wire client = connect()) {
            client.headers(1, true, fields.split("\\|"));
            Http2Wire.Frame end = client.next();
            assertThat(end.type()).isIn(Http2Wire.RST_STREAM, Http2Wire.GOAWAY);
            assertThat(end.number(end.type() == Http2Wire.GOAWAY ? 4 : 0)).isEqualTo(PROTOCOL_ERROR);
            if (end.type() == Http2Wire.RST_STREAM) {
                client.get(3, "/");
                assertThat(client.message(3).body()).isEqualTo("web");
            }
        }
        assertThat(web.requests)
                .allMatch(request -> request.target().equals("/"))
                .hasSizeLessThan(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user@web", "web/", "web?", "a b", "[::1", "web:port", "web:123456"})
    void anAuthorityThatIsNoneIsRefused(String authority) throws Exception {
        try (Http2Wire client = connect()) {
            client.headers(1, true, ":method: GET", ":scheme: http", ":path: /", ":authority: " + authority);
            assertThat(client.message(1).status()).isEqualTo(400);
        }
        assertThat(web.requests).isEmpty();
    }

    @Test
    void anAsteriskIsForOptionsOnlyAndConnectForNobody() throws Exception {
        try (Http2Wire client = connect()) {
            client.request(1, true, "OPTIONS", "*").request(3, true, "GET", "*");
            client.headers(5, false, ":method: CONNECT", ":authority: web:443");
            assertThat(client.message(1).status()).isEqualTo(200);
            assertThat(client.message(3).status()).isEqualTo(400);
            assertThat(client.message(5).status()).isEqualTo(405);
        }
        assertThat(web.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abcd", "ab"})
    void aBodyOfAnotherLengthThanDeclaredIsNeverWhole(String body) throws Exception {
        try (Http2Wire client = connect()) {
            client.request(1, false, "POST", "/", "content-length: 3").data(1, true, body);
            assertThat(client.message(1).reset()).isEqualTo(PROTOCOL_ERROR);
        }
        assertThat(web.requests).isEmpty();
    }

    @Test
    void headersThatAreTooLargeAre431() throws Exception {
        try (Http2Wire client = connect()) {
            client.request(1, true, "GET", "/", "x: " + "y".repeat(15_000), "z: " + "y".repeat(1_300));
            assertThat(client.message(1).body()).isEqualTo("web");
            String[] many = new String[110];
            Arrays.setAll(many, i -> "x-" + i + ": y");
            client.request(3, true, "GET", "/", many);
            assertThat(client.message(3).status()).isEqualTo(431);
            byte[] half = Http2Wire.block(
                    ":method: GET", ":scheme: http", ":path: /", ":authority: web", "x: " + "y".repeat(15_000));
            byte[] rest = Http2Wire.block("y: " + "y".repeat(15_000));
            byte[] more = Http2Wire.block("y: " + "y".repeat(4_000));
            client.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM, 5, half)
                    .frame(Http2Wire.CONTINUATION, 0, 5, rest)
                    .frame(Http2Wire.CONTINUATION, Http2Wire.END_HEADERS, 5, more);
            assertThat(client.message(5).status()).isEqualTo(431);
            client.get(7, "/");
            assertThat(client.message(7).body()).isEqualTo("web");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_000})
    void aFloodOfContinuationsEndsTheConnection(int size) throws Exception {
        try (Http2Wire client = connect()) {
            byte[] start = Http2Wire.block(":method: GET");
            client.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, start);
            byte[] part = new byte[size];
            Arrays.fill(part, (byte) 0x82);
            ignoringReset(() -> {
                for (int i = 0; i < 2000; i++) {
                    client.frame(Http2Wire.CONTINUATION, 0, 1, part);
                }
            });
            client.goAway();
        }
        assertThat(web.requests).isEmpty();
    }

    @Test
    void resettingStreamAfterStreamEndsTheConnection() throws Exception {
        try (Http2Wire client = connect()) {
            ignoringReset(() -> {
                for (int i = 1; i < 2000; i += 2) {
                    client.get(i, "/").reset(i, 8);
                }
            });
            assertThat(client.goAway()).isIn(ENHANCE_YOUR_CALM, -1);
        }
        assertThat(fixture.frontend.stats().requests()).isLessThan(300);
    }

    @Test
    void makingUsResetStreamAfterStreamEndsTheConnection() throws Exception {
        try (Http2Wire client = connect()) {
            ignoringReset(() -> {
                for (int i = 1; i < 2000; i += 2) {
                    client.get(i, "/").window(i, 0); // an increment of zero is a stream's error
                }
            });
            assertThat(client.goAway()).isIn(ENHANCE_YOUR_CALM, -1);
        }
        assertThat(fixture.frontend.stats().requests()).isLessThan(300);
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws Exception {
        try (Backend silent = Backend.of((wire, request) -> {
                    wire.rest();
                    return false;
                });
                Http2Wire client = connect()) {
            fixture.endpoints(silent);
            for (int i = 1; i <= 201; i += 2) {
                client.get(i, "/");
            }
            assertThat(client.next(201).number(0)).isEqualTo(7); // REFUSED_STREAM
            assertThat(client.settings).containsEntry(Http2Wire.MAX_CONCURRENT_STREAMS, 100);
        }
    }

    @Test
    void pingsThatNobodyReadsTheAnswersToEndTheConnection() throws Exception {
        try (Http2Wire client = connect()) {
            client.socket.setSoTimeout(Wire.PATIENCE_MILLIS);
            ByteArrayOutputStream burst = new ByteArrayOutputStream();
            for (int i = 0; i < 1000; i++) {
                burst.writeBytes(Http2Wire.bytesOf(Http2Wire.PING, 0, 0, new byte[8]));
            }
            ignoringReset(() -> {
                for (int i = 0; i < 10_000; i++) {
                    client.socket.getOutputStream().write(burst.toByteArray());
                }
                throw new AssertionError("ten million pings were answered");
            });
        }
    }

    @Test
    void aWindowThatIsNeverOpenedEndsTheStreamAndWhatItHolds() throws Exception {
        reopen(HttpFixture.QUICK.withClientTimeout(Duration.ofMillis(1)));
        String body = "x".repeat(1 << 20);
        try (Backend big = Backend.text(body);
                Http2Wire client = connect(Http2Wire.INITIAL_WINDOW_SIZE, 0)) {
            fixture.endpoints(big);
            client.get(1, "/");
            assertThat(client.message(1).reset()).isEqualTo(8); // CANCEL
        }
        fixture.awaitOutcome(1, Outcome.CANCELLED, 1);
    }

    @Test
    void aShortResponseThatIsNeverTakenEndsToo() throws Exception {
        reopen(HttpFixture.QUICK.withClientTimeout(Duration.ofMillis(1)));
        try (Http2Wire client = connect(Http2Wire.INITIAL_WINDOW_SIZE, 0)) {
            client.get(1, "/");
            assertThat(client.message(1).reset()).isEqualTo(8); // CANCEL
        }
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1); // the endpoint was done with long before
    }

    /* The connection's own window stays shut. */
    @Test
    void windowsThatLetNothingThroughKeepNoStream() throws Exception {
        reopen(HttpFixture.QUICK.withClientTimeout(Duration.ofMillis(1)));
        int window = 65_535;
        try (Backend big = Backend.text("x".repeat(window + 100));
                Http2Wire client = connect(Http2Wire.INITIAL_WINDOW_SIZE, 1 << 20)) {
            client.opensWindows = false;
            fixture.endpoints(big);
            client.get(1, "/");
            Http2Wire.Frame frame;
            do {
                client.window(1, 1).frame(Http2Wire.PING, 0, 0, new byte[8]);
                frame = client.next();
                assertThat(frame.isEndOfStream()).isFalse();
            } while (frame.type() != Http2Wire.RST_STREAM);
            assertThat(frame.number(0)).isEqualTo(8); // CANCEL
        }
        fixture.awaitOutcome(1, Outcome.SUCCESS, 1); // the endpoint was done with long before
    }

    @Test
    void aByteNowAndThenKeepsNoStream() throws Exception {
        reopen(HttpFixture.PATIENT.withClientTimeout(HttpFixture.LIMIT));
        try (Backend some = Backend.text("x".repeat(2000));
                Http2Wire client = connect(Http2Wire.INITIAL_WINDOW_SIZE, 0)) {
            client.opensWindows = false;
            fixture.endpoints(some);
            client.get(1, "/").expect(Http2Wire.HEADERS, 1);
            Http2Wire.Frame frame = null;
            for (int i = 0; i < 2000 && (frame == null || frame.type() == Http2Wire.DATA); i++) {
                client.window(1, 1);
                frame = client.next(1);
                fixture.pass(Duration.ofSeconds(1)); // its pace
            }
            assertThat(frame.type()).isEqualTo(Http2Wire.RST_STREAM);
            assertThat(frame.number(0)).isEqualTo(8); // CANCEL
        }
    }

    @Test
    void aHeadThatNeverEndsDoesNotHoldTheConnection() throws Exception {
        reopen(HttpFixture.QUICK.withKeepAliveTimeout(Duration.ofMillis(1)));
        try (Http2Wire client = connect()) {
            client.get(1, "/");
            client.message(1);
            client.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM, 3, Http2Wire.block(":method: GET"));
            assertThat(client.goAway()).isZero();
        }
    }

    @Test
    void bytesThatAreNoFramesEndTheConnection() throws Exception {
        try (Http2Wire client = connect()) {
            client.socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(client.goAway()).isNotZero();
        }
        assertThat(web.requests).isEmpty();
    }

    private void reopen(HttpConfig config) {
        fixture.close();
        fixture = new HttpFixture(config, null);
        fixture.endpoints(web);
    }

    private interface Attack {
        void run() throws IOException;
    }

    private static void ignoringReset(Attack attack) {
        try {
            attack.run();
        } catch (IOException e) {
            // The connection is closed already: that is what is to come of it.
        }
    }
}
