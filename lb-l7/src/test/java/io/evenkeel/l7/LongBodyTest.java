package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.endpoint.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies so long that where the machine can, they go from one connection to the other by themselves. */
@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class LongBodyTest {

    private static final int LONG = 8 << 20;
    private static final int HALF = LONG / 2;
    private static final int ROUNDS = 4;
    private static final int ENDLESS = 256 << 20; // far more than there is room for on the way

    private final String transport;
    private HttpFixture fixture;

    LongBodyTest(String transport) {
        this.transport = transport;
        fixture = new HttpFixture(transport, HttpFixture.QUICK);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void limits(HttpConfig limits) {
        fixture.close();
        fixture = new HttpFixture(transport, limits);
    }

    @Test
    void connectionsGoOnAfterLongBodies() throws Exception {
        String body = new String(random(3 << 20), ISO_8859_1);
        try (Backend backend = Backend.of((wire, request) -> {
                    String answer = request.target().equals("/small") ? "abc" : body;
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer);
                    return true;
                });
                Wire client = fixture.endpoints(backend).connect()) {
            String request = "PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < ROUNDS; i++) { // one behind the other, whatever has been answered
                    send(client, request);
                    send(client, "GET /small HTTP/1.1\r\nHost: web\r\n\r\n");
                }
            });
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(client.message().body().equals(body)).isTrue();
                assertThat(client.message().body()).isEqualTo("abc");
            }
            sent.join();
            assertThat(backend.requests).hasSize(2 * ROUNDS);
            assertThat(backend.requests.get(0).body().equals(body)).isTrue();
            assertThat(backend.accepted()).isEqualTo(ROUNDS); // what has a body gets a fresh one
            fixture.awaitOutcome(0, Outcome.SUCCESS, 2 * ROUNDS);
            long bodies = (long) ROUNDS * body.length();
            long heads = 2 * ROUNDS * 512;
            assertThat(fixture.endpoint(0).bytesSent()).isBetween(bodies, bodies + heads);
            assertThat(fixture.endpoint(0).bytesReceived()).isBetween(bodies, bodies + heads);
            assertThat(fixture.frontend.traffic().bytesIn()).isBetween(bodies, bodies + heads);
            assertThat(fixture.frontend.traffic().bytesOut()).isBetween(bodies, bodies + heads);
        }
    }

    @Test
    void theyAreNotCopiedWhereThatCanBeHelped() throws Exception {
        assumeTrue(transport.equals("epoll"));
        try (Backend echo = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    byte[] body = wire.in().readNBytes(LONG);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n");
                    socket.getOutputStream().write(body);
                });
                Wire client = fixture.endpoints(echo).connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: " + LONG + "\r\n\r\n");
            pour(client, LONG);
            assertThat(client.message().body()).hasSize(LONG);
            assertThat(fixture.transport.splicedBytes()).isGreaterThan(LONG + HALF);
        }
    }

    /* The body begins when the request is under way, and is read in several parts before it goes by itself. */
    @Test
    void whatFollowsABodyThatCameLateIsAnotherRequest() throws Exception {
        String body = new String(random(3 << 20), ISO_8859_1);
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    String first = wire.head();
                    if (first.startsWith("PUT")) {
                        wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                        boolean intact = wire.text(body.length()).equals(body);
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + intact);
                        first = wire.head();
                    }
                    if (first.startsWith("GET /next ")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
                        wire.rest();
                    }
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: web\r\nExpect: 100-continue\r\nContent-Length: " + body.length()
                    + "\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(() -> send(client, body + "GET /next HTTP/1.1\r\nHost: web\r\n\r\n"));
            assertThat(client.message().body()).isEqualTo("true");
            assertThat(client.message().body()).isEqualTo("next");
            sent.join();
            fixture.awaitOutcome(0, Outcome.SUCCESS, 2);
        }
    }

    /* Two requests at once, so that a connection that is used again is so before anything more is read from it. */
    @Test
    void whatComesBehindALongBodyIsNotPassedOn() throws Exception {
        byte[] body = random(LONG);
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    ByteArrayOutputStream answer = new ByteArrayOutputStream();
                    answer.write(("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n").getBytes(ISO_8859_1));
                    answer.write(body);
                    answer.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil".getBytes(ISO_8859_1));
                    answer.writeTo(socket.getOutputStream());
                    wire.rest();
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.send("GET /1 HTTP/1.1\r\nHost: web\r\n\r\nGET /2 HTTP/1.1\r\nHost: web\r\n\r\n");
            for (int i = 0; i < 2; i++) {
                assertThat(client.message().body().getBytes(ISO_8859_1)).isEqualTo(body);
            }
            assertThat(web.accepted()).isEqualTo(2);
        }
    }

    @Test
    void bothDirectionsCanBeUnderWayTogether() throws Exception {
        byte[] body = random(LONG);
        try (Backend echo = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n");
                    byte[] part = new byte[1 << 16];
                    for (int done = 0, read; done < LONG; done += read) {
                        read = wire.in().read(part);
                        socket.getOutputStream().write(part, 0, read);
                    }
                });
                Wire client = fixture.endpoints(echo).connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: " + LONG + "\r\n\r\n");
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    client.socket.getOutputStream().write(body);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(client.message().body().getBytes(ISO_8859_1)).isEqualTo(body);
            sent.join();
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    @Test
    void aBodyIsWholeThoughItsEndIsThereBeforeItIsRead() throws Exception {
        byte[] body = random(200_000);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch said = new CountDownLatch(1);
        CompletableFuture<byte[]> uploaded = new CompletableFuture<>();
        try (Backend hasty = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    if (wire.head().startsWith("PUT")) {
                        uploaded.complete(wire.in().readNBytes(body.length));
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
                        return;
                    }
                    asked.countDown();
                    blocked.await();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                    socket.getOutputStream().write(body);
                    socket.close();
                    said.countDown();
                });
                Wire client = fixture.endpoints(hasty).connect()) {
            client.get("/");
            asked.await();
            fixture.lastSocket.eventLoop().execute(() -> {
                blocked.countDown();
                await(said);
            });
            assertThat(client.message().body().getBytes(ISO_8859_1)).isEqualTo(body);

            CountDownLatch sent = new CountDownLatch(1);
            fixture.lastSocket.eventLoop().execute(() -> await(sent));
            client.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: " + body.length + "\r\n\r\n");
            client.socket.getOutputStream().write(body);
            client.endOutput();
            sent.countDown();
            assertThat(client.message().body()).isEqualTo("done");
            assertThat(uploaded.join()).isEqualTo(body);
            fixture.awaitOutcome(0, Outcome.SUCCESS, 2);
        }
    }

    @Test
    void drainingLetsALongResponseEnd() throws Exception {
        try (Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n");
                    pour(wire, LONG);
                    wire.rest();
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.get("/").head();
            client.in().readNBytes(HALF);
            fixture.engine.drain();
            assertThat(client.rest()).hasSize(HALF);
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anEndpointHasItsOwnTimeToAnswerAfterALongRequest() throws Exception {
        limits(HttpFixture.PATIENT.withClientTimeout(HttpFixture.LIMIT));
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (Backend pondering = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    String head = wire.head();
                    if (head.startsWith("PUT")) {
                        wire.in().readNBytes(LONG);
                        read.countDown();
                        over.await();
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    }
                });
                Backend silent = Backend.silent();
                Wire client = fixture.endpoints(pondering).connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: " + LONG + "\r\n\r\n");
            pour(client, LONG);
            read.await();
            fixture.endpoints(silent);
            try (Wire other = fixture.connect()) { // whose time is over well after it would have been for the first one
                other.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: 10\r\n\r\n");
                fixture.passUntil("it is told", () -> fixture.endpoint(1).count(Outcome.CANCELLED) == 1);
                assertThat(other.message().status()).isEqualTo(408);
            }
            over.countDown();
            assertThat(client.message().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResponseThatIsCutIsCutForTheClient(boolean reset) throws Exception {
        CountDownLatch halfTaken = new CountDownLatch(1);
        try (Backend breaking = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n");
                    pour(wire, HALF);
                    halfTaken.await();
                    if (reset) {
                        wire.reset();
                    }
                });
                Wire client = fixture.endpoints(breaking).connect()) {
            client.get("/").head();
            client.text(HALF);
            halfTaken.countDown();
            assertThat(client.rest()).isEmpty();
            fixture.awaitOutcome(0, Outcome.RESET, 1);
        }
    }

    @Test
    void aResponseIsWholeThoughTheEndpointHangsUpBeforeASlowClientHasIt() throws Exception {
        byte[] body = random(LONG);
        CountDownLatch hungUp = new CountDownLatch(1);
        try (Backend hasty = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n");
                    socket.getOutputStream().write(body);
                    socket.close();
                    hungUp.countDown();
                });
                Wire client = fixture.endpoints(hasty).connect()) {
            client.get("/").head();
            int taken = 0;
            while (hungUp.getCount() != 0 && taken < LONG) { // how much is on the way is up to the kernel
                taken += client.in().readNBytes(1 << 10).length;
            }
            assertThat(client.in().readNBytes(LONG - taken)).hasSize(LONG - taken);
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    @Test
    void aClientThatLeavesEndsTheResponse() throws Exception {
        try (Backend pouring = pouring()) {
            try (Wire client = fixture.endpoints(pouring).connect()) {
                client.get("/").head();
                client.in().readNBytes(HALF);
            }
            fixture.awaitOutcome(0, Outcome.CANCELLED, 1);
        }
    }

    @Test
    void aClientThatTakesNothingMoreIsWaitedForAsLongAsClientsAre() throws Exception {
        limits(HttpFixture.PATIENT.withClientTimeout(HttpFixture.LIMIT));
        try (Backend pouring = pouring();
                Wire client = fixture.endpoints(pouring).connect()) {
            client.get("/").head();
            client.in().readNBytes(HALF);
            fixture.passUntilOutcome(0, Outcome.CANCELLED, 1);
        }
    }

    @Test
    void anEndpointThatSendsNothingMoreIsWaitedForAsLongAsEndpointsAre() throws Exception {
        limits(HttpFixture.PATIENT.withServerTimeout(HttpFixture.LIMIT));
        try (Backend stopping = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n");
                    pour(wire, HALF);
                    wire.rest();
                });
                Wire client = fixture.endpoints(stopping).connect()) {
            client.get("/").head();
            client.text(HALF);
            fixture.passUntilOutcome(0, Outcome.TIMEOUT, 1);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aClientThatSendsNothingMoreIsToldSo() throws Exception {
        limits(HttpFixture.PATIENT.withClientTimeout(HttpFixture.LIMIT));
        try (Backend listening = Backend.silent();
                Wire client = fixture.endpoints(listening).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + LONG + "\r\n\r\n");
            pour(client, HALF);
            fixture.passUntilOutcome(0, Outcome.CANCELLED, 1);
            assertThat(client.message().status()).isEqualTo(408);
        }
    }

    @Test
    void anEndpointThatTakesNothingMoreIsAGatewayTimeout() throws Exception {
        limits(HttpFixture.PATIENT.withServerTimeout(HttpFixture.LIMIT));
        CountDownLatch over = new CountDownLatch(1);
        try (Backend stopping = Backend.talking(socket -> {
                    new Wire(socket).head();
                    over.await();
                });
                Wire client = fixture.endpoints(stopping).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + ENDLESS + "\r\n\r\n");
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> pour(client, ENDLESS));
            fixture.passUntilOutcome(0, Outcome.TIMEOUT, 1);
            assertThat(client.message().status()).isEqualTo(504);
            over.countDown();
            client.reset();
            sent.exceptionally(broken -> null).join();
            fixture.passUntil("nobody lingers", () -> fixture.frontend.traffic().currentConnections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerInTheMiddleOfARequestGetsToTheClient(boolean hangingUp) throws Exception {
        try (Backend refusing = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.in().readNBytes(HALF);
                    wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
                    if (!hangingUp) {
                        wire.rest();
                    }
                });
                Wire client = fixture.endpoints(refusing).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + ENDLESS + "\r\n\r\n");
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> pour(client, ENDLESS));
            Wire.Message answer = client.message();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("big");
            client.reset();
            sent.exceptionally(broken -> null).join();
            fixture.passUntil("nobody lingers", () -> fixture.frontend.traffic().currentConnections() == 0);
        }
    }

    private static Backend pouring() {
        return Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + ENDLESS + "\r\n\r\n");
            pour(wire, ENDLESS);
        });
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    private static void pour(Wire wire, int length) {
        try {
            OutputStream out = wire.socket.getOutputStream();
            byte[] part = new byte[1 << 16];
            for (int i = 0; i < length / part.length; i++) {
                out.write(part);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void send(Wire wire, String text) {
        try {
            wire.send(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
