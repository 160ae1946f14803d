package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class KeepAliveTest {

    private final HttpFixture fixture;

    KeepAliveTest(String transport) {
        fixture = new HttpFixture(transport, HttpFixture.QUICK);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void everyRequestOfAConnectionIsBalancedAndConnectionsAreReused() throws Exception {
        try (Backend a = Backend.text("a");
                Backend b = Backend.text("b");
                Wire client = fixture.endpoints(a, b).connect()) {
            StringBuilder answers = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                answers.append(client.get("/").message().body());
            }
            assertThat(answers.toString()).isIn("ababababab", "bababababa");
            assertThat(a.accepted()).isOne();
            assertThat(b.accepted()).isOne();
            fixture.awaitOutcome(0, Outcome.SUCCESS, 5);
            assertThat(fixture.frontend.stats().requests()).isEqualTo(10);
            assertThat(fixture.frontend.stats().responses(2)).isEqualTo(10);
            assertThat(fixture.backend.stats(fixture.endpoint(1)).responses(2)).isEqualTo(5);
        }
    }

    @Test
    void idleConnectionsAreClosedWhenTheirEndpointLeavesAndKeptWhenItStays() throws Exception {
        CompletableFuture<String> rest = new CompletableFuture<>();
        try (Backend leaving = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    rest.complete(wire.rest());
                });
                Backend staying = Backend.text("ok");
                Wire client = fixture.endpoints(leaving, staying).connect()) {
            client.get("/").message();
            client.get("/").message();
            fixture.endpoints(staying);
            assertThat(rest.get(Wire.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEmpty();
            assertThat(client.get("/").message().body()).isEqualTo("ok");
            assertThat(staying.accepted()).isOne();
        }
    }

    @Test
    void requestsThatNeedAConnectionOfTheirOwnLeaveNoMoreBehindThanWereInUse() throws Exception {
        AtomicInteger open = new AtomicInteger();
        try (Backend web = Backend.talking(socket -> {
                    open.incrementAndGet();
                    Wire wire = new Wire(socket);
                    while (!wire.message().head().isEmpty()) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    }
                    open.decrementAndGet();
                });
                Wire client = fixture.endpoints(web).connect()) {
            for (int i = 0; i < 20; i++) {
                client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 1\r\n\r\nx");
                assertThat(client.message().status()).isEqualTo(200);
            }
            Eventually.holds("one is left", () -> web.accepted() == 20 && open.get() == 1);
            assertThat(client.get("/").message().status()).isEqualTo(200);
            assertThat(web.accepted()).isEqualTo(20);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (Backend echo = echo();
                Wire client = fixture.endpoints(echo).connect()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                String body = "x".repeat(i % 7);
                requests.append("POST /" + i + " HTTP/1.1\r\nHost: web\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body);
            }
            client.send(requests.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.message().body()).isEqualTo("/" + i + " " + "x".repeat(i % 7));
            }
        }
    }

    @Test
    void requestsMayArriveByteByByte() throws Exception {
        try (Backend echo = echo();
                Wire client = fixture.endpoints(echo).connect()) {
            String requests =
                    "\r\nPOST /a HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                            + "\r\nGET /b HTTP/1.1\r\nHost: web\r\n\r\n";
            client.socket.setTcpNoDelay(true);
            for (char c : requests.toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.message().body()).isEqualTo("/a abc");
            assertThat(client.message().body()).isEqualTo("/b ");
        }
    }

    @Test
    void aClientThatEndsItsHalfStillGetsAllItsAnswers() throws Exception {
        try (Backend echo = echo();
                Wire client = fixture.endpoints(echo).connect()) {
            client.get("/1").get("/2").send("POST /3 HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc");
            client.endOutput();
            assertThat(client.message().body()).isEqualTo("/1 ");
            assertThat(client.message().body()).isEqualTo("/2 ");
            Wire.Message last = client.message();
            assertThat(last.body()).isEqualTo("/3 abc");
            assertThat(last.value("Connection")).isEqualTo("close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aClientThatEndsInTheMiddleOfARequestIsLetGo() throws Exception {
        try (Backend echo = echo();
                Wire client = fixture.endpoints(echo).connect()) {
            client.get("/1").send("GET /2 HT");
            client.endOutput();
            assertThat(client.message().body()).isEqualTo("/1 ");
            assertThat(client.rest()).isEmpty();
        }
        try (Backend echo = echo();
                Wire client = fixture.endpoints(echo).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\na");
            client.endOutput();
            assertThat(client.rest()).isEmpty();
            fixture.awaitOutcome(1, Outcome.CANCELLED, 1);
        }
    }

    @Test
    void oldClientsKeepTheConnectionOnlyIfTheyAsk() throws Exception {
        try (Backend echo = echo()) {
            fixture.endpoints(echo);
            try (Wire client = fixture.connect()) {
                client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                Wire.Message first = client.message();
                assertThat(first.value("Connection")).isEqualTo("keep-alive");
                client.send("GET /2 HTTP/1.0\r\n\r\n");
                assertThat(client.message().value("Connection")).isEqualTo("close");
                assertThat(client.rest()).isEmpty();
            }
        }
    }

    @Test
    void aClientThatTakesNoResponsesIsNotServedFurther() throws Exception {
        String large = "x".repeat(100_000);
        CompletableFuture<Void> sent = new CompletableFuture<>();
        try (Backend backend = Backend.text(large);
                Wire client = fixture.endpoints(backend).connect()) {
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < 500; i++) {
                        client.get("/" + i);
                    }
                    sent.complete(null);
                } catch (java.io.IOException e) {
                    sent.completeExceptionally(e);
                }
            });
            sender.start();
            assertThat(client.message().body()).isEqualTo(large);
            sent.join();
            try (Wire other = fixture.connect()) {
                for (int i = 0; i < 200; i++) { // the loop has had every chance to go on with the first client
                    other.get("/other").message();
                }
            }
            // What the kernel's buffers hold, and not all 50 MB of responses.
            assertThat(backend.requests.stream().filter(r -> !r.target().equals("/other")))
                    .hasSizeLessThan(300);
            for (int i = 1; i < 500; i++) {
                assertThat(client.message().body()).hasSize(large.length());
            }
        }
    }

    private static Backend echo() {
        return Backend.of((wire, request) -> {
            String text = request.target() + " " + request.body();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
            return true;
        });
    }
}
