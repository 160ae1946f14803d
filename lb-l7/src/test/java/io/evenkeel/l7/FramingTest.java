package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Outcome;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class FramingTest {

    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n";
    private final HttpFixture fixture;

    FramingTest(String transport) {
        fixture = new HttpFixture(transport, HttpFixture.QUICK);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n', 1234",
        "HEAD, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', ''",
        "HEAD, 'HTTP/1.1 200 OK\r\n\r\n', ''",
        "GET, 'HTTP/1.1 204 No Content\r\n\r\n', ''",
        "GET, 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n', 1234",
        "GET, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 0",
    })
    void responsesWithoutBodyEndWithTheirHead(String method, String response, String length) throws Exception {
        try (Backend backend = Backend.saying(response);
                Wire client = fixture.endpoints(backend).connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(method + " / HTTP/1.1\r\nHost: web\r\n\r\n");
                Wire.Message head = new Wire.Message(client.head(), "");
                assertThat(head.value("Content-Length")).isEqualTo(length);
                assertThat(head.value("Transfer-Encoding")).isEmpty();
                assertThat(head.value("Connection")).isEmpty();
            }
            assertThat(backend.accepted()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\nHost: web\n\n", "GET / HTTP/1.1\r\nHost: web\n"})
    void aBareLineFeedInAHeadIsRefusedAtOnce(String request) throws Exception {
        try (Wire client = fixture.connect()) {
            assertThat(client.send(request).message().status()).isEqualTo(400);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aBodyThatMayNotBeThereIsNeverTakenForTheNextResponse() throws Exception {
        try (Backend backend = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 204 No Content\r\nContent-Length: 40\r\n\r\n");
                    return true;
                });
                Wire client = fixture.endpoints(backend).connect()) {
            assertThat(client.get("/").message().status()).isEqualTo(204);
            assertThat(client.get("/").message().status()).isEqualTo(204);
            assertThat(backend.accepted()).as("connections").isEqualTo(2);
        }
    }

    @Test
    void chunksAreWrittenAnewInBothDirections() throws Exception {
        try (Backend backend = Backend.saying(CHUNKED);
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2;evil=\"x\"\r\nab\r\nA\r\n0123456789\r\n0\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.message().body()).isEqualTo("abcde");
            client.get("/again");
            assertThat(client.message().body()).isEqualTo("abcde");
            assertThat(backend.requests.get(0).body()).isEqualTo("ab0123456789");
            assertThat(backend.requests.get(0).head()).doesNotContain("evil");
            assertThat(backend.accepted()).isOne();
        }
    }

    @Test
    void chunkSizesMayBePaddedByServersButNotByClients() throws Exception {
        try (Backend backend = Backend.saying(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5  \r\nhello\r\n0 \r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            assertThat(client.get("/").message().body()).isEqualTo("hello");
            client.send(
                    "POST / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n" + "5  \r\nhello\r\n0\r\n\r\n");
            assertThat(client.message().status()).isEqualTo(400);
        }
    }

    @Test
    void anEndpointIsNamedAsTheHostOfARequestThatNamesNone() throws Exception {
        try (Backend backend = Backend.text("ok")) {
            fixture.endpoints(backend);
            try (Wire old = fixture.connect()) {
                old.send("POST / HTTP/1.0\r\nX: y\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(old.message().status()).isEqualTo(200);
            }
            try (Wire old = fixture.connect()) {
                old.send("GET / HTTP/1.0\r\nHost: named\r\n\r\n");
                assertThat(old.message().status()).isEqualTo(200);
            }
            Wire.Message first = backend.requests.get(0);
            assertThat(first.values("Host")).containsExactly(backend.endpoint().id());
            assertThat(first.value("X")).isEqualTo("y");
            assertThat(first.body()).isEqualTo("abc");
            assertThat(backend.requests.get(1).values("Host")).containsExactly("named");
        }
    }

    @Test
    void oldClientsGetNoChunks() throws Exception {
        try (Backend backend = Backend.saying(CHUNKED);
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            Wire.Message response = client.message();
            assertThat(response.value("Transfer-Encoding")).isEmpty();
            assertThat(response.value("Connection")).isEqualTo("close");
            assertThat(client.rest()).isEqualTo("abcde");
        }
    }

    @Test
    void aBodyUntilCloseBecomesChunks() throws Exception {
        try (Backend backend = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.0 200 OK\r\n\r\nabc");
                    wire.send("def");
                    return false;
                });
                Wire client = fixture.endpoints(backend).connect()) {
            assertThat(client.get("/").message().body()).isEqualTo("abcdef");
            assertThat(client.get("/").message().body()).isEqualTo("abcdef");
            fixture.awaitOutcome(0, Outcome.SUCCESS, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n",
            })
    void aResponseThatIsCutShortNeverEndsCleanly(String response) throws Exception {
        try (Backend backend = Backend.of((wire, request) -> {
            wire.send(response);
            return false;
        })) {
            fixture.endpoints(backend);
            try (Wire client = fixture.connect()) {
                client.get("/");
                assertThatThrownBy(client::message).isInstanceOf(EOFException.class);
            }
            try (Wire old = fixture.connect()) {
                old.send("GET / HTTP/1.0\r\n\r\n");
                Wire.Message head = new Wire.Message(old.head(), "");
                if (head.value("Content-Length").isEmpty()) {
                    assertThatThrownBy(old::rest).as("a reset").isInstanceOf(IOException.class);
                } else {
                    assertThat(old.rest()).isEqualTo("abc");
                }
            }
        }
    }

    @Test
    void aResetIsNotTheEndOfABodyUntilClose() throws Exception {
        try (Backend backend = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 200 OK\r\n\r\nabc");
                    wire.line(); // the client got it
                    wire.reset();
                    return false;
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n");
            client.head();
            assertThat(client.line()).isEqualTo("3");
            // Nothing more of the request can go to the endpoint, which waits for a line: it is the proxy that gives
            // up.
            client.reset();
            fixture.awaitOutcome(0, Outcome.CANCELLED, 1);
        }
    }

    @Test
    void bytesAfterAResponseEndTheConnectionToTheEndpoint() throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            assertThat(client.get("/").message().body()).isEqualTo("x");
            assertThat(client.get("/").message().body()).isEqualTo("x");
            assertThat(backend.accepted()).isEqualTo(2);
        }
    }
}
