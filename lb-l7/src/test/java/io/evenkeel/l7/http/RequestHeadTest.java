package io.evenkeel.l7.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {

    private final RequestHead head = new RequestHead();

    @Test
    void tellsWhatARequestAsksFor() {
        assertThat(parse("GET /a/b?c=d HTTP/1.1\r\nHost: Shop.example:8080\r\nAccept:  */* \t\r\nEmpty:\r\n\r\n"))
                .isZero();
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.path()).isEqualTo("/a/b?c=d");
        assertThat(head.host()).isEqualTo("Shop.example:8080");
        assertThat(head.count()).isEqualTo(3);
        assertThat(head.value(1)).isEqualTo("*/*");
        assertThat(head.value(2)).isEmpty();
        assertThat(head.http10()).isFalse();
        assertThat(head.contentLength()).isEqualTo(-1);
        assertThat(head.chunked()).isFalse();
        assertThat(head.persistent()).isTrue();
    }

    @Test
    void isFoundAnywhereInTheBytes() {
        byte[] bytes = "junk!GET / HTTP/1.1\r\nHost: a\r\n\r\nmore".getBytes(ISO_8859_1);
        assertThat(head.parse(bytes, 5, bytes.length - 4)).isZero();
        assertThat(head.host()).isEqualTo("a");
    }

    @Test
    void remembersNothingOfTheRequestBefore() {
        assertThat(parse("HEAD http://x/ HTTP/1.0\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n"
                        + "Content-Length: 0\r\n\r\n"))
                .isZero();
        assertThat(parse("POST / HTTP/1.1\r\nHost: a\r\n\r\n")).isZero();
        assertThat(head.isHead()).isFalse();
        assertThat(head.isIdempotent()).isFalse();
        assertThat(head.host()).isEqualTo("a");
        assertThat(head.persistent()).isTrue();
        assertThat(head.isWebSocketUpgrade()).isFalse();
        assertThat(head.contentLength()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, a",
        "http://b/x?y, /x?y, b",
        "http://b:81/x, /x, b:81",
        "https://b, '', b",
        "http://b?q, ?q, b",
        "http://[::1]:80/, /, [::1]:80",
    })
    void pathAndHostComeFromTheTarget(String target, String path, String host) {
        assertThat(parse("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n")).isZero();
        assertThat(head.path()).isEqualTo(path);
        assertThat(head.host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "x",
                "example.com/",
                "ftp://a/",
                "http:///x",
                "http://",
                "http://user@a/",
                "http://a:b@c/",
                "http://a\\b/",
                "http://:80/",
                "http://a:x/",
                "http://a#b",
                "/a#b",
                "//a\u0001",
                "/a b",
                "/\u007f",
                "/\u00e9",
            })
    void odderTargetsAreRefused(String target) {
        assertThat(parse("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(400);
    }

    @Test
    void starIsForOptionsOnly() {
        assertThat(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")).isZero();
        assertThat(parse("OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"GET, true", "HEAD, true", "OPTIONS, true", "TRACE, true", "PUT, true", "DELETE, true"})
    @CsvSource({"POST, false", "PATCH, false", "get, false", "Put, false", "PROPFIND, false", "M-SEARCH, false"})
    void onlyKnownMethodsMayBeRepeated(String method, boolean idempotent) {
        assertThat(parse(method + " / HTTP/1.1\r\nHost: a\r\n\r\n")).isZero();
        assertThat(head.isIdempotent()).isEqualTo(idempotent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "Head", "HEAd"})
    void headInAnotherSpellingIsRefusedSinceNobodyCanTellWhetherItsResponseHasABody(String method) {
        assertThat(parse(method + " / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT a:443", "connect /", "CONNECT /"})
    void connectIsNotAllowed(String methodAndTarget) {
        assertThat(parse(methodAndTarget + " HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, 0",
        "HTTP/1.0, 0",
        "HTTP/2.0, 505",
        "HTTP/1.2, 505",
        "HTTP/1.9, 505",
        "HTTP/0.9, 505",
        "HTTP/3.0, 505",
        "HTTP/1.x, 400",
        "HTTP/11.1, 400",
        "HTTP/1.11, 400",
        "HTTP/1, 400",
        "HTTP, 400",
        "HTTX/1.1, 400",
        "http/1.1, 400",
        "'HTTP/1.1 ', 400",
        "' HTTP/1.1', 400",
        "'', 400",
    })
    void versions(String version, int status) {
        assertThat(parse("GET / " + version + "\r\nHost: a\r\n\r\n")).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "\r\n\r\n",
                "GET\r\n\r\n",
                "GET /\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "G\u0000T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void brokenRequestLinesAreRefused(String text) {
        assertThat(parse(text)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: a\n",
                "X: a\nY: b\r\n",
                "X: a\rb\r\n",
                "X: a\u0000b\r\n",
                "X: a\u0001\r\n",
                "X: a\u007f\r\n",
                "X: a\r\n b\r\n",
                "X: a\r\n\tb\r\n",
                " X: a\r\n",
                "X : a\r\n",
                "X\t: a\r\n",
                "X\r\n",
                ": a\r\n",
                "X\u0000Y: a\r\n",
                "X(: a\r\n",
                "X\u00e9: a\r\n",
                "Content-Length : 3\r\n",
                "Transfer-Encoding\u000b: chunked\r\n",
            })
    void brokenFieldsAreRefused(String lines) {
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n")).isEqualTo(400);
        assertThat(parse("GET / HTTP/1.1\r\n" + lines + "Host: a\r\n\r\n")).isEqualTo(400);
    }

    @Test
    void valuesMayHoldTabsAndHighBytes() {
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\u00e9\u0080\r\n\r\n"))
                .isZero();
        assertThat(head.value(1)).isEqualTo("a\tb\u00e9\u0080");
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 0, 0",
        "Content-Length: 007, 7",
        "content-LENGTH: 999999999999999999, 999999999999999999",
        "'Content-Length: 5\r\nContent-Length: 5', 5",
    })
    void lengths(String lines, long length) {
        assertThat(parse("POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n")).isZero();
        assertThat(head.contentLength()).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length:",
                "Content-Length: -1",
                "Content-Length: +1",
                "Content-Length: 1 2",
                "Content-Length: 0x5",
                "Content-Length: 5, 5",
                "Content-Length: 5;",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 9223372036854775813",
                "Content-Length: 18446744073709551616",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Transfer-Encoding: chunked\r\nContent-Length: 0",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            })
    void ambiguousFramingIsRefused(String lines) {
        assertThat(parse("POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "gzip",
                "gzip, chunked",
                "chunked, x",
                "chunked, chunked",
                "chunked,",
                ", chunked",
                "chunked;q=1",
                "xchunked",
                "\"chunked\"",
                "chunke",
            })
    void codingsOtherThanOneChunkedAreRefused(String coding) {
        assertThat(parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n"))
                .isEqualTo(501);
    }

    @Test
    void chunkedIsKnownInAnyCase() {
        assertThat(parse("POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-encoding:\tChunked \r\n\r\n"))
                .isZero();
        assertThat(head.chunked()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                "Transfer-Encoding: identity"
            })
    void transferEncodingInAnOldVersionIsRefused(String lines) {
        assertThat(parse("POST / HTTP/1.0\r\nHost: a\r\n" + lines + "\r\n\r\n")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.b-c_d",
                "a:80",
                "a:",
                "1.2.3.4:65535",
                "[::1]",
                "[fe80::1]:8080",
                "",
                "*.a",
                "a~b!$&'()*+,;=",
            })
    void hosts(String host) {
        assertThat(parse("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).isZero();
        assertThat(head.host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a@b",
                "a/b",
                "a?b",
                "a#b",
                "a\\b",
                "[",
                "]",
                "[a",
                "[::1",
                "[::1]x",
                "[]",
                "[::g]",
                "a[b",
                "a]",
                "a:b",
                "a:80x",
                "a:80:80",
                "a::80",
                "a:123456",
                "a\u00e9",
                "a\"",
                "a<",
                "a%zz",
                "a%2",
            })
    void oddHostsAreRefused(String host) {
        assertThat(parse("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).isEqualTo(400);
        assertThat(parse("GET http://" + host.replace(' ', '\u0001') + "/ HTTP/1.1\r\nHost: a\r\n\r\n"))
                .as("as authority")
                .isEqualTo(host.indexOf('/') > 0 || host.indexOf('?') > 0 ? 0 : 400);
    }

    @Test
    void theHostIsGivenOnce() {
        assertThat(parse("GET / HTTP/1.1\r\n\r\n")).isEqualTo(400);
        assertThat(parse("GET http://a/ HTTP/1.1\r\n\r\n")).isEqualTo(400);
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n")).isEqualTo(400);
        assertThat(parse("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n")).isEqualTo(400);
        assertThat(parse("GET / HTTP/1.0\r\n\r\n")).isZero();
        assertThat(head.host()).isEmpty();
    }

    @Test
    void fieldsAndLinesAreBounded() {
        String fields = "X: y\r\n".repeat(MessageHead.MAX_FIELDS - 1);
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")).isZero();
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "X: y\r\n\r\n"))
                .isEqualTo(431);
        assertThat(parse("GET /" + "x".repeat(8000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isZero();
        assertThat(parse("GET /" + "x".repeat(8192) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo(414);
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, '', true",
        "1.1, close, false",
        "1.1, 'x, CLOSE', false",
        "1.1, 'keep-alive, close', false",
        "1.1, closed, true",
        "1.0, '', false",
        "1.0, Keep-Alive, true",
        "1.0, 'keep-alive , close', false",
    })
    void persistence(String version, String connection, boolean persistent) {
        assertThat(parse("GET / HTTP/" + version + "\r\nHost: a\r\nConnection: " + connection + "\r\n\r\n"))
                .isZero();
        assertThat(head.persistent()).isEqualTo(persistent);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 1.1, Upgrade, websocket, true",
        "GET, 1.1, 'keep-alive, upgrade', WebSocket, true",
        "GET, 1.0, Upgrade, websocket, false",
        "GET, 1.1, keep-alive, websocket, false",
        "GET, 1.1, Upgrade, h2c, false",
        "GET, 1.1, Upgrade, 'websocket, h2c', false",
    })
    void onlyAWebSocketIsAnUpgrade(String method, String version, String connection, String to, boolean upgrade) {
        assertThat(parse(method + " / HTTP/" + version + "\r\nHost: a\r\nConnection: " + connection + "\r\nUpgrade: "
                        + to + "\r\n\r\n"))
                .isZero();
        assertThat(head.isWebSocketUpgrade()).isEqualTo(upgrade);
    }

    @Test
    void anUpgradeWithABodyIsRefused() {
        String upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
        assertThat(parse(upgrade + "Content-Length: 1\r\n\r\n")).isEqualTo(400);
        assertThat(parse(upgrade + "Transfer-Encoding: chunked\r\n\r\n")).isEqualTo(400);
        assertThat(parse(upgrade + "Content-Length: 0\r\n\r\n")).isZero();
    }

    @Test
    void fieldsThatConnectionNamesAreKnown() {
        assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nConnection: close,\tx-a ,x-bc\r\nX-B: 2\r\nX-BC: 3\r\n"
                        + "Connection: X-D\r\nx-d: 4\r\n\r\n"))
                .isZero();
        assertThat(named("X-A")).isTrue();
        assertThat(named("X-B")).isFalse();
        assertThat(named("X-BC")).isTrue();
        assertThat(named("x-d")).isTrue();
        assertThat(named("Host")).isFalse();
    }

    private boolean named(String name) {
        for (int i = 0; i < head.count(); i++) {
            if (head.text(head.nameStart(i), head.nameEnd(i)).equals(name)) {
                return head.isNamedInConnection(i);
            }
        }
        throw new AssertionError(name);
    }

    private int parse(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return head.parse(bytes, 0, bytes.length);
    }
}
