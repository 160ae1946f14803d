package io.evenkeel.samples.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.testing.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway in front of services that a file names, and behind a load balancer that sends PROXY headers. */
class HttpGatewayTest {

    private static final String PROXY_HEADER = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n";
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private final List<HttpServer> servers = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private KeyStore shown;

    @BeforeEach
    void certify() throws Exception {
        Files.createDirectory(folder.resolve("certificates"));
        shown = certificate("first.example");
    }

    @AfterEach
    void close() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void requestsGoWhereHostAndPathLead() throws Exception {
        try (HttpGateway gateway =
                gateway(service("/shop/api", 200), service("/shop/api-2", 200), service("/shop/web", 200))) {
            InetSocketAddress address = gateway.await();
            assertThat(get(address, "shop.example.com", "/api/cart")).endsWith("\r\n\r\n/shop/api");
            assertThat(get(address, "shop.example.com", "/")).endsWith("\r\n\r\n/shop/web");
            assertThat(get(address, "localhost", "/api")).endsWith("\r\n\r\n/shop/web");
            gateway.release("/shop/api-2");
            assertThat(get(address, "shop.example.com", "/api/cart")).endsWith("\r\n\r\n/shop/api-2");
        }
    }

    @Test
    void requestsAreToldByTheAddressesOfTheirClientsAndCounted() throws Exception {
        try (HttpGateway gateway = gateway(service("/shop/web", 200))) {
            get(gateway.await(), "localhost", "/cart");
            assertThat(meters.get("evenkeel.http.requests").functionCounters())
                    .extracting(counter -> counter.count())
                    .containsExactlyInAnyOrder(1.0, 0.0);
            assertThat(meters.get("evenkeel.endpoints").gauges()).isNotEmpty();
        }
        assertThat(Files.readAllLines(folder.resolve("access.log")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("192.0.2.7:4711 [")
                        .contains(" /shop/web/", " 200 ")
                        .endsWith(" \"GET /cart HTTP/1.1\""));
    }

    @Test
    void certificatesAreReplacedInPlace() throws Exception {
        try (HttpGateway gateway = gateway(service("/shop/web", 200))) {
            gateway.await();
            assertThat(subject(gateway)).isEqualTo("CN=first.example");
            shown = certificate("second.example");
            gateway.reload().toCompletableFuture().join();
            assertThat(subject(gateway)).isEqualTo("CN=second.example");
            Files.writeString(folder.resolve("certificates/shop.pem"), "none");
            assertThatThrownBy(() -> gateway.reload().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("shop.pem");
            assertThat(subject(gateway)).isEqualTo("CN=second.example");
        }
    }

    @Test
    void whoeverFailsHisChecksGetsNoRequests() throws Exception {
        try (HttpGateway gateway = gateway(service("/shop/web", 200), service("/shop/web", 500))) {
            InetSocketAddress address = gateway.await();
            Eventually.holds(
                    "one is left alone",
                    () -> meters.get("evenkeel.endpoints.available")
                                    .tag("service", "/shop/web")
                                    .gauge()
                                    .value()
                            == 1);
            for (int i = 0; i < 10; i++) {
                assertThat(get(address, "localhost", "/")).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private HttpGateway gateway(String... services) throws IOException {
        Path file = Files.writeString(folder.resolve("services.json"), "[" + String.join(",", services) + "]");
        return new HttpGateway(file.toUri(), "127.0.0.1:0", "127.0.0.2:0", folder, meters);
    }

    /* A service that answers with its name and always the same status, as an entry of the file. */
    private String service(String name, int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, name.length());
            exchange.getResponseBody().write(name.getBytes(UTF_8));
            exchange.close();
        });
        server.start();
        servers.add(server);
        return "{\"targets\": [\"127.0.0.1:%d\"], \"labels\": {\"service\": \"%s\"}}"
                .formatted(server.getAddress().getPort(), name);
    }

    private static String get(InetSocketAddress address, String host, String path) throws IOException {
        try (Socket socket = connect(address)) {
            return get(socket, host, path);
        }
    }

    private static String get(Socket socket, String host, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                        .getBytes(UTF_8));
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(PROXY_HEADER.getBytes(UTF_8));
        return socket;
    }

    /* Whose certificate is shown, after a request over it. */
    private String subject(HttpGateway gateway) throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(shown);
        TrustManager[] managers = trust.getTrustManagers();
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, managers, new SecureRandom());
        Socket plain = connect(gateway.secureAddress());
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", 443, true)) {
            assertThat(get(socket, "localhost", "/")).endsWith("\r\n\r\n/shop/web");
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /* Puts one where the gateway looks for it; the JDK's own tool makes it. */
    private KeyStore certificate(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        Files.writeString(
                folder.resolve("certificates/shop.pem"),
                pem("CERTIFICATE", keys.getCertificate("it").getEncoded())
                        + pem("PRIVATE KEY", keys.getKey("it", PASSWORD).getEncoded()));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("it", keys.getCertificate("it"));
        return trusted;
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }
}
