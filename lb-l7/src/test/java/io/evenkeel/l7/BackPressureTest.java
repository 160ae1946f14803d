package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class BackPressureTest {

    private static final int BIG = 48 << 20;
    private static final int KERNEL_BUFFERS = 24 << 20;

    private final HttpFixture fixture;

    BackPressureTest(String transport) {
        fixture = new HttpFixture(transport, HttpFixture.QUICK);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bigBodiesArriveIntactBothWaysAtOnce(boolean chunked) throws Exception {
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + BIG;
        // Echoes while it reads, so that both directions are under way at once.
        try (Backend echo = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                    wire.in().transferTo(socket.getOutputStream());
                });
                Wire client = fixture.endpoints(echo).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\n" + framing + "\r\n\r\n");
            CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> sendRandom(client, chunked));
            client.head();
            CRC32 received = new CRC32();
            long length = 0;
            while (length < BIG) {
                int size = chunked ? Integer.parseInt(client.line(), 16) : 64 << 10;
                byte[] part = client.in().readNBytes(size);
                received.update(part);
                length += part.length;
                if (chunked) {
                    assertThat(client.line()).isEmpty();
                }
            }
            if (chunked) {
                assertThat(client.line()).isEqualTo("0");
                assertThat(client.line()).isEmpty();
            }
            assertThat(length).isEqualTo(BIG);
            assertThat(received.getValue()).isEqualTo(sent.join());
        }
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
    }

    private static long sendRandom(Wire client, boolean chunked) {
        Random random = new Random(1);
        CRC32 checksum = new CRC32();
        try {
            OutputStream out = client.socket.getOutputStream();
            byte[] part = new byte[1 << 20];
            for (int i = 0; i < BIG / part.length; i++) {
                random.nextBytes(part);
                checksum.update(part);
                if (chunked) {
                    client.send(Integer.toHexString(part.length) + "\r\n");
                }
                out.write(part);
                if (chunked) {
                    client.send("\r\n");
                }
            }
            if (chunked) {
                client.send("0\r\n\r\n");
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return checksum.getValue();
    }

    @Test
    void aSlowReaderHoldsTheEndpointBack() throws Exception {
        AtomicLong written = new AtomicLong();
        try (Backend flood = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + BIG + "\r\n\r\n");
                    pour(wire.socket.getOutputStream(), written);
                    return true;
                });
                Wire client = fixture.endpoints(flood).connect()) {
            client.get("/").head();
            sip(client.in(), written);
        }
    }

    @Test
    void aSlowEndpointHoldsTheClientBack() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Void> read = new CompletableFuture<>();
        try (Backend slow = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    try {
                        sip(wire.in(), written);
                        read.complete(null);
                    } catch (Throwable e) {
                        read.completeExceptionally(e);
                    }
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
                Wire client = fixture.endpoints(slow).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + BIG + "\r\n\r\n");
            pour(client.socket.getOutputStream(), written);
            read.join();
            assertThat(client.message().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatEndsWhileItsUploadWaitsForRoomLosesNothing(boolean chunked) throws Exception {
        int size = 8 << 20;
        CompletableFuture<Void> begin = new CompletableFuture<>();
        String body = "0123456789abcdef".repeat(size / 16);
        try (Backend slow = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    begin.join();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: "
                            + wire.message().body().length() + "\r\n\r\n" + body);
                });
                Wire client = fixture.endpoints(slow).connect()) {
            Thread sender = new Thread(() -> {
                try {
                    client.send("POST / HTTP/1.1\r\nHost: web\r\n"
                            + (chunked
                                    ? "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(size) + "\r\n" + body
                                            + "\r\n0\r\n\r\n"
                                    : "Content-Length: " + size + "\r\n\r\n" + body));
                    client.endOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            sender.start();
            Eventually.holds(
                    "the upload waits for room",
                    () -> fixture.lastSocket != null
                            && fixture.lastSocket.isActive()
                            && fixture.endpoint(0).bytesSent() > 0);
            begin.complete(null);
            sender.join();
            assertThat(client.message().body()).isEqualTo(body);
        }
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
    }

    @Test
    void aClientThatEndsBeforeItsUploadDoesIsNoticedThoughTheEndpointIsSlow() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (Backend slow = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    byte[] sip = new byte[4 << 10];
                    while (wire.in().read(sip) > 0) {
                        written.addAndGet(sip.length);
                    }
                    over.complete(null);
                });
                Wire client = fixture.endpoints(slow).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + BIG + "\r\n\r\n");
            client.send("x".repeat(8 << 20)).endOutput();
            over.join();
            fixture.awaitOutcome(0, Outcome.CANCELLED, 1);
        }
    }

    @Test
    void anEarlyAnswerIsWholeForASlowReaderThoughTheBodyWasNeverRead() throws Exception {
        int size = 8 << 20;
        String body = "y".repeat(size);
        try (Backend hasty = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: " + size + "\r\n\r\n" + body);
                });
                Wire client = fixture.endpoints(hasty).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 1000000\r\n\r\nabc");
            client.head();
            Eventually.holds(
                    "the endpoint has said everything",
                    () -> fixture.endpoint(0).bytesReceived() > size
                            || fixture.endpoint(0).inFlight() == 1);
            assertThat(client.rest()).hasSize(size);
        }
    }

    private static void pour(OutputStream out, AtomicLong written) throws IOException {
        byte[] chunk = new byte[64 << 10];
        for (int i = 0; i < BIG / chunk.length; i++) {
            out.write(chunk);
            written.addAndGet(chunk.length);
        }
    }

    private static void sip(InputStream in, AtomicLong written) throws IOException {
        byte[] sip = new byte[4 << 10];
        long read = 0;
        while (read < BIG) {
            int n = in.read(sip);
            assertThat(n).isPositive();
            read += n;
            assertThat(written.get() - read).isLessThan(KERNEL_BUFFERS);
        }
    }
}
