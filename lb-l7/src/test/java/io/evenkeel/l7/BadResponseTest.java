package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadResponseTest {

    private final HttpFixture fixture = new HttpFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "this is no HTTP at all\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: \u0000\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n",
            })
    void whatIsNoResponseIsA502(String response) throws Exception {
        try (Backend backend = Backend.saying(response)) {
            fixture.endpoints(backend);
            try (Wire client = fixture.connect()) {
                client.send("GET / HTTP/1.0\r\n\r\n");
                Wire.Message answer = client.message();
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.body()).contains("Bad Gateway");
                assertThat(client.rest()).isEmpty();
            }
            fixture.awaitOutcome(0, Outcome.FAILURE, 1);
            assertThat(fixture.backend.stats().responses(5)).isOne();
        }
    }

    @Test
    void aHeadThatNeverEndsIsA502() throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 200 OK\r\nX: " + "x".repeat(40_000))) {
            fixture.endpoints(backend);
            assertThat(fixture.get("/").status()).isEqualTo(502);
        }
    }

    @Test
    void aHeadThatIsCutShortIsA502ForPost() throws Exception {
        try (Backend backend = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 200 OK\r\nContent-");
                    return false;
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.message().status()).isEqualTo(502);
            fixture.awaitOutcome(0, Outcome.RESET, 1);
        }
    }

    @Test
    void aHeadResponseThatIsRefusedHasNoBodyEither() throws Exception {
        try (Backend backend = Backend.saying("nonsense\r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("HEAD / HTTP/1.1\r\nHost: web\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
            assertThat(client.rest()).isEmpty();
        }
    }
}
