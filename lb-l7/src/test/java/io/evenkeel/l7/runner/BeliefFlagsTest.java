package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.Wire;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of clients and of proxies in front: off, on by itself, on with all other strict flags. */
class BeliefFlagsTest extends HardenedFlagsFixture {

    private static final String[] FORGED = {
        "X-Forwarded-For: 6.6.6.6",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 443",
        "X-Forwarded-Host: evil.example",
        "Forwarded: for=6.6.6.6",
        "X-Real-IP: 6.6.6.6",
        "Proxy: http://6.6.6.6"
    };

    @ParameterizedTest
    @ValueSource(strings = {"", "--hardened --no-overwrite-forwarded"})
    void clientsAreBelievedAsByMarathonLb(String flags) throws Exception {
        Wire.Message seen = forwarded(flags, FORGED);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("6.6.6.6 | 127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(seen.value("X-Forwarded-Port")).isEqualTo(Integer.toString(port));
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("evil.example");
        assertThat(seen.value("Forwarded")).isEqualTo("for=6.6.6.6");
        assertThat(seen.value("X-Real-IP")).isEqualTo("6.6.6.6");
        assertThat(seen.values("Proxy")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--overwrite-forwarded",
                "--hardened",
                "--trusted-proxies 10.0.0.0/8",
                "--hardened --trusted-proxies 10.0.0.0/8"
            })
    void whatClientsSayOfThemselvesIsOverwritten(String flags) throws Exception {
        String[] lines = {
            FORGED[0],
            FORGED[1],
            FORGED[2],
            FORGED[3],
            FORGED[4],
            FORGED[5],
            FORGED[6],
            "X_Forwarded-For: 7.7.7.7",
            "X-Forwarded-Server: evil.example",
            "X-Forwarded-For: 8.8.8.8"
        };
        Wire.Message seen = forwarded(flags, lines);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(seen.value("X-Forwarded-Port")).isEqualTo(Integer.toString(port));
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("web.example");
        assertThat(seen.value("Forwarded")).isEqualTo("for=127.0.0.1;proto=http");
        assertThat(seen.value("X-Real-IP")).isEqualTo("127.0.0.1");
        assertThat(seen.head()).doesNotContain("6.6.6.6", "7.7.7.7", "8.8.8.8", "evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--trusted-proxies 127.0.0.0/8", "--hardened --trusted-proxies 10.0.0.0/8,127.0.0.1"})
    void whatTrustedProxiesSayIsOneHopMore(String flags) throws Exception {
        Wire.Message seen = forwarded(flags, FORGED);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("6.6.6.6 | 127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(seen.value("X-Forwarded-Port")).isEqualTo("443");
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("evil.example");
        assertThat(seen.value("Forwarded")).isEqualTo("for=6.6.6.6 | for=127.0.0.1;proto=http");
        assertThat(seen.value("X-Real-IP")).isEqualTo("6.6.6.6");
        assertThat(seen.values("Proxy")).isEmpty();
        Wire.Message silent = forwarded(flags);
        assertThat(silent.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(silent.value("X-Forwarded-Port")).isEqualTo(Integer.toString(port));
        assertThat(silent.values("Forwarded")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                      false",
        "--trusted-proxies 10.0.0.1,              false",
        "--trusted-proxies 127.0.0.1,             true",
        "'--proxy-protocol-trusted 127.0.0.0/8',  true",
        "--proxy-protocol-trusted none,           false"
    })
    void namedProxiesHaveAnyNumberOfConnections(String flags, boolean any) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy("--max-connections-per-source 1 " + flags)) {
            proxy.publish(app("/web", port, Map.of("HAPROXY_0_MODE", "http"), one.endpoint()));
            try (Wire first = Wire.to(service(port))) {
                first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").message();
                try (Wire second = Wire.to(service(port))) {
                    if (any) {
                        second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").message();
                    } else {
                        assertThat(second.rest()).isEmpty();
                    }
                }
            }
            assertThat(proxy.running.proxy().refusedConnections()).isEqualTo(any ? 0 : 1);
        }
    }

    @Test
    void whatTemplatesWriteIsNotWrittenTwice() throws Exception {
        Map<String, String> labels = Map.of(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n"
                        + "  http-request set-header X-Forwarded-Proto https\n");
        try (HardenedProxy proxy = new HardenedProxy("--hardened")) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            get(service(port), "web.example", FORGED);
        }
        Wire.Message seen = one.requests.get(0);
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.value("X-Real-IP")).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 200, a",
        "--underscore-headers pass, 200, a",
        "--underscore-headers drop, 200, ''",
        "--hardened, 200, ''",
        "--hardened --underscore-headers pass, 200, a",
        "--underscore-headers refuse, 400, ",
        "--hardened --underscore-headers refuse, 400, "
    })
    void namesWithUnderscoresArePassedDroppedOrRefused(String flags, int status, String seen) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(web(one.endpoint()));
            assertThat(get(service(port), "web.example", "X_User: a", "X-User: b")
                            .status())
                    .isEqualTo(status);
        }
        if (seen == null) {
            assertThat(one.requests).isEmpty();
        } else {
            assertThat(one.requests.get(0).value("X_User")).isEqualTo(seen);
            assertThat(one.requests.get(0).value("X-User")).isEqualTo("b");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "--proxy-protocol-trusted 127.0.0.1, true",
        "--hardened --proxy-protocol-trusted 127.0.0.0/8, true",
        "--proxy-protocol-trusted none, false",
        "--proxy-protocol-trusted 10.0.0.0/8, false",
        "--hardened, false"
    })
    void proxyHeadersCountOnlyFromThoseWhoAreNamed(String flags, boolean believed) throws Exception {
        Map<String, String> labels = Map.of("HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_OPTIONS", "accept-proxy");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            try (Wire client = Wire.to(service(port))) {
                client.send("PROXY TCP4 192.0.2.7 192.0.2.8 4000 80\r\n");
                assertThat(client.get("/").message().status()).isEqualTo(believed ? 200 : 400);
            }
        }
        if (believed) {
            assertThat(one.requests.get(0).value("X-Forwarded-For")).isEqualTo("192.0.2.7");
        } else {
            assertThat(one.requests).isEmpty();
        }
    }

    private Wire.Message forwarded(String flags, String... lines) throws Exception {
        int before = one.requests.size();
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(web(one.endpoint()));
            assertThat(get(service(port), "web.example", lines).status()).isEqualTo(200);
        }
        return one.requests.get(before);
    }
}
