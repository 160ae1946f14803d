package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.l4.testing.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS with endpoints, on real sockets: whom it trusts, whom it asks for, what it shows. */
@ParameterizedClass
@EnumSource(names = {"OPENSSL", "JDK"})
class BackendTlsTest {

    @TempDir
    private static Path dir;

    private static TestAuthority authority;
    private static Path trusted;
    private static Path web;

    private final TlsProvider provider;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile boolean demanding;
    private HttpFixture fixture;
    private TestServer server;

    BackendTlsTest(TlsProvider provider) {
        this.provider = provider;
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        authority = new TestAuthority("us");
        trusted = authority.certificate(dir.resolve("ca.pem"));
        web = authority.issue(dir.resolve("web.pem"), "web.example");
    }

    @BeforeEach
    void open() throws Exception {
        assumeTrue(provider.isAvailable());
        fixture = new HttpFixture();
        fixture.backend.tlsProvider(provider);
        serve(TestAuthority.server(web), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes", false);
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
            server.close();
        }
    }

    private void serve(SSLContext context, String response, boolean cut) {
        server = TestServer.of(socket -> {
            try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true)) {
                tls.setUseClientMode(false);
                tls.setNeedClientAuth(demanding);
                Wire wire = new Wire(tls);
                for (Wire.Message message = wire.message(); !message.head().isEmpty(); message = wire.message()) {
                    asked.add(((ExtendedSSLSession) tls.getSession())
                            .getRequestedServerNames().stream()
                                    .map(name -> new String(name.getEncoded(), ISO_8859_1))
                                    .findFirst()
                                    .orElse("nobody"));
                    wire.send(response);
                    if (cut) {
                        socket.shutdownOutput(); // without a word of TLS
                        return;
                    }
                }
            }
        });
        fixture.endpoints(server.endpoint());
    }

    @Test
    void anybodyWillDoIfNobodyIsVerifiedAndConnectionsAreReused() throws Exception {
        use(BackendTls.UNVERIFIED);
        assertThat(fixture.get("/").body()).isEqualTo("yes");
        assertThat(fixture.get("/").body()).isEqualTo("yes");
        assertThat(asked).containsExactly("nobody", "nobody");
        assertThat(server.accepted()).isOne();
    }

    @Test
    void whoIsTrustedMustHaveTheName() throws Exception {
        use(BackendTls.VERIFIED.withAuthorities(trusted).withServerName("web.example"));
        assertThat(fixture.get("/").body()).isEqualTo("yes");
        assertThat(asked).containsExactly("web.example");
        use(BackendTls.VERIFIED.withAuthorities(trusted).withServerName("other.example"));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whoHasTheNameMustBeTrusted() throws Exception {
        Path others = new TestAuthority("them").certificate(dir.resolve("others.pem"));
        use(BackendTls.VERIFIED.withAuthorities(others).withServerName("web.example"));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        use(BackendTls.VERIFIED.withServerName("web.example")); // nor does the JVM know it
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(asked).isEmpty();
        assertThat(fixture.endpoint(0).count(Outcome.CONNECT_FAILED)).isPositive();
    }

    @Test
    void withoutANameItsAddressMustBeInTheCertificate() throws Exception {
        use(BackendTls.VERIFIED.withAuthorities(trusted));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(asked).isEmpty();
    }

    @Test
    void whoAsksIsShownACertificate() throws Exception {
        server.close();
        demanding = true;
        serve(authority.demandingServer(web), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes", false);
        Path own = authority.issue(dir.resolve("own.pem"), "proxy");
        use(BackendTls.VERIFIED
                .withAuthorities(trusted)
                .withServerName("web.example")
                .withCertificate(own));
        assertThat(fixture.get("/").body()).isEqualTo("yes");
    }

    @Test
    void connectionsInPlainTextAreNotReusedForTlsNorTheOtherWay() throws Exception {
        List<String> plain = new CopyOnWriteArrayList<>();
        try (TestServer other = TestServer.of(socket -> {
            Wire wire = new Wire(socket);
            while (wire.in().read() == 'G') { // TLS begins with 22
                plain.add("G" + wire.head());
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
            }
        })) {
            fixture.endpoints(other.endpoint());
            assertThat(fixture.get("/").body()).isEqualTo("plain");
            use(BackendTls.UNVERIFIED);
            assertThat(fixture.get("/").status()).isEqualTo(503);
            fixture.backend.options(BackendOptions.NONE);
            assertThat(fixture.get("/").body()).isEqualTo("plain");
            assertThat(plain).hasSize(2);
        }
    }

    @Test
    void aBodyThatIsCutOffIsNotWhole() throws Exception {
        server.close();
        serve(TestAuthority.server(web), "HTTP/1.0 200 OK\r\n\r\nhalf of i", true);
        use(BackendTls.UNVERIFIED);
        try (Wire client = fixture.connect()) {
            client.get("/");
            String head = client.head();
            assertThat(head).contains("chunked");
            assertThatThrownBy(() -> {
                        for (String line = client.line(); !line.equals("0"); line = client.line()) {
                            // up to the last chunk, which must not come
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatCannotBeLoadedChangesNothing() throws Exception {
        use(BackendTls.UNVERIFIED);
        Path missing = dir.resolve("missing.pem");
        assertThatThrownBy(() -> use(BackendTls.VERIFIED.withAuthorities(missing)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("TLS to endpoints: [" + missing + "]: ");
        assertThatThrownBy(() -> use(BackendTls.VERIFIED.withServerName("not a host")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(fixture.get("/").body()).isEqualTo("yes");
    }

    @Test
    void changedFilesCountForNewConnections() throws Exception {
        Path changing = new TestAuthority("them").certificate(dir.resolve("changing-" + provider));
        use(BackendTls.VERIFIED.withAuthorities(changing).withServerName("web.example"));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        Files.delete(changing);
        Files.copy(trusted, changing);
        fixture.backend.refreshTls();
        assertThat(fixture.get("/").body()).isEqualTo("yes");
    }

    @Test
    void http2IsSpokenOverTlsWithThoseWhoAgreeToIt() throws Exception {
        List<String> paths = new CopyOnWriteArrayList<>();
        try (TestServer http2 = TestServer.of(socket -> {
            try (SSLSocket tls = accept(socket, "h2");
                    Http2Wire wire = Http2Wire.server(tls)) {
                for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                    if (frame.type() == Http2Wire.HEADERS) {
                        frame.fields().stream()
                                .filter(field -> field.startsWith(":path: "))
                                .forEach(paths::add);
                        wire.headers(frame.stream(), false, ":status: 200").data(frame.stream(), true, "two");
                    }
                }
            }
        })) {
            fixture.endpoints(http2.endpoint());
            use(BackendProtocol.H2, BackendTls.VERIFIED.withAuthorities(trusted).withServerName("web.example"));
            assertThat(fixture.get("/a").body()).isEqualTo("two");
            assertThat(fixture.get("/b").body()).isEqualTo("two");
            assertThat(paths).containsExactly(":path: /a", ":path: /b");
            assertThat(http2.accepted()).isOne();
            use(BackendProtocol.H2, BackendTls.VERIFIED.withAuthorities(trusted).withServerName("other.example"));
            assertThat(fixture.get("/c").status()).isEqualTo(503); // and not over the connection that there is
            assertThat(paths).hasSize(2);
        }
    }

    @Test
    void whoDoesNotAgreeToHttp2GetsNoRequest() throws Exception {
        use(BackendProtocol.H2, BackendTls.UNVERIFIED);
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(asked).isEmpty();
        use(BackendTls.UNVERIFIED);
        assertThat(fixture.get("/").body()).isEqualTo("yes");
    }

    private static SSLSocket accept(Socket socket, String protocol) throws Exception {
        SSLSocket tls = (SSLSocket) TestAuthority.server(web).getSocketFactory().createSocket(socket, null, true);
        tls.setUseClientMode(false);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        tls.setSSLParameters(parameters);
        return tls;
    }

    private void use(BackendTls tls) {
        use(BackendProtocol.HTTP1, tls);
    }

    private void use(BackendProtocol protocol, BackendTls tls) {
        fixture.backend.options(BackendOptions.builder()
                .tls(tls)
                .policy(BackendPolicy.NONE.withProtocol(protocol))
                .build());
    }
}
