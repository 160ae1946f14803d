package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of up to 2,048 bytes leave in one buffer with their head, if they came with it; nobody can tell. */
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
