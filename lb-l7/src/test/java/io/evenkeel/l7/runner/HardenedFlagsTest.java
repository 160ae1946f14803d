package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every flag that makes the proxy stricter than marathon-lb, over real sockets: off, on by itself, on with all others. */
class HardenedFlagsTest {

    private static final String[] FORGED = {
        "X-Forwarded-For: 6.6.6.6",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 443",
        "X-Forwarded-Host: evil.example",
        "Forwarded: for=6.6.6.6",
        "X-Real-IP: 6.6.6.6",
        "Proxy: http://6.6.6.6"
    };
    private static final String HASH = "$1$salt$ez2vlPGdaLYkJam5pWs/Y1"; // of "secret"

    private final Backend one = Backend.text("one");
    private final Backend two = Backend.text("two");
    private final int port = HardenedProxy.quietPort();

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--hardened --no-overwrite-forwarded"})
    void clientsAreBelievedAsByMarathonLb(String flags) throws Exception {
        Wire.Message seen = forwarded(flags, FORGED);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("6.6.6.6 | 127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(seen.value("X-Forwarded-Port")).isEqualTo(Integer.toString(port));
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("evil.example");
        assertThat(seen.value("Forwarded")).isEqualTo("for=6.6.6.6");
        assertThat(seen.value("X-Real-IP")).isEqualTo("6.6.6.6");
        assertThat(seen.values("Proxy")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--overwrite-forwarded",
                "--hardened",
                "--trusted-proxies 10.0.0.0/8",
                "--hardened --trusted-proxies 10.0.0.0/8"
            })
    void whatClientsSayOfThemselvesIsOverwritten(String flags) throws Exception {
        String[] lines = {
            FORGED[0],
            FORGED[1],
            FORGED[2],
            FORGED[3],
            FORGED[4],
            FORGED[5],
            FORGED[6],
            "X_Forwarded-For: 7.7.7.7",
            "X-Forwarded-Server: evil.example",
            "X-Forwarded-For: 8.8.8.8"
        };
        Wire.Message seen = forwarded(flags, lines);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(seen.value("X-Forwarded-Port")).isEqualTo(Integer.toString(port));
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("web.example");
        assertThat(seen.value("Forwarded")).isEqualTo("for=127.0.0.1;proto=http");
        assertThat(seen.value("X-Real-IP")).isEqualTo("127.0.0.1");
        assertThat(seen.head()).doesNotContain("6.6.6.6", "7.7.7.7", "8.8.8.8", "evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--trusted-proxies 127.0.0.0/8", "--hardened --trusted-proxies 10.0.0.0/8,127.0.0.1"})
    void whatTrustedProxiesSayIsOneHopMore(String flags) throws Exception {
        Wire.Message seen = forwarded(flags, FORGED);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("6.6.6.6 | 127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(seen.value("X-Forwarded-Port")).isEqualTo("443");
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("evil.example");
        assertThat(seen.value("Forwarded")).isEqualTo("for=6.6.6.6 | for=127.0.0.1;proto=http");
        assertThat(seen.value("X-Real-IP")).isEqualTo("6.6.6.6");
        assertThat(seen.values("Proxy")).isEmpty();
        Wire.Message silent = forwarded(flags);
        assertThat(silent.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(silent.value("X-Forwarded-Port")).isEqualTo(Integer.toString(port));
        assertThat(silent.values("Forwarded")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                                                     any, any",
        "--max-connections 9000 --max-connections-per-source 20,                 9000, 20",
        "--hardened,                                                             any, 500",
        "--hardened --max-connections-per-source 0 --max-connections 0,          any, any",
    })
    void connectionsAreLimitedPerSourceIfClientsAreStrangers(String flags, String all, String perSource) {
        assertThat(HardenedProxy.settings(flags).effective())
                .containsEntry("max-connections", all)
                .containsEntry("max-connections-per-source", perSource);
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                      false",
        "--trusted-proxies 10.0.0.1,              false",
        "--trusted-proxies 127.0.0.1,             true",
        "'--proxy-protocol-trusted 127.0.0.0/8',  true",
        "--proxy-protocol-trusted none,           false"
    })
    void namedProxiesHaveAnyNumberOfConnections(String flags, boolean any) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy("--max-connections-per-source 1 " + flags)) {
            proxy.publish(app("/web", port, Map.of("HAPROXY_0_MODE", "http"), one.endpoint()));
            try (Wire first = Wire.to(service(port))) {
                first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").message();
                try (Wire second = Wire.to(service(port))) {
                    if (any) {
                        second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").message();
                    } else {
                        assertThat(second.rest()).isEmpty();
                    }
                }
            }
            assertThat(proxy.running.proxy().refusedConnections()).isEqualTo(any ? 0 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',                          any",
        "--min-body-rate 2000,        2000",
        "--hardened,                  100",
        "--hardened --min-body-rate 0, any"
    })
    void bodiesHaveToComeAtARateIfClientsAreStrangers(String flags, String rate) {
        assertThat(HardenedProxy.settings(flags).effective()).containsEntry("min-body-rate", rate);
    }

    @Test
    void whatTemplatesWriteIsNotWrittenTwice() throws Exception {
        Map<String, String> labels = Map.of(
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_HEAD",
                "backend {backend}\n  balance {balance}\n  mode {mode}\n"
                        + "  http-request set-header X-Forwarded-Proto https\n");
        try (HardenedProxy proxy = new HardenedProxy("--hardened")) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            get(service(port), "web.example", FORGED);
        }
        Wire.Message seen = one.requests.get(0);
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.value("X-Real-IP")).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 200, a",
        "--underscore-headers pass, 200, a",
        "--underscore-headers drop, 200, ''",
        "--hardened, 200, ''",
        "--hardened --underscore-headers pass, 200, a",
        "--underscore-headers refuse, 400, ",
        "--hardened --underscore-headers refuse, 400, "
    })
    void namesWithUnderscoresArePassedDroppedOrRefused(String flags, int status, String seen) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(web(one.endpoint()));
            assertThat(get(service(port), "web.example", "X_User: a", "X-User: b")
                            .status())
                    .isEqualTo(status);
        }
        if (seen == null) {
            assertThat(one.requests).isEmpty();
        } else {
            assertThat(one.requests.get(0).value("X_User")).isEqualTo(seen);
            assertThat(one.requests.get(0).value("X-User")).isEqualTo("b");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', two, before this one",
        "--hardened --no-first-claimant, two, before this one",
        "--first-claimant, one, the first and keeps it",
        "--hardened, one, the first and keeps it"
    })
    void aVirtualHostStaysWithWhoHadItFirst(String flags, String winner, String reason) throws Exception {
        Map<String, String> claim = Map.of("HAPROXY_0_VHOST", "shop.example");
        Map<String, String> heavier = Map.of("HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_BACKEND_WEIGHT", "9");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("one");
            proxy.publish(
                    app("/a", HardenedProxy.quietPort(), heavier, two.endpoint()),
                    app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo(winner);
            String loser = winner.equals("one") ? "/a" : "/m";
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.subject()).isEqualTo(loser))
                    .satisfies(problem -> assertThat(problem.reason())
                            .isEqualTo("virtual host: shop.example (expected: one that "
                                    + (loser.equals("/a") ? "/m" : "/a") + " does not have, which is " + reason + ")"));
            assertThat(admin(proxy.running.adminAddress(), "/api/v1/problems", "localhost")
                            .body())
                    .contains("virtual host: shop.example", "/a", "/m");
            proxy.publish(app("/a", port, heavier, two.endpoint()), app("/m", port, Map.of(), one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("two"); // nobody else claims it now
        }
    }

    @ParameterizedTest
    @CsvSource({"'', two", "--first-claimant, one", "--hardened, one"})
    void aPortStaysWithWhoHadItFirst(String flags, String winner) throws Exception {
        Map<String, String> http = Map.of("HAPROXY_0_MODE", "http");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/m", port, http, one.endpoint()));
            assertThat(get(service(port), "x").body()).isEqualTo("one");
            proxy.publish(app("/a", port, http, two.endpoint()), app("/m", port, http, one.endpoint()));
            Eventually.holds("the port is the winner's", () -> answer(port).equals(winner));
            String loser = winner.equals("one") ? "/a" : "/m";
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.subject()).isEqualTo(loser))
                    .satisfies(problem -> assertThat(problem.reason()).contains("service port: " + port));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', two", "--first-claimant, one", "--hardened, one", "--hardened --no-first-claimant, two"})
    void whoTakesAGroupsNameIsNotTakenForItsOwner(String flags, String winner) throws Exception {
        Map<String, String> claim = Map.of("HAPROXY_0_VHOST", "shop.example");
        Map<String, String> named = Map.of(
                "HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_BACKEND_WEIGHT", "9", "HAPROXY_DEPLOYMENT_GROUP", "/m");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/m", port, claim, one.endpoint()));
            proxy.publish(
                    app("/evil", HardenedProxy.quietPort(), named, two.endpoint()),
                    app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo(winner);
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /m").body()).isEqualTo("one");
            assertThat(proxy.problems().toString())
                    .contains(
                            "/evil: label HAPROXY_DEPLOYMENT_GROUP: /m (expected: not the id of an application outside"
                                    + " of the group); the application is served by itself");
        }
    }

    @Test
    void whoKeepsAPortKeepsItWithoutATask() throws Exception {
        Map<String, String> http = Map.of("HAPROXY_0_MODE", "http");
        try (HardenedProxy proxy = new HardenedProxy("--hardened")) {
            proxy.publish(app("/m", port, http, one.endpoint()));
            proxy.publish(app("/a", port, http, two.endpoint()), app("/m", port, http));
            Eventually.holds("the port is closed", () -> answer(port).equals("none"));
            proxy.publish(app("/a", port, http, two.endpoint()));
            Eventually.holds("the port is the other's", () -> answer(port).equals("two"));
        }
    }

    @Test
    void aTemplatesHostIsAClaimLikeALabels() throws Exception {
        Map<String, String> template = Map.of(
                "HAPROXY_0_VHOST",
                "other.example",
                "HAPROXY_0_BACKEND_WEIGHT",
                "9",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl host_x hdr(host) -i shop.example\n  use_backend {backend} if host_x\n");
        Map<String, String> claim = Map.of("HAPROXY_0_VHOST", "shop.example");
        try (HardenedProxy proxy = new HardenedProxy("--first-claimant")) {
            proxy.publish(app("/m", port, claim, one.endpoint()));
            proxy.publish(
                    app("/a", HardenedProxy.quietPort(), template, two.endpoint()),
                    app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("one");
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.reason()).contains("virtual host: shop.example"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 200",
        "--wildcard-owners none, 503",
        "--hardened, 503",
        "--wildcard-owners /we, 503",
        "'--hardened --wildcard-owners /other,/web', 200",
        "--wildcard-owners /, 200"
    })
    void hostsThatAreNotNamedWholeNeedPermission(String flags, int status) throws Exception {
        Map<String, String> labels = Map.of(
                "HAPROXY_0_VHOST",
                "web.example",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl whole hdr(host) -i web.example\n  acl end hdr_end(host) -i .example\n"
                        + "  use_backend {backend} if whole\n  use_backend {backend} if end\n");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            assertThat(get(proxy.http(), "any.example").status()).isEqualTo(status);
            assertThat(get(proxy.http(), "web.example").status()).isEqualTo(200);
            assertThat(proxy.problems()).hasSize(status == 200 ? 0 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 200", "--wildcard-owners none, 503", "--hardened, 503", "--wildcard-owners /web, 200"})
    void hostsThatOurOwnLabelDoesNotNameWholeNeedPermissionToo(String flags, int status) throws Exception {
        for (String hosts : new String[] {"*", "*.example", "~[a-z]+\\.example"}) {
            Map<String, String> labels =
                    Map.of("HAPROXY_0_VHOST", "web.example", "LB_0_VHOST", hosts, "HAPROXY_0_MODE", "http");
            try (HardenedProxy proxy = new HardenedProxy(flags)) {
                proxy.publish(app("/web", port, labels, one.endpoint()));
                assertThat(get(proxy.http(), "any.example").status()).isEqualTo(status);
                assertThat(get(proxy.http(), "web.example").status()).isEqualTo(200);
                assertThat(proxy.problems()).hasSize(status == 200 ? 0 : 1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--wildcard-owners web, --wildcard-owners: web (expected: ids that begin with a slash",
        "'--wildcard-owners none,/a', --wildcard-owners: none (expected: ids that begin with a slash",
        "--no-overwrite-forwarded --trusted-proxies 10.0.0.1, "
                + "--no-overwrite-forwarded: with --trusted-proxies 10.0.0.1 (expected: one of them",
        "--hardened --no-overwrite-forwarded --trusted-proxies 10.0.0.2, "
                + "--no-overwrite-forwarded: with --trusted-proxies 10.0.0.2 (expected: one of them",
    })
    void flagsThatWouldDoNothingOrTheContraryAreWrong(String flags, String message) {
        assertThatThrownBy(() -> HardenedProxy.settings(flags)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"'', true, true", "--service-port-range 1-1000, false, false", "--hardened, true, false"})
    void servicePortsAreWithinTheRange(String flags, boolean high, boolean low) {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(
                    app("/high", Math.max(port, 1025), Map.of("HAPROXY_0_MODE", "http"), one.endpoint()),
                    app("/low", 1023, Map.of("HAPROXY_0_MODE", "http"), one.endpoint()));
            assertThat(proxy.running.proxy().plan().ports())
                    .extracting(one -> one.service().name())
                    .containsExactly(
                            high && low
                                    ? new String[] {"/high", "/low"}
                                    : high ? new String[] {"/high"} : new String[0]);
            if (!low) {
                assertThat(proxy.problems())
                        .anySatisfy(problem -> assertThat(problem.reason())
                                .startsWith("service port: 1023 (expected: ")
                                .endsWith("the ports for applications); this port is left out"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "--hardened, true",
        "--endpoint-networks 10.0.0.0/8, false",
        "--endpoint-networks 127.0.0.0/8, true"
    })
    void tasksAreInTheNetworksOfTheList(String flags, boolean served) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(web(one.endpoint()));
            if (served) {
                assertThat(get(service(port), "x").body()).isEqualTo("one");
                assertThat(proxy.problems()).isEmpty();
            } else {
                assertThatThrownBy(() -> get(service(port), "x")).isInstanceOf(ConnectException.class);
                assertThat(proxy.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem)
                                .hasToString("/web: task at 127.0.0.1:"
                                        + one.address().getPort() + " (expected: one in 10.0.0.0/8); it is left out"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "--hardened --no-refuse-special-endpoints, false",
        "--refuse-special-endpoints, true",
        "--hardened, true"
    })
    void listenersOfTheProxyAndLinkLocalAddressesAreNoTasks(String flags, boolean refused) {
        int other = HardenedProxy.quietPort();
        try (HardenedProxy proxy = new HardenedProxy(flags + " --http 127.0.0.1:" + other)) {
            proxy.publish(
                    app("/web", port, Map.of(), one.endpoint(), Endpoint.of("169.254.169.254", 80)),
                    app("/loop", HardenedProxy.quietPort(), Map.of(), Endpoint.of("127.0.0.1", port)),
                    app("/shared", HardenedProxy.quietPort(), Map.of(), Endpoint.of("127.0.0.1", other)),
                    app("/source", HardenedProxy.quietPort(), Map.of(), Endpoint.of("127.0.0.1", 1)));
            assertThat(proxy.problems())
                    .extracting(Object::toString)
                    .containsExactlyInAnyOrder(
                            refused
                                    ? new String[] {
                                        "/web: task at 169.254.169.254:80 (expected: no link-local, multicast or"
                                                + " unspecified address); it is left out",
                                        "/loop: task at 127.0.0.1:" + port
                                                + " (expected: no listener of this proxy); it is left out",
                                        "/shared: task at 127.0.0.1:" + other
                                                + " (expected: no listener of this proxy); it is left out",
                                        "/source: task at 127.0.0.1:1 (expected: not the source's own address); it is"
                                                + " left out"
                                    }
                                    : new String[0]);
            assertThat(proxy.running.proxy().servicePorts()).hasSize(refused ? 1 : 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "--refuse-special-endpoints, false", "--hardened, false"})
    void noCheckGoesToAListenerOfTheProxy(String flags, boolean asked) throws Exception {
        int admin = HardenedProxy.quietPort();
        DeclaredCheck check = new DeclaredCheck(
                "HTTP", "/nothing-is-there", 0, admin, Duration.ofMillis(20), Duration.ofSeconds(5), 1);
        Service web = web().service();
        Service checked = new Service(
                "/web", "/web", "marathon", 0, "", port, Protocol.TCP, web.labels(), Map.of(), List.of(check));
        try (HardenedProxy proxy = new HardenedProxy(flags + " --http 127.0.0.1:" + admin)) {
            proxy.publish(new Snapshot(checked, List.of(one.endpoint())));
            if (asked) {
                Eventually.holds("the frontend has been asked", () -> requestsAtTheFrontend(proxy) > 0);
                assertThat(proxy.problems()).isEmpty();
            } else {
                Eventually.holds("the task has been asked", () -> !one.requests.isEmpty());
                assertThat(requestsAtTheFrontend(proxy)).isZero();
                assertThat(proxy.problems())
                        .extracting(Object::toString)
                        .containsExactly("/web: health check at 127.0.0.1:" + admin
                                + " (expected: no listener of this proxy); the port itself is checked");
            }
        }
    }

    private static long requestsAtTheFrontend(HardenedProxy proxy) {
        return proxy.running.proxy().http().stats().requests();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--service-port-range 20000-32000", "--service-port-range 1024-65535"})
    void aPortThatNobodyCanHaveIsNoListener(String range) throws Exception {
        int tasks = one.address().getPort(); // the system's choice, and so outside of the narrow range
        boolean possible = range.endsWith("65535");
        try (HardenedProxy proxy = new HardenedProxy("--hardened " + range)) {
            proxy.publish(
                    web(one.endpoint()),
                    app("/other", 20_001, Map.of("HAPROXY_0_PORT", Integer.toString(tasks)), two.endpoint()));
            assertThat(proxy.problems().toString().contains("no listener of this proxy"))
                    .isEqualTo(possible);
            assertThat(answer(port)).isEqualTo(possible ? "none" : "one");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "--proxy-protocol-trusted 127.0.0.1, true",
        "--hardened --proxy-protocol-trusted 127.0.0.0/8, true",
        "--proxy-protocol-trusted none, false",
        "--proxy-protocol-trusted 10.0.0.0/8, false",
        "--hardened, false"
    })
    void proxyHeadersCountOnlyFromThoseWhoAreNamed(String flags, boolean believed) throws Exception {
        Map<String, String> labels = Map.of("HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_OPTIONS", "accept-proxy");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            try (Wire client = Wire.to(service(port))) {
                client.send("PROXY TCP4 192.0.2.7 192.0.2.8 4000 80\r\n");
                assertThat(client.get("/").message().status()).isEqualTo(believed ? 200 : 400);
            }
        }
        if (believed) {
            assertThat(one.requests.get(0).value("X-Forwarded-For")).isEqualTo("192.0.2.7");
        } else {
            assertThat(one.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 200", "--hardened --no-auth-everywhere, 200", "--auth-everywhere, 401", "--hardened, 401"})
    void passwordsAreAskedForAtEveryEntrance(String flags, int status) throws Exception {
        Map<String, String> labels = Map.of(
                "HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_AUTH", "realm:joe:" + HASH, "HAPROXY_0_MODE", "http");
        String right = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("joe:secret".getBytes(StandardCharsets.UTF_8));
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(
                    app("/web", port, labels, one.endpoint()),
                    app("/open", HardenedProxy.quietPort(), Map.of("HAPROXY_0_MODE", "http"), two.endpoint()));
            assertThat(get(proxy.http(), "shop.example").status()).isEqualTo(401);
            assertThat(get(service(port), "x").status()).isEqualTo(status);
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web").status())
                    .isEqualTo(status);
            assertThat(get(service(port), "x", right).body()).isEqualTo("one");
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web", right).body())
                    .isEqualTo("one");
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /open").body())
                    .isEqualTo("two");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "--auth-everywhere, false", "--hardened, false"})
    void nobodyGetsPastAPasswordByTheShareOrTheCopiesOfAnother(String flags, boolean past) throws Exception {
        String auth = "realm:joe:" + HASH;
        Map<String, String> guarded =
                Map.of("HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_AUTH", auth, "HAPROXY_0_MODE", "http");
        String right = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("joe:secret".getBytes(StandardCharsets.UTF_8));
        int same = HardenedProxy.quietPort();
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(
                    app("/shop", HardenedProxy.quietPort(), guarded, two.endpoint()),
                    app("/web", port, Map.of("HAPROXY_0_MODE", "http", "LB_0_SPLIT", "/shop 100%"), one.endpoint()),
                    app(
                            "/copies",
                            HardenedProxy.quietPort(),
                            Map.of("HAPROXY_0_MODE", "http", "LB_0_MIRROR", "/shop 100%"),
                            one.endpoint()),
                    app(
                            "/same",
                            same,
                            Map.of(
                                    "HAPROXY_0_VHOST",
                                    "same.example",
                                    "HAPROXY_0_MODE",
                                    "http",
                                    "HAPROXY_0_AUTH",
                                    auth,
                                    "LB_0_SPLIT",
                                    "/shop 100%"),
                            one.endpoint()));
            assertThat(get(service(port), "x").body()).isEqualTo(past ? "two" : "one");
            assertThat(get(service(same), "x", right).body()).isEqualTo("two");
            String[] told = {
                "/copies: label LB_0_MIRROR: /shop:0 100% (expected: a port without HAPROXY_0_AUTH, with the same as this"
                        + " one's, or of the same application; it gets nothing)",
                "/web: label LB_0_SPLIT: /shop:0 100% (expected: a port without HAPROXY_0_AUTH, with the same as this"
                        + " one's, or of the same application; it gets nothing)"
            };
            assertThat(proxy.problems())
                    .extracting(Object::toString)
                    .containsExactlyInAnyOrder(past ? new String[0] : told);
        }
    }

    @Test
    void anApplicationWhosePortIsGivenKeepsItsStrategyUnderARangeOfPorts() {
        try (HardenedProxy proxy = new HardenedProxy("--hardened --no-refuse-special-endpoints")) {
            proxy.publish(app("/auto", 0, Map.of("HAPROXY_0_BALANCE", "source"), one.endpoint()));
            assertThat(proxy.running.proxy().servicePorts())
                    .singleElement()
                    .satisfies(
                            open -> assertThat(open.cluster().state().usesKey()).isTrue());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 200",
        "'', true, 200",
        "'', false, 403",
        "--websocket-opt-in, '', 403",
        "--hardened, '', 403",
        "--hardened, true, 200",
        "--hardened --no-websocket-opt-in, '', 200"
    })
    void webSocketsAreForThoseWhoWantThem(String flags, String label, int status) throws Exception {
        Map<String, String> labels = new HashMap<>(Map.of("HAPROXY_0_MODE", "http"));
        if (!label.isEmpty()) {
            labels.put("LB_0_WEBSOCKET", label);
        }
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            Wire.Message answer = get(service(port), "x", "Connection: Upgrade\r\nUpgrade: websocket");
            assertThat(answer.status()).isEqualTo(status); // the task itself does not know them
            assertThat(get(service(port), "x").status()).isEqualTo(200);
        }
        assertThat(one.requests.get(0).value("Upgrade")).isEqualTo(status == 200 ? "websocket" : "");
    }

    @Test
    void nobodyIsAskedAnyMoreForAPasswordThatIsGone() throws Exception {
        Map<String, String> open = Map.of("HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_MODE", "http");
        Map<String, String> guarded = new HashMap<>(open);
        guarded.put("HAPROXY_0_AUTH", "realm:joe:" + HASH);
        try (HardenedProxy proxy = new HardenedProxy("--auth-everywhere")) {
            proxy.publish(app("/web", port, guarded, one.endpoint()));
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web").status())
                    .isEqualTo(401);
            proxy.publish(app("/web", port, open, one.endpoint()));
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web").body())
                    .isEqualTo("one");
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("one");
            assertThat(get(service(port), "x").body()).isEqualTo("one");
        }
    }

    @Test
    void aPasswordThatNobodyCouldBeAskedForTakesThePortOut() {
        try (HardenedProxy proxy = new HardenedProxy("--hardened")) {
            proxy.publish(app("/web", port, Map.of("HAPROXY_0_AUTH", "realm:joe:" + HASH), one.endpoint()));
            assertThat(proxy.running.proxy().servicePorts()).isEmpty();
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.reason())
                            .contains("mode: tcp (expected: http")
                            .doesNotContain(HASH));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 200", "--hardened --no-guard-admin, 200", "--guard-admin, 403", "--hardened, 403"})
    void theAdminPortAnswersNoNameThatSomebodyPointsAtIt(String flags, int status) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            InetSocketAddress admin = proxy.running.adminAddress();
            for (String path :
                    new String[] {"/haproxy?stats;csv", "/_haproxy_getconfig", "/api/v1/config", "/metrics"}) {
                assertThat(admin(admin, path, "evil.example").status()).isEqualTo(status);
                assertThat(admin(admin, path, "localhost").status()).isEqualTo(200);
            }
            assertThat(admin(admin, "/_haproxy_health_check", "evil.example").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theTokenOpensTheAdminPortToOthers(@TempDir Path directory) throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "s3cret");
        try (HardenedProxy proxy = new HardenedProxy("--hardened --admin-token-file " + token)) {
            InetSocketAddress admin = proxy.running.adminAddress();
            String passedOn = "X-Forwarded-For: 10.0.0.7";
            assertThat(admin(admin, "/metrics", "lb.example", passedOn).status())
                    .isEqualTo(403);
            assertThat(admin(admin, "/metrics", "lb.example", passedOn, "Authorization: Bearer s3cret")
                            .status())
                    .isEqualTo(200);
            assertThat(admin(admin, "/metrics", "localhost", "Authorization: Bearer wrong")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aGuardedAdminPortIsOnThisMachineUnlessOthersCanProveThemselves(@TempDir Path directory) throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "s3cret");
        assertThat(HardenedProxy.settings("").admin()).isEqualTo(new InetSocketAddress(9090));
        assertThat(HardenedProxy.settings("--hardened").admin())
                .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9090));
        assertThat(HardenedProxy.settings("--hardened --admin-token-file " + token)
                        .admin())
                .isEqualTo(new InetSocketAddress(9090));
        assertThatThrownBy(() -> HardenedProxy.settings("--hardened --admin 0.0.0.0:9090"))
                .hasMessageContaining("--admin: 0.0.0.0:9090 (expected: an address like 127.0.0.1:9090, or"
                        + " --admin-token-file with it");
    }

    /** What a port answers, or none if nobody listens there. */
    private static String answer(int port) {
        try {
            return get(service(port), "x").body();
        } catch (ConnectException e) {
            return "none";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Wire.Message admin(InetSocketAddress at, String path, String host, String... lines)
            throws Exception {
        try (Wire client = Wire.to(at)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + String.join("\r\n", lines)
                            + (lines.length == 0 ? "" : "\r\n") + "\r\n")
                    .message();
        }
    }

    private Snapshot web(Endpoint... endpoints) {
        return app("/web", port, Map.of("HAPROXY_0_MODE", "http"), endpoints);
    }

    private Wire.Message forwarded(String flags, String... lines) throws Exception {
        int before = one.requests.size();
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(web(one.endpoint()));
            assertThat(get(service(port), "web.example", lines).status()).isEqualTo(200);
        }
        return one.requests.get(before);
    }
}
