package io.evenkeel.l7.marathonlb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Service;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that a template has compressed. */
class TemplateCompressionTest extends TemplateFixture {

    @ParameterizedTest
    @CsvSource({
        "'Content-Type: text/html; charset=utf-8', 'gzip, br', 200, true",
        "'Content-Type: text/html', '*', 200, true",
        "'Content-Type: TEXT/PLAIN', 'br;q=1, gzip; q=0.5', 200, true",
        "'Content-Type: text/html', 'gzip;q=0, *', 200, false",
        "'Content-Type: text/html', '', 200, false",
        "'Content-Type: text/html', 'br', 200, false",
        "'Content-Type: image/png', 'gzip', 200, false",
        "'X-Other: 1', 'gzip', 200, false",
        "'Content-Type: text/html', 'gzip', 404, false",
        "'Content-Type: text/html', 'gzip', 206, false",
    })
    void responsesAreCompressedForThoseWhoTakeIt(String type, String accepts, int status, boolean compressed)
            throws Exception {
        String text = "compressible ".repeat(1000);
        String head = "HTTP/1.1 " + status + " X\r\n" + type + "\r\nETag: \"1\"\r\n";
        try (Backend backend = Backend.saying(head + "Content-Length: " + text.length() + "\r\n\r\n" + text)) {
            publish(Apps.with(compressing(), backend.endpoint()));
            Wire.Message response = service("/", "Accept-Encoding: " + accepts);
            assertThat(response.values("Content-Encoding")).hasSize(compressed ? 1 : 0);
            assertThat(response.value("ETag")).isEqualTo(compressed ? "W/\"1\"" : "\"1\"");
            if (compressed) {
                assertThat(response.value("Vary")).isEqualTo("Accept-Encoding");
                assertThat(response.body().length()).isLessThan(text.length() / 10);
                assertThat(gunzip(response.body())).isEqualTo(text);
            } else {
                assertThat(response.body()).isEqualTo(text);
            }
        }
    }

    @Test
    void aCompressedResponseComesPartByPart() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
        CompletableFuture<Void> firstRead = new CompletableFuture<>();
        try (Backend backend = Backend.of((wire, request) -> {
            wire.send(head + "5\r\nfirst\r\n");
            firstRead.get(30, TimeUnit.SECONDS);
            wire.send("6\r\nsecond\r\n0\r\n\r\n");
            return true;
        })) {
            publish(Apps.with(compressing(), backend.endpoint()));
            try (Wire client = Wire.to(address(port))) {
                client.send(request("any", "/", "Accept-Encoding: gzip"));
                assertThat(client.head()).contains("Content-Encoding: gzip");
                StringBuilder body = new StringBuilder(client.text(Integer.parseInt(client.line(), 16)));
                client.line();
                firstRead.complete(null);
                for (int size = Integer.parseInt(client.line(), 16);
                        size > 0;
                        size = Integer.parseInt(client.line(), 16)) {
                    body.append(client.text(size));
                    client.line();
                }
                assertThat(gunzip(body.toString())).isEqualTo("firstsecond");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Encoding: br\r\n",
                "Cache-Control: public, No-Transform\r\n",
                "Content-Type: multipart/x\r\n"
            })
    void whatMayNotBeCompressedIsNot(String field) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + field + "Content-Length: 3\r\n\r\n";
        try (Backend backend = Backend.saying(head + "abc")) {
            publish(Apps.with(compressing(), backend.endpoint()));
            Wire.Message response = service("/", "Accept-Encoding: gzip");
            assertThat(response.values("Content-Encoding")).doesNotContain("gzip");
            assertThat(response.body()).isEqualTo("abc");
        }
    }

    private Service compressing() {
        return Apps.app(
                "/w",
                port,
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n  compression algo gzip\n"
                        + "  compression type text/html text/plain\n");
    }

    private static String gunzip(String body) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.getBytes(ISO_8859_1)))) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }
}
