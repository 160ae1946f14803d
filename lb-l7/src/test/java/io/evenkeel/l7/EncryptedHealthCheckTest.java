package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.CheckFailedException;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.l4.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Health checks over TLS, on real sockets: whom they trust, what they ask and what they make of the answer. */
@ParameterizedClass
@EnumSource(names = {"OPENSSL", "JDK"})
class EncryptedHealthCheckTest {

    @TempDir
    private static Path dir;

    private static Path trusted;
    private static Path web;

    private final TlsProvider provider;
    private final Transport transport = Transport.open(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();

    EncryptedHealthCheckTest(TlsProvider provider) {
        this.provider = provider;
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestAuthority authority = new TestAuthority("us");
        trusted = authority.certificate(dir.resolve("ca.pem"));
        web = authority.issue(dir.resolve("web.pem"), "web.example");
    }

    @BeforeEach
    void needsTheProvider() {
        assumeTrue(provider.isAvailable());
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void aGoodStatusPassesAndAnotherFails() throws Exception {
        HttpHealthCheck check = http(BackendTls.UNVERIFIED);
        try (Backend good = answering(200);
                Backend bad = answering(500)) {
            assertThat(ask(check, good)).isEqualTo(new Verdict(Finding.L7OK, 200));
            assertThat(asked)
                    .singleElement()
                    .asString()
                    .startsWith("GET /health HTTP/1.1\r\nHost: " + HeadRewriter.authority(good.address()) + "\r\n");
            CheckFailedException failure = failure(check, bad);
            assertThat(failure.finding()).isEqualTo(Finding.L7STS);
            assertThat(failure.code()).isEqualTo(500);
            assertThat(failure).hasMessage("status 500 (expected: 200 to 399)");
        }
    }

    @Test
    void whoIsVerifiedMustBeTrustedAndHaveTheName() throws Exception {
        BackendTls verified = BackendTls.VERIFIED.withAuthorities(trusted);
        Path others = new TestAuthority("them").certificate(dir.resolve("others.pem"));
        try (Backend good = answering(200)) {
            assertThat(ask(http(verified.withServerName("web.example")), good).finding())
                    .isEqualTo(Finding.L7OK);
            asked.clear();
            for (BackendTls wrong : List.of(
                    verified.withServerName("other.example"),
                    verified,
                    BackendTls.VERIFIED.withAuthorities(others).withServerName("web.example"))) {
                CheckFailedException failure = failure(http(wrong), good);
                assertThat(failure.finding()).isEqualTo(Finding.L6RSP);
                assertThat(failure.getMessage()).startsWith("TLS: ");
                assertThat(failure(handshake(wrong), good).finding()).isEqualTo(Finding.L6RSP);
            }
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void theHandshakeAloneCanBeTheQuestion() throws Exception {
        try (Backend bad = answering(500)) {
            assertThat(ask(handshake(BackendTls.UNVERIFIED), bad)).isEqualTo(new Verdict(Finding.L6OK, 0));
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void whoDoesNotSpeakTlsFails() throws Exception {
        try (Backend plain = Backend.talking(socket -> {
            socket.getInputStream().read();
            new Wire(socket).send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            socket.getInputStream().readAllBytes();
        })) {
            CheckFailedException failure = failure(http(BackendTls.UNVERIFIED), plain);
            assertThat(failure.finding()).isEqualTo(Finding.L6RSP);
            assertThat(failure).hasMessage("TLS: the endpoint does not speak it");
        }
    }

    @Test
    void whoClosesDuringTheHandshakeFails() throws Exception {
        try (Backend closing = Backend.talking(socket -> socket.getInputStream().read())) {
            CheckFailedException failure = failure(handshake(BackendTls.UNVERIFIED), closing);
            assertThat(failure.finding()).isEqualTo(Finding.L6RSP);
            assertThat(failure.getMessage()).startsWith("TLS: ");
        }
    }

    @Test
    void silenceIsToldByWhatWasWaitedFor() throws Exception {
        try (Backend mute = Backend.silent();
                Backend deaf = Backend.talking(socket -> {
                    try (SSLSocket tls = accept(socket)) {
                        tls.getInputStream().readAllBytes();
                    }
                })) {
            CheckFailedException failure = failure(http(BackendTls.UNVERIFIED), mute, Duration.ofMillis(50));
            assertThat(failure.finding()).isEqualTo(Finding.L6TOUT);
            assertThat(failure).hasMessage("no TLS handshake within 50 ms");
            ask(handshake(BackendTls.UNVERIFIED), deaf); // the first one takes long
            failure = failure(http(BackendTls.UNVERIFIED), deaf, Duration.ofSeconds(2));
            assertThat(failure.finding()).isEqualTo(Finding.L7TOUT);
            assertThat(failure).hasMessage("no answer within 2000 ms");
        }
    }

    @Test
    void http2IsAskedOfThoseWhoAgreeToIt() throws Exception {
        try (Backend http2 = Backend.talking(socket -> {
                    try (SSLSocket tls = accept(socket, "h2");
                            Http2Wire wire = Http2Wire.server(tls)) {
                        Http2Wire.Frame frame = wire.next();
                        asked.addAll(frame.fields());
                        wire.headers(frame.stream(), true, ":status: 204");
                        wire.next();
                    }
                });
                Backend old = answering(200)) {
            HttpHealthCheck check = http(BackendTls.VERIFIED
                            .withAuthorities(trusted)
                            .withServerName("web.example"))
                    .withHost("web")
                    .byHttp2();
            assertThat(ask(check, http2)).isEqualTo(new Verdict(Finding.L7OK, 204));
            assertThat(asked).contains(":method: GET", ":scheme: https", ":authority: web", ":path: /health");
            TlsHealthCheck handshake = new TlsHealthCheck(transport, loaded(BackendTls.UNVERIFIED), true);
            assertThat(ask(handshake, http2)).isEqualTo(new Verdict(Finding.L6OK, 0));
            assertThat(failure(handshake, old)).hasMessage("TLS: no agreement to HTTP/2 by ALPN");
            asked.clear();
            CheckFailedException failure = failure(check, old);
            assertThat(failure.finding()).isEqualTo(Finding.L6RSP);
            assertThat(failure).hasMessage("TLS: no agreement to HTTP/2 by ALPN");
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void filesThatAppearOrChangeCountForLaterChecks() throws Exception {
        Path changing = dir.resolve("changing-" + provider);
        CheckTls tls =
                new CheckTls(BackendTls.VERIFIED.withAuthorities(changing).withServerName("web.example"), provider);
        HttpHealthCheck check = HttpHealthCheck.of(transport, "/health").over(tls);
        assertThatThrownBy(tls::refresh)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(changing.toString());
        try (Backend good = answering(200)) {
            CheckFailedException failure = failure(check, good);
            assertThat(failure.finding()).isEqualTo(Finding.L6RSP);
            assertThat(failure.getMessage()).isEqualTo("TLS: its files are not loaded");

            new TestAuthority("them").certificate(changing);
            tls.refresh();
            assertThat(failure(check, good).finding()).isEqualTo(Finding.L6RSP);

            Files.delete(changing);
            assertThatThrownBy(tls::refresh).isInstanceOf(IllegalArgumentException.class);
            Files.copy(trusted, changing);
            tls.refresh();
            assertThat(ask(check, good).finding()).isEqualTo(Finding.L7OK);
        }
    }

    @Test
    void checksAreEqualIfTheySayTheSameOfTls() {
        assertThat(http(BackendTls.UNVERIFIED)).isEqualTo(http(BackendTls.UNVERIFIED));
        assertThat(http(BackendTls.UNVERIFIED)).hasSameHashCodeAs(http(BackendTls.UNVERIFIED));
        assertThat(http(BackendTls.UNVERIFIED)).isNotEqualTo(http(BackendTls.VERIFIED));
        assertThat(http(BackendTls.UNVERIFIED))
                .isNotEqualTo(http(BackendTls.UNVERIFIED).byHttp2());
        assertThat(http(BackendTls.UNVERIFIED).byHttp2()).hasToString("HTTP/2 /health over TLS");
    }

    private HttpHealthCheck http(BackendTls options) {
        return HttpHealthCheck.of(transport, "/health").over(loaded(options));
    }

    private TlsHealthCheck handshake(BackendTls options) {
        return new TlsHealthCheck(transport, loaded(options), false);
    }

    private CheckTls loaded(BackendTls options) {
        return CheckTls.load(options, provider);
    }

    private Backend answering(int status) {
        return Backend.talking(socket -> {
            try (SSLSocket tls = accept(socket)) {
                Wire wire = new Wire(tls);
                String head = wire.message().head();
                if (!head.isEmpty()) {
                    asked.add(head);
                    wire.send("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
                }
            }
        });
    }

    private static SSLSocket accept(Socket socket, String... protocols) throws Exception {
        SSLSocket tls = (SSLSocket) TestAuthority.server(web).getSocketFactory().createSocket(socket, null, true);
        tls.setUseClientMode(false);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        tls.setSSLParameters(parameters);
        return tls;
    }

    private static Verdict ask(HealthCheck check, Backend whom) throws Exception {
        return (Verdict) check.check(whom.endpoint(), Duration.ofSeconds(30))
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
    }

    private static CheckFailedException failure(HealthCheck check, Backend whom) throws Exception {
        return failure(check, whom, Duration.ofSeconds(30));
    }

    private static CheckFailedException failure(HealthCheck check, Backend whom, Duration timeout) throws Exception {
        Endpoint endpoint = whom.endpoint();
        try {
            Object verdict =
                    check.check(endpoint, timeout).toCompletableFuture().get(1, TimeUnit.MINUTES);
            throw new IOException("it passed: " + verdict);
        } catch (ExecutionException e) {
            return (CheckFailedException) e.getCause();
        }
    }
}
