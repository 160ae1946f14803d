package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.l4.TcpRelayConfig;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.HttpConfig;
import io.evenkeel.l7.HttpEngine;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.RouteTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VhostRoutesTest {

    private static final MarathonLbOptions ALL = new MarathonLbOptions(Set.of("*"), false, false);

    private static final String HASH = "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.";

    private final Transport transport = Transport.open(1);
    private final HttpEngine engine = new HttpEngine(transport, HttpConfig.defaults());
    private final LoadBalancer loadBalancer =
            LoadBalancer.builder(StaticDiscovery.of()).build();
    private final VhostRoutes.Guards guards = (port, auth) -> engine.guard(auth, port.name());
    private final Map<String, ServicePort> known = new LinkedHashMap<>();

    @AfterEach
    void close() {
        loadBalancer.close();
        transport.close();
    }

    private List<ServicePort> serving(MarathonLbOptions options, PortReadings readings, List<Snapshot> snapshots) {
        List<ServicePort> serving = new ArrayList<>();
        MarathonLbPlan plan = MarathonLbPlan.of(
                Catalog.of(snapshots),
                options,
                Set.of(),
                new ServicePortAssigner(options.assignedPorts()),
                readings,
                new Claims(options, Set.of()));
        assertThat(plan.problems()).noneMatch(problem -> problem.reason().endsWith("this port is left out"));
        for (AppPort port : plan.ports()) {
            ServicePort servicePort = known.computeIfAbsent(
                    port.name() + port.mode(),
                    name -> new ServicePort(
                            port,
                            loadBalancer.cluster(port.service().name()),
                            engine,
                            TrustedProxies.DEFAULTS,
                            transport,
                            TcpRelayConfig.defaults(),
                            "127.0.0.1"));
            servicePort.update(port, null);
            serving.add(servicePort);
        }
        return serving;
    }

    private RouteTable table(MarathonLbOptions options, Snapshot... snapshots) {
        return new VhostRoutes(false, options, guards)
                .update(serving(options, new PortReadings(options), List.of(snapshots)));
    }

    private static String winner(RouteTable table, String host, String path) {
        return table.explain(host, path).stream()
                .filter(RouteTable.Step::matches)
                .findFirst()
                .map(step -> text(step.route()))
                .orElse("none");
    }

    private static String text(Route route) {
        return route instanceof Route.To to ? to.backend().name() : route.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "www.shop.example, /, names_10001",
        "WWW.shop.example, /, names_10001",
        "other.shop.example, /, wide_10002",
        "a.b.shop.example, /, wide_10002",
        "a.eu.shop.example, /, wider_10003",
        "shop.example, /, regex_10004", // a wildcard is for what comes before its dot
        "shop7.example, /, regex_10004",
        "xshop7.example, /api/x, any_10005", // an expression is for the whole host
        "nobody.example, /api/x, any_10005",
        "nobody.example, /, none",
        "shop7.example, /api, regex_10004"
    })
    void namesComeBeforeTheLongestEndingThoseBeforeExpressionsAndThoseBeforeAllHosts(
            String host, String path, String expected) {
        RouteTable table = table(
                ALL,
                Apps.with(Apps.app("/any", 10005, "LB_0_VHOST", "*", "HAPROXY_0_PATH", "/api")),
                Apps.with(Apps.app("/names", 10001, "LB_0_VHOST", "www.shop.example, x.example")),
                Apps.with(Apps.app("/regex", 10004, "LB_0_VHOST", "~shop[0-9]*\\.example")),
                Apps.with(Apps.app("/wide", 10002, "LB_0_VHOST", "*.shop.example", "HAPROXY_0_BACKEND_WEIGHT", "9")),
                Apps.with(Apps.app("/wider", 10003, "LB_0_VHOST", "*.eu.shop.example")));
        assertThat(winner(table, host, path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoGetsTheRequestsOfAMappedHostIsWhoIsSaidToHaveIt(boolean firstClaimant) {
        MarathonLbOptions options =
                ALL.withHaproxyMap(true).withStrictness(Strictness.NONE.withFirstClaimant(firstClaimant));
        String[] heavyX = {"HAPROXY_0_VHOST", "x.example", "HAPROXY_0_BACKEND_WEIGHT", "9"};
        String[] heavyY = {"HAPROXY_0_VHOST", "y.example", "HAPROXY_0_BACKEND_WEIGHT", "9"};
        List<Snapshot> snapshots = List.of(
                Apps.with(Apps.app("/a", 10001, "HAPROXY_0_VHOST", "x.example")),
                Apps.with(Apps.app("/b", 10002, heavyX)),
                Apps.with(Apps.app("/c", 10003, heavyY)),
                Apps.with(Apps.app( // in the map for who comes over TLS
                        "/d", 10004, "HAPROXY_0_VHOST", "y.example", "HAPROXY_0_REDIRECT_TO_HTTPS", "true")));
        RouteTable table =
                new VhostRoutes(true, options, guards).update(serving(options, new PortReadings(options), snapshots));
        assertThat(winner(table, "x.example", "/")).isEqualTo("a_10001");
        assertThat(winner(table, "y.example", "/")).isEqualTo("c_10003");
        String ending = firstClaimant ? "the first and keeps it)" : "before this one)";
        assertThat(MarathonLbPlan.of(Catalog.of(snapshots), options, Set.of()).problems())
                .containsExactly(
                        new Problem(
                                "/b",
                                "virtual host: x.example (expected: one that /a does not have, which is " + ending),
                        new Problem(
                                "/d",
                                "virtual host: y.example (expected: one that /c does not have, which is " + ending));
    }

    @ParameterizedTest
    @CsvSource({
        "APPLICATION, /api/v2/x, a_10001",
        "LONGEST, /api/v2/x, b_10002",
        "LONGEST, /api/x, a_10001",
        "LONGEST, /long/path/of/a, a_10001",
        "LONGEST, /weighty, d_10004",
        "LONGEST, /api/v2/weighty, b_10002",
        "LONGEST, /x, c_10003",
        "APPLICATION, /x, c_10003",
    })
    void theLongestPathDecidesIfThatIsAskedFor(PathPrecedence precedence, String path, String expected) {
        MarathonLbOptions options = ALL.withPathPrecedence(precedence);
        RouteTable table = table(
                options,
                Apps.with(Apps.app(
                        "/a", 10001, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_PATH", "/api /long/path/of/a /w")),
                Apps.with(Apps.app("/b", 10002, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_PATH", "/api/v2")),
                Apps.with(Apps.app("/c", 10003, "HAPROXY_0_VHOST", "x.example")),
                Apps.with(Apps.app(
                        "/d",
                        10004,
                        "HAPROXY_0_VHOST",
                        "x.example",
                        "HAPROXY_0_PATH",
                        "/w",
                        "HAPROXY_0_BACKEND_WEIGHT",
                        "2")));
        assertThat(winner(table, "x.example", path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "APPLICATION, own.example, /x, web_10001",
        "APPLICATION, a.own.test, /x, web_10001",
        "APPLICATION, old.example, /x, none",
        "APPLICATION, new.example, /x, web_10001",
        "LONGEST, own.example, /x/1, web_10001",
        "LONGEST, own.example, /x/long, other_10002",
        "LONGEST, a.own.test, /x, web_10001",
        "LONGEST, new.example, /x, web_10001",
    })
    void hostsOfOurOwnLabelAreServedBesideThoseOfTemplates(
            PathPrecedence precedence, String host, String path, String expected) {
        RouteTable table = table(
                ALL.withPathPrecedence(precedence),
                Apps.with(Apps.app(
                        "/web",
                        10001,
                        "HAPROXY_0_VHOST",
                        "old.example",
                        "LB_0_VHOST",
                        "own.example, *.own.test",
                        "HAPROXY_0_PATH",
                        "/x",
                        "HAPROXY_0_HTTP_FRONTEND_ACL_WITH_PATH",
                        "acl h hdr(host) -i new.example\nuse_backend {backend} if h")),
                Apps.with(Apps.app("/other", 10002, "HAPROXY_0_VHOST", "own.example", "HAPROXY_0_PATH", "/x/long")));
        assertThat(winner(table, host, path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hostsOfMapsComeBeforeThoseThatAreNotNamed(boolean maps) {
        RouteTable table = table(
                ALL.withHaproxyMap(maps),
                Apps.with(Apps.app("/all", 10001, "LB_0_VHOST", "*")),
                Apps.with(Apps.app("/one", 10002, "HAPROXY_0_VHOST", "one.example")));
        assertThat(winner(table, "one.example", "/")).isEqualTo("one_10002");
        assertThat(winner(table, "two.example", "/")).isEqualTo("all_10001");
    }

    @ParameterizedTest
    @CsvSource({"a.shop.example:8080, wide_10001", "shop7.test:80, regex_10002", "x.test:80, none"})
    void aPortInTheRequestDoesNotMatterToHostsThatAreNotNamed(String host, String expected) {
        RouteTable table = table(
                ALL,
                Apps.with(Apps.app("/wide", 10001, "LB_0_VHOST", "*.shop.example")),
                Apps.with(Apps.app("/regex", 10002, "LB_0_VHOST", "~shop[0-9]\\.test")));
        assertThat(winner(table, host, "/")).isEqualTo(expected);
    }

    @Test
    void aServerNameWithCapitalsIsNobodysAsWithMarathonLb() {
        List<ServicePort> serving = serving(
                ALL,
                new PortReadings(ALL),
                List.of(
                        Apps.with(Apps.app("/all", 10001, "LB_0_VHOST", "*")),
                        Apps.with(Apps.app("/one", 10002, "HAPROXY_0_VHOST", "one.example"))));
        RouteTable table = new VhostRoutes(true, ALL, guards).update(serving);
        assertThat(winner(table, "one.example", "/")).isEqualTo("one_10002");
        assertThat(winner(table, "ONE.example", "/")).isEqualTo("none");
        assertThat(winner(table, "two.example", "/")).isEqualTo("all_10001");
    }

    @Test
    void aRedirectCountsForItsOwnPathWhereTheLongestDecides() {
        MarathonLbOptions options = ALL.withPathPrecedence(PathPrecedence.LONGEST);
        Snapshot root =
                Apps.with(Apps.app("/a", 10001, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_REDIRECT_TO_HTTPS", "true"));
        Snapshot api = Apps.with(Apps.app("/b", 10002, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_PATH", "/api"));
        assertThat(winner(table(options, root, api), "x.example", "/api")).isEqualTo("b_10002");
        assertThat(winner(table(ALL, root, api), "x.example", "/api")).isEqualTo(Route.TO_HTTPS.toString());
    }

    /** Whatever applications become, what is kept is what would be made of them anew. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatChangedInPlaceIsWhatWouldBeMadeAnew(long seed) {
        Random random = new Random(seed);
        MarathonLbOptions options = ALL.withHaproxyMap(seed % 2 == 0)
                .withPathPrecedence(seed % 3 == 0 ? PathPrecedence.LONGEST : PathPrecedence.APPLICATION);
        VhostRoutes plain = new VhostRoutes(false, options, guards);
        VhostRoutes secure = new VhostRoutes(true, options, guards);
        PortReadings readings = new PortReadings(options);
        Map<String, Snapshot> apps = new LinkedHashMap<>();
        for (int step = 0; step < 80; step++) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                int app = random.nextInt(8);
                if (random.nextInt(4) == 0) {
                    apps.remove("/app" + app);
                } else {
                    apps.put("/app" + app, Apps.with(Apps.app("/app" + app, 10000 + app, labels(random))));
                }
            }
            List<ServicePort> serving = serving(options, readings, List.copyOf(apps.values()));
            same(plain.update(serving), new VhostRoutes(false, options, guards).update(serving));
            same(secure.update(serving), new VhostRoutes(true, options, guards).update(serving));
        }
    }

    private static String[] labels(Random random) {
        List<String> labels = new ArrayList<>();
        labels.addAll(List.of("HAPROXY_0_VHOST", pick(random, "", "a.example", "b.example,a.example", "c.example")));
        labels.addAll(List.of("LB_0_VHOST", pick(random, "", "*.example", "*.b.example", "~[ab]\\.example", "*")));
        labels.addAll(List.of("HAPROXY_0_PATH", pick(random, "", "/x", "/x/y /z", "-i /X")));
        labels.addAll(List.of("HAPROXY_0_BACKEND_WEIGHT", pick(random, "0", "0", "1", "5")));
        labels.addAll(List.of("HAPROXY_0_REDIRECT_TO_HTTPS", pick(random, "false", "false", "true")));
        if (random.nextInt(4) == 0) {
            labels.addAll(List.of("HAPROXY_0_AUTH", "realm" + random.nextInt(3) + ":user:" + HASH));
        }
        if (random.nextInt(4) == 0) {
            labels.addAll(List.of(
                    "HAPROXY_0_HTTP_FRONTEND_ACL",
                    "acl host_{cleanedUpHostname} hdr(host) -i {hostname}\nacl h hdr(host) -i "
                            + pick(random, "a.example", "z.example") + "\nacl p path_beg /x\n"
                            + pick(random, "redirect location /to if h p\n", "") + "use_backend {backend} if h"));
        }
        if (random.nextInt(8) == 0) {
            return new String[] {"HAPROXY_0_VHOST", "b.example", "LB_0_TLS_PASSTHROUGH", "true"};
        }
        labels.addAll(List.of("HAPROXY_0_MODE", "http"));
        return labels.toArray(String[]::new);
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static void same(RouteTable kept, RouteTable fresh) {
        for (String host : List.of("a.example", "b.example", "c.example", "d.b.example", "x.y", "a.example:80")) {
            for (String path : List.of("/", "/x", "/X", "/x/y", "/z")) {
                List<String> steps = steps(kept, host, path);
                assertThat(steps).as("%s%s", host, path).isEqualTo(steps(fresh, host, path));
            }
        }
    }

    private static List<String> steps(RouteTable table, String host, String path) {
        return table.explain(host, path).stream()
                .map(step -> (step.condition() instanceof PathPrefixes prefixes ? prefixes.toString() : "?") + " -> "
                        + text(step.route()) + " " + step.matches())
                .toList();
    }
}
