package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.TestAuthority;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that begin with a PROXY header, or should not, over real sockets; and how many there may be. */
class MarathonLbProxyHeaderTest {

    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);
    private static final String HEADER = "PROXY TCP4 192.0.2.7 192.0.2.8 4000 8443\r\n";

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(1);
    private final Backend backend = Backend.text("one");
    private final int port = TestServer.refusing().getPort();
    private MarathonLbProxy proxy;

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
        backend.close();
    }

    @Test
    void theAddressOfTheHeaderIsTheClients() throws Exception {
        open(TrustedProxies.DEFAULTS);
        publish(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BIND_OPTIONS",
                "accept-proxy",
                "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL",
                "192.0.2.7");
        try (Wire client = connect()) {
            client.send(HEADER.substring(0, 9));
            client.send(HEADER.substring(9) + "GET / HTTP/1.1\r\nHost: web\r\n\r\n");
            assertThat(client.message().body()).isEqualTo("one");
        }
        assertThat(backend.requests.get(0).value("X-Forwarded-For")).isEqualTo("192.0.2.7");
        assertThat(backend.requests.get(0).value("X-Forwarded-Port")).isEqualTo("8443");
        try (Wire other = connect()) {
            other.send(HEADER.replace("192.0.2.7", "192.0.2.9"));
            assertThat(other.get("/").message().status()).isEqualTo(403);
        }
    }

    @Test
    void aHeaderThatTellsOfAnotherPortOpensNoWayRoundTheRulesOfThisOne() throws Exception {
        open(TrustedProxies.DEFAULTS);
        publish(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BIND_OPTIONS",
                "accept-proxy",
                "HAPROXY_0_FRONTEND_BACKEND_GLUE",
                "  http-request deny if {{ path_beg /admin }}\n  use_backend {backend}\n");
        try (Wire client = connect()) {
            assertThat(client.send(HEADER).get("/").message().body()).isEqualTo("one");
            assertThat(client.get("/admin").message().status()).isEqualTo(403);
        }
    }

    @Test
    void aPortThatPassesBytesGoesByTheHeaderToo() throws Exception {
        open(TrustedProxies.DEFAULTS);
        try (TestServer echo = TestServer.echo()) {
            source.publish(Apps.with(
                    Apps.app(
                            "/a",
                            port,
                            "HAPROXY_0_BIND_OPTIONS",
                            "accept-proxy",
                            "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL",
                            "192.0.2.7"),
                    echo.endpoint()));
            ready();
            try (Wire client = connect()) {
                assertThat(client.send(HEADER + "ping").text(4)).isEqualTo("ping");
            }
            try (Wire other = connect()) {
                other.send(HEADER.replace("192.0.2.7", "192.0.2.9"));
                assertThat(isCut(other)).isTrue();
            }
        }
    }

    @Test
    void theHeaderComesBeforeTls(@TempDir Path dir) throws Exception {
        open(TrustedProxies.DEFAULTS);
        Path certificate = TestCertificates.forHosts(dir.resolve("web"), "web.example");
        publish(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_SSL_CERT",
                certificate.toString(),
                "HAPROXY_0_BIND_OPTIONS",
                "accept-proxy");
        try (Wire plain = connect();
                SSLSocket socket = TestAuthority.over(plain.send(HEADER).socket)) {
            assertThat(new Wire(socket).get("/").message().body()).isEqualTo("one");
        }
        assertThat(backend.requests.get(0).value("X-Forwarded-For")).isEqualTo("192.0.2.7");
    }

    @Test
    void whoOwesAHeaderIsNotServedWithoutOne() throws Exception {
        open(TrustedProxies.DEFAULTS);
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_OPTIONS", "accept-proxy");
        try (Wire client = connect()) {
            client.get("/");
            assertThat(isCut(client)).isTrue();
        }
        assertThat(backend.requests).isEmpty();
    }

    @Test
    void whoSendsNothingIsSentAwayInTime() throws Exception {
        open(new TrustedProxies(AllowedNetworks.ALL, false, Duration.ofMillis(1)));
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_OPTIONS", "accept-proxy");
        try (Wire client = connect()) {
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aHeaderThatNobodyExpectsOrBelievesIsABadRequest() throws Exception {
        open(new TrustedProxies(AllowedNetworks.parse("192.0.2.0/24"), false, Duration.ofSeconds(10)));
        publish("HAPROXY_0_MODE", "http");
        try (Wire client = connect()) {
            assertThat(client.send(HEADER).get("/").message().status()).isEqualTo(400);
        }
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_OPTIONS", "accept-proxy");
        try (Wire client = connect()) {
            assertThat(client.send(HEADER).get("/").message().status()).isEqualTo(400);
        }
        try (Wire client = connect()) {
            assertThat(client.get("/").message().body()).isEqualTo("one"); // not a proxy, so it owes no header
        }
    }

    @Test
    void theSharedFrontendsExpectHeadersWhereTheFlagSaysSo() throws Exception {
        open(new TrustedProxies(AllowedNetworks.ALL, true, Duration.ofSeconds(10)));
        publish("HAPROXY_0_VHOST", "web");
        try (Wire client = Wire.to(proxy.boundAddress(HTTP))) {
            assertThat(client.send(HEADER).get("/").message().body()).isEqualTo("one");
        }
        assertThat(backend.requests.get(0).value("X-Forwarded-For")).isEqualTo("192.0.2.7");
    }

    @Test
    void connectionsBeyondTheLimitWaitUntilThereIsRoom() throws Exception {
        open(TrustedProxies.DEFAULTS);
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_OPTIONS", "maxconn 2 backlog 50");
        ServicePort servicePort = proxy.servicePorts().get(0);
        try (Wire first = connect();
                Wire second = connect();
                Wire third = connect()) {
            assertThat(first.get("/").message().body()).isEqualTo("one");
            assertThat(second.get("/").message().body()).isEqualTo("one");
            third.get("/");
            assertThat(first.get("/").message().body()).isEqualTo("one"); // the loop has had its turn
            assertThat(servicePort.traffic().totalConnections()).isEqualTo(2);
            first.socket.close();
            assertThat(third.message().body()).isEqualTo("one");
        }
        Eventually.holds("all are gone", () -> servicePort.traffic().currentConnections() == 0);
    }

    private void open(TrustedProxies trusted) {
        proxy = MarathonLbProxy.builder(source, new MarathonLbOptions(Set.of("*"), true, false), transport)
                .serviceAddress("127.0.0.1")
                .http(Optional.of(HTTP))
                .appId(APP_ID)
                .proxies(trusted)
                .build();
    }

    private void publish(String... labels) {
        Snapshot app = Apps.with(Apps.app("/a", port, labels), backend.endpoint());
        source.publish(app);
        ready();
        Eventually.holds(
                "applied",
                () -> proxy.servicePorts().stream()
                        .anyMatch(p ->
                                p.port().service().labels().equals(app.service().labels())));
    }

    private void ready() {
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private Wire connect() throws IOException {
        return Wire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static boolean isCut(Wire client) {
        try {
            return client.rest().isEmpty();
        } catch (IOException e) {
            return true;
        }
    }
}
