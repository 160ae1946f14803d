package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterimResponseTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private final HttpFixture fixture = new HttpFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aClientThatExpectsIsToldToContinue() throws Exception {
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    assertThat(new Wire.Message(wire.head(), "").value("Expect"))
                            .isEqualTo("100-continue");
                    wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + wire.text(3));
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("abc");
            assertThat(client.message().body()).isEqualTo("abc");
        }
    }

    @Test
    void aRefusalInsteadOfContinueEndsTheConnection() throws Exception {
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
                    wire.rest();
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            Wire.Message refusal = client.message();
            assertThat(refusal.status()).isEqualTo(417);
            assertThat(refusal.value("Connection")).isEqualTo("close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void upToSixteenPassAndTheFinalOneFollows() throws Exception {
        String hints = "HTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 7\r\n\r\n".repeat(15);
        try (Backend backend = Backend.saying("HTTP/1.1 100 Continue\r\n\r\n" + hints + OK);
                Wire client = fixture.endpoints(backend).connect()) {
            for (int round = 0; round < 2; round++) {
                client.get("/");
                assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                for (int i = 0; i < 15; i++) {
                    assertThat(client.head()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
                }
                assertThat(client.message().body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void aFloodOfThemIsABadResponse() throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 100 Continue\r\n\r\n".repeat(17) + OK);
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.message().status()).isEqualTo(502);
            fixture.awaitOutcome(0, Outcome.FAILURE, 1);
        }
    }

    @Test
    void oldClientsGetNone() throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + OK);
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            Wire.Message response = client.message();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("ok");
        }
    }
}
