package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What templates change in heads on their way: fields, paths, cookies. */
class TemplateEditsTest extends TemplateFixture {

    @Test
    void headersOfRequestsAreEdited() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance roundrobin\n  mode http\n"
                        + "  acl api path_beg /api\n"
                        + "  http-request del-header X-Secret\n"
                        + "  http-request add-header X-Agent \"of %[src] via %[req.hdr(Via),lower]\"\n"
                        + "  http-request set-header X-Api %[path] if api !{{ method POST }}\n"
                        + "  http-request set-header Host inner.example unless api\n"
                        + "  reqadd X-Old:\\ yes\n  reqidel ^X-Gone:.*\n");
        service("/api/x?y", "X-Secret: 1", "Via: A", "X-Agent: curl", "X-Gone: 1");
        service("/other");
        Wire.Message api = one.requests.get(0);
        assertThat(api.values("X-Secret")).isEmpty();
        assertThat(api.values("X-Gone")).isEmpty();
        assertThat(api.values("X-Agent")).containsExactly("curl", "of 127.0.0.1 via a");
        assertThat(api.value("X-Api")).isEqualTo("/api/x");
        assertThat(api.value("Host")).isEqualTo("any");
        assertThat(api.value("X-Old")).isEqualTo("yes");
        assertThat(api.value("X-Forwarded-For")).isEqualTo("127.0.0.1"); // marathon-lb's own template is untouched
        Wire.Message other = one.requests.get(1);
        assertThat(other.values("X-Api")).isEmpty();
        assertThat(other.values("Host")).containsExactly("inner.example");
    }

    @Test
    void headersTellOfPartsOfOthersAndOfTheTime() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  http-request set-header X-Start t=%[date()]\n  http-request set-header X-Req <%[unique-id]>\n"
                        + "  http-request set-header X-Base %[base]\n"
                        + "  http-request set-header X-Parts"
                        + " %[hdr(X-From),field(1,:),lower]_%[hdr(X-From),field(3,:.)]_%[hdr(X-From),field(4,:.)]_\n"
                        + "  acl private base_beg any/private\n  http-request deny if private\n");
        service("/a?b", "X-From: Shop:80.x");
        Wire.Message request = one.requests.get(0);
        assertThat(request.value("X-Start")).matches("t=[0-9]{10}");
        assertThat(request.value("X-Req")).isEqualTo("<>");
        assertThat(request.value("X-Base")).isEqualTo("any/a");
        assertThat(request.value("X-Parts")).isEqualTo("shop_x__");
        assertThat(service("/private/x").status()).isEqualTo(403);
    }

    @Test
    void headersOfResponsesAreEdited() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  rspidel ^Server:.*\n  http-response del-header X-Powered-By\n"
                        + "  rspadd X-Frame-Options:\\ DENY\n"
                        + "  http-response set-header X-Ok \"a b; c\" if { status 200 }\n"
                        + "  http-response set-header X-Bad 1 if { status ge 400 }\n");
        Wire.Message response = service("/");
        assertThat(response.values("Server")).isEmpty();
        assertThat(response.values("X-Powered-By")).isEmpty();
        assertThat(response.value("X-Frame-Options")).isEqualTo("DENY");
        assertThat(response.value("X-Ok")).isEqualTo("a b; c");
        assertThat(response.values("X-Bad")).isEmpty();
    }

    @Test
    void theAgreementToAWebSocketIsEditedLikeOtherResponses() throws Exception {
        String agreement = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
        try (Backend chat = Backend.of((wire, request) -> {
            wire.send(agreement + "Server: tomcat\r\n\r\n");
            return true;
        })) {
            publish(Apps.with(
                    Apps.app(
                            "/w",
                            port,
                            "HAPROXY_0_MODE",
                            "http",
                            "HAPROXY_0_USE_HSTS",
                            "true",
                            "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                            "  http-response del-header Server\n  http-response set-header X-Way \"our way\"\n"),
                    chat.endpoint()));
            Wire.Message agreed = service("/", "Connection: Upgrade", "Upgrade: websocket");
            assertThat(agreed.status()).isEqualTo(101);
            assertThat(agreed.values("Server")).isEmpty();
            assertThat(agreed.value("X-Way")).isEqualTo("our way");
            assertThat(agreed.value("Strict-Transport-Security")).isEqualTo("max-age=15768000");
        }
    }

    @Test
    void originsOfOthersAreAllowedAsTheUsualRecipeHasIt() throws Exception {
        String recipe = "  http-response add-header Access-Control-Allow-Origin %[capture.req.hdr(0)]"
                + " if {{ capture.req.hdr(0) -m found }}\n"
                + "  rspadd Access-Control-Allow-Headers:\\ Origin,\\ Accept if {{ capture.req.hdr(0) -m found }}\n";
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  capture request header origin len 20\n"
                        + "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                        + "  use_backend {backend} if host_{cleanedUpHostname}\n",
                "HAPROXY_0_FRONTEND_HEAD",
                "frontend {backend}\n  bind {bindAddr}:{servicePort}{sslCert}{bindOptions}\n  mode {mode}\n"
                        + "  capture request header Referer len 10\n",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n" + recipe);
        Wire.Message allowed = vhost("w.example", "/", "Origin: https://a.example/longer");
        assertThat(allowed.values("Access-Control-Allow-Origin")).containsExactly("https://a.example/lo");
        assertThat(allowed.value("Access-Control-Allow-Headers")).isEqualTo("Origin, Accept");
        Wire.Message without = vhost("w.example", "/");
        assertThat(without.values("Access-Control-Allow-Origin")).isEmpty();
        assertThat(without.values("Access-Control-Allow-Headers")).isEmpty();
        assertThat(service("/", "Origin: https://a.example").values("Access-Control-Allow-Origin"))
                .isEmpty(); // that frontend keeps something else
        assertThat(service("/", "Referer: r").value("Access-Control-Allow-Origin"))
                .isEqualTo("r");
        assertThat(problems()).isEmpty();
    }

    @Test
    void requestsOnOneConnectionAreKeptApart() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  http-request set-var(txn.origin) req.hdr(Origin),lower if { path_beg /api }\n"
                        + "  http-request capture url len 5\n"
                        + "  http-response set-header Access-Control-Allow-Origin %[var(txn.origin)]"
                        + " if { var(txn.origin) -m end .example }\n"
                        + "  http-response set-header X-Url %[capture.req.hdr(0)]\n");
        assertThat(problems()).isEmpty();
        try (Wire client = Wire.to(address(port))) {
            Wire.Message first = client.send(request("any", "/api", "Origin: HTTP://A.example"))
                    .message();
            assertThat(first.value("Access-Control-Allow-Origin")).isEqualTo("http://a.example");
            assertThat(first.value("X-Url")).isEqualTo("/api");
            Wire.Message second = client.send(request("any", "/other/api", "Origin: http://b.example"))
                    .message();
            assertThat(second.values("Access-Control-Allow-Origin")).isEmpty();
            assertThat(second.value("X-Url")).isEqualTo("/othe");
            Wire.Message third = client.send(request("any", "/api/", "Origin: http://a.evil"))
                    .message();
            assertThat(third.values("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            reqrep ^([^\\ :]*)\\ /prefix/(.*) \\1\\ /\\2               ; /prefix/a?b=/prefix/ ; /a?b=/prefix/
            reqrep ^([^\\ :]*)\\ /prefix/(.*) \\1\\ /\\2               ; /PREFIX/a           ; /PREFIX/a
            reqirep "^([^ ]*)\\ /prefix[/]?(.*)" "\\1\\ /\\2"           ; /PREFIX/a           ; /a
            http-request set-path %[path,regsub(^/prefix/,/)]          ; /prefix/a?b          ; /a?b
            http-request set-path /new%[path] if { path_beg /a }       ; /a                   ; /new/a
            http-request replace-path ^/prefix(/.*)?$ \\1               ; /prefix?q            ; /?q
            http-request replace-uri ^/prefix/([^?]*)(.*) /\\1/x\\2      ; /prefix/a?q          ; /a/x?q
            http-request replace-path ^/a(.*) /b\\1                     ; /prefix              ; /prefix
            """)
    void pathsAreRewrittenOnTheirWay(String line, String path, String seen) throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n  "
                        + line.replace("{", "{{").replace("}", "}}") + "\n");
        assertThat(vhost("w.example", path).body()).isEqualTo("one");
        assertThat(one.requests.get(0).target()).isEqualTo(seen);
        assertThat(problems()).isEmpty();
    }

    @Test
    void aPathThatBecomesTooLongIsRefused() throws Exception {
        serve("HAPROXY_0_MODE", "http", "HAPROXY_0_BACKEND_HTTP_OPTIONS", "  http-request replace-path (.*) \\1\\1\n");
        assertThat(service("/" + "a".repeat(5000)).status()).isEqualTo(414);
        assertThat(service("/a").body()).isEqualTo("one");
        assertThat(one.requests).hasSize(1);
        assertThat(one.requests.get(0).target()).isEqualTo("/a/a");
    }

    @Test
    void headersAreReplacedWhereExpressionsFindSomething() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  http-request replace-header User-Agent (.*)/.* \\1\n"
                        + "  reqrep ^Host:.* Host:\\ inner.example\n"
                        + "  http-response replace-header X-Powered-By ^p(.*)$ \\1%%\n"
                        + "  rsprep ^server:.*x Server:\\ other\n"
                        + "  rspirep ^SERVER:\\ (.*)cat Server:\\ \\1dog\n"
                        + "  rsprep ^X-None:.* X-None:\\ some\n");
        Wire.Message response = service("/", "User-Agent: curl/8.5");
        assertThat(response.body()).isEqualTo("one");
        assertThat(response.values("Server")).containsExactly("tomdog");
        assertThat(response.values("X-Powered-By")).containsExactly("hp%");
        assertThat(response.values("X-None")).isEmpty();
        assertThat(one.requests.get(0).value("User-Agent")).isEqualTo("curl");
        assertThat(one.requests.get(0).values("Host")).containsExactly("inner.example");
        assertThat(problems()).isEmpty();
    }

    @Test
    void aCookieOfTheApplicationIsReplacedButTheProxysOwn() throws Exception {
        try (Backend setting = Backend.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: a=b\r\n"
                + "Set-Cookie: mesosphere_server_id=forged\r\n\r\n")) {
            publish(Apps.with(
                    Apps.app(
                            "/w",
                            port,
                            "HAPROXY_0_MODE",
                            "http",
                            "HAPROXY_0_STICKY",
                            "true",
                            "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                            "  rsprep ^Set-Cookie:\\ (.*) Set-Cookie:\\ \\1;\\ Secure\n"),
                    setting.endpoint()));
            assertThat(service("/").values("Set-Cookie"))
                    .hasSize(2)
                    .contains("a=b; Secure")
                    .noneMatch(cookie -> cookie.contains("forged"));
        }
    }

    @Test
    void marathonLbsOwnHeaderCountsOverWhatATemplateBeforeItSets() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n"
                        + "  http-request set-header X-Forwarded-Port 1\n");
        service("/", "X-Forwarded-Port: 2", "X-Forwarded-For: 192.0.2.1");
        assertThat(one.requests.get(0).values("X-Forwarded-Port")).containsExactly(Integer.toString(port));
        assertThat(one.requests.get(0).values("X-Forwarded-For")).containsExactly("192.0.2.1", "127.0.0.1");
    }

    @Test
    void whatATemplateAfterItSetsCountsOverMarathonLbsOwnHeader() throws Exception {
        serve(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                "  http-request set-header X-Forwarded-Port 443\n"
                        + "  server {serverName} {host_ipv4}:{port}{cookieOptions}{healthCheckOptions}{otherOptions}\n");
        service("/");
        assertThat(one.requests.get(0).values("X-Forwarded-Port")).containsExactly("443");
    }
}
