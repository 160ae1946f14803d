package io.evenkeel.l7.marathonlb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.FakeDiscovery;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that bring HAProxy configuration in their labels, over real sockets. */
class MarathonLbTemplateTest {

    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress HTTPS = new InetSocketAddress("127.0.0.3", 0);
    private static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);

    private static final String SECRET = "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.";

    private FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private final Backend one =
            Backend.saying("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nServer: tomcat\r\nX-Powered-By: php\r\n\r\none");
    private final Backend two = Backend.text("two");
    private final int port = TestServer.refusing().getPort();
    private MarathonLbProxy proxy = proxy(Map.of());

    private MarathonLbProxy proxy(Map<String, String> templates) {
        return MarathonLbProxy.builder(
                        source, new MarathonLbOptions(Set.of("*"), true, false).withTemplates(templates), transport)
                .serviceAddress("127.0.0.1")
                .http(Optional.of(HTTP))
                .appId(APP_ID)
                .build();
    }

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
        one.close();
        two.close();
    }

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
    void virtualHostsMayBeEndsOfNamesAndExpressions() throws Exception {
        publish(
                Apps.with(
                        Apps.app(
                                "/suffix",
                                port,
                                "HAPROXY_0_VHOST",
                                "any.w.example",
                                "HAPROXY_0_HTTP_FRONTEND_ACL",
                                "  acl host_{cleanedUpHostname} hdr_end(host) -i .w.example\n"
                                        + "  use_backend {backend} if host_{cleanedUpHostname}\n"),
                        one.endpoint()),
                Apps.with(
                        Apps.app(
                                "/regex",
                                TestServer.refusing().getPort(),
                                "HAPROXY_0_VHOST",
                                "x",
                                "HAPROXY_0_HTTP_FRONTEND_ACL",
                                "  acl host_{cleanedUpHostname} hdr_reg(host) -i ^[a-z]+[0-9]*\\.(w|v)\\.example$\n"
                                        + "  use_backend {backend} if host_{cleanedUpHostname} "
                                        + "{{ path_beg /api }} or host_{cleanedUpHostname} {{ method POST }}\n"),
                        two.endpoint()),
                Apps.with(
                        Apps.app("/exact", TestServer.refusing().getPort(), "HAPROXY_0_VHOST", "b.w.example"),
                        two.endpoint()));
        assertThat(vhost("A.w.example", "/").body()).isEqualTo("one");
        assertThat(vhost("x.a.w.example", "/api").body()).isEqualTo("one");
        assertThat(vhost("b.w.example", "/").body()).isEqualTo("two"); // a whole name comes first
        assertThat(vhost("w.example", "/").status()).isEqualTo(503);
        assertThat(vhost("www1.v.example", "/api").body()).isEqualTo("two");
        assertThat(vhost("www1.v.example", "/").status()).isEqualTo(503);
        assertThat(vhost("www1.v.example.evil", "/api").status()).isEqualTo(503);
        assertThat(problems()).isEmpty();
    }

    @Test
    void rulesOfVirtualHostsCountForTheirApplicationOnly() throws Exception {
        publish(
                Apps.with(
                        Apps.app(
                                "/a",
                                port,
                                "HAPROXY_0_VHOST",
                                "a.example,b.example",
                                "HAPROXY_0_HTTP_FRONTEND_ROUTING_ONLY",
                                "  http-request deny if {{ path_beg /admin }}\n"
                                        + "  http-request set-header X-Way vhost\n"
                                        + "  use_backend {backend} if host_{cleanedUpHostname}\n"),
                        one.endpoint()),
                Apps.with(
                        Apps.app("/c", TestServer.refusing().getPort(), "HAPROXY_0_VHOST", "c.example"),
                        two.endpoint()));
        for (String host : List.of("a.example", "b.example")) {
            assertThat(vhost(host, "/admin").status()).isEqualTo(403);
            assertThat(vhost(host, "/").body()).isEqualTo("one");
        }
        assertThat(one.requests.get(0).value("X-Way")).isEqualTo("vhost");
        assertThat(vhost("c.example", "/admin").body()).isEqualTo("two");
        assertThat(two.requests.get(0).values("X-Way")).isEmpty();
    }

    @Test
    void aRuleForEndsOfNamesGuardsTheWholeNamesOfItsApplication() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "a.w.example",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                        + "  acl family hdr_end(host) -i .w.example\n"
                        + "  acl simple hdr_reg(host) -i ^[a-z]+\\.w\\.example$\n"
                        + "  http-request deny if family {{ path_beg /admin }}\n"
                        + "  http-request deny deny_status 429 if simple {{ path_beg /burst }}\n"
                        + "  use_backend {backend} if host_{cleanedUpHostname}\n");
        assertThat(vhost("a.w.example", "/admin").status()).isEqualTo(403);
        assertThat(vhost("a.w.example", "/burst").status()).isEqualTo(429);
        assertThat(vhost("a.w.example", "/").body()).isEqualTo("one");
        assertThat(problems()).isEmpty();
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
    void theHostsThatTemplatesNameAskForThePasswordToo() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "a.example,b.example",
                "HAPROXY_0_AUTH",
                "realm:alice:" + SECRET,
                "HAPROXY_0_HTTP_FRONTEND_ACL_ONLY",
                "  acl host_{cleanedUpHostname} hdr_end(host) -i .{hostname}\n"
                        + "  http-request deny if host_{cleanedUpHostname} {{ path_beg /admin }}\n");
        String right = "Authorization: Basic YWxpY2U6c2VjcmV0";
        for (String host : List.of("w.a.example", "b.b.example")) {
            assertThat(vhost(host, "/").status()).isEqualTo(401);
            assertThat(vhost(host, "/admin").status()).isEqualTo(401);
            assertThat(vhost(host, "/", right).body()).isEqualTo("one");
            assertThat(vhost(host, "/admin", right).status()).isEqualTo(403);
        }
        assertThat(vhost("a.example", "/", right).status()).isEqualTo(503);
        assertThat(problems()).isEmpty();
    }

    @Test
    void whoIsSentToTlsToBeAskedGetsNowhereWithout() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "a.example",
                "HAPROXY_0_AUTH",
                "realm:alice:" + SECRET,
                "HAPROXY_0_REDIRECT_TO_HTTPS",
                "true",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n  acl other hdr(host) -i b.example\n"
                        + "  use_backend {backend} if other or host_{cleanedUpHostname}\n");
        assertThat(vhost("a.example", "/").status()).isEqualTo(301);
        assertThat(vhost("b.example", "/").status()).isEqualTo(503);
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
    void rulesOfVirtualHostsAllowDropAndEditResponsesToo() throws Exception {
        serve(
                "HAPROXY_0_VHOST",
                "a.w.example",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                        + "  http-request allow if host_{cleanedUpHostname} {{ path_beg /open }}\n"
                        + "  http-request silent-drop if {{ path_beg /bots }}\n"
                        + "  http-request deny if host_{cleanedUpHostname} {{ path_end .secret }}\n"
                        + "  http-request tarpit if host_{cleanedUpHostname} {{ path_end .tar }}\n"
                        + "  http-request set-header X-Late 1\n"
                        + "  http-request reject if {{ path_beg /open/bots }}\n"
                        + "  http-response set-header X-R r\n  http-response del-header Content-Type\n"
                        + "  rspadd X-S:\\ s%\n  reqadd X-Q:\\ q%\n"
                        + "  use_backend {backend} if host_{cleanedUpHostname}\n");
        assertThat(vhost("a.w.example", "/x.secret").status()).isEqualTo(403);
        assertThat(vhost("a.w.example", "/x.tar").status()).isEqualTo(500);
        Wire.Message open = vhost("a.w.example", "/open/bots/x.secret");
        assertThat(open.body()).isEqualTo("one");
        assertThat(open.values("X-R")).containsExactly("r");
        assertThat(open.values("X-S")).containsExactly("s%");
        assertThat(one.requests.get(0).values("X-Late")).isEmpty();
        assertThat(one.requests.get(0).values("X-Q")).containsExactly("q%");
        assertThat(vhost("a.w.example", "/").body()).isEqualTo("one");
        assertThat(one.requests.get(1).values("X-Late")).containsExactly("1");
        assertThat(vhost("a.w.example", "/bots").head()).isEmpty(); // nothing is said
        assertThat(one.requests).hasSize(2);
        assertThat(problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-response deny",
                "http-response set-header X",
                "rspadd X",
                "http-request set-path /",
                "reqdel x"
            })
    void whatIsNoRuleOfVirtualHostsLeavesTheApplicationOut(String rule) {
        serve(
                "HAPROXY_0_VHOST",
                "a.w.example",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                rule + "\nuse_backend {backend} if {{ hdr(host) {hostname} }}\n");
        assertThat(problems()).singleElement().asString().contains(" (expected: ", "; this port is left out");
    }

    @Test
    void aRedirectOfEveryRequestCountsForTheHostsOfItsApplicationIfItRoutesNothing() throws Exception {
        publish(
                Apps.with(
                        Apps.app(
                                "/w",
                                port,
                                "HAPROXY_0_VHOST",
                                "a.example,b.example",
                                "HAPROXY_0_REDIRECT_TO_HTTPS",
                                "true",
                                "HAPROXY_0_BACKEND_REDIRECT_HTTP_TO_HTTPS",
                                "  redirect location https://w.example/ code 302 if !{{ ssl_fc }}\n"),
                        one.endpoint()),
                Apps.with(
                        Apps.app("/c", TestServer.refusing().getPort(), "HAPROXY_0_VHOST", "c.example"),
                        two.endpoint()));
        for (String host : List.of("a.example", "b.example")) {
            assertThat(vhost(host, "/x").value("Location")).isEqualTo("https://w.example/");
        }
        assertThat(vhost("c.example", "/x").body()).isEqualTo("two");
        assertThat(vhost("other.example", "/x").status()).isEqualTo(503);
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

    @Test
    void overTlsTheServerNameIsWhatTheTemplateSays(@TempDir Path folder) throws Exception {
        proxy.close();
        source = new FakeDiscovery();
        Path pem = TestCertificates.forHosts(folder.resolve("w"), "w.example");
        proxy = MarathonLbProxy.builder(source, new MarathonLbOptions(Set.of("*"), true, false), transport)
                .serviceAddress("127.0.0.1")
                .http(Optional.of(HTTP))
                .https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(pem))))
                .appId(APP_ID)
                .build();
        serve(
                "HAPROXY_0_VHOST",
                "w.example",
                "HAPROXY_0_HTTPS_FRONTEND_ACL",
                "  use_backend {backend} if {{ ssl_fc_sni_end .w.example }} or {{ hdr(host) -i by.host }}\n");
        assertThat(tls("a.w.example", "other").body()).isEqualTo("one");
        assertThat(tls("w.example", "w.example").status()).isEqualTo(503);
        assertThat(tls("w.example", "by.host").body()).isEqualTo("one");
        assertThat(vhost("w.example", "/").body()).isEqualTo("one"); // the other template is untouched
    }

    private Wire.Message tls(String serverName, String host) throws Exception {
        InetSocketAddress address = proxy.boundAddress(HTTPS);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        try (Wire client = new Wire(socket)) {
            return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").message();
        }
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
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        String[] parts = Files.readString(pem).split("-----[A-Z ]+-----\\s*", -1);
        Base64.Decoder decoder = Base64.getMimeDecoder();
        PrivateKey key =
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(parts[3])));
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(decoder.decode(parts[1])));
        keys.setKeyEntry("w", key, new char[0], new Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return TestServer.of(socket -> {
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
            Wire wire = new Wire(tls);
            while (!wire.message().head().isEmpty()) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntls");
            }
        });
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

    private List<String> problems() {
        return proxy.problems().stream().map(Problem::reason).toList();
    }

    /** One application whose labels are names and values in turn. */
    private void serve(String... labels) {
        publish(Apps.with(Apps.app("/w", port, labels), one.endpoint()));
    }

    private void publish(Snapshot... snapshots) {
        source.publish(snapshots);
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private Wire.Message service(String path, String... fields) throws IOException {
        return ask(address(port), request("any", path, fields));
    }

    private Wire.Message vhost(String host, String path, String... fields) throws IOException {
        return ask(proxy.boundAddress(HTTP), request(host, path, fields));
    }

    private static String request(String host, String path, String... fields) {
        String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n";
    }

    private static Wire.Message ask(InetSocketAddress address, String request) throws IOException {
        try (Wire client = Wire.to(address)) {
            return client.send(request).message();
        }
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
