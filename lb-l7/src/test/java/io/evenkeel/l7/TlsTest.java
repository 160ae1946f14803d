package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP over TLS on real sockets: which certificate a client is shown, and where its server name leads. */
@ParameterizedClass
@EnumSource(names = {"OPENSSL", "JDK"})
class TlsTest extends TlsFixture {

    @TempDir
    private static Path dir;

    private static List<Path> files;

    TlsTest(TlsProvider provider) {
        super(provider);
    }

    @BeforeAll
    static void makeCertificates() throws IOException {
        files = List.of(
                TestCertificates.forHosts(dir.resolve("default"), "default.example"),
                TestCertificates.forHosts(dir.resolve("two-names"), "a.example", "B.example"),
                TestCertificates.forHosts(dir.resolve("wildcard"), "*.wild.example"),
                TestCertificates.forHosts(dir.resolve("second"), "a.example", "exact.wild.example"),
                TestCertificates.withoutNames(dir.resolve("unnamed"), "common.example"));
    }

    @Override
    List<Path> files() {
        return files;
    }

    @ParameterizedTest
    @CsvSource({
        "default.example, default",
        "a.example, two-names", // the first certificate that has the name
        "b.example, two-names",
        "B.EXAMPLE, two-names",
        "www.wild.example, wildcard",
        "exact.wild.example, second", // a whole name before a wildcard
        "wild.example, default",
        "x.y.wild.example, default",
        "common.example, common.example", // a certificate without alternative names goes by its common name
        "other.example, default",
        "'', default" // a client that asks for nobody
    })
    void theServerNameChoosesTheCertificate(String serverName, String commonName) throws Exception {
        try (Wire client = connect(serverName)) {
            SSLSocket socket = (SSLSocket) client.socket;
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=" + commonName);
            assertThat(client.get("/").message().body()).isEqualTo("web");
        }
    }

    @Test
    void theServerNameOfTheHandshakeRoutesAndTheHostDoesNot() throws Exception {
        fixture.frontend.router(RouteTable.builder()
                .add("a.example", PathPrefixes.ANY, new Route.To(fixture.backend))
                .buildForTls());
        assertThat(status("a.example", "whatever.example")).isEqualTo(200);
        assertThat(status("b.example", "a.example")).isEqualTo(503);
        assertThat(status("A.example", "a.example")).isEqualTo(503);
        assertThat(status("", "a.example")).isEqualTo(503);
    }

    @Test
    void theEndpointIsToldThatTheClientCameOverTls() throws Exception {
        try (Wire client = connect("a.example")) {
            client.get("/").message();
        }
        assertThat(web.requests.get(0).value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(web.requests.get(0).value("X-Forwarded-Port"))
                .isEqualTo(String.valueOf(fixture.address().getPort()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aConnectionCarriesRequestAfterRequestAndLargeBodies(String protocol) throws Exception {
        String large = "x".repeat(1_000_000);
        try (Backend big = Backend.text(large);
                SSLSocket socket = socket("a.example")) {
            fixture.endpoints(big);
            socket.setEnabledProtocols(new String[] {protocol});
            Wire client = new Wire(socket);
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/").message().body()).isEqualTo(large);
            }
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(fixture.transport.splicedBytes()).isZero();
        }
    }

    @Test
    void anErrorIsFollowedByAProperEndOfTls() throws Exception {
        fixture.frontend.router(RouteTable.EMPTY);
        try (Wire client = connect("a.example")) {
            assertThat(client.get("/").message().status()).isEqualTo(503);
            assertThat(client.rest()).isEmpty(); // a cut without close_notify would throw
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWebSocketEndsWithEitherSide(boolean clientFirst) throws Exception {
        CompletableFuture<String> said = new CompletableFuture<>();
        try (Backend chat = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
                    if (clientFirst) {
                        said.complete(wire.rest());
                    } else {
                        wire.send("bye");
                    }
                });
                Wire client = connect("a.example")) {
            fixture.endpoints(chat);
            client.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
                    .head();
            if (clientFirst) {
                client.send("bye").close();
                assertThat(said.get()).isEqualTo("bye");
            } else {
                assertThat(client.rest()).isEqualTo("bye"); // a cut without close_notify would throw
            }
        }
        fixture.awaitOutcome(1, Outcome.SUCCESS, 1);
    }

    @Test
    void whoDoesNotSpeakTlsIsSentAwayAndHurtsNobody() throws Exception {
        try (Wire plain = fixture.connect()) {
            plain.get("/");
            assertThat(plain.socket.getInputStream().readAllBytes()).doesNotContain("HTTP".getBytes(ISO_8859_1));
        }
        assertThat(web.requests).isEmpty();
        assertThat(status("a.example", "a.example")).isEqualTo(200);
    }

    @Test
    void whoDoesNotFinishItsHandshakeInTimeIsSentAway() throws Exception {
        close();
        open(HttpFixture.QUICK.withHandshakeTimeout(Duration.ofMillis(1)));
        try (Wire silent = fixture.connect()) {
            assertThat(silent.rest()).isEmpty();
        }
        try (Wire stalled = fixture.connect()) {
            stalled.send("\u0016\u0003\u0001\u0002\u0000\u0001");
            assertThat(stalled.rest()).isEmpty();
        }
    }

    @Test
    void aFirstMessageBeyondReasonEndsTheConnection() throws Exception {
        try (Wire client = fixture.connect()) {
            client.send("\u0016\u0003\u0001\u0000@" + "\u0001\u0000@\u0001" + "x".repeat(60)); // 16,385 bytes
            assertThat(client.rest()).doesNotContain("HTTP");
        }
    }

    @Test
    void aFirstMessageMayComeByteByByte() throws Exception {
        try (Socket slow = new SlowSocket(fixture.address());
                SSLSocket socket = TestAuthority.over(slow)) {
            assertThat(new Wire(socket).get("/").message().body()).isEqualTo("web");
        }
    }

    /** Sends every byte by itself. */
    private static final class SlowSocket extends Socket {

        SlowSocket(InetSocketAddress address) throws IOException {
            super(address.getAddress(), address.getPort());
            setTcpNoDelay(true);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = super.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    for (int i = from; i < from + length; i++) {
                        out.write(bytes[i]);
                    }
                }
            };
        }
    }

    private int status(String serverName, String host) throws Exception {
        try (Wire client = connect(serverName)) {
            return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .message()
                    .status();
        }
    }

    private Wire connect(String serverName) throws Exception {
        SSLSocket socket = socket(serverName);
        socket.startHandshake();
        return new Wire(socket);
    }

    private SSLSocket socket(String serverName) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEverybody()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(fixture.address().getAddress(), fixture.address().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        List<SNIServerName> names = serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName));
        parameters.setServerNames(names);
        socket.setSSLParameters(parameters);
        return socket;
    }

    static final class TrustEverybody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
