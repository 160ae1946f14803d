package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads go in front of the bodies that they came with, in the place of the old ones; nobody can tell. */
class ShortResponseTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2047, 2048, 2049, 5000})
    void bodiesAreWholeWhateverTheirLength(int length) throws Exception {
        String body = "0123456789".repeat(500).substring(0, length);
        try (Backend web = Backend.text(body);
                HttpFixture proxy = new HttpFixture().endpoints(web);
                Wire client = proxy.connect()) {
            for (int i = 0; i < 2; i++) {
                Wire.Message response = client.get("/" + i).message();
                assertThat(response.body()).isEqualTo(body);
                assertThat(response.value("Content-Length")).isEqualTo(String.valueOf(length));
            }
            client.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
            assertThat(client.message().body()).isEqualTo(body);
            assertThat(client.rest()).isEmpty();
            assertThat(web.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 0", "100, 1", "100, 99", "2048, 2047", "2049, 2048"})
    void whatComesInPartsIsPassedOnInParts(int length, int first) throws Exception {
        String body = "x".repeat(length);
        CountDownLatch rest = new CountDownLatch(1);
        try (Backend web = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + body.substring(0, first));
                    rest.await();
                    wire.send(body.substring(first));
                    return true;
                });
                HttpFixture proxy = new HttpFixture().endpoints(web);
                Wire client = proxy.connect()) {
            client.get("/");
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 200").contains("Content-Length: " + length + "\r\n");
            assertThat(client.text(first)).isEqualTo(body.substring(0, first));
            rest.countDown();
            assertThat(client.text(length - first)).isEqualTo(body.substring(first));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X: y\r\n", "Connection: keep-alive\r\nServer: some\r\n"})
    void headsMayBecomeLongerOrShorter(String fields) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length:5\r\n" + fields + "\r\n"; // one more byte with its blank
        try (Backend web = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n"
                                    .repeat(request.target().length() - 1) + head + "hello");
                    return true;
                });
                HttpFixture proxy = new HttpFixture().endpoints(web);
                Wire client = proxy.connect()) {
            for (String target : new String[] {"/", "/x", "/"}) {
                client.get(target);
                for (int i = 1; i < target.length(); i++) {
                    assertThat(client.message().status()).isEqualTo(103);
                }
                Wire.Message response = client.message();
                assertThat(response.head()).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(response.value("Content-Length")).isEqualTo("5");
                assertThat(response.values("Server")).hasSize(fields.contains("Server") ? 1 : 0);
                assertThat(response.body()).isEqualTo("hello");
            }
        }
    }

    @Test
    void whatComesBehindAShortBodyIsNotPassedOn() throws Exception {
        try (Backend web = Backend.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"
                        + "Content-Length: 4\r\n\r\nevil");
                HttpFixture proxy = new HttpFixture().endpoints(web);
                Wire client = proxy.connect()) {
            assertThat(client.get("/1").message().body()).isEqualTo("ok");
            assertThat(client.get("/2").message().body()).isEqualTo("ok");
            assertThat(web.accepted()).isEqualTo(2);
        }
    }
}
