package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Heads that come a byte at a time, from either side: each has one limit for all of it, which no byte renews. */
class SlowHeadTest {

    private static final int PACE_MILLIS = 20;

    /* Far longer than any timeout here at that pace, and not too large for a head. */
    private static final int LONG = 20_000;

    private HttpFixture fixture;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRequestHeadIsToBeWholeInTime() throws Exception {
        fixture = new HttpFixture(HttpFixture.QUICK.withHeadTimeout(Duration.ofMillis(1)), null);
        try (Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            client.send("GET / HTTP/1.1\r\nHost: web\r\nX: ");
            int sent = 0;
            while (client.in().available() == 0 && sent < LONG) {
                client.send("x");
                sent++;
                Thread.sleep(PACE_MILLIS);
            }
            assertThat(sent).isLessThan(LONG);
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
        fixture = new HttpFixture(HttpFixture.QUICK.withHeadTimeout(Duration.ofMillis(1)), null);
        try (Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            assertThat(client.get("/").message().status()).isEqualTo(200);
            client.send("G");
            assertThat(client.message().status()).isEqualTo(408);
        }
    }

    @Test
    void soIsARequestHeadOfHttp2() throws Exception {
        fixture = new HttpFixture(HttpFixture.QUICK.withHeadTimeout(Duration.ofMillis(1)), null);
        byte[] frame = Http2Wire.bytesOf(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, new byte[LONG / 2]);
        try (Http2Wire client = Http2Wire.to(fixture.address())) {
            Thread sender = new Thread(() -> {
                try {
                    client.socket.getOutputStream().write(frame, 0, 9);
                    for (int i = 9; i < frame.length; i++) {
                        client.socket.getOutputStream().write(frame, i, 1);
                        Thread.sleep(PACE_MILLIS);
                    }
                } catch (IOException | InterruptedException e) {
                    // The connection is closed: that is what is to come of it.
                }
            });
            sender.start();
            assertThat(client.goAway()).isZero();
            sender.interrupt();
            sender.join();
        }
    }

    @Test
    void aResponseHeadIsToBeWholeInTime() throws Exception {
        fixture = new HttpFixture(HttpFixture.QUICK.withServerTimeout(Duration.ofMillis(500)), null);
        try (Backend trickling = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nX: ");
            for (int i = 0; i < LONG; i++) { // or until the proxy has hung up
                wire.send("x");
                Thread.sleep(PACE_MILLIS);
            }
        })) {
            fixture.endpoints(trickling);
            assertThat(fixture.get("/").status()).isEqualTo(504);
            fixture.awaitOutcome(0, Outcome.TIMEOUT, 1);
        }
    }

    /* Each of the two pauses is shorter than the timeout, and both together are longer than it and a tick of the clock. */
    @Test
    void afterAHeadInPiecesAnEndpointHasAllOfItsTimeAgain() throws Exception {
        fixture = new HttpFixture(HttpFixture.QUICK.withServerTimeout(Duration.ofSeconds(2)), null);
        try (Backend slow = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.head();
            for (String part : Arrays.asList("HTTP/1.1 200 OK\r\nContent-", "Length: 3\r\n\r\n", "abc")) {
                socket.getOutputStream().write(part.getBytes(ISO_8859_1));
                Thread.sleep(1300);
            }
        })) {
            fixture.endpoints(slow);
            assertThat(fixture.get("/").body()).isEqualTo("abc");
        }
    }
}
