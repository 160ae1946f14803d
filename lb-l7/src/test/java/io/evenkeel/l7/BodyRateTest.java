package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyRateTest {

    private final ManualClock clock = new ManualClock();
    private final HttpFixture fixture = new HttpFixture(HttpFixture.QUICK.withMinBodyRate(10), null, null, clock);
    private final Backend backend = Backend.text("done");

    @AfterEach
    void close() {
        fixture.close();
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 100\r\n\r\n|a|b", "Transfer-Encoding: chunked\r\n\r\n|1\r\na\r\n|1\r\nb\r\n"})
    void aBodyThatComesTooSlowlyIsGivenUp(String request) throws Exception {
        String[] parts = request.split("\\|", -1);
        try (Wire client = fixture.endpoints(backend).connect()) {
            send(client, "POST / HTTP/1.1\r\nHost: web\r\n" + parts[0]);
            send(client, parts[1]);
            clock.advance(Duration.ofSeconds(6));
            client.send(parts[2]);
            assertThat(client.message().status()).isEqualTo(408);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aBodyIsTakenThatComesFastEnoughOnAverage() throws Exception {
        try (Wire client = fixture.endpoints(backend).connect()) {
            send(client, "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 100\r\n\r\n");
            clock.advance(Duration.ofMinutes(1)); // it does not begin before its first byte, which may wait for a 100
            send(client, "a");
            clock.advance(Duration.ofSeconds(4));
            send(client, "b");
            clock.advance(Duration.ofSeconds(4));
            send(client, "c".repeat(78));
            clock.advance(Duration.ofMinutes(1));
            client.send("d".repeat(20)); // that is the last of it
            assertThat(client.message().status()).isEqualTo(200);
            send(client, "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 2\r\n\r\n");
            send(client, "a");
            clock.advance(Duration.ofSeconds(4));
            client.send("b");
            assertThat(client.message().status()).isEqualTo(200);
        }
    }

    @Test
    void theSameGoesForBodiesThatAreNotCopied() throws Exception {
        assumeTrue(Epoll.isAvailable());
        String part = "x".repeat(1 << 20);
        try (Backend slow = Backend.silent();
                Wire client = fixture.endpoints(slow).connect()) {
            send(client, "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 1000000000\r\n\r\n");
            send(client, part);
            assertThat(fixture.transport.splicedBytes()).isPositive();
            clock.advance(Duration.ofSeconds(part.length() / 10 - 1));
            send(client, "a");
            clock.advance(Duration.ofSeconds(2));
            client.send("b");
            assertThat(client.message().status()).isEqualTo(408);
        }
    }

    @Test
    void theSameGoesForStreams() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        try (Backend slow = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    taken.countDown();
                    wire.rest();
                });
                Http2Wire client = Http2Wire.to(fixture.endpoints(slow).address())) {
            client.request(1, false, "POST", "/");
            taken.await();
            client.data(1, false, "a");
            client.frame(Http2Wire.PING, 0, 0, new byte[8]).expect(Http2Wire.PING, 0);
            clock.advance(Duration.ofSeconds(6));
            client.data(1, false, "b");
            assertThat(client.message(1).status()).isEqualTo(408);
        }
    }

    @Test
    void timeGoesOnWhileNothingComesInParts() {
        BodyRate rate = BodyRate.of(HttpConfig.defaults().withMinBodyRate(10));
        long second = Duration.ofSeconds(1).toNanos();
        assertThat(rate.isTooSlow(0, 0)).isFalse();
        assertThat(rate.isTooSlow(0, 4 * second)).isFalse();
        assertThat(rate.isTooSlow(0, 6 * second)).isTrue();
        rate.restart();
        assertThat(rate.isTooSlow(0, 6 * second)).isFalse();
    }

    /** Sends something and waits until it is there. */
    private void send(Wire client, String text) throws IOException {
        long before = fixture.frontend.traffic().bytesIn();
        client.send(text);
        Eventually.holds("it is there", () -> fixture.frontend.traffic().bytesIn() == before + text.length());
    }
}
