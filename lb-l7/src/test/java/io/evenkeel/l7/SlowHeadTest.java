package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Heads that come a byte at a time, from either side: each has one limit for all of it, which no byte renews. */
class SlowHeadTest {

    private static final Duration STEP = HttpFixture.LIMIT.dividedBy(12);

    private HttpFixture fixture;

    /** Sends one byte more. */
    private interface Trickle {
        void next() throws IOException;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /* A byte at each of ten steps, which is shortly before the limit, and then past it. */
    private void trickle(Trickle trickle, LongSupplier read) throws Exception {
        for (int i = 0; i < 10; i++) {
            long before = read.getAsLong();
            trickle.next();
            Eventually.holds("it is read", () -> read.getAsLong() > before);
            fixture.pass(STEP);
        }
        fixture.pass(STEP.multipliedBy(3));
    }

    private static HttpConfig limited() {
        return HttpFixture.PATIENT.withHeadTimeout(HttpFixture.LIMIT);
    }

    private long fromClients() {
        return fixture.frontend.traffic().bytesIn();
    }

    @Test
    void aRequestHeadIsToBeWholeInTime() throws Exception {
        fixture = new HttpFixture(limited(), null);
        try (Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            String begin = "GET / HTTP/1.1\r\nHost: web\r\nX: ";
            client.send(begin);
            Eventually.holds("it has begun", () -> fromClients() == begin.length());
            trickle(() -> client.send("x"), this::fromClients);
            assertThat(client.message().status()).isEqualTo(408);
            assertThat(web.requests).isEmpty();
        }
    }

    @Test
    void whatCanBeginNoRequestIsRefusedBeforeMoreOfItComes() throws Exception {
        fixture = new HttpFixture();
        try (Wire client = fixture.connect()) {
            client.send("\026\003\001"); // TLS on a plain port
            assertThat(client.message().status()).isEqualTo(400);
        }
    }

    @Test
    void soIsOneAfterOthersOnAConnection() throws Exception {
        fixture = new HttpFixture(limited(), null);
        try (Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            assertThat(client.get("/").message().status()).isEqualTo(200);
            trickle(() -> client.send("G"), this::fromClients);
            assertThat(client.message().status()).isEqualTo(408);
        }
    }

    @Test
    void soIsARequestHeadOfHttp2() throws Exception {
        fixture = new HttpFixture(limited(), null);
        byte[] frame = Http2Wire.bytesOf(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, new byte[1000]);
        try (Http2Wire client = Http2Wire.to(fixture.address())) {
            AtomicInteger sent = new AtomicInteger();
            trickle(() -> client.socket.getOutputStream().write(frame, sent.getAndIncrement(), 1), this::fromClients);
            assertThat(client.goAway()).isZero();
        }
    }

    @Test
    void aResponseHeadIsToBeWholeInTime() throws Exception {
        fixture = new HttpFixture(HttpFixture.PATIENT.withServerTimeout(HttpFixture.LIMIT), null);
        CompletableFuture<Wire> asked = new CompletableFuture<>();
        try (Backend trickling = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nX: ");
                    asked.complete(wire);
                    wire.rest();
                });
                Wire client = fixture.endpoints(trickling).connect()) {
            client.get("/");
            Wire answering = asked.get(1, TimeUnit.MINUTES);
            trickle(() -> answering.send("x"), () -> fixture.endpoint(0).bytesReceived());
            assertThat(client.message().status()).isEqualTo(504);
            fixture.awaitOutcome(0, Outcome.TIMEOUT, 1);
        }
    }

    /* Each of the two pauses is shorter than the timeout, and both together are longer than it and a tick of the clock. */
    @Test
    void afterAHeadInPiecesAnEndpointHasAllOfItsTimeAgain() throws Exception {
        fixture = new HttpFixture(HttpFixture.PATIENT.withServerTimeout(HttpFixture.LIMIT), null);
        Duration pause = HttpFixture.LIMIT.multipliedBy(2).dividedBy(3);
        CompletableFuture<Wire> asked = new CompletableFuture<>();
        try (Backend slow = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    asked.complete(wire);
                    wire.rest();
                });
                Wire client = fixture.endpoints(slow).connect()) {
            client.get("/");
            String part = "HTTP/1.1 200 OK\r\nContent-";
            Wire answering = asked.get(1, TimeUnit.MINUTES).send(part);
            Eventually.holds("it is read", () -> fixture.endpoint(0).bytesReceived() == part.length());
            fixture.pass(pause);
            answering.send("Length: 3\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            fixture.pass(pause);
            answering.send("abc");
            assertThat(client.text(3)).isEqualTo("abc");
        }
    }
}
