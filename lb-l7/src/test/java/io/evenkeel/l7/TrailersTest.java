package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrailersTest {

    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n";
    private static final String REQUEST =
            "POST / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n";

    private final HttpFixture fixture = new HttpFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void goOnInBothDirectionsAndTheConnectionsToo() throws Exception {
        try (Backend backend = Backend.saying(RESPONSE + "X-Sum: 1\r\nx-two:  a b \r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(REQUEST + "X-Digest:7\r\n\r\n");
            Wire.Message answer = client.message();
            assertThat(answer.body()).isEqualTo("abc");
            assertThat(answer.trailers()).containsExactly("x-sum: 1", "x-two: a b");
            assertThat(backend.requests.get(0).trailers()).containsExactly("x-digest: 7");
            assertThat(client.get("/").message().trailers()).hasSize(2);
            assertThat(backend.accepted()).isOne();
        }
    }

    @Test
    void thoseThatFrameRouteOrAuthorizeGoNoFurther() throws Exception {
        String forbidden = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: evil\r\nConnection: close\r\n"
                + "Trailer: x\r\nTE: trailers\r\nAuthorization: Basic x\r\nX-Forwarded-For: 1.2.3.4\r\n"
                + "Set-Cookie: a=b\r\nContent-Type: x/y\r\nProxy-Authorization: x\r\nIf-Match: x\r\nx_forwarded_for: 1\r\nX-Mine: 1\r\n\r\n";
        try (Backend backend = Backend.saying(RESPONSE + forbidden);
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(REQUEST + forbidden);
            assertThat(client.message().trailers()).containsExactly("x-mine: 1");
            assertThat(backend.requests.get(0).trailers()).containsExactly("x-mine: 1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x\r\n\r\n", ": x\r\n\r\n", " x: y\r\n\r\n", "x y: z\r\n\r\n", "x: \u0001\r\n\r\n", "x: y\n\r\n"
            })
    void whatIsNoFieldEndsTheRequest(String trailers) throws Exception {
        try (Backend backend = Backend.text("never");
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(REQUEST + trailers);
            assertThat(client.message().status()).isEqualTo(400);
        }
    }

    @Test
    void thoseThatAreForOneHopGoNoFurther() throws Exception {
        try (Backend backend = Backend.saying(RESPONSE + "X-Sum: 1\r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(REQUEST.replace("Host: web", "Host: web\r\nConnection: te, x-digest") + "X-Digest: 7\r\n\r\n");
            assertThat(client.message().trailers()).containsExactly("x-sum: 1");
            client.send(REQUEST.replace("Host: web", "Host: web\r\nConnection: te") + "X-Digest: 7\r\n\r\n");
            client.message();
            assertThat(backend.requests.get(0).trailers()).isEmpty();
            assertThat(backend.requests.get(1).trailers()).containsExactly("x-digest: 7");
        }
    }

    @Test
    void valuesPassAsTheyAreWithoutTheBlanksAround() throws Exception {
        String umlauts = "\u00c3\u00a4 b \u00c3\u00a4"; // as they are sent
        try (Backend backend = Backend.saying(RESPONSE + "X-Sum:\t " + umlauts + " \t\r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            assertThat(client.get("/").message().trailers()).containsExactly("x-sum: " + umlauts);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no field\r\n\r\n", "a: b\r\n folded\r\n\r\n"})
    void whatIsNoFieldOfAResponseIsDroppedWithTheOthers(String trailers) throws Exception {
        try (Backend backend = Backend.saying(RESPONSE + "X-Sum: 1\r\n" + trailers);
                Wire client = fixture.endpoints(backend).connect()) {
            for (int i = 0; i < 2; i++) {
                Wire.Message answer = client.get("/").message();
                assertThat(answer.body()).isEqualTo("abc");
                assertThat(answer.trailers()).isEmpty();
            }
            assertThat(backend.accepted()).isOne();
        }
    }

    @Test
    void thereIsABoundToHowManyThereAre() throws Exception {
        try (Backend backend = Backend.text("never");
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(REQUEST + "a: b\r\n".repeat(65) + "\r\n");
            assertThat(client.message().status()).isEqualTo(400);
        }
    }

    @Test
    void clientsOfTheFirstVersionGetTheBodyWithoutThem() throws Exception {
        try (Backend backend = Backend.saying(RESPONSE + "X-Sum: 1\r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void theyPassBetweenTheVersions() throws Exception {
        try (Backend backend = Backend.saying(RESPONSE + "X-Sum: 1\r\n\r\n")) {
            fixture.endpoints(backend);
            try (Http2Wire client = Http2Wire.to(fixture.address())) {
                client.request(1, false, "POST", "/").data(1, false, "abc").headers(1, true, "x-digest: 7");
                Http2Wire.Message answer = client.message(1);
                assertThat(answer.body()).isEqualTo("abc");
                assertThat(answer.blocks().get(1)).isEqualTo(List.of("x-sum: 1"));
                assertThat(backend.requests.get(0).trailers()).containsExactly("x-digest: 7");
            }
        }
    }
}
