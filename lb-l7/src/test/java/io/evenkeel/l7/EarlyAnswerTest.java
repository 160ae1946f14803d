package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that answer an upload, or go, before they have taken it. */
@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class EarlyAnswerTest {

    private static final int BIG = 20 << 20;
    private static final String UPLOAD = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + BIG + "\r\n\r\n";

    private final HttpFixture fixture;

    EarlyAnswerTest(String transport) {
        fixture = new HttpFixture(transport, HttpFixture.QUICK);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /* Whether the proxy reads the answer or fails to write first is up to the scheduler. */
    @RepeatedTest(10)
    void theAnswerOfAnEndpointThatRefusesAnUploadReachesTheClient() throws Exception {
        try (Backend strict = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large");
                });
                Wire client = fixture.endpoints(strict).connect()) {
            upload(client);
            Wire.Message answer = client.message();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.value("Connection")).isEqualTo("close");
            assertThat(answer.body()).isEqualTo("too large");
            assertThat(client.rest()).isEmpty();
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 413 Too"})
    void anEndpointThatGoesWithoutAWholeHeadIsA502(String said) throws Exception {
        try (Backend dying = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(said);
                });
                Wire client = fixture.endpoints(dying).connect()) {
            upload(client);
            assertThat(client.message().status()).isEqualTo(502);
            fixture.awaitOutcome(0, Outcome.RESET, 1);
        }
    }

    @Test
    void anAnswerUntilTheEndIsNotWholeOnceWritingHasFailed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        try (Backend dying = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\n\r\nabc");
                    failed.await();
                    wire.send("defg");
                });
                Wire client = fixture.endpoints(dying).connect()) {
            client.send(UPLOAD);
            assertThat(client.head()).contains("Transfer-Encoding: chunked");
            assertThat(client.text(8)).isEqualTo("3\r\nabc\r\n");
            SocketChannel channel = fixture.lastSocket;
            channel.eventLoop()
                    .submit(() -> {
                        channel.write(Unpooled.wrappedBuffer(new byte[1]), channel.voidPromise());
                        channel.shutdownOutput();
                    })
                    .sync();
            failed.countDown();
            assertThat(client.rest()).isEqualTo("4\r\ndefg\r\n");
            fixture.awaitOutcome(0, Outcome.RESET, 1);
        }
    }

    private static void upload(Wire client) throws Exception {
        client.send(UPLOAD);
        OutputStream out = client.socket.getOutputStream();
        byte[] part = new byte[64 << 10];
        for (int i = 0; i < BIG / part.length; i++) {
            out.write(part);
        }
    }
}
