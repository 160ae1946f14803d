package io.evenkeel.l7.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {

    private final ResponseHead head = new ResponseHead();

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK, 200, OK",
        "HTTP/1.1 404 Not Found, 404, Not Found",
        "'HTTP/1.1 200 ', 200, ''",
        "HTTP/1.1 200, 200, ''",
        "HTTP/1.0 999 \u00e9\u00e9, 999, \u00e9\u00e9",
    })
    void statusLines(String line, int status, String reason) {
        assertThat(parse(line + "\r\n\r\n")).isZero();
        assertThat(head.status()).isEqualTo(status);
        assertThat(head.text(head.reasonStart(), head.reasonEnd())).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 20 OK",
                "HTTP/1.1 2000 OK",
                "HTTP/1.1 099 OK",
                "HTTP/1.1 2x0 OK",
                "HTTP/1.1  200 OK",
                "HTTP/1.1\t200 OK",
                "HTTP/1.1 200\tOK",
                "HTTP/2.0 200 OK",
                "HTTP/1.2 200 OK",
                "HTTP/0.9 200 OK",
                "http/1.1 200 OK",
                " HTTP/1.1 200 OK",
                "HTTP/1.1 200 O\u0000K",
                "HTTP/1.1 200 O\nK",
                "HTTP/1.1 200 O\rK",
                "ICY 200 OK and some more",
                "<html><body>no head</body></html>",
                "",
                "H",
                "HTTP/1.1",
            })
    void whatIsNoStatusLineIsRefused(String line) {
        assertThat(parse(line + "\r\n\r\n")).isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 5",
                "Content-Length: -1",
                "Content-Length:",
                "Content-Length: 9223372036854775813",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: chunked, x",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "X: a\u0000b",
                "X: a\u007fb",
                "X : a",
                "X: a\r\n b",
                "X: a\nY: b",
                "no field",
            })
    void doubtfulFieldsAreRefused(String lines) {
        assertThat(parse("HTTP/1.1 200 OK\r\n" + lines + "\r\n\r\n")).isEqualTo(502);
    }

    @Test
    void fieldsAreBounded() {
        assertThat(parse("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(100) + "\r\n"))
                .isZero();
        assertThat(parse("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(101) + "\r\n"))
                .isEqualTo(502);
    }

    @Test
    void chunksInAnOldVersionAreRefused() {
        assertThat(parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(502);
    }

    @ParameterizedTest
    @CsvSource({
        "100, true, true",
        "101, false, true",
        "103, true, true",
        "200, false, false",
        "204, false, true",
        "205, false, false",
        "304, false, true",
        "500, false, false",
    })
    void kindsOfStatus(int status, boolean informational, boolean bodiless) {
        assertThat(parse("HTTP/1.1 " + status + " X\r\n\r\n")).isZero();
        assertThat(head.isInformational()).isEqualTo(informational);
        assertThat(head.isBodiless()).isEqualTo(bodiless);
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, x, true",
        "1.1, close, false",
        "1.0, x, false",
        "1.0, keep-alive, true",
    })
    void persistence(String version, String connection, boolean persistent) {
        assertThat(parse("HTTP/" + version + " 200 OK\r\nConnection: " + connection + "\r\n\r\n"))
                .isZero();
        assertThat(head.persistent()).isEqualTo(persistent);
    }

    private int parse(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return head.parse(bytes, 0, bytes.length);
    }
}
