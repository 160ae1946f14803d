package io.evenkeel.l4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class TcpRelayTest {

    private static final TcpRelayConfig QUICK = TcpRelayConfig.defaults().withRetries(3, Duration.ofMillis(1));
    private static final int BIG = 64 << 20;

    private final RelayFixture fixture;

    TcpRelayTest(String transport) {
        fixture = new RelayFixture(transport);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void largeTransfersArriveIntactBothWaysAtOnce() throws Exception {
        try (TestServer echo = TestServer.echo()) {
            fixture.relay(QUICK, echo.address());
            try (Socket client = fixture.connect()) {
                CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> sendRandom(client, BIG));
                CRC32 received = new CRC32();
                long count = drain(client.getInputStream(), received);
                assertThat(count).isEqualTo(BIG);
                assertThat(received.getValue()).isEqualTo(sent.join());
            }
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("the use ends", () -> endpoint.inFlight() == 0);
            assertThat(endpoint.count(Outcome.SUCCESS)).isOne();
            assertThat(endpoint.bytesSent()).isEqualTo(BIG);
            assertThat(endpoint.bytesReceived()).isEqualTo(BIG);
            assertThat(fixture.stats.bytesIn()).isEqualTo(BIG);
            assertThat(fixture.stats.bytesOut()).isEqualTo(BIG);
            assertThat(fixture.stats.currentConnections()).isZero();
            assertThat(fixture.stats.maxConnections()).isOne();
        }
    }

    @Test
    void slowReaderHoldsTheSenderBack() throws Exception {
        AtomicLong written = new AtomicLong();
        int kernelBuffers = 24 << 20;
        try (TestServer flood = TestServer.of(socket -> flood(socket, written))) {
            fixture.relay(QUICK, flood.address());
            try (Socket client = fixture.connect()) {
                byte[] sip = new byte[4 << 10];
                long read = 0;
                for (int n = client.getInputStream().read(sip);
                        n >= 0;
                        n = client.getInputStream().read(sip)) {
                    read += n;
                    assertThat(written.get() - read).isLessThan(kernelBuffers);
                }
                assertThat(read).isEqualTo(BIG);
            }
        }
    }

    @Test
    void slowClientThatEndedItsHalfIsAnsweredInFull() throws Exception {
        AtomicLong written = new AtomicLong();
        try (TestServer answering = TestServer.of(socket -> {
            drain(socket.getInputStream(), new CRC32());
            flood(socket, written);
        })) {
            fixture.relay(QUICK, answering.address());
            try (Socket client = fixture.connect()) {
                client.shutdownOutput();
                awaitStall(written);
                assertThat(drain(client.getInputStream(), new CRC32())).isEqualTo(BIG);
            }
        }
    }

    @Test
    void slowBackendThatEndedItsHalfIsToldInFull() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Long> told = new CompletableFuture<>();
        try (TestServer listening = TestServer.of(socket -> {
            socket.shutdownOutput();
            awaitStall(written);
            told.complete(drain(socket.getInputStream(), new CRC32()));
        })) {
            fixture.relay(QUICK, listening.address());
            try (Socket client = fixture.connect()) {
                assertThat(client.getInputStream().read()).isNegative();
                flood(client, written);
                client.shutdownOutput();
                assertThat(told.get()).isEqualTo(BIG);
            }
        }
    }

    @Test
    void clientMayEndItsHalfAndStillBeAnswered() throws Exception {
        try (TestServer counter = TestServer.of(socket -> {
            long count = drain(socket.getInputStream(), new CRC32());
            socket.getOutputStream().write(("got " + count).getBytes(UTF_8));
        })) {
            fixture.relay(QUICK, counter.address());
            try (Socket client = fixture.connect()) {
                client.getOutputStream().write("hello".getBytes(UTF_8));
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("got 5");
            }
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("success", () -> endpoint.count(Outcome.SUCCESS) == 1);
        }
    }

    @Test
    void backendMayEndItsHalfAndStillBeTold() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (TestServer server = TestServer.of(socket -> {
            socket.getOutputStream().write("bye".getBytes(UTF_8));
            socket.shutdownOutput();
            told.complete(new String(socket.getInputStream().readAllBytes(), UTF_8));
        })) {
            fixture.relay(QUICK, server.address());
            try (Socket client = fixture.connect()) {
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("bye");
                client.getOutputStream().write("but listen".getBytes(UTF_8));
                client.shutdownOutput();
                assertThat(told.get()).isEqualTo("but listen");
            }
        }
    }

    @Test
    void refusedConnectionGoesToAnotherEndpointAndNobodyNotices() throws Exception {
        try (TestServer good = TestServer.saying("good")) {
            fixture.relay(QUICK, TestServer.refusing(), good.address());
            for (int i = 0; i < 20; i++) {
                try (Socket client = fixture.connect()) {
                    assertThat(client.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("good");
                }
            }
            EndpointStats bad = fixture.endpoint(0);
            EndpointStats fine = fixture.endpoint(1);
            Eventually.holds("all end", () -> fixture.stats.currentConnections() == 0);
            assertThat(bad.count(Outcome.CONNECT_FAILED)).isPositive();
            assertThat(bad.inFlight()).isZero();
            assertThat(fine.count(Outcome.SUCCESS)).isEqualTo(20);
            assertThat(fixture.stats.connectionErrors()).isZero();
        }
    }

    @Test
    void onlyEndpointIsTriedAgainAndThenTheConnectionIsClosed() throws Exception {
        fixture.relay(QUICK, TestServer.refusing());
        try (Socket client = fixture.connect()) {
            assertThat(endsBadly(client)).isTrue();
        }
        EndpointStats endpoint = fixture.endpoint(0);
        Eventually.holds("connection counted out", () -> fixture.stats.currentConnections() == 0);
        assertThat(endpoint.count(Outcome.CONNECT_FAILED)).isEqualTo(4);
        assertThat(endpoint.inFlight()).isZero();
        assertThat(fixture.stats.connectionErrors()).isOne();
    }

    @Test
    void clusterWithoutEndpointsClosesTheConnection() throws Exception {
        fixture.relay(QUICK);
        try (Socket client = fixture.connect()) {
            assertThat(endsBadly(client)).isTrue();
        }
        Eventually.holds("counted", () -> fixture.stats.connectionErrors() == 1);
        assertThat(fixture.stats.totalConnections()).isOne();
    }

    @Test
    void resetOfTheBackendIsAResetForTheClient() throws Exception {
        try (TestServer resetting = TestServer.of(socket -> {
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        })) {
            fixture.relay(QUICK, resetting.address());
            try (Socket client = fixture.connect()) {
                client.getOutputStream().write(1);
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("reset", () -> endpoint.count(Outcome.RESET) == 1);
            assertThat(endpoint.inFlight()).isZero();
        }
    }

    @Test
    void resetAmidALargeTransferIsAResetForTheClient() throws Exception {
        CompletableFuture<Void> halfTaken = new CompletableFuture<>();
        AtomicLong written = new AtomicLong();
        try (TestServer resetting = TestServer.of(socket -> {
            flood(socket, written);
            halfTaken.join();
            socket.setSoLinger(true, 0);
        })) {
            fixture.relay(QUICK, resetting.address());
            try (Socket client = fixture.connect()) {
                assertThat(client.getInputStream().readNBytes(BIG)).hasSize(BIG);
                halfTaken.complete(null);
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("reset", () -> endpoint.count(Outcome.RESET) == 1);
            assertThat(endpoint.bytesReceived()).isEqualTo(BIG);
        }
    }

    @Test
    void resetWhileNobodyTakesAnythingEndsTheConnection() throws Exception {
        CompletableFuture<Void> stuck = new CompletableFuture<>();
        try (TestServer deaf = TestServer.of(socket -> {
            CompletableFuture<Void> flooding = overflowing(socket);
            stuck.join();
            socket.setSoLinger(true, 0);
            socket.close();
            flooding.exceptionally(broken -> null).join();
        })) {
            fixture.relay(QUICK, deaf.address());
            try (Socket client = fixture.connect()) {
                CompletableFuture<Void> flooding = overflowing(client);
                Eventually.holds("both are stuck", this::isStuck);
                stuck.complete(null);
                flooding.exceptionally(broken -> null).join();
            }
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("reset", () -> endpoint.count(Outcome.RESET) == 1);
        }
    }

    private static CompletableFuture<Void> overflowing(Socket socket) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        for (int i = 0; i < 10; i++) {
                            flood(socket, new AtomicLong());
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    /* Whoever sends has been stopped when nothing has moved for a while. */
    private boolean isStuck() {
        long moved = fixture.stats.bytesIn() + fixture.stats.bytesOut();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        return fixture.stats.bytesIn() > 0
                && fixture.stats.bytesOut() > 0
                && fixture.stats.bytesIn() + fixture.stats.bytesOut() == moved;
    }

    @Test
    void smallTalkGoesOnAfterALargeTransfer() throws Exception {
        try (TestServer talking = TestServer.of(socket -> {
            flood(socket, new AtomicLong());
            socket.getInputStream().transferTo(socket.getOutputStream());
        })) {
            fixture.relay(QUICK, talking.address());
            try (Socket client = fixture.connect()) {
                assertThat(client.getInputStream().readNBytes(BIG)).hasSize(BIG);
                for (int i = 0; i < 100; i++) {
                    exchange(client);
                }
            }
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("success", () -> endpoint.count(Outcome.SUCCESS) == 1);
            assertThat(endpoint.bytesReceived()).isEqualTo(BIG + 100);
        }
    }

    @Test
    void resetOfTheClientIsAResetForTheBackendAndNotItsFault() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (TestServer server = TestServer.of(socket -> {
            socket.getOutputStream().write(1);
            try {
                socket.getInputStream().readAllBytes();
                seen.complete(null);
            } catch (IOException e) {
                seen.complete(e);
            }
        })) {
            fixture.relay(QUICK, server.address());
            Socket client = fixture.connect();
            assertThat(client.getInputStream().read()).isOne();
            client.setSoLinger(true, 0);
            client.close();
            assertThat(seen.get()).hasMessageContaining("reset");
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("cancelled", () -> endpoint.count(Outcome.CANCELLED) == 1);
        }
    }

    @Test
    void silenceEndsAConnection() throws Exception {
        try (TestServer silent = TestServer.of(socket -> socket.getInputStream().read())) {
            fixture.relay(QUICK.withIdleTimeout(Duration.ofMillis(40)), silent.address());
            try (Socket client = fixture.connect()) {
                assertThat(endsBadly(client)).isTrue();
            }
            EndpointStats endpoint = fixture.endpoint(0);
            Eventually.holds("timeout", () -> endpoint.count(Outcome.TIMEOUT) == 1);
        }
    }

    @Test
    void endpointThatLeavesKeepsItsConnections() throws Exception {
        try (TestServer old = TestServer.echo();
                TestServer young = TestServer.echo()) {
            fixture.relay(QUICK, old.address());
            try (Socket client = fixture.connect()) {
                exchange(client);
                fixture.endpoints(young.address());
                exchange(client);
                try (Socket next = fixture.connect()) {
                    exchange(next);
                }
            }
            assertThat(old.accepted()).isOne();
            assertThat(young.accepted()).isOne();
        }
    }

    @Test
    void clientThatSendsAndEndsBeforeTheBackendIsThereLosesNothing() throws Exception {
        try (TestServer echo = TestServer.echo()) {
            fixture.relay(QUICK.withRetries(1000, Duration.ofMillis(1)), TestServer.refusing());
            try (Socket client = fixture.connect()) {
                client.getOutputStream().write("early".getBytes(UTF_8));
                client.shutdownOutput();
                EndpointStats refusing = fixture.endpoint(0);
                Eventually.holds("failed tries", () -> refusing.count(Outcome.CONNECT_FAILED) > 2);
                fixture.endpoints(echo.address());
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("early");
            }
        }
    }

    private static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(42);
        assertThat(client.getInputStream().read()).isEqualTo(42);
    }

    private static boolean endsBadly(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static long sendRandom(Socket socket, int size) {
        Random random = new Random(7);
        CRC32 crc = new CRC32();
        byte[] chunk = new byte[100_000];
        try {
            OutputStream out = socket.getOutputStream();
            for (int left = size; left > 0; left -= chunk.length) {
                random.nextBytes(chunk);
                int n = Math.min(left, chunk.length);
                crc.update(chunk, 0, n);
                out.write(chunk, 0, n);
            }
            socket.shutdownOutput();
            return crc.getValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flood(Socket socket, AtomicLong written) throws IOException {
        byte[] chunk = new byte[64 << 10];
        for (int i = 0; i < BIG / chunk.length; i++) {
            socket.getOutputStream().write(chunk);
            written.addAndGet(chunk.length);
        }
    }

    /* Until the buffers on the way are full. Waiting too little only makes the test less strict. */
    private static void awaitStall(AtomicLong written) {
        long before;
        do {
            before = written.get();
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        } while (before == 0 || written.get() != before);
    }

    private static long drain(InputStream in, CRC32 crc) throws IOException {
        byte[] chunk = new byte[64 << 10];
        long count = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            crc.update(chunk, 0, n);
            count += n;
        }
        return count;
    }
}
