package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.TestAuthority;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How templates have endpoints spoken to: balance, patience, stickiness, TLS. */
class TemplateServersTest extends TemplateFixture {

    @Test
    void serverOptionsThatAreTheSameForAllServersLeaveTheBalanceAsItIs() throws Exception {
        publish(Apps.with(
                Apps.app(
                        "/w",
                        port,
                        "HAPROXY_0_MODE",
                        "http",
                        "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                        "  server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}{healthCheckOptions}"
                                + "{otherOptions} weight 10 maxqueue 50\n"),
                one.endpoint(),
                two.endpoint()));
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            bodies.add(service("/").body());
        }
        assertThat(bodies).filteredOn("one"::equals).hasSize(3);
        assertThat(bodies).filteredOn("two"::equals).hasSize(3);
        assertThat(problems())
                .containsExactly("label HAPROXY_0_BACKEND_SERVER_OPTIONS: server … maxqueue 50 (not applied)");
    }

    @Test
    void aServerTimeoutOfTheBackendCounts() throws Exception {
        try (Backend silent = Backend.of((wire, request) -> wire.rest().isEmpty())) {
            publish(Apps.with(
                    Apps.app(
                            "/w",
                            port,
                            "HAPROXY_0_MODE",
                            "http",
                            "HAPROXY_0_BACKEND_HEAD",
                            "backend {backend}\n  balance {balance}\n  mode {mode}\n  timeout server 50ms\n"),
                    silent.endpoint()));
            assertThat(service("/").status()).isEqualTo(504);
            assertThat(problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"insert indirect nocache, a=1", "insert nocache, 'MYSRV=%s; a=1'"})
    void endpointsSeeTheCookieUnlessItIsIndirect(String options, String seen) throws Exception {
        publish(Apps.with(
                Apps.app(
                        "/w",
                        port,
                        "HAPROXY_0_MODE",
                        "http",
                        "HAPROXY_0_STICKY",
                        "true",
                        "HAPROXY_0_BACKEND_STICKY_OPTIONS",
                        "  cookie MYSRV " + options + "\n"),
                one.endpoint()));
        String value =
                service("/").value("Set-Cookie").replaceFirst("MYSRV=", "").replaceFirst(";.*", "");
        assertThat(service("/", "Cookie: MYSRV=" + value + "; a=1").values("Set-Cookie"))
                .isEmpty();
        assertThat(one.requests.get(one.requests.size() - 1).value("Cookie")).isEqualTo(seen.formatted(value));
    }

    @Test
    void theCookieOfStickySessionsHasTheNameAndFormThatTheTemplateSays() throws Exception {
        publish(Apps.with(
                Apps.app(
                        "/w",
                        port,
                        "HAPROXY_0_MODE",
                        "http",
                        "HAPROXY_0_STICKY",
                        "true",
                        "HAPROXY_0_BACKEND_STICKY_OPTIONS",
                        "  cookie MYSRV insert indirect nocache httponly secure domain .w.example\n"),
                one.endpoint(),
                two.endpoint()));
        Wire.Message first = service("/");
        assertThat(first.value("Cache-Control")).isEqualTo("private");
        String[] parts = first.value("Set-Cookie").split("; ", 2);
        assertThat(parts[0]).startsWith("MYSRV=");
        assertThat(parts[1]).isEqualTo("path=/; domain=.w.example; HttpOnly; Secure");
        for (int i = 0; i < 3; i++) {
            Wire.Message next = service("/", "Cookie: " + parts[0]);
            assertThat(next.body()).isEqualTo(first.body());
            assertThat(next.values("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void endpointsAreSpokenToOverTlsWhoeverTheyAre(@TempDir Path folder) throws Exception {
        String own = "  server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}{healthCheckOptions}"
                + "{otherOptions}";
        try (TestServer tls = tlsServer(TestCertificates.forHosts(folder.resolve("w"), "else.example"))) {
            publish(
                    Apps.with(
                            Apps.app(
                                    "/w",
                                    port,
                                    "HAPROXY_0_VHOST",
                                    "w.example",
                                    "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                                    own + " ssl verify none\n"),
                            tls.endpoint()),
                    Apps.with(
                            Apps.app(
                                    "/plain",
                                    TestServer.refusing().getPort(),
                                    "HAPROXY_0_VHOST",
                                    "plain.example",
                                    "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                                    own + " ssl verify none\n"),
                            two.endpoint()),
                    Apps.with(
                            Apps.app(
                                    "/verified",
                                    TestServer.refusing().getPort(),
                                    "HAPROXY_0_VHOST",
                                    "verified.example",
                                    "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                                    own + " ssl verify required ca-file /ca.pem\n"),
                            tls.endpoint()));
            for (int i = 0; i < 3; i++) {
                assertThat(vhost("w.example", "/").body()).isEqualTo("tls");
            }
            assertThat(vhost("verified.example", "/").status()).isEqualTo(503);
            assertThat(problems()).singleElement().asString().contains("server … verify required (expected: none)");
        }
    }

    private static TestServer tlsServer(Path pem) throws Exception {
        SSLContext context = TestAuthority.server(pem);
        return TestServer.of(socket -> {
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
            Wire wire = new Wire(tls);
            while (!wire.message().head().isEmpty()) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntls");
            }
        });
    }
}
