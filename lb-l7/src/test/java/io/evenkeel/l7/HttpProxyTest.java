package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Lease;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.l4.ConnectionLimits;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.testing.Eventually;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy as programs run it inside themselves, on real sockets. */
class HttpProxyTest {

    private final StaticDiscovery discovery = StaticDiscovery.of();
    private final Backend api = Backend.text("api");
    private final Backend web = Backend.text("web");
    private HttpProxy proxy;

    @AfterEach
    void close() {
        if (proxy != null) {
            proxy.close();
        }
        api.close();
        web.close();
    }

    private void open(Consumer<HttpProxy.Builder> settings) {
        discovery.set(Service.named("/shop/api"), List.of(api.endpoint()));
        discovery.set(Service.named("/shop/web"), List.of(web.endpoint()));
        HttpProxy.Builder builder = HttpProxy.builder(discovery).listen("127.0.0.1:0");
        settings.accept(builder);
        proxy = builder.build();
        proxy.whenListening().toCompletableFuture().join();
        proxy.loadBalancer().whenReady().toCompletableFuture().join();
    }

    private String get(String host, String path) throws IOException {
        try (Wire client = Wire.to(proxy.address())) {
            Wire.Message answer = client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .message();
            return answer.status() == 200 ? answer.body() : Integer.toString(answer.status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, /api, api",
        "shop.example, /api/, api",
        "shop.example, /api/x?y, api",
        "shop.example, /api?y, api",
        "shop.example, /apifoo, web", // segment by segment
        "shop.example, /API, web",
        "shop.example, /api/old/x, 404", // the longest path, whatever it leads to
        "shop.example, /other, web", // on to what is for any host
        "SHOP.example:8080, /api, api", // neither case nor port matter
        "a.b.wild.example, /, api",
        "a.wild.example:80, /, api",
        "wild.example, /, web",
        "deep.wild.example, /, 410",
        "'[::1]:80', /, 403",
        "other.example, /api, web"
    })
    void routesAreFoundByHostAndThenByTheLongestPath(String host, String path, String answer) throws Exception {
        open(builder -> builder.route("*", "/", "/shop/web")
                .route("shop.example", "/api", "/shop/api")
                .route("shop.example", "/api/old", new Route.Reply(404))
                .route("*.wild.example", "/", "/shop/api")
                .route("Deep.Wild.example", "/", new Route.Reply(410))
                .route("[::1]", "/", new Route.Reply(403)));
        assertThat(get(host, path)).isEqualTo(answer);
    }

    @Test
    void oneSourceHasAsManyConnectionsAsTheLimitsSay() throws Exception {
        open(builder ->
                builder.route("*", "/", "/shop/web").connectionLimits(new ConnectionLimits(0, 1, source -> false)));
        try (Wire only = Wire.to(proxy.address())) {
            only.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").message();
            try (Wire second = Wire.to(proxy.address())) {
                assertThat(second.rest()).isEmpty();
            }
        }
        assertThat(proxy.frontends().get(0).traffic().refusedConnections()).isEqualTo(1);
    }

    @Test
    void filesOfCertificatesThatChangeAreTakenOver(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("pem");
        Files.copy(TestCertificates.forHosts(dir.resolve("first"), "first.example"), file);
        Path refused = TestCertificates.forHosts(dir.resolve("second"), "second.example");
        Path authority = dir.resolve("authority");
        Certificates certificates = Certificates.load(List.of(file));
        open(builder -> builder.listen("127.0.0.1:0", certificates).route("*", "/", "/shop/web"));
        Files.copy(refused, authority);
        proxy.backend("/shop/web")
                .options(BackendOptions.builder()
                        .tls(BackendTls.VERIFIED.withAuthorities(authority))
                        .build());
        assertThat(shown()).isEqualTo("first");

        Files.copy(refused, file, StandardCopyOption.REPLACE_EXISTING);
        proxy.reload().toCompletableFuture().get(1, TimeUnit.MINUTES);
        assertThat(shown()).isEqualTo("second");

        Files.writeString(file, "nonsense");
        Files.writeString(authority, "nonsense");
        assertThatThrownBy(() -> proxy.reload().toCompletableFuture().get(1, TimeUnit.MINUTES))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("/shop/web: ");
        assertThat(shown()).isEqualTo("second");
    }

    private String shown() throws Exception {
        try (SSLSocket socket = TestAuthority.client(proxy.address(1), "")) {
            return TestAuthority.shown(socket);
        }
    }

    @Test
    void aTrustedProxySaysWhomAConnectionComesFrom() throws Exception {
        open(builder -> builder.route("*", "/", "/shop/web").proxyProtocol(AllowedNetworks.parse("127.0.0.1")));
        try (Wire client = Wire.to(proxy.address())) {
            client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 80\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.message().status()).isEqualTo(200);
            assertThat(web.requests.get(0).value("X-Forwarded-For")).isEqualTo("192.0.2.7");
        }
        try (Wire client = Wire.to(proxy.address())) {
            assertThat(client.get("/").rest()).isEmpty(); // it owes a header
        }
    }

    @Test
    void whatItServesIsMeasured() throws Exception {
        open(builder -> builder.route("*", "/", "/shop/web"));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (HttpProxyMetrics metrics = HttpProxyMetrics.of(proxy)) {
            metrics.bindTo(registry);
            assertThat(get("a", "/")).isEqualTo("web");
            Eventually.holds(
                    "it is timed",
                    () -> registry.get("evenkeel.http.duration")
                                    .tag("service", "/shop/web")
                                    .functionTimer()
                                    .count()
                            == 1);
            assertThat(registry.get("evenkeel.http.responses")
                            .tags("service", "/shop/web", "status", "2xx")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.get("evenkeel.http.requests").functionCounter().count())
                    .isEqualTo(1);
            assertThat(registry.find("evenkeel.http.responses")
                            .tag("service", "/shop/api")
                            .functionCounters())
                    .isEmpty();
            proxy.change(routes -> routes.route("*", "/api", "/shop/api"));
            assertThat(get("a", "/api")).isEqualTo("api");
            assertThat(registry.get("evenkeel.http.responses")
                            .tags("service", "/shop/api", "status", "2xx")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
        }
        proxy.backend("/shop/later");
        assertThat(registry.find("evenkeel.http.waiting")
                        .tag("service", "/shop/later")
                        .gauge())
                .isNull();
    }

    @Test
    void listenersAndProxiesAreMeasuredApart() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        open(builder -> builder.listen("127.0.0.1:0").route("*", "/", "/shop/web"));
        assertThat(get("a", "/")).isEqualTo("web");
        try (HttpProxyMetrics one = HttpProxyMetrics.of(proxy, Tags.of("proxy", "one"));
                HttpProxyMetrics two = HttpProxyMetrics.of(proxy, Tags.of("proxy", "two"))) {
            one.bindTo(registry);
            two.bindTo(registry);
            assertThat(registry.get("evenkeel.http.requests")
                            .tag("proxy", "one")
                            .functionCounters())
                    .hasSize(proxy.frontends().size())
                    .satisfiesOnlyOnce(counter -> assertThat(counter.count()).isEqualTo(1));
            assertThat(registry.get("evenkeel.http.duration").functionTimers()).hasSize(2);
            assertThat(proxy.frontends().size()).isGreaterThan(1);
        }
    }

    @Test
    void everyBackendIsShownOnceToWhoWatches() throws Exception {
        open(builder -> builder.route("*", "/", "/shop/web"));
        List<String> shown = new CopyOnWriteArrayList<>();
        try (Subscription watching = proxy.watchBackends(backend -> shown.add(backend.name()))) {
            assertThat(watching).isNotNull();
            proxy.backend("/shop/later");
            proxy.backend("/shop/later");
            assertThat(shown).containsOnlyOnce("/shop/web", "/shop/later");
        }
        proxy.backend("/shop/last");
        assertThat(shown).doesNotContain("/shop/last");
    }

    @Test
    void aRedirectToTlsComesNotBeforeLongerPaths() throws Exception {
        open(builder -> builder.route("*", "/", Route.TO_HTTPS).route("*", "/api", "/shop/api"));
        assertThat(get("x", "/api")).isEqualTo("api");
        assertThat(get("x", "/")).isEqualTo("301");
    }

    @Test
    void whatLeadsNowhereIsUnavailable() throws Exception {
        open(builder -> builder.route("known", "/", "/shop/none").route("known", "/vip", "tcp://9.9.9.9:80"));
        assertThat(get("other", "/")).isEqualTo("503");
        assertThat(get("known", "/")).isEqualTo("503");
        assertThat(get("known", "/vip")).isEqualTo("503");
        discovery.set(Service.named("/shop/none"), List.of(web.endpoint())); // known at last
        Eventually.holds(
                "served",
                () -> !proxy.loadBalancer()
                        .cluster("/shop/none")
                        .state()
                        .active()
                        .isEmpty());
        assertThat(get("known", "/")).isEqualTo("web");
    }

    @Test
    void http2IsSpokenWithPriorKnowledge() throws Exception {
        open(builder -> builder.route("web", "/api", "/shop/api"));
        try (Http2Wire client = Http2Wire.to(proxy.address())) {
            client.get(1, "/api/x").get(3, "/other");
            assertThat(client.message(1).body()).isEqualTo("api");
            assertThat(client.message(3).status()).isEqualTo(503);
        }
    }

    @Test
    void tlsAndPlainListenersServeTheSameRoutesByTheRequestsHost(@TempDir Path dir) throws Exception {
        Certificates certificates =
                Certificates.load(List.of(TestCertificates.forHosts(dir.resolve("pem"), "shop.example", "b.example")));
        open(builder -> builder.listen("127.0.0.1:0", certificates)
                .route("shop.example", "/", "/shop/api")
                .route("b.example", "/", Route.TO_HTTPS)
                .route("*", "/", "/shop/web"));
        assertThat(proxy.address(1)).isNotEqualTo(proxy.address());
        assertThat(get("shop.example", "/")).isEqualTo("api");
        assertThat(get("b.example", "/")).isEqualTo("301");
        try (SSLSocket socket = TestAuthority.client(proxy.address(1), "shop.example");
                Wire client = new Wire(socket)) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: shop.example:8443\r\n\r\n")
                            .message()
                            .body())
                    .isEqualTo("api");
            assertThat(client.send("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n")
                            .message()
                            .body())
                    .isEqualTo("web"); // there is no redirect to TLS over TLS
        }
        assertThat(proxy.frontends()).hasSize(2);
        assertThat(proxy.frontends().get(1).stats().requests()).isEqualTo(2);
    }

    @Test
    void routesChangeUnderARequestWithoutHurtingIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (Backend slow = Backend.of((wire, request) -> {
            asked.countDown();
            answer.await();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
            return true;
        })) {
            discovery.set(Service.named("/slow"), List.of(slow.endpoint()));
            open(builder -> builder.route("*", "/", "/slow"));
            HttpBackend backend = proxy.backend("/slow");
            try (Wire client = Wire.to(proxy.address())) {
                client.get("/");
                asked.await();
                proxy.change(routes -> routes.route("*", "/", "/shop/web").route("*", "/api", "/shop/api"));
                assertThat(get("x", "/")).isEqualTo("web");
                answer.countDown();
                assertThat(client.message().body()).isEqualTo("slow");
                assertThat(client.get("/").message().body()).isEqualTo("web"); // the same connection goes on
            }
            proxy.change(routes -> routes.remove("*", "/api"));
            assertThat(get("x", "/api")).isEqualTo("web");
            proxy.routes(HttpRoutes.builder().route("*", "/", "/slow").build());
            assertThat(proxy.backend("/slow")).isSameAs(backend); // with its counters
            assertThat(get("x", "/")).isEqualTo("slow");
            Eventually.holds("both are counted", () -> backend.stats().responses(2) == 2);
        }
    }

    @Test
    void aChangeThatFailsChangesNothing() throws Exception {
        open(builder -> builder.route("*", "/", "/shop/web"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.change(
                        routes -> routes.route("*", "/", "/shop/api").route("a b", "/", "/shop/api")));
        assertThat(get("x", "/")).isEqualTo("web");
        assertThat(proxy.routes()).hasToString("{*/=/shop/web}");
    }

    @Test
    void aRouterOfTheCallersOwnDecidesInsteadOfRoutes() throws Exception {
        open(builder -> builder.router((request, client) -> new Route.Reply(405)));
        assertThat(get("x", "/")).isEqualTo("405");
        proxy.routes(HttpRoutes.builder().route("*", "/", "/shop/web").build());
        assertThat(get("x", "/")).isEqualTo("web");
        proxy.router((request, client) -> Route.NONE);
        assertThat(get("x", "/")).isEqualTo("503");
    }

    @Test
    void optionsOfABackendCount() throws Exception {
        open(builder -> builder.route("*", "/", "/shop/web"));
        proxy.backend("/shop/web").options(BackendOptions.builder().hsts(true).build());
        try (Wire client = Wire.to(proxy.address())) {
            assertThat(client.get("/").message().value("Strict-Transport-Security"))
                    .isNotEmpty();
        }
        assertThat(proxy.backends()).extracting(HttpBackend::name).containsExactly("/shop/web");
    }

    @Test
    void everyRequestIsToldToTheAccessLog() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        AccessLog log =
                AccessLog.to(record -> told.add(record.frontend() + " " + record.backend() + " " + record.status()));
        try {
            open(builder -> builder.route("*", "/", "/shop/web").accessLog(log));
            assertThat(get("x", "/")).isEqualTo("web");
            Eventually.holds("told", () -> told.equals(List.of("127.0.0.1:0 /shop/web 200")));
        } finally {
            proxy.close();
            log.close();
        }
    }

    @Test
    void drainingEndsWhatIsIdleAndTakesNobodyNew() throws Exception {
        open(builder -> builder.route("*", "/", "/shop/web"));
        InetSocketAddress address = proxy.address();
        try (Wire client = Wire.to(address)) {
            assertThat(client.get("/").message().body()).isEqualTo("web");
            assertThat(proxy.openConnections()).isOne();
            assertThat(proxy.drain(Duration.ofSeconds(30)).toCompletableFuture().join())
                    .isZero();
            assertThat(client.in().read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> Wire.to(address)).isInstanceOf(ConnectException.class);
        assertThatIllegalStateException().isThrownBy(proxy::address).withMessageContaining("127.0.0.1:0: not open");
    }

    @Test
    void whatItWasGivenIsNotClosedWithIt() throws Exception {
        discovery.set(Service.named("/shop/web"), List.of(web.endpoint()));
        try (LoadBalancer loadBalancer = LoadBalancer.of(discovery);
                Transport transport = Transport.open(1)) {
            loadBalancer.whenReady().toCompletableFuture().join();
            for (int i = 0; i < 2; i++) {
                proxy = HttpProxy.builder(loadBalancer)
                        .transport(transport)
                        .listen("127.0.0.1:0")
                        .route("*", "/", "/shop/web")
                        .build();
                proxy.whenListening().toCompletableFuture().join();
                try (Wire client = Wire.to(proxy.address())) {
                    assertThat(client.get("/").message().body()).isEqualTo("web");
                    proxy.close(); // and once more, after the test
                    assertThat(client.in().read()).isEqualTo(-1); // what was idle is not left open
                }
            }
            try (Lease lease = loadBalancer.acquire("/shop/web")) {
                assertThat(lease.address()).isEqualTo(web.address());
            }
        }
    }

    @Test
    void connectionsToEndpointsAreClosedWithItWheneverTheyAreIdle() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(2);
        try (Transport transport = Transport.open(1);
                Backend kept = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    if (wire.message().target().equals("/busy")) {
                        asked.countDown();
                        answered.await();
                    }
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    wire.rest();
                    ended.countDown();
                })) {
            discovery.set(Service.named("/shop/web"), List.of(kept.endpoint()));
            proxy = HttpProxy.builder(discovery)
                    .transport(transport)
                    .listen("127.0.0.1:0")
                    .route("*", "/", "/shop/web")
                    .build();
            proxy.whenListening().toCompletableFuture().join();
            try (Wire busy = Wire.to(proxy.address());
                    Wire idle = Wire.to(proxy.address())) {
                busy.get("/busy");
                asked.await();
                assertThat(idle.get("/").message().status()).isEqualTo(200);
                proxy.close();
                assertThat(idle.rest()).isEmpty();
                answered.countDown();
                assertThat(busy.message().status()).isEqualTo(200);
                assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void aSourceIsClosedWithIt() {
        boolean[] closed = new boolean[1];
        Discovery source = new Discovery() {
            @Override
            public io.evenkeel.discovery.Subscription watch(io.evenkeel.discovery.CatalogListener listener) {
                return discovery.watch(listener);
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        HttpProxy.builder(source).listen("127.0.0.1:0").build().close();
        assertThat(closed).containsExactly(true);
    }

    @Test
    void aPortThatIsTakenIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            proxy = HttpProxy.builder(discovery)
                    .listen("127.0.0.1:0")
                    .listen(address)
                    .build();
            CompletableFuture<Void> listening = proxy.whenListening().toCompletableFuture();
            assertThatThrownBy(listening::join)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("listener " + address + ": address already in use");
            assertThat(proxy.address().getPort()).isPositive(); // the other one is open
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "shop.example:80", "*.", "*x.example", "x.*", "http://x", "shop/", "[x]"})
    void wrongHostsAreNamed(String host) {
        HttpProxy.Builder builder = HttpProxy.builder(discovery);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.route(host, "/", "/shop/web"))
                .withMessage("host: " + host + " (expected: a host without a port, *.SUFFIX, or * for any)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "api", "/a b", "/a?b", "/a#b", "/\u00e4", "*"})
    void wrongPathsAreNamed(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpRoutes.builder().route("*", path, "/shop/web"))
                .withMessageStartingWith("path: " + path + " (expected: a path that begins with /");
    }

    @Test
    void otherWrongWordsAreNamed() {
        HttpProxy.Builder builder = HttpProxy.builder(discovery);
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessage("listen: nothing (expected: an address at least)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.listen("8080"))
                .withMessageStartingWith("listen: 8080 (expected: HOST:PORT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.listen(InetSocketAddress.createUnresolved("nobody.invalid", 80)))
                .withMessage("listen: nobody.invalid:80 (expected: an address of this machine)");
        builder.listen("127.0.0.1:1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.listen("127.0.0.1:1"))
                .withMessage("listen: 127.0.0.1:1 (expected: each address once)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.route("*", "/", " "))
                .withMessage("service: ' ' (expected: a service's name, or a VIP)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.route("*", "/", new Route.Reply(418)))
                .withMessageStartingWith("status: 418 (expected: one of [400, 403, 404,");
        builder.route("*", "/", "/shop/web").router((request, client) -> Route.NONE);
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessage("router: given with routes (expected: one of them)");
    }
}
