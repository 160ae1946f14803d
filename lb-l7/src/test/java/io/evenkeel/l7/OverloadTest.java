package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.ConnectionLimits;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverloadTest {

    private final HttpFixture proxy = new HttpFixture();
    private final Backend backend = Backend.text("hello");
    private final AtomicLong used = new AtomicLong();
    private final ManualClock clock = new ManualClock();
    private final Overload overload = new Overload(proxy.engine, ConnectionLimits.none(), used::get, 1000, clock);

    @AfterEach
    void close() throws Exception {
        overload.close();
        proxy.close();
        backend.close();
    }

    private int levelAt(long bytes) {
        used.set(bytes);
        clock.advance(Duration.ofSeconds(1));
        return overload.level();
    }

    @Test
    void whatHasBegunToBeRefusedIsTakenAgainBelowTheFirstLevel() {
        assertThat(levelAt(749)).isZero();
        assertThat(overload.problem()).isEmpty();
        assertThat(levelAt(750)).isEqualTo(1);
        assertThat(overload.problem()).contains("buffers have more than 75 % of it; nothing is read ahead");
        assertThat(levelAt(849)).isEqualTo(1);
        assertThat(levelAt(850)).isEqualTo(2);
        assertThat(overload.problem()).contains("buffers have more than 85 % of it; new requests are refused");
        assertThat(levelAt(949)).isEqualTo(2);
        assertThat(levelAt(950)).isEqualTo(3);
        assertThat(levelAt(850)).isEqualTo(3);
        assertThat(levelAt(849)).isEqualTo(2);
        assertThat(levelAt(799)).isEqualTo(1);
        assertThat(levelAt(700)).isEqualTo(1);
        assertThat(levelAt(699)).isZero();
        assertThat(levelAt(950)).isEqualTo(3);
        assertThat(levelAt(0)).isZero();
    }

    @Test
    void nothingIsRefusedWhenNobodyLooksAnyMore() throws Exception {
        proxy.endpoints(backend);
        levelAt(900);
        overload.close();
        assertThat(proxy.get("/").status()).isEqualTo(200);
    }

    @Test
    void whatHasItsTurnLaterIsNotReadAheadWhileMemoryIsShort() throws Exception {
        CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
        try (Backend web = Backend.of((wire, request) -> {
                    if (request.target().equals("/slow")) {
                        mayAnswer.join();
                    }
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    return true;
                });
                Wire client = proxy.endpoints(web).connect();
                Wire other = proxy.connect()) {
            levelAt(800);
            String request = "GET /slow HTTP/1.1\r\nHost: web\r\n\r\n";
            String second = "GET /second HTTP/1.1\r\nHost: web\r\n\r\n";
            client.send(request + second);
            awaitBytesIn(request.length() + second.length());
            client.send(second.repeat(10));
            long others = 0;
            for (int i = 0; i < 20; i++) { // turns of the same loop
                assertThat(other.get("/").message().status()).isEqualTo(200);
                others += "GET / HTTP/1.1\r\nHost: web\r\n\r\n".length();
            }
            assertThat(proxy.frontend.traffic().bytesIn()).isEqualTo(request.length() + second.length() + others);
            mayAnswer.complete(null);
            for (int i = 0; i < 12; i++) {
                assertThat(client.message().body()).isEqualTo("ok");
            }
        }
    }

    private void awaitBytesIn(long bytes) {
        Eventually.holds("it has read " + bytes, () -> proxy.frontend.traffic().bytesIn() == bytes);
    }

    @Test
    void connectionsThatAreThereAndNewOnesHaveNothingUnsentWhileMemoryIsShort() throws Exception {
        proxy.endpoints(backend);
        try (Wire client = proxy.connect()) {
            client.get("/").message();
            assertThat(tooMuch()).isEqualTo(64 * 1024);
            levelAt(800);
            client.get("/").message();
            assertThat(tooMuch()).isEqualTo(1);
            levelAt(0);
            client.get("/").message();
            assertThat(tooMuch()).isEqualTo(64 * 1024);
        }
        try (Backend another = Backend.text("hello")) {
            proxy.endpoints(another);
            levelAt(800);
            proxy.get("/");
            assertThat(tooMuch()).isEqualTo(1);
        }
    }

    private int tooMuch() {
        return proxy.lastSocket.config().getWriteBufferHighWaterMark();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void longBodiesPassBothWaysWhileMemoryGetsShortAndIsThereAgain(boolean chunked) throws Exception {
        String body = "0123456789abcdef".repeat(128 * 1024);
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length();
        String framed = chunked ? Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n" : body;
        try (Backend echo = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + framed);
                    return true;
                });
                Wire client = proxy.endpoints(echo).connect();
                Http2Wire client2 = Http2Wire.to(proxy.address())) {
            for (long bytes : new long[] {800, 0, 800}) {
                levelAt(bytes);
                client.send("POST / HTTP/1.1\r\nHost: web\r\n" + framing + "\r\n\r\n" + framed);
                levelAt(bytes == 0 ? 800 : 0);
                assertThat(client.message().body()).isEqualTo(body);
                levelAt(bytes);
            }
            client2.request(1, true, "GET", "/");
            assertThat(client2.message(1).body()).isEqualTo(body);
            assertThat(echo.requests)
                    .hasSize(4)
                    .allMatch(request -> request.target().equals("/")
                            && (request.head().startsWith("GET")
                                    || request.body().equals(body)));
        }
    }

    @Test
    void whoSharesLimitsWithAnotherWhoIsClosedStillAcceptsNothing() throws Exception {
        ConnectionLimits shared = new ConnectionLimits(0, 0, source -> false);
        try (HttpFixture other = new HttpFixture()) {
            ListenerSet listeners = new ListenerSet(other.transport, shared);
            CountDownLatch accepted = new CountDownLatch(1);
            listeners
                    .apply(Map.of(HttpFixture.ANY, connection -> accepted.countDown()))
                    .join();
            Overload one = new Overload(proxy.engine, shared, used::get, 1000, clock);
            Overload two = new Overload(other.engine, shared, used::get, 1000, clock);
            levelAt(950);
            one.close();
            assertThat(other.get("/").status()).isEqualTo(503); // a turn of the only loop, after which it looks no more
            try (Socket early = new Socket()) {
                early.connect(listeners.boundAddress(HttpFixture.ANY));
                assertThat(other.get("/").status()).isEqualTo(503); // another turn
                assertThat(accepted.getCount()).isOne();
                two.close();
                accepted.await();
            }
            listeners.close();
        }
    }

    @Test
    void requestsAreRefusedWhileMemoryIsShort() throws Exception {
        proxy.endpoints(backend);
        levelAt(900);
        try (Wire client = proxy.connect()) {
            Wire.Message answer = client.get("/").message();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.value("Connection")).isEqualTo("close");
            assertThat(client.rest()).isEmpty();
        }
        try (Http2Wire client = Http2Wire.to(proxy.address())) {
            assertThat(client.get(1, "/").message(1).status()).isEqualTo(503);
        }
        assertThat(proxy.engine.refusedRequests()).isEqualTo(2);
        assertThat(proxy.frontend.stats().requests()).isEqualTo(2);
        levelAt(0);
        try (Wire client = proxy.connect()) {
            assertThat(client.get("/").message().status()).isEqualTo(200);
        }
    }
}
