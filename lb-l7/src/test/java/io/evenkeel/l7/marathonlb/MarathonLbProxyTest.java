package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy over real sockets, told by a fake source what there is. */
class MarathonLbProxyTest {

    /* Addresses that differ although both ask for any port: the two listeners of the proxy's own. */
    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private final MarathonLbProxy proxy =
            builder(source).http(Optional.of(HTTP)).appId(APP_ID).build();
    private final Backend one = Backend.text("one");
    private final Backend two = Backend.text("two");

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
        one.close();
        two.close();
    }

    private MarathonLbProxy.Builder builder(FakeDiscovery source) {
        return MarathonLbProxy.builder(source, new MarathonLbOptions(Set.of("*"), true, false), transport)
                .serviceAddress("127.0.0.1");
    }

    @Test
    void opensAListenerForEveryServicePortInItsMode() throws Exception {
        int http = freePort();
        int tcp = freePort();
        try (TestServer echo = TestServer.saying("hello")) {
            publish(
                    Apps.with(Apps.app("/web", http, "HAPROXY_0_MODE", "http"), one.endpoint()),
                    Apps.with(Apps.app("/raw", tcp), echo.endpoint()));
            assertThat(get(service(http)).body()).isEqualTo("one");
            assertThat(one.requests.get(0).value("X-Forwarded-For")).isEqualTo("127.0.0.1");
            try (Wire client = Wire.to(service(tcp))) {
                assertThat(client.rest()).isEqualTo("hello");
            }
        }
    }

    @Test
    void servesVirtualHostsAndApplicationsByIdWhereTheirLabelsSay() throws Exception {
        publish(
                Apps.with(Apps.app("/a", freePort(), "HAPROXY_0_VHOST", "shop.example"), one.endpoint()),
                Apps.with(
                        Apps.app("/b", freePort(), "HAPROXY_0_VHOST", "SHOP.example", "HAPROXY_0_PATH", "/api"),
                        two.endpoint()),
                Apps.with(Apps.app("/c", freePort()), one.endpoint()));
        assertThat(vhost("shop.example", "/").body()).isEqualTo("one");
        assertThat(vhost("shop.example", "/api").body()).isEqualTo("two"); // weight 1 before weight 0
        assertThat(vhost("other.example", "/").status()).isEqualTo(503);
        assertThat(byId("/b").body()).isEqualTo("two");
        assertThat(byId("/c").status()).isEqualTo(503); // passes bytes, so it has no place there
        assertThat(byId("/d").status()).isEqualTo(503);
    }

    @Test
    void servesHostsThatAreNotNamedAndPathsOfEveryHost() throws Exception {
        publish(
                Apps.with(Apps.app("/a", freePort(), "LB_0_VHOST", "*.shop.example"), one.endpoint()),
                Apps.with(
                        Apps.app("/b", freePort(), "LB_0_VHOST", "*", "HAPROXY_0_PATH", "/.well-known/"),
                        two.endpoint()));
        assertThat(vhost("any.shop.example", "/").body()).isEqualTo("one");
        assertThat(vhost("shop.example", "/").status()).isEqualTo(503);
        assertThat(vhost("shop.example", "/.well-known/x").body()).isEqualTo("two");
        publish(Apps.with(Apps.app("/a", freePort(), "LB_0_VHOST", "~shop[0-9]\\.example"), one.endpoint()));
        Eventually.holds("the expression", () -> body("shop7.example").equals("one"));
        assertThat(vhost("any.shop.example", "/").status()).isEqualTo(503);
    }

    @Test
    void ofSeveralPortsTheLowestThatSpeaksHttpAnswersForTheId() throws Exception {
        int first = freePort();
        int second = freePort();
        publish(
                Apps.with(Apps.port("/a", 0, Math.max(first, second), "HAPROXY_0_MODE", "http"), one.endpoint()),
                Apps.with(Apps.port("/a", 1, Math.min(first, second), "HAPROXY_1_MODE", "http"), two.endpoint()));
        assertThat(byId("/a").body()).isEqualTo("two");
    }

    @Test
    void largerWeightsComeFirstAndThenTheApplicationsOrder() throws Exception {
        Service a = Apps.app("/a", freePort(), "HAPROXY_0_VHOST", "x.example");
        Service b = Apps.app("/b", freePort(), "HAPROXY_0_VHOST", "x.example");
        publish(Apps.with(b, two.endpoint()), Apps.with(a, one.endpoint()));
        assertThat(vhost("x.example", "/").body()).isEqualTo("one");
        publish(
                Apps.with(a, one.endpoint()),
                Apps.with(
                        b.withLabels(Apps.labels("HAPROXY_0_VHOST", "x.example", "HAPROXY_0_BACKEND_WEIGHT", "1")),
                        two.endpoint()));
        Eventually.holds("b is first", () -> body("x.example").equals("two"));
    }

    @Test
    void redirectsOnlyOnTheVirtualHostsFrontend() throws Exception {
        int port = freePort();
        publish(Apps.with(
                Apps.app(
                        "/a",
                        port,
                        "HAPROXY_0_VHOST",
                        "x.example",
                        "HAPROXY_0_REDIRECT_TO_HTTPS",
                        "true",
                        "HAPROXY_0_USE_HSTS",
                        "true"),
                one.endpoint()));
        Wire.Message redirect = vhost("x.example", "/a?b=c");
        assertThat(redirect.status()).isEqualTo(301);
        assertThat(redirect.value("Location")).isEqualTo("https://x.example/a?b=c");
        assertThat(redirect.values("Strict-Transport-Security")).isEmpty();
        Wire.Message direct = get(service(port));
        assertThat(direct.body()).isEqualTo("one");
        assertThat(direct.value("Strict-Transport-Security")).isEqualTo("max-age=15768000");
        assertThat(byId("/a").body()).isEqualTo("one");
    }

    @Test
    void challengesOfCertificateAuthoritiesGoToTheirApplicationBeforeAnyRuleOfTheHost() throws Exception {
        FakeDiscovery challenged = new FakeDiscovery();
        MarathonLbOptions options =
                new MarathonLbOptions(Set.of("*"), true, false).withChallengedApplication("certbot");
        Snapshot redirecting = Apps.with(
                Apps.app("/a", freePort(), "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_REDIRECT_TO_HTTPS", "true"),
                one.endpoint());
        Snapshot certbot = Apps.with(Apps.app("/certbot", freePort(), "HAPROXY_0_MODE", "http"), two.endpoint());
        try (MarathonLbProxy challenging = MarathonLbProxy.builder(challenged, options, transport)
                .serviceAddress("127.0.0.1")
                .http(Optional.of(HTTP))
                .appId(APP_ID)
                .build()) {
            challenged.publish(redirecting, certbot);
            ready(challenging);
            InetSocketAddress entrance = challenging.boundAddress(HTTP);
            assertThat(challenge(entrance, "x.example", "to_k-3n").body()).isEqualTo("two");
            assertThat(challenge(entrance, "unknown.example", "token").body()).isEqualTo("two");
            for (String other : List.of("", "?q", "../../admin", "%2e%2e/admin", "a/b", "a?q", "a.b")) {
                assertThat(challenge(entrance, "x.example", other).status())
                        .as(other)
                        .isEqualTo(301);
            }
            assertThat(challenging.problems()).isEmpty();
            challenged.publish(redirecting);
            Eventually.holds(
                    "a problem",
                    () -> challenging.problems().stream()
                            .anyMatch(problem -> problem.subject().equals("/certbot")));
            assertThat(challenge(entrance, "x.example", "token").status()).isEqualTo(301);
        }
    }

    private static Wire.Message challenge(InetSocketAddress entrance, String host, String rest) throws IOException {
        return ask(entrance, "GET /.well-known/acme-challenge/" + rest + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @Test
    void keepsOutWhomTheAccessListDoesNotHaveAtEveryEntrance() throws Exception {
        int http = freePort();
        int tcp = freePort();
        String acl = "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL";
        Snapshot web =
                Apps.with(Apps.app("/web", http, "HAPROXY_0_VHOST", "x.example", acl, "10.0.0.0/8"), one.endpoint());
        try (TestServer server = TestServer.saying("hello")) {
            publish(web, Apps.with(Apps.app("/raw", tcp, acl, "10.0.0.0/8"), server.endpoint()));
            assertThat(get(service(http)).status()).isEqualTo(403);
            assertThat(vhost("x.example", "/").status()).isEqualTo(403);
            assertThat(byId("/web").status()).isEqualTo(403);
            try (Wire client = Wire.to(service(tcp))) {
                assertThatThrownBy(client::rest).isInstanceOf(IOException.class); // reset
            }
            assertThat(one.requests).isEmpty();
            assertThat(server.accepted()).isZero();
            publish(web, Apps.with(Apps.app("/raw", tcp, acl, "10.0.0.0/8 127.0.0.0/8"), server.endpoint()));
            Eventually.holds("the new list counts", () -> says(service(tcp), "hello"));
        }
    }

    @Test
    void listensOnTheAddressOfTheLabel() throws Exception {
        int port = freePort();
        publish(Apps.with(
                Apps.app("/web", port, "HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_ADDR", "127.0.0.3"), one.endpoint()));
        InetSocketAddress labelled = new InetSocketAddress("127.0.0.3", port);
        awaitOpen(labelled);
        assertThat(get(labelled).body()).isEqualTo("one");
        assertRefused(service(port));
    }

    @Test
    void aChangeInPlaceDropsNoConnection() throws Exception {
        int web = freePort();
        int raw = freePort();
        try (TestServer echo = TestServer.echo();
                TestServer otherEcho = TestServer.echo()) {
            publish(
                    Apps.with(Apps.app("/web", web, "HAPROXY_0_MODE", "http"), one.endpoint()),
                    Apps.with(Apps.app("/raw", raw), echo.endpoint()));
            try (Wire bytes = Wire.to(service(raw));
                    Wire http = Wire.to(service(web));
                    Wire vhost = Wire.to(proxy.boundAddress(HTTP))) {
                assertThat(bytes.send("ping").text(4)).isEqualTo("ping");
                assertThat(http.get("/").message().body()).isEqualTo("one");
                publish(
                        Apps.with(
                                Apps.app(
                                        "/web",
                                        web,
                                        "HAPROXY_0_VHOST",
                                        "x.example",
                                        "HAPROXY_0_USE_HSTS",
                                        "true",
                                        "HAPROXY_0_BALANCE",
                                        "leastconn"),
                                two.endpoint()),
                        Apps.with(
                                Apps.app("/raw", raw, "HAPROXY_0_BALANCE", "leastconn"),
                                otherEcho.endpoint(),
                                echo.endpoint()),
                        Apps.with(Apps.app("/new", freePort()), echo.endpoint()));
                Eventually.holds("changed", () -> body("x.example").equals("two"));
                Wire.Message response = http.get("/").message();
                assertThat(response.body()).isEqualTo("two");
                assertThat(response.value("Strict-Transport-Security")).isNotEmpty();
                assertThat(bytes.send("pong").text(4)).isEqualTo("pong");
                assertThat(vhost.send("GET / HTTP/1.1\r\nHost: x.example\r\n\r\n")
                                .message()
                                .body())
                        .isEqualTo("two");
                publish(Apps.with(Apps.app("/web", web, "HAPROXY_0_VHOST", "y.example"), one.endpoint()));
                Eventually.holds("changed again", () -> body("y.example").equals("one"));
                assertThat(vhost.send("GET / HTTP/1.1\r\nHost: y.example\r\n\r\n")
                                .message()
                                .body())
                        .isEqualTo("one");
                assertThat(bytes.send("more").text(4)).isEqualTo("more"); // its application is gone, it is not
            }
        }
    }

    @Test
    void countersOutliveAChangeOfLabels() throws Exception {
        int port = freePort();
        publish(Apps.with(Apps.app("/web", port, "HAPROXY_0_MODE", "http"), one.endpoint()));
        get(service(port));
        publish(Apps.with(Apps.app("/web", port, "HAPROXY_0_VHOST", "x.example"), one.endpoint()));
        Eventually.holds("changed", () -> body("x.example").equals("one"));
        ServicePort servicePort = proxy.servicePorts().get(0);
        assertThat(servicePort.backend().orElseThrow().stats().requests()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aChangeOfModeTakesNewConnectionsInTheNewMode() throws Exception {
        int port = freePort();
        publish(Apps.with(Apps.app("/web", port, "HAPROXY_0_MODE", "http"), one.endpoint()));
        assertThat(get(service(port)).body()).isEqualTo("one");
        try (Wire open = Wire.to(service(port))) {
            assertThat(open.get("/").message().body()).isEqualTo("one");
            int seen = one.requests.size();
            publish(Apps.with(Apps.app("/web", port, "HAPROXY_0_MODE", "tcp"), one.endpoint()));
            Eventually.holds("tcp", () -> proxy.servicePorts().get(0).port().mode() == AppPort.Mode.TCP);
            assertThat(get(service(port)).body()).isEqualTo("one");
            assertThat(one.requests.get(seen).values("X-Forwarded-For")).isEmpty(); // nobody reads or adds anything
            assertThat(open.get("/").message().status()).isEqualTo(503);
        }
    }

    @Test
    void anApplicationThatIsGoneClosesItsListenerAndLeavesTheOthers() throws Exception {
        int gone = freePort();
        int stays = freePort();
        Snapshot staying = Apps.with(Apps.app("/stays", stays, "HAPROXY_0_MODE", "http"), two.endpoint());
        publish(Apps.with(Apps.app("/gone", gone, "HAPROXY_0_VHOST", "x.example"), one.endpoint()), staying);
        try (Wire open = Wire.to(service(gone))) {
            assertThat(open.get("/").message().body()).isEqualTo("one");
            publish(staying);
            Eventually.holds("closed", () -> isRefused(service(gone)));
            assertThat(open.get("/").message().status()).isEqualTo(503);
            assertThat(open.rest()).isEmpty();
        }
        assertThat(vhost("x.example", "/").status()).isEqualTo(503);
        assertThat(byId("/gone").status()).isEqualTo(503);
        assertThat(get(service(stays)).body()).isEqualTo("two");
    }

    @Test
    void anApplicationWithoutAUsableTaskHasNoListener() throws Exception {
        int port = freePort();
        Service web = Apps.app("/web", port, "HAPROXY_0_VHOST", "x.example");
        publish(Apps.with(web, one.endpoint().withState(EndpointState.STARTING)));
        ready();
        assertRefused(service(port));
        assertThat(vhost("x.example", "/").status()).isEqualTo(503);
        publish(Apps.with(web, one.endpoint()));
        awaitOpen(service(port));
        assertThat(get(service(port)).body()).isEqualTo("one");
        publish(Apps.with(web));
        Eventually.holds("closed", () -> isRefused(service(port)));
    }

    @Test
    void aPortThatIsTakenFailsAloneAndIsTriedAgain() throws Exception {
        int free = freePort();
        int taken;
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            taken = holder.getLocalPort();
            publish(
                    Apps.with(Apps.app("/late", taken, "HAPROXY_0_VHOST", "x.example"), one.endpoint()),
                    Apps.with(Apps.app("/web", free, "HAPROXY_0_MODE", "http"), two.endpoint()));
            assertThat(proxy.problems())
                    .containsExactly(new Problem("listener 127.0.0.1:" + taken, "address already in use"));
            assertThat(proxy.boundAddress(service(taken))).isNull();
            assertThat(get(service(free)).body()).isEqualTo("two");
            assertThat(vhost("x.example", "/").body()).isEqualTo("one"); // its virtual host has another listener
        }
        awaitOpen(service(taken));
        assertThat(proxy.problems()).isEmpty();
        assertThat(get(service(taken)).body()).isEqualTo("one");
    }

    @Test
    void twoApplicationsOnOnePortAreServedByTheFirstUntilItGoes() throws Exception {
        int port = freePort();
        Snapshot first = Apps.with(Apps.app("/a", port, "HAPROXY_0_MODE", "http"), one.endpoint());
        Snapshot second = Apps.with(Apps.app("/b", port, "HAPROXY_0_VHOST", "b.example"), two.endpoint());
        publish(first, second);
        assertThat(get(service(port)).body()).isEqualTo("one");
        assertThat(vhost("b.example", "/").body()).isEqualTo("two");
        assertThat(proxy.problems())
                .singleElement()
                .extracting(Problem::subject)
                .isEqualTo("/b");
        publish(second);
        Eventually.holds("b has it", () -> bodyAt(service(port)).equals("two"));
        assertThat(proxy.problems()).isEmpty();
    }

    @Test
    void aBadLabelTakesOutItsPortAndIsReportedUntilItIsMended() throws Exception {
        int bad = freePort();
        int good = freePort();
        Service broken = Apps.app("/bad", bad, "HAPROXY_0_MODE", "udp", "HAPROXY_0_BALANCE", "nonsense");
        Snapshot web = Apps.with(Apps.app("/web", good, "HAPROXY_0_MODE", "http"), two.endpoint());
        publish(Apps.with(broken, one.endpoint()), web);
        assertThat(get(service(good)).body()).isEqualTo("two");
        assertRefused(service(bad));
        assertThat(proxy.problems())
                .containsExactly(new Problem(
                        "/bad", "label HAPROXY_0_MODE: udp (expected: http or tcp); this port is left out"));
        publish(Apps.with(broken.withLabels(Apps.labels("HAPROXY_0_MODE", "http")), one.endpoint()), web);
        awaitOpen(service(bad));
        assertThat(proxy.problems()).isEmpty();
        assertThat(get(service(bad)).body()).isEqualTo("one");
    }

    @Test
    void aFailingSourceChangesNothing() throws Exception {
        int port = freePort();
        publish(Apps.with(Apps.app("/web", port, "HAPROXY_0_MODE", "http"), one.endpoint()));
        DiscoveryException failure = source.fail("marathon is away");
        assertThat(proxy.loadBalancer().failure()).isSameAs(failure);
        assertThat(get(service(port)).body()).isEqualTo("one");
    }

    @Test
    void whatTheSourceCouldNotReadIsReportedToo() {
        Problem unread = new Problem("/odd", "ports: x (expected: a list)");
        source.publish(Catalog.of(List.of(), List.of(unread)));
        ready();
        assertThat(proxy.problems()).containsExactly(unread);
    }

    @Test
    void noApplicationGetsAPortOfTheProxysOwn(@TempDir Path dir) throws Exception {
        int http = freePort();
        int https = freePort();
        int appId = freePort();
        int admin = freePort();
        Certificates certificates = Certificates.load(List.of(TestCertificates.forHosts(dir.resolve("a"), "a")));
        FakeDiscovery other = new FakeDiscovery();
        try (MarathonLbProxy whole = builder(other)
                .http(Optional.of(service(http)))
                .https(Optional.of(service(https)), Optional.of(certificates))
                .appId(service(appId))
                .reservedPorts(Set.of(admin))
                .build()) {
            other.publish(Stream.of(http, https, appId, admin)
                    .map(port -> Apps.with(Apps.app("/" + port, port, "HAPROXY_0_MODE", "http"), one.endpoint()))
                    .toArray(Snapshot[]::new));
            ready(whole);
            assertThat(whole.problems())
                    .extracting(Problem::subject)
                    .containsExactlyInAnyOrder("/" + http, "/" + https, "/" + appId, "/" + admin);
            assertThat(whole.servicePorts()).isEmpty();
        }
    }

    @Test
    void whoClaimsAPortOfTheProxysOwnIsServedAtItsHosts() throws Exception {
        int http = freePort();
        FakeDiscovery other = new FakeDiscovery();
        try (MarathonLbProxy whole = builder(other)
                .http(Optional.of(service(http)))
                .appId(new InetSocketAddress("127.0.0.4", 0))
                .build()) {
            other.publish(
                    Apps.with(Apps.app("/shop", http, "HAPROXY_0_VHOST", "shop.example"), one.endpoint()),
                    Apps.with(Apps.app("/web", freePort(), "HAPROXY_0_VHOST", "web.example"), two.endpoint()));
            ready(whole);
            assertThat(ask(service(http), "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                            .body())
                    .isEqualTo("one");
            assertThat(ask(service(http), "GET / HTTP/1.1\r\nHost: web.example\r\n\r\n")
                            .body())
                    .isEqualTo("two");
            assertThat(ask(service(http), "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n")
                            .status())
                    .isEqualTo(503);
            assertThat(whole.problems())
                    .containsExactly(new Problem(
                            "/shop",
                            "service port: " + http + " (expected: none of the proxy's own ports [" + http
                                    + "]); only its virtual hosts are served"));
        }
    }

    @Test
    void withoutCertificatesThereIsNoHttpsAndItsPortIsFree() throws Exception {
        int port = freePort();
        FakeDiscovery other = new FakeDiscovery();
        try (MarathonLbProxy plain = builder(other)
                .http(Optional.empty())
                .https(Optional.of(service(port)), Optional.empty())
                .appId(new InetSocketAddress("127.0.0.4", 0))
                .build()) {
            other.publish(Apps.with(Apps.app("/web", port, "HAPROXY_0_MODE", "http"), one.endpoint()));
            ready(plain);
            assertThat(plain.https()).isEmpty();
            assertThat(plain.bindsHttp()).isFalse();
            assertThat(plain.problems()).isEmpty();
            assertThat(get(service(port)).body()).isEqualTo("one");
        }
    }

    @Test
    void closingStopsListeningAndClosesTheSource() throws Exception {
        int port = freePort();
        publish(Apps.with(Apps.app("/web", port, "HAPROXY_0_MODE", "http"), one.endpoint()));
        InetSocketAddress http = proxy.boundAddress(HTTP);
        proxy.close();
        assertThat(source.closes()).isPositive();
        assertThat(source.watchers()).isZero();
        proxy.close();
        Eventually.holds("closed", () -> isRefused(service(port)) && isRefused(http));
    }

    @Test
    void listensNowhereBeforeItKnowsWhomToServeAndEverywhereAfterwardsBeThereNobody() throws Exception {
        assertThat(proxy.listeners()).isEmpty();
        assertThat(proxy.boundAddress(HTTP)).isNull();
        publish();
        assertThat(vhost("any.example", "/").status()).isEqualTo(503);
        assertThat(byId("/any").status()).isEqualTo(503);
    }

    @Test
    void whoWaitsForAProxyThatIsClosedFirstIsTold() {
        proxy.close();
        assertThatThrownBy(() -> ready(proxy))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(DiscoveryException.class);
    }

    /** Publishes and waits until it is served: on the first time by the proxy's word, afterwards the test waits itself. */
    private void publish(Snapshot... snapshots) {
        source.publish(snapshots);
        ready();
    }

    private void ready() {
        ready(proxy);
    }

    private static void ready(MarathonLbProxy proxy) {
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private void awaitOpen(InetSocketAddress wanted) {
        Eventually.holds(wanted + " is open", () -> proxy.boundAddress(wanted) != null);
    }

    private Wire.Message vhost(String host, String path) throws IOException {
        return ask(proxy.boundAddress(HTTP), "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    private String body(String host) {
        try {
            return vhost(host, "/").body();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Wire.Message byId(String id) throws IOException {
        return ask(proxy.boundAddress(APP_ID), "GET / HTTP/1.1\r\nHost: any\r\nX-Marathon-App-Id: " + id + "\r\n\r\n");
    }

    private static Wire.Message get(InetSocketAddress address) throws IOException {
        return ask(address, "GET / HTTP/1.1\r\nHost: any\r\n\r\n");
    }

    private static String bodyAt(InetSocketAddress address) {
        try {
            return get(address).body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Wire.Message ask(InetSocketAddress address, String request) throws IOException {
        try (Wire client = Wire.to(address)) {
            return client.send(request).message();
        }
    }

    private static boolean says(InetSocketAddress address, String text) {
        try (Wire client = Wire.to(address)) {
            return client.rest().equals(text);
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertRefused(InetSocketAddress address) {
        assertThatThrownBy(() -> Wire.to(address).close()).isInstanceOf(ConnectException.class);
    }

    private static boolean isRefused(InetSocketAddress address) {
        try {
            Wire.to(address).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static InetSocketAddress service(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static int freePort() {
        return TestServer.refusing().getPort();
    }
}
