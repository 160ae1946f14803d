package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What TLS a real OpenSSL can, and cannot, agree on with a listener that has the default options. */
@ParameterizedClass
@EnumSource(names = {"OPENSSL", "JDK"})
class TlsPeerTest extends TlsFixture {

    private static final String HYBRID = "X25519MLKEM768";
    private static final String ANSWER = "HTTP/1.1 200 OK";
    private static final String ANYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";

    @TempDir
    private static Path dir;

    private static List<Path> files;

    TlsPeerTest(TlsProvider provider) {
        super(provider);
    }

    @BeforeAll
    static void makeCertificates() throws IOException {
        assumeTrue(OpenSslClient.isThere(), "there is no openssl here");
        files = List.of(
                OpenSslClient.rsaCertificate(dir.resolve("rsa"), "rsa.example"),
                TestCertificates.forHosts(dir.resolve("ec"), "ec.example"));
    }

    @Override
    List<Path> files() {
        return files;
    }

    private String get(String serverName, String... options) throws Exception {
        return OpenSslClient.get(fixture.address(), serverName, options);
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3"})
    void newVersionsAreSpoken(String version, String name) throws Exception {
        assertThat(get("ec.example", version)).contains("New, " + name + ", Cipher is ", "Compression: NONE", ANSWER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void oldVersionsAreRefused(String version) throws Exception {
        assertThat(get("ec.example", version, "-cipher", ANYTHING))
                .contains("alert protocol version")
                .doesNotContain(ANSWER);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.example, ECDHE-RSA-AES128-GCM-SHA256",
        "rsa.example, ECDHE-RSA-AES256-GCM-SHA384",
        "rsa.example, ECDHE-RSA-CHACHA20-POLY1305",
        "ec.example, ECDHE-ECDSA-AES128-GCM-SHA256",
        "ec.example, ECDHE-ECDSA-AES256-GCM-SHA384"
    })
    void suitesWithForwardSecrecyAndAuthenticatedEncryptionAreThere(String serverName, String suite) throws Exception {
        assertThat(get(serverName, "-tls1_2", "-cipher", suite)).contains("Cipher is " + suite, ANSWER);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.example, AES128-GCM-SHA256", // no forward secrecy
        "rsa.example, AES256-SHA",
        "rsa.example, AES128-CCM8",
        "rsa.example, DHE-RSA-AES128-GCM-SHA256", // whose parameters nobody can judge
        "rsa.example, ECDHE-RSA-AES128-SHA", // CBC
        "rsa.example, ECDHE-RSA-AES256-SHA384",
        "rsa.example, CAMELLIA128-SHA",
        "rsa.example, NULL-SHA256", // no encryption
        "rsa.example, ECDHE-RSA-NULL-SHA",
        "rsa.example, AECDH-AES128-SHA", // no authentication
        "rsa.example, ADH-AES128-GCM-SHA256",
        "ec.example, ECDHE-ECDSA-AES128-SHA",
        "ec.example, ECDHE-ECDSA-NULL-SHA"
    })
    void allOthersAreRefused(String serverName, String suite) throws Exception {
        assertThat(get(serverName, "-tls1_2", "-cipher", suite + ":@SECLEVEL=0"))
                .contains("alert handshake failure")
                .doesNotContain(ANSWER);
    }

    @Test
    void aSecondHandshakeOnAConnectionIsRefused() throws Exception {
        try (OpenSslClient client = OpenSslClient.to(fixture.address(), "ec.example", "-tls1_2")) {
            client.await("Secure Renegotiation IS supported").await("---\n").say("R\n");
            assertThat(client.await("RENEGOTIATING").rest()).contains("alert").doesNotContain("read R BLOCK");
        }
    }

    @Test
    void newKeysWithinAConnectionAreNoHandshake() throws Exception {
        try (OpenSslClient client = OpenSslClient.to(fixture.address(), "ec.example", "-tls1_3")) {
            client.await("Verify return code").say("K\n").await("KEYUPDATE");
            assertThat(client.say("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
                            .rest())
                    .contains(ANSWER);
        }
    }

    /* Both providers give out tickets, whose keys are those of the certificates' contexts. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionsGoOnForNoLongerThanTheCertificatesAreLoaded(String version) throws Exception {
        String session = dir.resolve(provider + version).toString();
        assertThat(get("ec.example", version, "-sess_out", session)).contains("New, ", ANSWER);
        assertThat(get("ec.example", version, "-sess_in", session)).contains("Reused, ", ANSWER);
        close();
        open();
        assertThat(get("ec.example", version, "-sess_in", session)).contains("New, ", ANSWER);
    }

    @Test
    void keysThatAreSafeFromQuantumComputersAreAgreedOn() throws Exception {
        assumeTrue(provider == TlsProvider.OPENSSL, "the JDK's list of key exchanges is its own");
        String shown = get("ec.example", "-tls1_3", "-groups", HYBRID);
        assumeTrue(!shown.contains("Call to SSL_CONF_cmd(-groups"), "this openssl does not know " + HYBRID);
        assertThat(shown).contains(HYBRID, ANSWER);
    }

    /* By BoringSSL itself, since few have an OpenSSL that can do it. */
    @Test
    void keysThatAreSafeFromQuantumComputersAreAgreedOnWithWhoOffersNothingElse() throws Exception {
        assumeTrue(provider == TlsProvider.OPENSSL, "the JDK's list of key exchanges is its own");
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .protocols("TLSv1.3")
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .option(OpenSslContextOption.GROUPS, new String[] {HYBRID})
                .build();
        CompletableFuture<String> agreed = new CompletableFuture<>();
        new Bootstrap()
                .group(fixture.transport.eventLoops())
                .channel(fixture.transport.socketChannel())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        SslHandler handler = context.newHandler(channel.alloc());
                        channel.pipeline().addLast(handler);
                        handler.handshakeFuture().addListener(done -> {
                            if (done.isSuccess()) {
                                agreed.complete(handler.engine().getSession().getProtocol());
                            } else {
                                agreed.completeExceptionally(done.cause());
                            }
                            channel.close();
                        });
                    }
                })
                .connect(fixture.address())
                .sync();
        assertThat(agreed.get()).isEqualTo("TLSv1.3");
    }
}
