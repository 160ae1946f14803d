package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 over TLS: who gets it, and for which hosts one connection is good. */
class Http2TlsTest {

    private static Certificates certificates;
    private HttpFixture fixture;
    private Backend web;
    private Backend other;

    @BeforeAll
    static void makeCertificates(@TempDir Path dir) throws Exception {
        certificates = Certificates.load(List.of(
                TestCertificates.forHosts(dir.resolve("default"), "localhost", "default.example"),
                TestCertificates.forHosts(dir.resolve("two-names"), "a.example", "b.example")));
    }

    @BeforeEach
    void open() {
        fixture = new HttpFixture(HttpFixture.QUICK, certificates);
        web = Backend.text("web");
        other = Backend.text("other");
        fixture.endpoints(web);
    }

    @AfterEach
    void close() {
        fixture.close();
        web.close();
        other.close();
    }

    private SSLSocket socket(String serverName, String... protocols) throws Exception {
        return socket(fixture.address(), serverName, protocols);
    }

    static SSLSocket socket(InetSocketAddress address, String serverName, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TlsTest.TrustEverybody()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private int status(Http2Wire client, int stream, String authority) throws Exception {
        client.headers(stream, true, ":method: GET", ":scheme: https", ":path: /", ":authority: " + authority);
        return client.message(stream).status();
    }

    @Test
    void whoKnowsHttp2GetsItAndWhoDoesNotGetsHttp1() throws Exception {
        try (SSLSocket both = socket("a.example", "h2", "http/1.1");
                Http2Wire client = Http2Wire.client(both)) {
            assertThat(both.getApplicationProtocol()).isEqualTo("h2");
            assertThat(status(client, 1, "a.example")).isEqualTo(200);
        }
        assertThat(web.requests.get(0).value("X-Forwarded-Proto")).isEqualTo("https");
        try (SSLSocket old = socket("a.example", "http/1.1");
                Wire client = new Wire(old)) {
            assertThat(old.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.get("/").message().body()).isEqualTo("web");
        }
        try (SSLSocket strange = socket("a.example", "strange");
                Wire client = new Wire(strange)) {
            assertThat(client.get("/").message().body()).isEqualTo("web");
        }
    }

    @Test
    void oneConnectionIsForTheHostsOfItsCertificateOnly() throws Exception {
        try (Http2Wire client = Http2Wire.client(socket("a.example", "h2"))) {
            assertThat(status(client, 1, "a.example")).isEqualTo(200);
            assertThat(status(client, 3, "A.EXAMPLE:" + fixture.address().getPort()))
                    .isEqualTo(200);
            assertThat(status(client, 5, "b.example")).isEqualTo(200);
            assertThat(status(client, 7, "default.example")).isEqualTo(421);
            assertThat(status(client, 9, "a.example.org")).isEqualTo(421);
        }
    }

    @Test
    void aHostOfTheSameCertificateIsServedByItsOwnRoute() throws Exception {
        fixture.frontend.router(RouteTable.builder()
                .add("a.example", PathPrefixes.ANY, new Route.To(fixture.backend))
                .add("b.example", PathPrefixes.ANY, new Route.Reply(405))
                .add("default.example", PathPrefixes.ANY, new Route.To(fixture.backend))
                .buildForTls());
        try (Http2Wire client = Http2Wire.client(socket("a.example", "h2"))) {
            assertThat(status(client, 1, "a.example")).isEqualTo(200);
            assertThat(status(client, 3, "b.example")).isEqualTo(405);
        }
        try (Http2Wire client = Http2Wire.client(socket("default.example", "h2"))) {
            assertThat(status(client, 1, "unknown.example")).isEqualTo(200); // the server name leads, as in HTTP/1.1
        }
    }

    @Test
    void anotherImplementationIsServedManyRequestsAtOnce() throws Exception {
        String large = "x".repeat(100_000);
        try (Backend big = Backend.of((wire, request) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
            return true;
        })) {
            fixture.endpoints(big);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TlsTest.TrustEverybody()}, null);
            HttpClient client = HttpClient.newBuilder().sslContext(context).build();
            URI uri = URI.create("https://localhost:" + fixture.address().getPort() + "/");
            List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                responses.add(client.sendAsync(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString(large))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> future : responses) {
                HttpResponse<String> response = future.get();
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(response.body().length() + " " + response.statusCode())
                        .isEqualTo(large.length() + " 200");
            }
            assertThat(big.requests)
                    .hasSize(12)
                    .allMatch(request -> request.body().equals(large));
        }
        fixture.engine.drain(); // the JDK's client of 17 cannot be closed
    }
}
