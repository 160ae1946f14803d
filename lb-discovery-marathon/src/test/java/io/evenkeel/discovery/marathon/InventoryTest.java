package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InventoryTest {

    private final ManualClock clock = new ManualClock();
    private final HostResolver hosts = new HostResolver(
            host -> {
                throw new UnknownHostException(host);
            },
            Runnable::run,
            clock,
            clock,
            false,
            () -> {});
    private final ReadinessMemory readiness = new ReadinessMemory(clock);
    private final Inventory inventory = new Inventory(hosts, new HealthMemory(), readiness, new Absences(clock), false);

    private Catalog build(String... apps) {
        return take(("{\"apps\": [" + String.join(",", apps) + "]}").getBytes(StandardCharsets.UTF_8));
    }

    private Catalog take(byte[] answer) {
        try {
            inventory
                    .apps()
                    .replace(AppsParser.apps(
                            new ByteArrayInputStream(answer), inventory.apps().known()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Catalog catalog = inventory.catalog("marathon");
        inventory.forgetOthers();
        return catalog;
    }

    private Endpoint only(Catalog catalog) {
        return catalog.snapshots().get(0).endpoints().get(0);
    }

    private static String app(String rest, String... tasks) {
        return "{\"id\": \"/a\", \"ports\": [10000]" + rest + ", \"tasks\": [" + String.join(",", tasks) + "]}";
    }

    private static String task(String id, String rest) {
        return "{\"id\": \"" + id + "\", \"host\": \"10.0.0.1\", \"ports\": [31000], \"state\": \"TASK_RUNNING\"" + rest
                + "}";
    }

    private static String results(boolean... alive) {
        StringBuilder list = new StringBuilder(", \"healthCheckResults\": [");
        for (int i = 0; i < alive.length; i++) {
            list.append(i == 0 ? "" : ",")
                    .append("{\"alive\": ")
                    .append(alive[i])
                    .append("}");
        }
        return list.append("]").toString();
    }

    @Test
    void everyPortAndProtocolIsAService() {
        Catalog catalog = build("{\"id\": \"/a\", \"portDefinitions\": [{\"port\": 1, \"name\": \"http\"},"
                + "{\"port\": 2, \"protocol\": \"udp,tcp\"}, {\"port\": 3, \"protocol\": \"udp\"}], \"tasks\": []}");
        assertThat(catalog.snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .containsExactly("/a", "/a:1", "/a:1:udp", "/a:2");
        assertThat(catalog.snapshots())
                .extracting(snapshot -> snapshot.service().protocol())
                .containsExactly(Protocol.TCP, Protocol.TCP, Protocol.UDP, Protocol.UDP);
        Service first = catalog.find("/a:http").service();
        assertThat(first.namespace()).isEqualTo("marathon");
        assertThat(first.application()).isEqualTo("/a");
        assertThat(catalog.snapshots())
                .allMatch(snapshot -> snapshot.endpoints().isEmpty());
    }

    @Test
    void anAppThatIsThereTwiceIsAProblemAndNotTheEnd() {
        Catalog catalog = build(app(""), app(""), "{\"id\": \"/b\", \"ports\": [1]}");
        assertThat(catalog.snapshots()).hasSize(2);
        assertThat(catalog.problems()).hasSize(1);
    }

    @Test
    void keepsTheAddressLiteralAndLooksNothingUp() {
        Endpoint endpoint = only(build(app("", task("t", ", \"zone\": \"z1\", \"slaveId\": \"S1\""))));
        assertThat(endpoint.address().isUnresolved()).isFalse();
        assertThat(endpoint.address().getHostString()).isEqualTo("10.0.0.1");
        assertThat(endpoint.locality().zone()).isEqualTo("z1");
        assertThat(endpoint.locality().node()).isEqualTo("S1");
        assertThat(endpoint.weight()).isEqualTo(1);
    }

    @Test
    void aHostWithoutAddressCostsItsEndpointsOnly() {
        Catalog catalog = build(app("", task("t", ""), "{\"id\": \"u\", \"host\": \"gone.example\", \"ports\": [1]}"));
        assertThat(catalog.snapshots().get(0).endpoints())
                .extracting(Endpoint::id)
                .containsExactly("t");
        assertThat(catalog.problems())
                .singleElement()
                .asString()
                .isEqualTo("/a: host gone.example: has no address (expected: a name that resolves)");
    }

    @Test
    void tasksThatNobodyCheckedStayUncheckedWhileTheFirstChecksAreDeployed() {
        build(app(", \"version\": \"v1\"", task("t", ", \"version\": \"v1\"")));
        String next = ", \"version\": \"v2\", \"healthChecks\": [{}]";
        Catalog both = build(app(next, task("t", ", \"version\": \"v1\""), task("new", ", \"version\": \"v2\"")));
        assertThat(both.snapshots().get(0).endpoints())
                .extracting(Endpoint::health)
                .containsExactly(Health.UNCHECKED, Health.UNKNOWN);
        assertThat(only(build(app(next, task("t", ", \"version\": \"v2\"")))).health())
                .isEqualTo(Health.UNKNOWN);
    }

    @Test
    void tasksOfAnOldVersionStayWhereTheyAreWhileTheContainerPortChanges() {
        assertThat(portOf("v1", 8080)).isEqualTo(8080);
        assertThat(portOf("v2", 9090)).isEqualTo(8080);
        assertThat(portOf("v1", 9090)).isEqualTo(9090);
    }

    private int portOf(String version, int containerPort) {
        return only(build(
                        "{\"id\": \"/a\", \"version\": \"" + version + "\", \"networks\": [{\"mode\": \"container\"}],"
                                + "\"container\": {\"portMappings\": [{\"containerPort\": " + containerPort
                                + "}]}, \"tasks\": ["
                                + "{\"id\": \"t\", \"version\": \"v1\", \"host\": \"10.0.0.1\", \"state\": \"TASK_RUNNING\","
                                + "\"ipAddresses\": [{\"ipAddress\": \"172.16.0.2\"}]}]}"))
                .address()
                .getPort();
    }

    @Test
    void aTaskThatAListLacksForAWhileKeepsItsVerdict() {
        String checks = ", \"healthChecks\": [{}]";
        build(app(checks, task("t", results(true))));
        build(app(checks));
        clock.advance(Absences.REMEMBERED);
        build(app(checks));
        assertThat(only(build(app(checks, task("t", "")))).health()).isEqualTo(Health.HEALTHY);
        build(app(checks));
        clock.advance(Absences.REMEMBERED.plusNanos(1));
        build(app(checks));
        assertThat(only(build(app(checks, task("t", "")))).health()).isEqualTo(Health.UNKNOWN);
    }

    @Test
    void judgesHealthByResults() {
        String checks = ", \"healthChecks\": [{}, {}]";
        Catalog catalog = build(app(
                checks,
                task("both", results(true, true)),
                task("one of two reported", results(true)),
                task("half", results(true, false)),
                task("none", results(false, false)),
                task("empty", results()),
                task("missing", "")));
        assertThat(catalog.snapshots().get(0).endpoints())
                .extracting(Endpoint::health)
                .containsExactly(
                        Health.HEALTHY,
                        Health.DEGRADED,
                        Health.DEGRADED,
                        Health.UNHEALTHY,
                        Health.UNKNOWN,
                        Health.UNKNOWN);
        assertThat(only(build(app("", task("t", results(false))))).health()).isEqualTo(Health.UNCHECKED);
    }

    @Test
    void remembersTheVerdictOverAGap() {
        String checks = ", \"healthChecks\": [{}]";
        build(app(checks, task("t", results(true))));
        assertThat(only(build(app(checks, task("t", results())))).health()).isEqualTo(Health.HEALTHY);
        assertThat(only(build(app(checks, task("t", "")))).health()).isEqualTo(Health.HEALTHY);
        assertThat(only(build(app(checks, task("t", results(false))))).health()).isEqualTo(Health.UNHEALTHY);
        assertThat(only(build(app(checks, task("t", results())))).health()).isEqualTo(Health.UNHEALTHY);
    }

    @Test
    void tasksWithoutAnIdShareNoMemory() {
        String checks = ", \"healthChecks\": [{}]";
        Catalog catalog = build(app(checks, task("", results(true)), task("", results())));
        assertThat(catalog.snapshots().get(0).endpoints())
                .extracting(Endpoint::health)
                .containsExactly(Health.HEALTHY, Health.UNKNOWN);
        assertThat(only(catalog).id()).isEqualTo("10.0.0.1:31000");
    }

    private static final String CHECKED =
            ", \"version\": \"v2\", \"readinessChecks\": [{\"intervalSeconds\": 2, \"timeoutSeconds\": 1}]";
    private static final String DEPLOYING = CHECKED + ", \"deployments\": [{\"id\": \"d\"}]";

    private static String ready(boolean ready) {
        return ", \"readinessCheckResults\": [{\"taskId\": \"t\", \"ready\": " + ready + "}]";
    }

    private boolean isReady(String appRest, String version) {
        return only(build(app(appRest, task("t", ", \"version\": \"" + version + "\""))))
                .ready();
    }

    @Test
    void readinessMattersOnlyDuringADeployment() {
        assertThat(isReady(CHECKED, "v2")).isTrue();
        assertThat(isReady(CHECKED + ready(false), "v2")).isTrue();
        assertThat(isReady(DEPLOYING + ready(false), "v2")).isFalse();
        assertThat(isReady(DEPLOYING + ready(true), "v2")).isTrue();
    }

    @Test
    void aNewTaskWithoutAResultIsHeldBackAndAnOldOneIsNot() {
        assertThat(isReady(DEPLOYING, "v2")).isFalse();
        assertThat(isReady(DEPLOYING, "v1")).isTrue();
        assertThat(isReady(", \"version\": \"v2\", \"deployments\": [{}]", "v2"))
                .isTrue();
    }

    @Test
    void aTaskThatWasReadyStaysReadyWhenTheResultsAreDropped() {
        assertThat(isReady(DEPLOYING + ready(true), "v2")).isTrue();
        assertThat(isReady(DEPLOYING, "v2")).isTrue();
        assertThat(isReady(DEPLOYING + ready(false), "v2")).isFalse();
        assertThat(isReady(DEPLOYING, "v2")).isFalse();
    }

    @Test
    void nobodyWaitsForAResultForever() {
        assertThat(isReady(DEPLOYING, "v2")).isFalse();
        clock.advance(Duration.ofMillis(2900));
        assertThat(isReady(DEPLOYING, "v2")).isFalse();
        clock.advance(Duration.ofMillis(100));
        assertThat(isReady(DEPLOYING, "v2")).isTrue();
    }

    @Test
    void aRecordedDeploymentHoldsItsNewTaskBack() {
        List<Endpoint> endpoints = take(Fixtures.bytes("live/apps-embed-running-no-health-yet.json"))
                .snapshots()
                .get(0)
                .endpoints();
        assertThat(endpoints).singleElement().matches(endpoint -> !endpoint.ready());
        assertThat(endpoints).extracting(Endpoint::health).containsExactly(Health.UNKNOWN);
    }
}
