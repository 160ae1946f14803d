package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.marathonlb.AppPort.Mode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarathonLbPlanTest {

    private static final MarathonLbOptions EXTERNAL = new MarathonLbOptions(Set.of("external"), true, false);

    @Test
    void theTutorialsAppIsOneHttpPort() {
        Service app2 =
                Apps.checked(Apps.app("/dcos-101/app2", 10000, "HAPROXY_GROUP", "external"), Apps.check("HTTP", 0, 0));
        MarathonLbPlan plan = plan(EXTERNAL, app2);
        assertThat(plan.problems()).isEmpty();
        AppPort port = plan.ports().get(0);
        assertThat(plan.ports()).hasSize(1);
        assertThat(port.name()).isEqualTo("dcos-101_app2_10000");
        assertThat(port.listen().port()).isEqualTo(10000);
        assertThat(port.mode()).isEqualTo(Mode.HTTP);
    }

    @ParameterizedTest
    @CsvSource({
        "external, external, true",
        "'internal,external', external, true",
        "'internal, external', external, false",
        "External, external, false",
        "*, external, false",
        "'', external, false",
        "'', '', true",
        "internal, *, true",
        ", *, true",
        ", external, false",
        "internal, 'external internal', true",
    })
    void anApplicationIsPublishedIfAGroupOfItsIsServed(String label, String served, boolean published) {
        Service app = label == null ? Apps.app("/web", 10000) : Apps.app("/web", 10000, "HAPROXY_GROUP", label);
        Set<String> groups = Set.of(served.split(" ", -1));
        assertThat(plan(new MarathonLbOptions(groups, true, false), app).ports())
                .hasSize(published ? 1 : 0);
    }

    @Test
    void portsOfOneApplicationMayBeInDifferentGroups() {
        String[] labels = {"HAPROXY_GROUP", "internal", "HAPROXY_1_GROUP", "external"};
        MarathonLbPlan plan = plan(EXTERNAL, Apps.port("/web", 0, 10000, labels), Apps.port("/web", 1, 10001, labels));
        assertThat(plan.ports()).extracting(port -> port.listen().port()).containsExactly(10001);
    }

    @ParameterizedTest
    @CsvSource({
        "false, , true",
        "false, true, true",
        "false, false, false",
        "false, 1, false",
        "true, , false",
        "true, y, true",
        "true, 1, false",
    })
    void strictModeWantsThePortsWord(boolean strict, String enabled, boolean published) {
        Service app = enabled == null
                ? Apps.app("/web", 10000, "HAPROXY_GROUP", "external")
                : Apps.app("/web", 10000, "HAPROXY_GROUP", "external", "HAPROXY_0_ENABLED", enabled);
        MarathonLbPlan plan = plan(new MarathonLbOptions(Set.of("external"), true, strict), app);
        assertThat(plan.ports()).hasSize(published ? 1 : 0);
        assertThat(plan.problems()).isEmpty();
    }

    @Test
    void aLabelThatCannotBeReadTakesOutItsPortAndNothingElse() {
        String[] labels = {"HAPROXY_GROUP", "external", "HAPROXY_1_BACKEND_WEIGHT", "heavy"};
        MarathonLbPlan plan = plan(
                EXTERNAL,
                Apps.port("/web", 0, 10000, labels),
                Apps.port("/web", 1, 10001, labels),
                Apps.port("/web", 2, 10002, labels),
                Apps.app("/other", 10003, "HAPROXY_GROUP", "external"));
        assertThat(plan.ports()).extracting(port -> port.listen().port()).containsExactly(10003, 10000, 10002);
        assertThat(plan.problems())
                .containsExactly(new Problem(
                        "/web",
                        "label HAPROXY_1_BACKEND_WEIGHT: heavy (expected: a whole number); this port is left out"));
    }

    @Test
    void whatFailsUnexpectedlyTakesOutItsPortAndNothingElse() {
        PortReadings readings = new PortReadings(EXTERNAL, port -> {
            switch (port.listen().port()) {
                case 10000 -> throw new StringIndexOutOfBoundsException("index 1");
                case 10001 -> throw new StackOverflowError();
                default -> {}
            }
        });
        String[] labels = {"HAPROXY_GROUP", "external"};
        MarathonLbPlan plan = MarathonLbPlan.of(
                Catalog.of(List.of(
                        Apps.with(Apps.port("/web", 0, 10000, labels)),
                        Apps.with(Apps.port("/web", 1, 10001, labels)),
                        Apps.with(Apps.port("/web", 2, 10002, labels)))),
                EXTERNAL,
                Set.of(),
                new ServicePortAssigner(EXTERNAL.assignedPorts()),
                readings,
                new Claims(EXTERNAL, Set.of()));
        assertThat(plan.ports()).extracting(port -> port.listen().port()).containsExactly(10002);
        assertThat(plan.problems())
                .containsExactlyInAnyOrder(
                        new Problem(
                                "/web",
                                "labels: unexpected java.lang.StringIndexOutOfBoundsException: index 1; this port is"
                                        + " left out"),
                        new Problem("/web", "labels: unexpected java.lang.StackOverflowError; this port is left out"));
    }

    @Test
    void badLabelsOfWhatIsNotPublishedAreNobodysBusiness() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                Apps.app("/elsewhere", 10000, "HAPROXY_GROUP", "internal", "HAPROXY_0_MODE", "x"),
                Apps.app("/off", 10001, "HAPROXY_GROUP", "external", "HAPROXY_0_ENABLED", "no", "HAPROXY_0_MODE", "x"));
        assertThat(plan.ports()).isEmpty();
        assertThat(plan.problems()).isEmpty();
    }

    @Test
    void aRemarkLeavesThePortIn() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                Apps.app("/web", 10000, "HAPROXY_GROUP", "external", "HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX", "-1"));
        assertThat(plan.ports()).hasSize(1);
        assertThat(plan.problems())
                .containsExactly(
                        new Problem(
                                "/web",
                                "label HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX: -1 (expected: >= 0; the port itself is checked)"));
    }

    @Test
    void labelsThatAskForNothingAreToldOnceAndLeaveThePortsIn() {
        String[] labels = {
            "HAPROXY_GROUP", "external",
            "HAPROXY_DEPLOYMENT_ALT_PORT", "10009",
            "HAPROXY_APP_ID", "web",
            "HAPROXY_VHOST", "a.example",
            "HAPROXY_00_VHOST", "a.example",
            "LB_VHOST", "a.example",
            "LB_TIER", "somebody else's",
            "HAPROXY_0_VHOTS", "a.example",
            "HAPROXY_1_MODE", "http",
            "HAPROXY_2_VHOST", "a.example",
            "LB_2_RETRIES", "1",
            "HAPROXY_0_MODE", "http",
        };
        MarathonLbPlan plan = plan(EXTERNAL, Apps.port("/web", 0, 10000, labels), Apps.port("/web", 1, 10001, labels));
        assertThat(plan.ports()).hasSize(2);
        String index = ": has no effect (expected: the index of one of the application's ports)";
        assertThat(plan.problems())
                .extracting(Problem::reason)
                .contains(
                        "label HAPROXY_0_VHOTS: has no effect (expected: the name of one of marathon-lb's labels, which"
                                + " --longhelp lists)",
                        "label HAPROXY_VHOST: has no effect (expected: HAPROXY_n_…, with the index n of a port)",
                        "label HAPROXY_00_VHOST: has no effect (expected: HAPROXY_n_…, with the index n of a port)",
                        "label LB_VHOST: has no effect (expected: LB_n_…, with the index n of a port)",
                        "label HAPROXY_2_VHOST" + index,
                        "label LB_2_RETRIES" + index)
                .hasSize(6);
    }

    @Test
    void aPortOfAFurtherSourcesApplicationIsThere() {
        String[] labels = {"HAPROXY_GROUP", "external", "HAPROXY_1_MODE", "http", "HAPROXY_2_MODE", "http"};
        MarathonLbPlan plan = MarathonLbPlan.of(
                Catalog.of(List.of(
                        Apps.of("east", Apps.port("/web", 0, 10000, labels)),
                        Apps.of("east", Apps.port("/web", 1, 10001, labels)),
                        Apps.with(Apps.port("/web", 2, 10002)))),
                EXTERNAL,
                Set.of());
        assertThat(plan.problems())
                .containsExactly(new Problem(
                        "/web@east",
                        "label HAPROXY_2_MODE: has no effect (expected: the index of one of the application's ports)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PATH; /api; ; HAPROXY_0_VHOST with it, or LB_0_VHOST=* for every host",
                "REDIRECT_TO_HTTPS; true; http; HAPROXY_0_VHOST with it",
                "REDIRECT_TO_HTTPS; false; http; ",
                "AUTH; realm:user:$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.; http; HAPROXY_0_VHOST with it",
                "STICKY; true; tcp; mode http with it",
                "STICKY; false; tcp; ",
                "STICKY; true; http; ",
                "USE_HSTS; yes; ; mode http with it",
                "HTTP_BACKEND_PROXYPASS_PATH; /a; tcp; mode http with it",
                "HTTP_BACKEND_REVPROXY_PATH; /a; tcp; mode http with it",
                "HTTP_BACKEND_REVPROXY_PATH; /a; http; ",
                "HTTP_BACKEND_REDIR; /a; tcp; mode http with it",
            })
    void aLabelThatMeansNothingWhereItIsIsTold(String label, String value, String mode, String expected) {
        String name = "HAPROXY_0_" + label;
        Service app = mode == null
                ? Apps.app("/web", 10000, "HAPROXY_GROUP", "external", name, value)
                : Apps.app("/web", 10000, "HAPROXY_GROUP", "external", name, value, "HAPROXY_0_MODE", mode);
        MarathonLbPlan plan = plan(EXTERNAL, app);
        assertThat(plan.ports()).hasSize(1);
        if (expected == null) {
            assertThat(plan.problems()).isEmpty();
        } else {
            assertThat(plan.problems())
                    .singleElement()
                    .extracting(Problem::reason)
                    .asString()
                    .startsWith("label " + name + ": has no effect (expected: " + expected);
        }
    }

    @Test
    void aPathThatNoneCanHaveIsTold() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                vhost("/a", 10001, "a.example", "-i /api v2"),
                vhost("/b", 10002, "b.example", "-m reg ^/b"),
                vhost("/c", 10003, "c.example", "/c -i /C"));
        assertThat(plan.ports()).extracting(AppPort::name).containsExactly("a_10001", "c_10003");
        assertThat(plan.problems())
                .containsExactly(
                        new Problem("/a", "label HAPROXY_0_PATH: v2 (expected: what begins with /; no path begins so)"),
                        new Problem(
                                "/b",
                                "label HAPROXY_0_PATH: -m reg (expected: prefixes of paths, perhaps behind -i, -m beg, -n"
                                        + " or --); this port is left out"),
                        new Problem(
                                "/c", "label HAPROXY_0_PATH: -i (expected: what begins with /; no path begins so)"));
    }

    @Test
    void whereEverybodyIsAskedForThePasswordAHostIsNotNeededForThat() {
        Service app = Apps.app(
                "/web",
                10000,
                "HAPROXY_GROUP",
                "external",
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_AUTH",
                "realm:user:$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.");
        assertThat(plan(EXTERNAL.withStrictness(Strictness.NONE.withAuthEverywhere(true)), app)
                        .problems())
                .isEmpty();
    }

    @Test
    void applicationsThenPortsMakeTheOrder() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                Apps.port("/b", 0, 10005, "HAPROXY_GROUP", "external"),
                Apps.port("/b", 1, 10004, "HAPROXY_GROUP", "external"),
                Apps.app("/a-b", 10002, "HAPROXY_GROUP", "external"),
                Apps.app("/a", 10009, "HAPROXY_GROUP", "external"));
        assertThat(plan.ports())
                .extracting(AppPort::name)
                .containsExactly("a_10009", "a-b_10002", "b_10004", "b_10005");
    }

    @Test
    void ofTwoApplicationsOnOnePortTheFirstHasItAndTheOtherIsReported() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                Apps.app("/b", 10000, "HAPROXY_GROUP", "external"),
                Apps.app("/a", 10001, "HAPROXY_GROUP", "external", "HAPROXY_0_PORT", "10000"),
                Apps.app("/c", 10000, "HAPROXY_GROUP", "external", "HAPROXY_0_BIND_ADDR", "127.0.0.9"));
        assertThat(plan.ports()).hasSize(3);
        assertThat(plan.problems())
                .containsExactly(new Problem(
                        "/b",
                        "service port: 10000 (expected: a port that /a does not have; only its virtual hosts are"
                                + " served)"));
    }

    @Test
    void ofTwoApplicationsOnOneVirtualHostAndPathTheOtherIsReported() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                vhost("/a", 10001, "x.example,y.example", "/api /web"),
                vhost("/b", 10002, "Y.example", "/web"),
                vhost("/c", 10003, "y.example", "/other"),
                vhost("/d", 10004, "z.example", ""),
                Apps.app(
                        "/e",
                        10005,
                        "HAPROXY_GROUP",
                        "external",
                        "HAPROXY_0_VHOST",
                        "z.example",
                        "HAPROXY_0_BACKEND_WEIGHT",
                        "2"),
                Apps.port("/f", 0, 10006, "HAPROXY_GROUP", "external", "HAPROXY_0_VHOST", "f.example"),
                Apps.port("/f", 1, 10007, "HAPROXY_GROUP", "external", "HAPROXY_1_VHOST", "f.example"));
        assertThat(plan.ports())
                .allSatisfy(port -> assertThat(port.vhosts().hosts()).isNotEmpty()); // both are served
        assertThat(plan.problems())
                .containsExactly(
                        new Problem(
                                "/b",
                                "virtual host: y.example/web (expected: one that /a does not have, which is before this"
                                        + " one)"),
                        new Problem(
                                "/d",
                                "virtual host: z.example (expected: one that /e does not have, which is before this"
                                        + " one)"));
    }

    @Test
    void aCatalogsOrderDecidesNothing() {
        Service a = vhost("/a", 10001, "x.example", "");
        Service b = vhost("/b", 10001, "x.example", "");
        MarathonLbOptions keeping = EXTERNAL.withStrictness(Strictness.NONE.withFirstClaimant(true));
        for (MarathonLbOptions options : List.of(EXTERNAL, keeping)) {
            assertThat(plan(options, b, a)).isEqualTo(plan(options, a, b));
            assertThat(plan(options, b, a).problems())
                    .hasSize(2)
                    .allSatisfy(problem -> assertThat(problem.subject()).isEqualTo("/b"));
        }
    }

    @Test
    void whoIsRefusedAHostKeepsItsOthers() {
        MarathonLbPlan plan = plan(
                EXTERNAL.withStrictness(Strictness.NONE.withFirstClaimant(true)),
                vhost("/a", 10001, "x.example", ""),
                vhost("/b", 10002, "x.example,y.example", ""));
        assertThat(plan.ports())
                .extracting(port -> port.vhosts().hosts())
                .containsExactly(List.of("x.example"), List.of("y.example"));
    }

    private static Service vhost(String id, int port, String hosts, String path) {
        return Apps.app(id, port, "HAPROXY_GROUP", "external", "HAPROXY_0_VHOST", hosts, "HAPROXY_0_PATH", path);
    }

    @Test
    void thePortsOfTheProxyItselfAreNotGivenAway() {
        Catalog catalog = Catalog.of(Stream.of(
                        Apps.app("/web", 9090),
                        Apps.app("/api", 10000),
                        Apps.app("/shop", 9091, "HAPROXY_0_VHOST", "shop.example"))
                .map(Apps::with)
                .toList());
        MarathonLbOptions everybody = new MarathonLbOptions(Set.of("*"), true, false);
        MarathonLbPlan plan = MarathonLbPlan.of(catalog, everybody, Set.of(9091, 9090));
        assertThat(plan.ports()).extracting(AppPort::name).containsExactly("api_10000", "shop_9091");
        assertThat(plan.withoutListener()).containsExactly("/shop");
        assertThat(plan.problems())
                .containsExactlyInAnyOrder(
                        new Problem(
                                "/web",
                                "service port: 9090 (expected: none of the proxy's own ports [9090, 9091]); this port"
                                        + " is left out"),
                        new Problem(
                                "/shop",
                                "service port: 9091 (expected: none of the proxy's own ports [9090, 9091]); only its"
                                        + " virtual hosts are served"));
    }

    @Test
    void udpPortsAreLeftAlone() {
        assertThat(plan(EXTERNAL, Apps.udp("/dns", 10053, "HAPROXY_GROUP", "external", "HAPROXY_1_VHOST", "x")))
                .isEqualTo(MarathonLbPlan.EMPTY);
        assertThat(plan(EXTERNAL, Apps.udp("/dns", 10053, "HAPROXY_GROUP", "internal", "HAPROXY_0_VHOST", "x")))
                .isEqualTo(MarathonLbPlan.EMPTY);
    }

    @Test
    void theLabelsOfUdpPortsAreTold() {
        Service dns = Apps.udp("/dns", 10053, "HAPROXY_GROUP", "external", "HAPROXY_0_VHOST", "dns.example");
        MarathonLbPlan plan = plan(EXTERNAL, dns);
        assertThat(plan.ports()).isEmpty();
        assertThat(plan.problems())
                .containsExactly(new Problem(
                        "/dns", "label HAPROXY_0_VHOST: has no effect (expected: a port of TCP; this one is of UDP)"));
    }

    @Test
    void aHostThatNoneCanAskForIsTold() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                vhost("/a", 10001, "*.a.example,a.example,b_2.example,[fd00::1],10.0.0.1", ""),
                vhost("/b", 10002, "http://b.example", ""));
        assertThat(plan.ports()).hasSize(2);
        String expected = " (expected: names of hosts; none is called so, and label LB_0_VHOST takes *.example.com and"
                + " ~expressions)";
        assertThat(plan.problems())
                .containsExactly(
                        new Problem("/a", "label HAPROXY_0_VHOST: *.a.example" + expected),
                        new Problem("/b", "label HAPROXY_0_VHOST: http://b.example" + expected));
    }

    @Test
    void withoutAGroupThereIsNothingToServe() {
        assertThatThrownBy(() -> new MarathonLbOptions(Set.of(), false, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("groups: none (expected: at least one, * for all)");
    }

    @Test
    void anApplicationWithoutAnyServicePortGetsOnesOfItsOwn() {
        MarathonLbPlan plan = MarathonLbPlan.of(
                Catalog.of(List.of(
                        Apps.with(
                                Apps.app("/auto/two", 0, "HAPROXY_GROUP", "external"),
                                Endpoint.of("127.0.7.6", 8084),
                                Endpoint.of("127.0.7.7", 8084)),
                        Apps.with(
                                Apps.app("/mixed", 0, "HAPROXY_GROUP", "external"), // marathon-lb pairs no port with it
                                Endpoint.of("127.0.7.6", 81)),
                        Apps.with(
                                Apps.port("/mixed", 1, 10_001, "HAPROXY_GROUP", "external"),
                                Endpoint.of("127.0.7.6", 82)),
                        Apps.with(Apps.app("/suspended", 0, "HAPROXY_GROUP", "external")))),
                EXTERNAL,
                Set.of());
        assertThat(plan.ports()).extracting(AppPort::name).containsExactly("auto_two_10068", "mixed_10001");
        assertThat(plan.problems())
                .containsExactly(
                        new Problem("/mixed", "service port: 0 (expected: 1 to 65535); this port is left out"));
    }

    @Test
    void anApplicationThatIsKeptWithoutATaskKeepsItsVirtualHostsThoughItsPortDependsOnTasks() {
        MarathonLbPlan plan = plan(
                EXTERNAL,
                Apps.app(
                        "/shop",
                        0,
                        "HAPROXY_GROUP",
                        "external",
                        "HAPROXY_0_VHOST",
                        "shop.example",
                        "LB_0_KEEP_WHEN_EMPTY",
                        "true"),
                Apps.app("/db", 0, "HAPROXY_GROUP", "external", "LB_0_KEEP_WHEN_EMPTY", "true"));
        assertThat(plan.ports()).extracting(AppPort::name).containsExactly("shop");
        assertThat(plan.ports().get(0).vhosts().hosts()).containsExactly("shop.example");
        assertThat(plan.problems())
                .containsExactlyInAnyOrder(
                        new Problem(
                                "/shop",
                                "label LB_0_KEEP_WHEN_EMPTY: no service port as long as there is no task (expected: label"
                                        + " HAPROXY_0_PORT with it); its virtual hosts are kept"),
                        new Problem(
                                "/db",
                                "service port: none (expected: label HAPROXY_0_PORT, or HAPROXY_0_VHOST to be served at"
                                        + " virtual hosts only); this port is left out"));
    }

    @Test
    void aPortThatALabelNamesIsPlannedWithoutATaskToo() {
        assertThat(plan(EXTERNAL, Apps.app("/web", 0, "HAPROXY_GROUP", "external", "HAPROXY_0_PORT", "10007"))
                        .ports())
                .extracting(AppPort::name)
                .containsExactly("web_10007");
    }

    @Test
    void theProxyLeavesItselfOut() {
        assertThat(plan(
                                EXTERNAL.withOwnApplication("lb/external"),
                                Apps.app("/lb/external", 10_000, "HAPROXY_GROUP", "external"),
                                Apps.app("/web", 10_001, "HAPROXY_GROUP", "external"))
                        .ports())
                .extracting(AppPort::name)
                .containsExactly("web_10001");
    }

    private static MarathonLbPlan plan(MarathonLbOptions options, Service... services) {
        Snapshot[] snapshots = Stream.of(services).map(Apps::with).toArray(Snapshot[]::new);
        return MarathonLbPlan.of(Catalog.of(Stream.of(snapshots).toList()), options, Set.of());
    }
}
