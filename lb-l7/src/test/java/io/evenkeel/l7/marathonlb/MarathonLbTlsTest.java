package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TestAuthority;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsProvider;
import io.evenkeel.l7.TlsRoute;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What labels make of TLS on service ports, over real sockets. */
class MarathonLbTlsTest {

    private static final InetSocketAddress HTTPS = new InetSocketAddress("127.0.0.2", 0);

    @TempDir
    private static Path dir;

    private static Path web;

    private FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private MarathonLbProxy proxy = builder().build();
    private final Backend backend = Backend.text("one");
    private final int port = TestServer.refusing().getPort();

    private MarathonLbProxy.Builder builder() {
        return builder(Strictness.NONE);
    }

    private MarathonLbProxy.Builder builder(Strictness strictness) {
        MarathonLbOptions options = new MarathonLbOptions(Set.of("*"), true, false).withStrictness(strictness);
        return MarathonLbProxy.builder(source, options, transport)
                .serviceAddress("127.0.0.1")
                .http(Optional.empty())
                .appId(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @BeforeAll
    static void makeCertificates() throws IOException {
        web = TestCertificates.forHosts(dir.resolve("web"), "web.example");
    }

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
        backend.close();
    }

    @Test
    void aPortWithACertificateSpeaksTlsAndSaysSoToTheTask() throws Exception {
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_SSL_CERT", web.toString());
        try (SSLSocket socket = TestAuthority.client(address(), "web.example")) {
            assertThat(new Wire(socket).get("/").message().body()).isEqualTo("one");
            assertThat(TestAuthority.shown(socket)).isEqualTo("web");
        }
        assertThat(backend.requests.get(0).value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(backend.requests.get(0).value("X-Forwarded-Port")).isEqualTo(String.valueOf(port));
        try (Wire plain = Wire.to(address())) {
            assertThat(plain.get("/").rest()).doesNotContain("HTTP");
        }
        assertThat(backend.requests).hasSize(1);
    }

    @Test
    void marathonLbsOwnCertificateMeansTheSharedOnesWhereItIsNotThere() throws Exception {
        proxy.close();
        Path usual = dir.resolve("usual.pem");
        source = new FakeDiscovery();
        proxy = builder()
                .https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(web))))
                .sharedCertificatePath(usual)
                .build();
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_SSL_CERT", usual.toString());
        try (SSLSocket socket = TestAuthority.client(address(), "web.example")) {
            assertThat(new Wire(socket).get("/").message().body()).isEqualTo("one");
            assertThat(TestAuthority.shown(socket)).isEqualTo("web");
        }
        assertThat(proxy.problems()).isEmpty();
    }

    @Test
    void aPortThatPassesBytesPassesThemDecrypted() throws Exception {
        String large = "x".repeat(300_000);
        try (TestServer echo = TestServer.echo()) {
            source.publish(Apps.with(Apps.app("/a", port, "HAPROXY_0_SSL_CERT", web.toString()), echo.endpoint()));
            ready();
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (SSLSocket socket = TestAuthority.client(address(), "")) {
                    socket.setEnabledProtocols(new String[] {version});
                    Wire client = new Wire(socket);
                    assertThat(client.send("ping").text(4)).isEqualTo("ping");
                    Thread sender = new Thread(() -> {
                        try {
                            client.send(large);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
                    sender.start();
                    assertThat(client.text(large.length())).isEqualTo(large);
                    sender.join();
                }
            }
        }
    }

    @Test
    void theEndOfATasksOutputIsTheEndOfTls() throws Exception {
        try (TestServer hello = TestServer.saying("hello")) {
            source.publish(Apps.with(Apps.app("/a", port, "HAPROXY_0_SSL_CERT", web.toString()), hello.endpoint()));
            ready();
            try (SSLSocket socket = TestAuthority.client(address(), "")) {
                assertThat(new Wire(socket).rest()).isEqualTo("hello"); // a cut without close_notify would throw
            }
        }
    }

    @Test
    void aClientThatHasNothingMoreToSayIsHeardToHaveSaidSo() throws Exception {
        proxy.close();
        source = new FakeDiscovery();
        proxy = builder().tlsProvider(TlsProvider.JDK).build(); // BoringSSL by Netty ends both ways at once
        try (TestServer counting = TestServer.of(socket -> {
            int count = socket.getInputStream().readAllBytes().length;
            socket.getOutputStream().write((count + " bytes").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        })) {
            source.publish(Apps.with(Apps.app("/a", port, "HAPROXY_0_SSL_CERT", web.toString()), counting.endpoint()));
            ready();
            try (SSLSocket socket = TestAuthority.client(address(), "")) {
                Wire client = new Wire(socket).send("12345");
                client.endOutput();
                assertThat(client.rest()).isEqualTo("5 bytes");
            }
        }
    }

    @Test
    void aCertificateThatIsNotThereTakesOutItsPortOnly() throws Exception {
        Path missing = dir.resolve("missing.pem");
        int other = TestServer.refusing().getPort();
        source.publish(
                app("HAPROXY_0_MODE", "http", "HAPROXY_0_SSL_CERT", missing.toString()),
                Apps.with(Apps.app("/ok", other, "HAPROXY_0_MODE", "http"), backend.endpoint()));
        ready();
        assertThatThrownBy(() -> Wire.to(address())).isInstanceOf(ConnectException.class);
        assertThat(proxy.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.subject()).isEqualTo("/a");
            assertThat(problem.reason())
                    .startsWith("certificate " + missing + ": ")
                    .endsWith("; this port is left out");
        });
        try (Wire client = Wire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), other))) {
            assertThat(client.get("/").message().body()).isEqualTo("one");
        }
    }

    @Test
    void somethingWithoutAnEndIsNoCertificate() {
        publish("HAPROXY_0_SSL_CERT", "/dev/zero");
        assertThat(proxy.problems())
                .extracting(Problem::reason)
                .singleElement()
                .asString()
                .startsWith("certificate /dev/zero: not a file");
    }

    @Test
    void aPortThatAsksForClientCertificatesTakesOnlyThose() throws Exception {
        TestAuthority authority = new TestAuthority("us");
        Path friend = authority.issue(dir.resolve("friend"), "friend");
        Path stranger = new TestAuthority("them").issue(dir.resolve("stranger"), "stranger");
        Path trusted = authority.certificate(dir.resolve("ca.pem"));
        publish(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_SSL_CERT",
                web.toString(),
                "HAPROXY_0_BIND_OPTIONS",
                "ca-file " + trusted + " verify required");
        try (SSLSocket socket = TestAuthority.client(address(), "", friend)) {
            assertThat(new Wire(socket).get("/").message().body()).isEqualTo("one");
        }
        for (Path other : new Path[] {null, stranger}) {
            assertThatThrownBy(() -> {
                        try (SSLSocket socket = TestAuthority.client(address(), "", other)) {
                            new Wire(socket).get("/").message();
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(backend.requests).hasSize(1);
    }

    @Test
    void aPortWithAForbiddenVersionDoesNotSpeakIt() throws Exception {
        publish(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_SSL_CERT",
                web.toString(),
                "HAPROXY_0_BIND_OPTIONS",
                "ssl-min-ver TLSv1.3");
        try (SSLSocket old = TestAuthority.client(address(), "")) {
            old.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(old::startHandshake).isInstanceOf(IOException.class);
        }
        try (SSLSocket socket = TestAuthority.client(address(), "")) {
            assertThat(new Wire(socket).get("/").message().body()).isEqualTo("one");
        }
    }

    @Test
    void changedFilesAreShownToNewClientsAndBadOnesChangeNothing() throws Exception {
        ManualClock files = new ManualClock();
        Path file = Files.copy(web, dir.resolve("changing"));
        Path shared = Files.copy(web, dir.resolve("shared"));
        Path other = TestCertificates.forHosts(dir.resolve("other"), "web.example");
        proxy.close();
        source = new FakeDiscovery();
        proxy = builder()
                .files(files)
                .https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(shared))))
                .build();
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_SSL_CERT", file.toString());
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        try (SSLSocket early = TestAuthority.client(address(), "")) {
            Wire earlyClient = new Wire(early);
            assertThat(earlyClient.get("/").message().body()).isEqualTo("one");
            Files.writeString(file, "half written");
            Files.delete(shared);
            files.advance(Duration.ofSeconds(5));
            assertThat(shown(address())).isEqualTo("web");
            assertThat(shown(https)).isEqualTo("web");
            assertThat(proxy.problems())
                    .extracting(Problem::subject)
                    .containsExactlyInAnyOrder("certificates [" + file + "]", "certificates [" + shared + "]");
            Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(other, shared);
            files.advance(Duration.ofSeconds(5));
            assertThat(shown(address())).isEqualTo("other");
            assertThat(shown(https)).isEqualTo("other");
            assertThat(proxy.problems()).isEmpty();
            assertThat(earlyClient.get("/").message().body()).isEqualTo("one");
            Files.copy(web, shared, StandardCopyOption.REPLACE_EXISTING);
            assertThat(proxy.readAgain()).isTrue();
            files.advance(Duration.ZERO);
            assertThat(shown(https)).as("before it is time to look").isEqualTo("web");
            assertThat(source.readings()).isOne();
        }
    }

    @Test
    void aCertificateThatComesLaterOpensItsPort() throws Exception {
        Path late = dir.resolve("late");
        publish("HAPROXY_0_MODE", "http", "HAPROXY_0_SSL_CERT", late.toString());
        assertThatThrownBy(() -> Wire.to(address())).isInstanceOf(ConnectException.class);
        Files.copy(web, late);
        proxy.reload().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        Eventually.holds("open", () -> proxy.boundAddress(address()) != null);
        assertThat(shown(address())).isEqualTo("web");
        assertThat(proxy.problems()).isEmpty();
    }

    @Test
    void groupedVirtualHostsHaveTheirOwnCertificatesAndOptionsAndNobodyElseIsServed() throws Exception {
        TestAuthority authority = new TestAuthority("us");
        Path friend = authority.issue(dir.resolve("grouped-friend"), "friend");
        Path trusted = authority.certificate(dir.resolve("grouped-ca.pem"));
        Path shared = TestCertificates.forHosts(dir.resolve("grouped-shared"), "other.example");
        group(shared);
        source.publish(
                app("HAPROXY_0_VHOST", "web.example", "HAPROXY_0_SSL_CERT", web.toString()),
                vhost("/b", "HAPROXY_0_VHOST", "b.example"),
                vhost(
                        "/c",
                        "HAPROXY_0_VHOST",
                        "c.example",
                        "HAPROXY_0_BIND_OPTIONS",
                        "ca-file " + trusted + " verify required"),
                Apps.of(
                        "east",
                        vhost(
                                "/d",
                                "HAPROXY_0_VHOST",
                                "d.example",
                                "HAPROXY_0_BIND_OPTIONS",
                                "ca-file /no/such.pem verify required")));
        ready();
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        assertThat(shown(https, "web.example", null)).isEqualTo("web");
        assertThat(shown(https, "WEB.example", null)).isEqualTo("web");
        assertThat(shown(https, "b.example", null)).isEqualTo("grouped-shared");
        assertThat(status(https, "c.example", friend)).isEqualTo(200);
        assertThatThrownBy(() -> status(https, "c.example", null)).isInstanceOf(IOException.class);
        for (String unknown : new String[] {"unknown.example", "d.example", ""}) {
            assertThatThrownBy(() -> shown(https, unknown, null))
                    .as(unknown)
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("unrecognized_name");
        }
        assertThat(proxy.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.subject()).isEqualTo("/d@east");
            assertThat(problem.reason()).contains("/no/such.pem").endsWith("d.example is not served over TLS");
        });
    }

    @Test
    void whoAsksForAnotherGroupedHostDoesNotGetByWhatAWiderOneDemands() throws Exception {
        TestAuthority authority = new TestAuthority("us");
        Path friend = authority.issue(dir.resolve("wider-friend"), "friend");
        Path trusted = authority.certificate(dir.resolve("wider-ca.pem"));
        Path shared = TestCertificates.forHosts(dir.resolve("wider-shared"), "other.example");
        group(shared);
        source.publish(
                vhost(
                        "/guarded",
                        "LB_0_VHOST",
                        "*.example",
                        "HAPROXY_0_BIND_OPTIONS",
                        "ca-file " + trusted + " verify required"),
                vhost("/open", "HAPROXY_0_VHOST", "a.example", "HAPROXY_0_PATH", "/only"),
                vhost(
                        "/replaced",
                        "HAPROXY_0_VHOST",
                        "e.example",
                        "HAPROXY_0_HTTPS_FRONTEND_ACL",
                        "  use_backend {backend} if {{ ssl_fc_sni f.example }}\n"),
                vhost(
                        "/broken",
                        "HAPROXY_0_VHOST",
                        "d.example",
                        "HAPROXY_0_BIND_OPTIONS",
                        "ca-file /no/such.pem verify required"));
        ready();
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        assertThat(status(https, "x.example", friend)).isEqualTo(200);
        assertThatThrownBy(() -> status(https, "x.example", null)).isInstanceOf(IOException.class);
        assertThat(status(https, "a.example", null)).isEqualTo(503);
        assertThatThrownBy(() -> status(https, "e.example", null)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> shown(https, "d.example", friend))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("unrecognized_name");
    }

    @Test
    void aCertificateOfOurOwnIsShownWhereThereIsNoOther() throws Exception {
        proxy.close();
        source = new FakeDiscovery();
        proxy = builder()
                .https(Optional.of(HTTPS), Optional.of(Certificates.selfSigned(TlsOptions.DEFAULTS)))
                .build();
        publish("HAPROXY_0_VHOST", "web.example");
        assertThat(shown(proxy.boundAddress(HTTPS), "web.example", null)).isEqualTo("*");
        assertThat(status(proxy.boundAddress(HTTPS), "web.example", null)).isEqualTo(200);
    }

    @Test
    void aHostThatIsPassedOnIsDecryptedByItsTaskOnly() throws Exception {
        SSLContext context = TestAuthority.server(web);
        Path shared = TestCertificates.forHosts(dir.resolve("passing-shared"), "other.example");
        try (TestServer task = TestServer.of(socket -> {
            try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true)) {
                tls.setUseClientMode(false);
                Wire wire = new Wire(tls);
                wire.message();
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntask");
            }
        })) {
            proxy.close();
            source = new FakeDiscovery();
            proxy = builder()
                    .https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(shared))))
                    .build();
            source.publish(
                    Apps.with(
                            Apps.app("/pass", port, "HAPROXY_0_VHOST", "Pass.example", "LB_0_TLS_PASSTHROUGH", "true"),
                            task.endpoint()),
                    Apps.with(
                            Apps.app("/wide", port, "LB_0_VHOST", "*.example", "LB_0_TLS_PASSTHROUGH", "true"),
                            task.endpoint()),
                    vhost("/b", "HAPROXY_0_VHOST", "b.example"));
            ready();
            InetSocketAddress https = proxy.boundAddress(HTTPS);
            try (SSLSocket socket = TestAuthority.client(https, "PASS.example")) {
                assertThat(new Wire(socket).get("/").message().body()).isEqualTo("task");
                assertThat(TestAuthority.shown(socket)).isEqualTo("web");
            }
            assertThat(shown(https, "b.example", null)).isEqualTo("passing-shared");
            assertThat(status(https, "b.example", null)).isEqualTo(200);
            try (SSLSocket socket = TestAuthority.client(https, "any.example")) {
                assertThat(new Wire(socket).get("/").message().body()).isEqualTo("task");
            }
            assertThat(status(https, "unknown.test", null)).isEqualTo(503);
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.reason()).contains("port that /pass does not have"));
        }
    }

    @Test
    void anApplicationBringsTheCertificatesOfItsVirtualHosts() throws Exception {
        share("bringing-shared");
        Path own = TestCertificates.forHosts(dir.resolve("bringing-own"), "c.example");
        source.publish(
                app("HAPROXY_0_VHOST", "web.example,other.example", "LB_0_VHOST_CERT", web.toString()),
                vhost("/b", "HAPROXY_0_VHOST", "b.example", "HAPROXY_0_SSL_CERT", web.toString()),
                vhost("/c", "LB_0_VHOST", "*.c.example", "LB_0_VHOST_CERT", web + ", " + own),
                vhost("/d", "HAPROXY_0_VHOST", "d.c.example"));
        ready();
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        assertThat(shown(https, "WEB.example", null)).isEqualTo("web");
        assertThat(shown(https, "other.example", null)).isEqualTo("web");
        assertThat(shown(https, "b.example", null)).isEqualTo("bringing-shared");
        assertThat(shown(https, "any.c.example", null)).isEqualTo("web");
        assertThat(shown(https, "d.c.example", null)).isEqualTo("bringing-shared");
        assertThat(shown(https, "unknown.example", null)).isEqualTo("bringing-shared");
        assertThat(status(https, "web.example", null)).isEqualTo(200);
        try (Wire plain = Wire.to(address())) {
            assertThat(plain.get("/").message().body()).isEqualTo("one"); // the service port speaks as before
        }
        assertThat(proxy.problems()).isEmpty();
    }

    @Test
    void nobodyBringsACertificateForAHostThatIsSomebodyElses() throws Exception {
        share("taken-shared");
        source.publish(
                vhost("/a", "HAPROXY_0_VHOST", "web.example"),
                vhost(
                        "/b",
                        "HAPROXY_0_VHOST",
                        "web.example,b.example",
                        "HAPROXY_0_PATH",
                        "/b",
                        "HAPROXY_0_BACKEND_WEIGHT",
                        "100",
                        "LB_0_VHOST_CERT",
                        web.toString()));
        ready();
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        assertThat(shown(https, "web.example", null)).isEqualTo("taken-shared");
        assertThat(shown(https, "b.example", null)).isEqualTo("web");
        assertThat(proxy.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.subject()).isEqualTo("/b");
            assertThat(problem.reason())
                    .isEqualTo(
                            "label LB_0_VHOST_CERT: not shown for web.example (expected: hosts of which no other port"
                                    + " has all, or paths before this one)");
        });
    }

    @Test
    void whatIsShownToWhomIsWorkedOutAnewOnlyWhenItChanges() throws Exception {
        share("steady-shared");
        Snapshot owner = app("HAPROXY_0_VHOST", "web.example");
        String[] bringing = {"HAPROXY_0_VHOST", "web.example,b.example", "HAPROXY_0_PATH", "/b"};
        Snapshot with = vhost("/b", labels(bringing, "LB_0_VHOST_CERT", web.toString()));
        source.publish(owner, with);
        ready();
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        TlsRoute.Router before = proxy.https().orElseThrow().tls();
        List<Problem> problems = proxy.problems();
        assertThat(problems).extracting(Problem::subject).containsExactly("/b");

        scaleAndBack(owner, with);
        assertThat(proxy.https().orElseThrow().tls()).isSameAs(before);
        assertThat(proxy.problems()).isEqualTo(problems);
        assertThat(shown(https, "b.example", null)).isEqualTo("web");

        source.publish(owner, new Snapshot(Apps.app("/b", with.service().servicePort(), bringing), with.endpoints()));
        Eventually.holds("told no longer", () -> proxy.problems().isEmpty());
        assertThat(shown(https, "b.example", null)).isEqualTo("steady-shared");
    }

    @Test
    void whatGroupedHostsAreShownIsWatchedWhileOtherThingsChange() throws Exception {
        ManualClock files = new ManualClock();
        Path shared = TestCertificates.forHosts(dir.resolve("watched-shared"), "other.example");
        Path next = TestCertificates.forHosts(dir.resolve("watched-next"), "other.example");
        Path late = dir.resolve("watched-ca.pem");
        group(shared, files);
        Snapshot watched = app("HAPROXY_0_VHOST", "web.example", "HAPROXY_0_BIND_OPTIONS", "no-tlsv12");
        Snapshot unread = vhost(
                "/b", "HAPROXY_0_VHOST", "b.example", "HAPROXY_0_BIND_OPTIONS", "ca-file " + late + " verify optional");
        source.publish(watched, unread);
        ready();
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        scaleAndBack(watched, unread);
        assertThat(proxy.problems()).extracting(Problem::subject).containsExactly("/b");

        Files.copy(next, shared, StandardCopyOption.REPLACE_EXISTING);
        new TestAuthority("us").certificate(late);
        files.advance(Duration.ofSeconds(5));
        assertThat(shown(https, "web.example", null)).isEqualTo("watched-next");
        assertThat(shown(https, "b.example", null)).isEqualTo("watched-next");
        assertThat(proxy.problems()).isEmpty();
    }

    /** Publishes one more task, and then the same as before, and comes back when both are applied. */
    private void scaleAndBack(Snapshot first, Snapshot second) throws InterruptedException {
        AppliedCatalogs applied = AppliedCatalogs.of(proxy);
        applied.awaitNext(); // what there is already
        Snapshot scaled =
                Apps.with(first.service(), backend.endpoint(), Endpoint.of(new InetSocketAddress("127.0.0.9", 9)));
        for (Snapshot now : List.of(scaled, first)) {
            source.publish(now, second);
            applied.awaitNext();
        }
    }

    private static String[] labels(String[] some, String... others) {
        return Stream.of(some, others).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void whereClaimsAreKeptNoPathOfAHostIsEnoughForACertificate() throws Exception {
        share("kept-shared", Strictness.NONE.withFirstClaimant(true));
        source.publish(
                vhost("/a", "HAPROXY_0_VHOST", "web.example", "HAPROXY_0_PATH", "/a"),
                vhost(
                        "/b",
                        "HAPROXY_0_VHOST",
                        "web.example",
                        "HAPROXY_0_PATH",
                        "/b",
                        "HAPROXY_0_BACKEND_WEIGHT",
                        "100",
                        "LB_0_VHOST_CERT",
                        web.toString()));
        ready();
        assertThat(shown(proxy.boundAddress(HTTPS), "web.example", null)).isEqualTo("kept-shared");
        assertThat(proxy.problems())
                .extracting(Problem::reason)
                .singleElement()
                .asString()
                .startsWith("label LB_0_VHOST_CERT: not shown for web.example ");
    }

    @Test
    void aVirtualHostsCertificateIsTakenOverWhenItChangesAndKeptWhenItIsBad() throws Exception {
        ManualClock files = new ManualClock();
        Path file = dir.resolve("brought-late");
        Path next = TestCertificates.forHosts(dir.resolve("brought-next"), "web.example");
        Path shared = TestCertificates.forHosts(dir.resolve("brought-shared"), "other.example");
        proxy.close();
        source = new FakeDiscovery();
        proxy = builder()
                .files(files)
                .https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(shared))))
                .build();
        publish("HAPROXY_0_VHOST", "web.example", "LB_0_VHOST_CERT", file.toString());
        InetSocketAddress https = proxy.boundAddress(HTTPS);
        assertThat(shown(https)).isEqualTo("brought-shared");
        assertThat(status(https, "web.example", null)).isEqualTo(200);
        assertThat(proxy.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.subject()).isEqualTo("/a");
            assertThat(problem.reason())
                    .startsWith("label LB_0_VHOST_CERT: certificate " + file + ": ")
                    .endsWith("; its virtual hosts are shown others");
        });
        Files.copy(web, file);
        files.advance(Duration.ofSeconds(5));
        assertThat(shown(https)).isEqualTo("web");
        assertThat(proxy.problems()).isEmpty();
        publish("HAPROXY_0_VHOST", "web.example", "LB_0_VHOST_CERT", file.toString()); // the same again
        Files.writeString(file, "half written");
        files.advance(Duration.ofSeconds(5));
        assertThat(shown(https)).isEqualTo("web");
        assertThat(proxy.problems()).extracting(Problem::subject).containsExactly("certificates [" + file + "]");
        Files.copy(next, file, StandardCopyOption.REPLACE_EXISTING);
        files.advance(Duration.ofSeconds(5));
        assertThat(shown(https)).isEqualTo("brought-next");
        assertThat(proxy.problems()).isEmpty();
    }

    @Test
    void aGroupedVirtualHostHasTheCertificatesForItBeforeThoseOfItsPort() throws Exception {
        Path shared = TestCertificates.forHosts(dir.resolve("both-shared"), "other.example");
        Path own = TestCertificates.forHosts(dir.resolve("both-own"), "web.example");
        group(shared);
        publish(
                "HAPROXY_0_VHOST",
                "web.example",
                "HAPROXY_0_SSL_CERT",
                web.toString(),
                "LB_0_VHOST_CERT",
                own.toString());
        assertThat(shown(proxy.boundAddress(HTTPS))).isEqualTo("both-own");
        assertThat(shown(address())).isEqualTo("web");
    }

    @Test
    void aCertificateWithoutAVirtualHostIsTold() {
        share("idle-shared");
        publish("HAPROXY_0_MODE", "http", "LB_0_VHOST_CERT", web.toString());
        assertThat(proxy.problems())
                .extracting(Problem::reason)
                .containsExactly("label LB_0_VHOST_CERT: has no effect (expected: HAPROXY_0_VHOST with it)");
    }

    private void share(String name) {
        share(name, Strictness.NONE);
    }

    /** Another proxy, whose virtual hosts are shown a certificate of this name unless labels say something else. */
    private void share(String name, Strictness strictness) {
        proxy.close();
        source = new FakeDiscovery();
        try {
            Path shared = TestCertificates.forHosts(dir.resolve(name), "shared.example");
            proxy = builder(strictness)
                    .https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(shared))))
                    .build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Snapshot vhost(String id, String... labels) {
        return Apps.with(Apps.app(id, TestServer.refusing().getPort(), labels), backend.endpoint());
    }

    private static String shown(InetSocketAddress server) throws Exception {
        return shown(server, "web.example", null);
    }

    private static String shown(InetSocketAddress server, String serverName, Path own) throws Exception {
        try (SSLSocket socket = TestAuthority.client(server, serverName, own)) {
            socket.startHandshake();
            return TestAuthority.shown(socket);
        }
    }

    private static int status(InetSocketAddress server, String serverName, Path own) throws Exception {
        try (SSLSocket socket = TestAuthority.client(server, serverName, own)) {
            return new Wire(socket).get("/").message().status();
        }
    }

    /** Another proxy, whose virtual hosts have what their labels say or else these certificates. */
    private void group(Path shared) {
        group(shared, new ManualClock());
    }

    private void group(Path shared, ManualClock files) {
        proxy.close();
        source = new FakeDiscovery();
        proxy = builder()
                .files(files)
                .groupHttpsByVhost(true)
                .https(Optional.of(HTTPS), Optional.of(Certificates.load(List.of(shared))))
                .build();
    }

    private void publish(String... labels) {
        source.publish(app(labels));
        ready();
    }

    private Snapshot app(String... labels) {
        return Apps.with(Apps.app("/a", port, labels), backend.endpoint());
    }

    private void ready() {
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
