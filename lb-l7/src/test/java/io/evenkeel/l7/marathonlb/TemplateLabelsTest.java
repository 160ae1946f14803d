package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Service;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each template label where marathon-lb uses it, over real sockets. */
class TemplateLabelsTest {

    private static final InetSocketAddress HTTPS = new InetSocketAddress("127.0.0.3", 0);
    private static final String ONE_HOST = "a.example";
    private static final String TWO_HOSTS = "a.example,b.example";

    @TempDir
    private static Path folder;

    private static Path pem = Path.of("");

    private final Backend web = Backend.text("web");
    private final OwnLabelFixture fixture = new OwnLabelFixture(
            builder -> builder.https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(pem)))));

    @BeforeAll
    static void makeCertificate() throws IOException {
        pem = TestCertificates.forHosts(folder.resolve("any"), "any.example");
    }

    @AfterEach
    void close() {
        fixture.close();
        web.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_HOST, TWO_HOSTS})
    void withAPathTheRedirectIsTheTemplates(String hosts) throws Exception {
        serve(
                "VHOST",
                hosts,
                "PATH",
                "/x",
                "REDIRECT_TO_HTTPS",
                "true",
                "BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH",
                "  redirect scheme https code 308 if !{{ ssl_fc }} host_{cleanedUpHostname} path_{backend}\n");
        for (String host : hosts.split(",", -1)) {
            Wire.Message redirect = plain(host, "/x/y");
            assertThat(redirect.status()).isEqualTo(308);
            assertThat(redirect.value("Location")).isEqualTo("https://" + host + "/x/y");
            assertThat(plain(host, "/other").status()).isEqualTo(503);
            assertThat(secure(host, "/x/y").body()).isEqualTo("web");
        }
    }

    @Test
    void ofSeveralHostsEachIsWhatTheTemplateMakesOfIt() throws Exception {
        serve(
                "VHOST",
                TWO_HOSTS,
                "HTTP_FRONTEND_ACL_ONLY",
                "  acl host_{cleanedUpHostname} hdr_end(host) -i .{hostname}\n");
        assertThat(plain("www.a.example", "/").body()).isEqualTo("web");
        assertThat(plain("www.b.example", "/").body()).isEqualTo("web");
        assertThat(plain("a.example", "/").status()).isEqualTo(503);
        assertThat(secure("a.example", "/").body()).isEqualTo("web");
    }

    @Test
    void ofSeveralHostsThePathIsWhatTheTemplateMakesOfIt() throws Exception {
        serve(
                "VHOST",
                TWO_HOSTS,
                "PATH",
                "/x",
                "HTTP_FRONTEND_ACL_ONLY_WITH_PATH",
                "  acl path_{backend} path_end {path}\n");
        for (String host : List.of("a.example", "b.example")) {
            assertThat(plain(host, "/y/x").body()).isEqualTo("web");
            assertThat(plain(host, "/x/y").status()).isEqualTo(503);
            assertThat(secure(host, "/x/y").body()).isEqualTo("web");
        }
    }

    @Test
    void ofSeveralHostsWithAPathTheRouteIsTheTemplates() throws Exception {
        serve(
                "VHOST",
                TWO_HOSTS,
                "PATH",
                "/x",
                "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH",
                "  use_backend {backend} if host_{cleanedUpHostname} path_{backend} {{ url_param(in) yes }}\n");
        for (String host : List.of("a.example", "b.example")) {
            assertThat(plain(host, "/x?in=yes").body()).isEqualTo("web");
            assertThat(plain(host, "/x").status()).isEqualTo(503);
            assertThat(plain(host, "/y?in=yes").status()).isEqualTo(503);
            assertThat(secure(host, "/x").body()).isEqualTo("web");
        }
    }

    @Test
    void overTlsThePathIsWhatTheTemplateMakesOfIt() throws Exception {
        serve(
                "VHOST",
                TWO_HOSTS,
                "PATH",
                "/x",
                "HTTPS_FRONTEND_ACL_ONLY_WITH_PATH",
                "  acl path_{backend} path_end {path}\n");
        for (String host : List.of("a.example", "b.example")) {
            assertThat(secure(host, "/y/x").body()).isEqualTo("web");
            assertThat(secure(host, "/x/y").status()).isEqualTo(503);
            assertThat(plain(host, "/x/y").body()).isEqualTo("web");
        }
    }

    @Test
    void overTlsTheRouteByPathIsTheTemplates() throws Exception {
        serve(
                "VHOST",
                ONE_HOST,
                "PATH",
                "/x",
                "HTTPS_FRONTEND_ACL_WITH_PATH",
                "  use_backend {backend} if {{ ssl_fc_sni_end .{hostname} }} path_{backend}\n");
        assertThat(secure("www.a.example", "/x").body()).isEqualTo("web");
        assertThat(secure("www.a.example", "/y").status()).isEqualTo(503);
        assertThat(secure("a.example", "/x").status()).isEqualTo(503);
        assertThat(plain("a.example", "/x").body()).isEqualTo("web");
    }

    @Test
    void whoIsAllowedByTheLabelsListIsWhatTheTemplateMakesOfIt() throws Exception {
        serve(
                "BACKEND_NETWORK_ALLOWED_ACL",
                "192.0.2.1 192.0.2.2",
                "HTTP_BACKEND_NETWORK_ALLOWED_ACL",
                "  acl network_allowed hdr(X-Client) {network_allowed}\n",
                "TCP_BACKEND_NETWORK_ALLOWED_ACL",
                "  acl network_allowed src 0.0.0.0/0\n");
        assertThat(fixture.get("/", "X-Client: 192.0.2.1").body()).isEqualTo("web");
        assertThat(fixture.get("/", "X-Client: 192.0.2.2").body()).isEqualTo("web");
        assertThat(fixture.get("/", "X-Client: 192.0.2.3").status()).isEqualTo(403);
        assertThat(fixture.get("/").status()).isEqualTo(403);
    }

    @Test
    void inModeTcpToo() throws Exception {
        InetSocketAddress other = TestServer.refusing();
        try (TestServer server = TestServer.saying("hello")) {
            fixture.publish(
                    Apps.with(allowing("/a", fixture.service, "10 127"), server.endpoint()),
                    Apps.with(allowing("/b", other, "10 192"), server.endpoint()));
            try (Wire client = fixture.connect()) {
                assertThat(client.rest()).isEqualTo("hello");
            }
            try (Wire client = Wire.to(other)) {
                assertThatThrownBy(client::rest).isInstanceOf(IOException.class); // reset
            }
        }
    }

    private static Service allowing(String id, InetSocketAddress address, String networks) {
        return Apps.app(
                id,
                address.getPort(),
                "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL",
                networks,
                "HAPROXY_0_HTTP_BACKEND_NETWORK_ALLOWED_ACL",
                "  acl network_allowed src 0.0.0.0/0\n",
                "HAPROXY_0_TCP_BACKEND_NETWORK_ALLOWED_ACL",
                "  acl network_allowed src {network_allowed}.0.0.0/8\n");
    }

    @Test
    void aPrefixIsTakenFromPathsAndTheHostNamed() throws Exception {
        serve("VHOST", ONE_HOST, "HTTP_BACKEND_PROXYPASS_PATH", "/svc");
        stripsThePrefix();
    }

    @Test
    void marathonLbsOwnTextForItChangesNothing() throws Exception {
        serve(
                "VHOST",
                ONE_HOST,
                "HTTP_BACKEND_PROXYPASS_PATH",
                "/svc",
                "HTTP_BACKEND_PROXYPASS_GLUE",
                "  http-request set-header Host {hostname}\n"
                        + "  reqirep  \"^([^ :]*)\\ {proxypath}/?(.*)\" \"\\1\\ /\\2\"\n");
        stripsThePrefix();
    }

    @Test
    void theRootOfTheHostThatIsNamedIsElsewhereForThoseWhoSayAnother() throws Exception {
        serve("VHOST", ONE_HOST, "HTTP_BACKEND_PROXYPASS_PATH", "/svc", "HTTP_BACKEND_REDIR", "/home");
        Wire.Message answer = fixture.get("/");
        assertThat(answer.status()).isEqualTo(301);
        assertThat(answer.value("Location")).isEqualTo("/home");
    }

    private void stripsThePrefix() throws IOException {
        strips("/svc/a?b=/svc/", "/a?b=/svc/");
        strips("/SVC", "/");
        strips("/svcfoo", "/foo");
        strips("/svc//x", "//x");
        strips("/other/svc/", "/other/svc/");
    }

    private void strips(String target, String seen) throws IOException {
        assertThat(fixture.get(target).body()).isEqualTo("web");
        Wire.Message request = web.requests.get(web.requests.size() - 1);
        assertThat(request.head()).startsWith("GET " + seen + " HTTP/1.1\r\n");
        assertThat(request.value("Host")).isEqualTo(ONE_HOST);
    }

    @Test
    void ofSeveralHostsTheClientsIsNamedWhereAPrefixIsTaken() throws Exception {
        serve("VHOST", TWO_HOSTS, "HTTP_BACKEND_PROXYPASS_PATH", "/(a|b)c");
        assertThat(plain("b.example", "/bc/x").body()).isEqualTo("web");
        assertThat(web.requests.get(0).head()).startsWith("GET /x HTTP/1.1\r\n");
        assertThat(web.requests.get(0).value("Host")).isEqualTo("b.example");
    }

    /** One application of mode http with these labels, names without what all begin with and values in turn. */
    private void serve(String... labels) throws Exception {
        for (int i = 0; i < labels.length; i += 2) {
            labels[i] = "HAPROXY_0_" + labels[i];
        }
        fixture.serve(List.of(web), labels);
        assertThat(fixture.proxy.problems()).isEmpty();
    }

    private Wire.Message plain(String host, String path) throws IOException {
        try (Wire client = Wire.to(fixture.proxy.boundAddress(OwnLabelFixture.HTTP))) {
            return ask(client, host, path);
        }
    }

    private Wire.Message secure(String host, String path) throws Exception {
        InetSocketAddress address = fixture.proxy.boundAddress(HTTPS);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
        try (Wire client = new Wire(socket)) {
            return ask(client, host, path);
        }
    }

    private static Wire.Message ask(Wire client, String host, String path) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .message();
    }
}
