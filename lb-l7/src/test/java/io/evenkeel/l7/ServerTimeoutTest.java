package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.l4.testing.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTimeoutTest {

    /* A byte and a second each, far longer than the timeout. */
    private static final int ROUNDS = 300;

    private HttpFixture fixture = new HttpFixture(HttpFixture.PATIENT.withServerTimeout(HttpFixture.LIMIT), null);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anEndpointThatSaysNothingIsA504() throws Exception {
        try (Backend silent = silentButFor("/other");
                Wire client = fixture.endpoints(silent).connect().get("/")) {
            fixture.passUntilOutcome(0, Outcome.TIMEOUT, 1);
            assertThat(client.message().status()).isEqualTo(504);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: web\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            })
    void aClientThatTalksWhileItWaitsDoesNotKeepASilentEndpointFromTimingOut(String request) throws Exception {
        try (Backend silent = silentButFor("/other");
                Wire client = fixture.endpoints(silent).connect();
                Wire other = fixture.connect()) {
            client.socket.setTcpNoDelay(true);
            client.send(request);
            int rounds = 0;
            while (client.in().available() == 0 && rounds < ROUNDS) {
                client.send("G");
                assertThat(other.get("/other").message().status()).isEqualTo(200);
                fixture.pass(Duration.ofSeconds(1));
                rounds++;
            }
            assertThat(rounds).isLessThan(ROUNDS);
            assertThat(client.message().status()).isEqualTo(504);
            fixture.awaitOutcome(0, Outcome.TIMEOUT, 1);
        }
    }

    /* Three attempts, each of the pauses between them longer than anybody's timeout. */
    @Test
    void whileNobodyIsConnectedNeitherEndpointNorClientIsLate() throws Exception {
        fixture.close();
        Duration brief = Duration.ofMillis(100);
        fixture = new HttpFixture(
                HttpFixture.QUICK
                        .withServerTimeout(brief)
                        .withClientTimeout(brief)
                        .withRetries(2, Duration.ofMillis(800)),
                null);
        fixture.endpoints(Endpoint.of(TestServer.refusing()));
        try (Wire client = fixture.connect();
                Http2Wire other = Http2Wire.to(fixture.address())) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc");
            other.request(1, true, "GET", "/");
            assertThat(client.message().status()).isEqualTo(503);
            assertThat(other.message(1).status()).isEqualTo(503);
        }
        fixture.awaitOutcome(0, Outcome.CONNECT_FAILED, 6);
    }

    private static Backend silentButFor(String target) {
        return Backend.of((wire, request) -> {
            if (!request.target().equals(target)) {
                return wire.rest().isEmpty(); // waits until the proxy gives up
            }
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return true;
        });
    }
}
