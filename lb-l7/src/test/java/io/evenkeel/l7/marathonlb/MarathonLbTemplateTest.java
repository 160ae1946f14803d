package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.FakeDiscovery;
import java.net.ConnectException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts count, and what becomes of those that cannot be read or are not needed. */
class MarathonLbTemplateTest extends TemplateFixture {

    @Test
    void httpOptionsTakeThePlaceOfMarathonLbsOwn() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  http-request set-header X-Client custom\n  http-response set-header X-Test yes\n");
        Wire.Message response = vhost("w.example", "/", "X-Client: forged", "X-Forwarded-Port: 1");
        assertThat(response.body()).isEqualTo("one");
        assertThat(response.value("X-Test")).isEqualTo("yes");
        Wire.Message request = one.requests.get(0);
        assertThat(request.value("X-Client")).isEqualTo("custom");
        assertThat(request.values("X-Forwarded-For")).isEmpty();
        assertThat(request.value("X-Forwarded-Port")).isEqualTo("1"); // nobody replaces it any more
        assertThat(problems()).isEmpty();
    }

    @Test
    void marathonLbsOwnTextsChangeNothing() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_USE_HSTS",
                "true",
                "HAPROXY_0_BACKEND_HEAD",
                "\nbackend {backend}\r\n  balance {balance}\r\n  mode {mode}\r\n",
                "HAPROXY_0_FRONTEND_HEAD",
                "\nfrontend {backend}\n  bind {bindAddr}:{servicePort}{sslCert}{bindOptions}\n  mode {mode}\n",
                "HAPROXY_0_FRONTEND_BACKEND_GLUE",
                "  use_backend {backend}\n",
                "HAPROXY_0_BACKEND_HSTS_OPTIONS",
                "  rspadd  Strict-Transport-Security:\\ max-age=15768000\n",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  option forwardfor\n  no option http-keep-alive\n"
                        + "  http-request set-header X-Forwarded-Port %[dst_port]\n"
                        + "  http-request add-header X-Forwarded-Proto https if { ssl_fc }\n",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                        + "  use_backend {backend} if host_{cleanedUpHostname}\n",
                "HAPROXY_0_HTTPS_FRONTEND_ACL",
                "  use_backend {backend} if {{ ssl_fc_sni {hostname} }}\n",
                "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                "  server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}"
                        + "{healthCheckOptions}{otherOptions}\n");
        Wire.Message response = vhost("W.example", "/", "X-Forwarded-Port: 1");
        assertThat(response.body()).isEqualTo("one");
        assertThat(response.values("Strict-Transport-Security")).containsExactly("max-age=15768000");
        Wire.Message request = one.requests.get(0);
        assertThat(request.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(request.values("X-Forwarded-Port"))
                .containsExactly(Integer.toString(proxy.boundAddress(HTTP).getPort()));
        assertThat(request.values("X-Forwarded-Proto")).isEmpty();
        assertThat(service("/").body()).isEqualTo("one");
        assertThat(problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  nonsense directive\n",
                "  http-request set-header X {{ ssl_fc }}\n",
                "  http-request deny if unknown\n",
                "  http-request auth realm x\n",
                "  option nonsense\n",
                "  timeout server soon\n",
                "  http-request set-header X-A \"open\n",
                "  http-request deny if { path_reg (a+)\\1 }\n",
            })
    void whatCannotBeReadLeavesItsApplicationOutAndNoOther(String options) throws Exception {
        int other = TestServer.refusing().getPort();
        publish(
                Apps.with(
                        Apps.app(
                                "/bad",
                                port,
                                "HAPROXY_0_VHOST",
                                "bad.example",
                                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                                options),
                        one.endpoint()),
                Apps.with(Apps.app("/ok", other, "HAPROXY_0_VHOST", "ok.example"), two.endpoint()));
        assertThatThrownBy(() -> Wire.to(address(port)).close()).isInstanceOf(ConnectException.class);
        assertThat(vhost("bad.example", "/").status()).isEqualTo(503);
        assertThat(vhost("ok.example", "/").body()).isEqualTo("two");
        assertThat(proxy.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains("label HAPROXY_0_BACKEND_HTTP_OPTIONS: ")
                        .contains("; this port is left out"));
    }

    @Test
    void anUnknownPlaceLeavesTheApplicationOut() {
        serve("HAPROXY_0_MODE", "http", "HAPROXY_0_BACKEND_HEAD", "backend {backend}\n  balance {balance_}\n");
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("label HAPROXY_0_BACKEND_HEAD: {balance_} (expected: one of [backend, balance, mode], or {{"
                        + " for a brace); this port is left out");
    }

    @Test
    void templatesThatMarathonLbDoesNotUseForThePortAreTold() {
        serve(
                "HAPROXY_0_VHOST",
                "a.example",
                "HAPROXY_0_AUTH",
                "realm:alice:" + SECRET,
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl host_{cleanedUpHostname} hdr_end(host) -i .{hostname}\n"
                        + "  use_backend {backend} if host_{cleanedUpHostname}\n",
                "HAPROXY_0_HTTPS_FRONTEND_ACL", // as marathon-lb has it
                "  use_backend {backend} if {{ ssl_fc_sni {hostname} }}\n");
        assertThat(problems())
                .containsExactly("label HAPROXY_0_HTTP_FRONTEND_ACL: has no effect (expected: what counts here:"
                        + " [HTTPS_FRONTEND_ACL_WITH_AUTH, HTTP_FRONTEND_ACL_WITH_AUTH])");
    }

    @Test
    void whatAnApplicationWorksWithoutIsToldAndPassedOver() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n  option http-server-close\n"
                        + "  errorfile 503 /errors/503.http\n  timeout tarpit 5s\n  stick-table type ip size 1m\n");
        assertThat(vhost("w.example", "/").body()).isEqualTo("one");
        assertThat(problems())
                .containsExactly(
                        "label HAPROXY_0_BACKEND_HEAD: errorfile 503 /errors/503.http (not applied)",
                        "label HAPROXY_0_BACKEND_HEAD: timeout tarpit 5s (not applied)",
                        "label HAPROXY_0_BACKEND_HEAD: stick-table type ip size 1m (not applied)");
    }

    @Test
    void templatesForAllApplicationsComeAfterLabels() throws Exception {
        proxy.close();
        source = new FakeDiscovery();
        proxy = proxy(Map.of(
                "BACKEND_HTTP_OPTIONS", "  http-request set-header X-All yes\n",
                "BACKEND_HEAD", "backend {backend}\n  balance {balance}\n  mode {mode}\n"));
        publish(
                Apps.with(Apps.app("/a", port, "HAPROXY_0_VHOST", "a.example"), one.endpoint()),
                Apps.with(
                        Apps.app(
                                "/b",
                                TestServer.refusing().getPort(),
                                "HAPROXY_0_VHOST",
                                "b.example",
                                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                                "  option forwardfor"),
                        two.endpoint()));
        vhost("a.example", "/");
        vhost("b.example", "/");
        assertThat(one.requests.get(0).value("X-All")).isEqualTo("yes");
        assertThat(one.requests.get(0).values("X-Forwarded-For")).isEmpty();
        assertThat(two.requests.get(0).values("X-All")).isEmpty();
        assertThat(two.requests.get(0).value("X-Forwarded-For")).isEqualTo("127.0.0.1");
    }
}
