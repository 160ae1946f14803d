package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whom templates deny something, and whom they send elsewhere. */
class TemplateRulesTest extends TemplateFixture {

    @Test
    void whatTheGlueDeniesIsDeniedAtTheServicePortOnly() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_FRONTEND_BACKEND_GLUE",
                "  acl admin path_beg /admin\n  acl local src 10.0.0.0/8\n"
                        + "  http-request deny if admin !local\n"
                        + "  http-request deny deny_status 429 if {{ url_param(burst) -m found }}\n"
                        + "  use_backend {backend}\n");
        Wire.Message denied = service("/admin/x");
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.value("Connection")).isEqualTo("close");
        assertThat(service("/?burst").status()).isEqualTo(429);
        assertThat(service("/").body()).isEqualTo("one");
        assertThat(vhost("w.example", "/admin/x").body()).isEqualTo("one");
    }

    @Test
    void whatNoUseBackendTakesIsAnsweredWith503() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_FRONTEND_BACKEND_GLUE",
                "  use_backend {backend} if {{ hdr(host) -i any }} {{ src 127.0.0.0/8 }}\n");
        assertThat(service("/").body()).isEqualTo("one");
        assertThat(ask(address(port), "GET / HTTP/1.1\r\nHost: other\r\n\r\n").status())
                .isEqualTo(503);
    }

    @Test
    void whatTheBackendDeniesIsDeniedEverywhere() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n"
                        + "  http-request allow if {{ path /admin/login }}\n"
                        + "  http-request deny if {{ path_beg /admin }} or {{ hdr_sub(user-agent) -i Bot }}\n");
        assertThat(service("/admin/x").status()).isEqualTo(403);
        assertThat(vhost("w.example", "/admin/x").status()).isEqualTo(403);
        assertThat(vhost("w.example", "/admin/login").body()).isEqualTo("one");
        assertThat(vhost("w.example", "/", "User-Agent: a robot").status()).isEqualTo(403);
        assertThat(vhost("w.example", "/").body()).isEqualTo("one");
    }

    @Test
    void redirectsGoWhereTheySay() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n"
                        + "  redirect location /new/ code 301 if {{ path -i /old }}\n"
                        + "  redirect prefix https://w.example drop-query if {{ path_beg /moved }}\n"
                        + "  redirect scheme https code 308 if {{ path_beg /secure }} !{{ ssl_fc }}\n"
                        + "  http-request redirect location https://%[hdr(host)]/x code 303 if {{ path_end .x }}\n");
        assertThat(redirect("/OLD")).isEqualTo("301 /new/");
        assertThat(redirect("/moved/a?b")).isEqualTo("302 https://w.example/moved/a");
        assertThat(redirect("/secure/a?b")).isEqualTo("308 https://any/secure/a?b");
        assertThat(redirect("/a.x")).isEqualTo("303 https://any/x");
        assertThat(service("/").body()).isEqualTo("one");
        try (Wire client = Wire.to(address(port))) {
            assertThat(client.get("/old").message().status()).isEqualTo(301);
            assertThat(client.get("/").message().body()).isEqualTo("one"); // on the same connection
        }
    }

    @Test
    void aRedirectSeesWhatEarlierLinesHaveSet() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n"
                        + "  redirect scheme https if !{{ hdr(X-Forwarded-Proto) -i https }}\n"
                        + "  http-request set-header X-Forwarded-Proto https if {{ hdr(X-Elb) tls }}\n"
                        + "  http-request del-header X-Admin\n"
                        + "  http-request deny unless {{ hdr(X-Admin) -m found }} or {{ path_beg / }}\n"
                        + "  http-request deny if {{ path /admin }} !{{ hdr(X-Admin) -m found }}\n");
        assertThat(service("/").status()).isEqualTo(302);
        assertThat(service("/", "X-Elb: tls").body()).isEqualTo("one");
        assertThat(service("/admin", "X-Elb: tls", "X-Admin: forged").status()).isEqualTo(403);
    }

    @Test
    void theValuesOfAFieldAreCounted() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  http-request deny if { req.hdr_cnt(X-Tag) gt 2 }\n"
                        + "  http-request deny deny_status 429 unless { hdr_cnt(Host) 1 }\n");
        assertThat(service("/").body()).isEqualTo("one");
        assertThat(service("/", "X-Tag: a,b").body()).isEqualTo("one");
        assertThat(service("/", "x-tag: a,b", "X-Tags: d", "X-Tag: c").status()).isEqualTo(403);
    }

    @Test
    void aCountOfWhatAnEarlierLineHasChangedIsRefused() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  http-request add-header X-Tag a\n  http-request deny if { hdr_cnt(X-Tag) gt 2 }\n");
        assertThat(problems())
                .anySatisfy(problem -> assertThat(problem)
                        .contains("hdr_cnt(X-Tag) (expected: a field that no earlier line has changed)"));
    }

    @Test
    void redirectsThatAreNotForGoodAreNotKept() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  redirect location /a code 301 if { path /301 }\n  redirect location /a code 302 if { path /302 }\n"
                        + "  redirect location /a code 303 if { path /303 }\n"
                        + "  redirect location /a code 307 if { path /307 }\n"
                        + "  redirect location /a code 308 if { path /308 }\n");
        for (int code : List.of(301, 302, 303, 307, 308)) {
            Wire.Message answer = service("/" + code);
            assertThat(answer.status()).isEqualTo(code);
            assertThat(answer.values("Cache-Control"))
                    .isEqualTo(code == 301 || code == 308 ? List.of() : List.of("no-cache"));
        }
    }

    @Test
    void whatOneKindOfRulesLetsPassIsStillJudgedByTheOthers() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n"
                        + "  tcp-request content accept if {{ src 127.0.0.0/8 }}\n"
                        + "  http-request deny if {{ path /admin }}\n"
                        + "  http-request allow if {{ path /old }}\n"
                        + "  http-request deny if {{ path_beg /o }}\n"
                        + "  redirect location /new if {{ path /old }}\n");
        assertThat(service("/admin").status()).isEqualTo(403);
        assertThat(redirect("/old")).isEqualTo("302 /new");
        assertThat(service("/other").status()).isEqualTo(403);
        assertThat(service("/").body()).isEqualTo("one");
    }

    @Test
    void inModeTcpConnectionsAreRejectedByWhereTheyComeFrom() throws Exception {
        try (TestServer server = TestServer.saying("hello")) {
            publish(Apps.with(
                    Apps.app(
                            "/raw",
                            port,
                            "HAPROXY_0_FRONTEND_BACKEND_GLUE",
                            "  acl good src 10.0.0.0/8\n  tcp-request connection reject if !good\n"
                                    + "  use_backend {backend}\n"),
                    server.endpoint()));
            try (Wire client = Wire.to(address(port))) {
                assertThatThrownBy(client::rest).isInstanceOf(IOException.class); // reset
            }
            assertThat(server.accepted()).isZero();
        }
    }

    @Test
    void theRedirectOfRootsIsAsATemplateForAllApplicationsSays() throws Exception {
        proxy.close();
        source = new FakeDiscovery();
        proxy = proxy(Map.of(
                "HTTP_BACKEND_REDIR",
                "  acl is_root path -i /\n  acl is_domain hdr(host) -i {hostname}\n"
                        + "  redirect code 307 location https://%[hdr(host)]{redirpath} if is_domain is_root\n"));
        publish(
                Apps.with(
                        Apps.app(
                                "/a",
                                port,
                                "HAPROXY_0_VHOST",
                                "A.example, c.example",
                                "HAPROXY_0_HTTP_BACKEND_REDIR",
                                " /my/content"),
                        one.endpoint()),
                Apps.with(
                        Apps.app("/b", TestServer.refusing().getPort(), "HAPROXY_0_VHOST", "b.example"),
                        two.endpoint()));
        for (String host : List.of("a.example", "c.example")) {
            Wire.Message root = vhost(host, "/?x");
            assertThat(root.status()).isEqualTo(307);
            assertThat(root.value("Location")).isEqualTo("https://" + host + "/my/content");
        }
        assertThat(vhost("a.example", "/other").body()).isEqualTo("one");
        assertThat(service("/").body()).isEqualTo("one"); // by another host
        assertThat(vhost("b.example", "/").body()).isEqualTo("two");
        assertThat(problems()).isEmpty();
    }

    @Test
    void aRedirectOfRootsThatCannotBeReadTakesOutThosePortsThatHaveOne() throws Exception {
        proxy.close();
        source = new FakeDiscovery();
        proxy = proxy(Map.of("HTTP_BACKEND_REDIR", "  redirect nowhere {redirpath}\n"));
        publish(
                Apps.with(
                        Apps.app("/a", port, "HAPROXY_0_MODE", "http", "HAPROXY_0_HTTP_BACKEND_REDIR", "/my"),
                        one.endpoint()),
                Apps.with(
                        Apps.app("/b", TestServer.refusing().getPort(), "HAPROXY_0_VHOST", "b.example"),
                        two.endpoint()));
        assertThat(vhost("b.example", "/").body()).isEqualTo("two");
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("template HAPROXY_HTTP_BACKEND_REDIR: redirect nowhere /my (expected: ");
    }

    private String redirect(String path) throws IOException {
        Wire.Message response = service(path);
        return response.status() + " " + response.value("Location");
    }
}
