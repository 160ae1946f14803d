package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done to the places that requests and redirects name. */
class PathRewritingTest {

    private final HttpFixture proxy = new HttpFixture();
    private final Backend echo = Backend.of((wire, request) -> {
        wire.send("HTTP/1.1 302 Found\r\nLocation: " + request.value("X-Location") + "\r\nContent-Length: 0\r\n\r\n");
        return true;
    });

    @AfterEach
    void close() {
        proxy.close();
        echo.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/svc, /svc/foo, /foo",
        "/svc, /svcfoo, /foo",
        "/svc, /svc, /",
        "/svc, /svc/, /",
        "/svc, /svc//x, //x",
        "/svc, /SVC/x?a=/svc/, /x?a=/svc/",
        "/svc, /svc?a=1, /?a=1",
        "/svc, /other/svc/x, /other/svc/x",
        "/svc, /, /",
        "/v[0-9]+, /v12/x, /x",
        "/v[0-9]+, /vx/x, /vx/x",
        "/a|/bc, /bc/x, /x",
        "/a.b, /aXb/x, /x",
        "/svc, http://web/svc/x, /x"
    })
    void aPrefixIsTakenFromPaths(String prefix, String sent, String seen) throws Exception {
        options(BackendOptions.builder().prefixStrip(new PrefixStrip(prefix, Optional.empty())));
        send(sent, "web", "/");
        assertThat(echo.requests.get(0).target()).isEqualTo(seen);
        assertThat(echo.requests.get(0).value("Host")).isEqualTo("web");
    }

    @Test
    void theHostIsReplacedWhetherOrNotThePathHasThePrefix() throws Exception {
        options(BackendOptions.builder().prefixStrip(new PrefixStrip("/svc", Optional.of("vhost.example"))));
        send("/other", "web", "/");
        assertThat(echo.requests.get(0).values("Host")).containsExactly("vhost.example");
        try (Wire client = proxy.connect()) {
            client.send("GET /svc/x HTTP/1.0\r\n\r\n").message();
        }
        assertThat(echo.requests.get(1).values("Host")).containsExactly("vhost.example");
        assertThat(echo.requests.get(1).target()).isEqualTo("/x");
    }

    @ParameterizedTest
    @CsvSource({
        "/login, /my",
        "http://a.example/login, /my",
        "https://A.example:8080/login, /my",
        "http://b.example/, /my",
        "http://a.example, http://a.example",
        "http://a.example.org/x, http://a.example.org/x",
        "http://other.example/x, http://other.example/x",
        "login, login",
        "ftp://a.example/x, ftp://a.example/x"
    })
    void redirectsToItselfPointElsewhere(String said, String got) throws Exception {
        options(BackendOptions.builder()
                .locationRewrite(new LocationRewrite(List.of("a.example", "b.example"), "/my")));
        assertThat(send("/", "web", said).value("Location")).isEqualTo(got);
    }

    @ParameterizedTest
    @CsvSource({
        "/, a.example, 301",
        "/?q=1, A.EXAMPLE, 301",
        "/x, a.example, 302",
        "//, a.example, 302",
        "/, web, 302",
        "http://b.example, web, 301"
    })
    void theRootIsElsewhere(String target, String host, int status) throws Exception {
        options(BackendOptions.builder().rootRedirect(new RootRedirect(List.of("a.example", "b.example"), "/content")));
        Wire.Message response = send(target, host, "/said");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.value("Location")).isEqualTo(status == 301 ? "/content" : "/said");
    }

    private void options(BackendOptions.Builder options) {
        proxy.backend.options(options.build());
        proxy.endpoints(echo);
    }

    private Wire.Message send(String target, String host, String location) throws IOException {
        try (Wire client = proxy.connect()) {
            return client.send(
                            "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nX-Location: " + location + "\r\n\r\n")
                    .message();
        }
    }
}
