package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TestAuthority;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.FakeDiscovery;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual hosts as the templates of the shared frontends have them. */
class TemplateHostsTest extends TemplateFixture {

    private static final InetSocketAddress HTTPS = new InetSocketAddress("127.0.0.3", 0);

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
        try (Wire client = new Wire(TestAuthority.client(proxy.boundAddress(HTTPS), serverName))) {
            return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").message();
        }
    }
}
