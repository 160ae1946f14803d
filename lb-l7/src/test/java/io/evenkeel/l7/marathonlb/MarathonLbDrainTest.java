package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MarathonLbDrainTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final InetSocketAddress APP_ID = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    source, new MarathonLbOptions(Set.of("*"), true, false), transport)
            .http(Optional.empty())
            .appId(APP_ID)
            .serviceAddress("127.0.0.1")
            .build();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final Backend slow = Backend.of((wire, request) -> {
        asked.countDown();
        mayAnswer.await();
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
        return true;
    });
    private final TestServer echo = TestServer.echo();
    private final InetSocketAddress http = TestServer.refusing();
    private final InetSocketAddress tcp = TestServer.refusing();

    MarathonLbDrainTest() {
        source.publish(
                Apps.with(Apps.app("/web", http.getPort(), "HAPROXY_0_MODE", "http"), slow.endpoint()),
                Apps.with(Apps.app("/raw", tcp.getPort()), echo.endpoint()));
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @AfterEach
    void close() {
        mayAnswer.countDown();
        proxy.close();
        transport.close();
        slow.close();
        echo.close();
    }

    @Test
    void aRequestUnderWayGetsItsResponseAndIsToldThatTheConnectionEnds() throws Exception {
        try (Wire busy = Wire.to(http).get("/")) {
            asked.await();

            CompletableFuture<Integer> drained = drain(LONG);

            Eventually.holds("the port is closed", () -> isRefused(http));
            assertThat(drained).isNotDone();
            mayAnswer.countDown();
            Wire.Message response = busy.message();
            assertThat(response.body()).isEqualTo("slow");
            assertThat(response.value("Connection")).isEqualTo("close");
            assertThat(busy.rest()).isEmpty();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aConnectionThatWaitsForARequestIsClosed() throws Exception {
        mayAnswer.countDown();
        try (Wire idle = Wire.to(http)) {
            assertThat(idle.get("/").message().body()).isEqualTo("slow");

            CompletableFuture<Integer> drained = drain(LONG);

            assertThat(idle.rest()).isEmpty();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void bytesPassThroughUntilTheirConnectionEnds() throws Exception {
        try (Wire client = Wire.to(tcp)) {
            assertThat(client.send("a").text(1)).isEqualTo("a");

            CompletableFuture<Integer> drained = drain(LONG);

            assertThat(client.send("b").text(1)).isEqualTo("b");
            assertThat(drained).isNotDone();
            client.endOutput();
            assertThat(client.rest()).isEmpty();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void patienceEndsAndSaysHowManyConnectionsAreLeft() throws Exception {
        try (Wire client = Wire.to(tcp)) {
            assertThat(client.send("a").text(1)).isEqualTo("a");

            assertThat(drain(Duration.ofMillis(1)).get(30, TimeUnit.SECONDS)).isOne();
        }
    }

    private static boolean isRefused(InetSocketAddress address) {
        try {
            Wire.to(address).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private CompletableFuture<Integer> drain(Duration patience) {
        CompletableFuture<Integer> drained = proxy.drain(patience).toCompletableFuture();
        assertThat(proxy.isDraining()).isTrue();
        return drained;
    }
}
