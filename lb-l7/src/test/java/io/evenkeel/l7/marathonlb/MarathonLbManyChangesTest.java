package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Http2Wire;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is under way while applications come, change and go that have nothing to do with it. */
class MarathonLbManyChangesTest {

    private static final int CHANGES = 100;
    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: mine.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    source, new MarathonLbOptions(Set.of("*"), false, false), transport)
            .http(Optional.of(HTTP))
            .appId(new InetSocketAddress("127.0.0.2", 0))
            .serviceAddress("127.0.0.1")
            .build();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(2);
    private final Backend backend = Backend.of((wire, request) -> {
        if (request.target().equals("/chat")) {
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            while (true) {
                wire.send(wire.line() + "!\r\n");
            }
        }
        asked.countDown();
        mayAnswer.await();
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
        return true;
    });

    @AfterEach
    void close() {
        mayAnswer.countDown();
        proxy.close();
        transport.close();
        backend.close();
    }

    @Test
    void aWebSocketARequestAndAStreamOutliveAHundredChangesOfOthers() throws Exception {
        Snapshot mine = Apps.with(Apps.app("/mine", freePort(), "HAPROXY_0_VHOST", "mine.example"), backend.endpoint());
        int[] ports = {freePort(), freePort(), freePort()};
        source.publish(mine);
        proxy.whenReady().toCompletableFuture().get(30, TimeUnit.SECONDS);
        InetSocketAddress http = proxy.boundAddress(HTTP);
        try (Wire webSocket = Wire.to(http);
                Wire request = Wire.to(http);
                Http2Wire streams = Http2Wire.to(http)) {
            webSocket.send(UPGRADE);
            assertThat(webSocket.head()).startsWith("HTTP/1.1 101 ");
            request.send("GET /slow HTTP/1.1\r\nHost: mine.example\r\n\r\n");
            streams.headers(1, true, ":method: GET", ":scheme: http", ":path: /slow", ":authority: mine.example");
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

            for (int change = 1; change <= CHANGES; change++) {
                List<Snapshot> all = new ArrayList<>(List.of(mine));
                for (int other = 0; other < ports.length; other++) {
                    if ((change >> other) % 2 == 0) {
                        all.add(other(other, ports[other], change));
                    }
                }
                source.publish(all.toArray(Snapshot[]::new));
                int served = all.size();
                Eventually.holds(
                        "change " + change,
                        () -> proxy.plan().ports().size() == served
                                && proxy.servicePorts().size() == served);
                assertThat(webSocket.send(change + "\r\n").line()).isEqualTo(change + "!");
            }

            mayAnswer.countDown();
            assertThat(request.message().body()).isEqualTo("slow");
            assertThat(streams.message(1).body()).isEqualTo("slow");
            assertThat(backend.requests).hasSize(3); // nobody was asked again
        }
    }

    private Snapshot other(int number, int port, int change) {
        return Apps.with(
                Apps.app(
                        "/other" + number,
                        port,
                        "HAPROXY_0_VHOST",
                        "other" + change % 7 + ".example",
                        "HAPROXY_0_PATH",
                        change % 3 == 0 ? "/a" : "",
                        "LB_0_VHOST",
                        change % 5 == 0 ? "*.example" : ""),
                backend.endpoint());
    }

    private static int freePort() {
        return TestServer.refusing().getPort();
    }
}
