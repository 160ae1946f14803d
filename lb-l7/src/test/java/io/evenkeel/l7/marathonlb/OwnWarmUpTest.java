package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.health.CheckState;
import io.evenkeel.l7.Backend;
import io.evenkeel.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How new tasks are eased in. */
class OwnWarmUpTest {

    /* However often it fails, it is not what takes a task out. */
    private static final DeclaredCheck CHECK =
            new DeclaredCheck("HTTP", "/health", 0, 0, Duration.ofMillis(20), Duration.ofSeconds(10), 1_000_000);

    private final OwnLabelFixture fixture = new OwnLabelFixture();
    private volatile int health = 503;
    private final Backend old = Backend.text("old");
    private final Backend fresh = Backend.of((wire, request) -> {
        int status = request.head().startsWith("GET /health ") ? health : 200;
        wire.send("HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\n\r\nfresh");
        return true;
    });

    @AfterEach
    void close() {
        fixture.close();
        old.close();
        fresh.close();
    }

    @Test
    void aTaskThatStartsDownGetsNothingBeforeACheckHasPassed() throws Exception {
        fixture.publish(checked(List.of(old), "LB_0_START_DOWN", "true"));
        Eventually.holds("the old one is up", () -> state(old).isUp());
        fixture.publish(checked(List.of(old, fresh), "LB_0_START_DOWN", "true"));
        awaitTasks(2);
        assertThat(state(fresh).isUp()).isFalse();
        Eventually.holds("it has failed some checks", () -> fresh.requests.size() >= 3);
        assertThat(answers(10)).containsOnly("old");
        assertThat(fresh.requests)
                .allSatisfy(request -> assertThat(request.head()).startsWith("GET /health "));

        health = 200;
        Eventually.holds("it is up", () -> state(fresh).isUp());
        assertThat(answers(10)).contains("old", "fresh");
    }

    @Test
    void whereNobodyHasPassedClientsGet503() throws Exception {
        fixture.publish(checked(List.of(fresh), "LB_0_START_DOWN", "true"));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        health = 200;
        Eventually.holds("it is up", () -> state(fresh).isUp());
        assertThat(fixture.get("/").body()).isEqualTo("fresh");
    }

    @Test
    void whoServedBeforeTheLabelCameGoesOn() throws Exception {
        fixture.publish(checked(List.of(fresh)));
        assertThat(fixture.get("/").body()).isEqualTo("fresh");
        fixture.publish(checked(List.of(fresh), "LB_0_START_DOWN", "true"));
        Eventually.holds("the label counts", () -> !state(fresh).policy().trusting());
        assertThat(fixture.get("/").body()).isEqualTo("fresh");
    }

    @Test
    void whoIsNotCheckedCannotStartDown() throws Exception {
        fixture.serve(List.of(fresh), "LB_0_START_DOWN", "true");
        assertThat(fixture.problems())
                .containsExactly("label LB_0_START_DOWN: has no effect (expected: a health check of the application for"
                        + " this port)");
        assertThat(fixture.get("/").body()).isEqualTo("fresh");
    }

    @Test
    void aNewTaskGetsLittleAtFirst() throws Exception {
        fixture.serve(List.of(old), "LB_0_SLOW_START", "7d");
        assertThat(cluster().layers().ramping()).isZero();
        fixture.serve(List.of(old, fresh), "LB_0_SLOW_START", "7d");
        awaitTasks(2);
        assertThat(cluster().layers().ramping()).isEqualTo(1);
        assertThat(answers(33).stream().filter("fresh"::equals)).hasSizeBetween(1, 6); // a tenth of what the other gets
        assertThat(fixture.problems()).isEmpty();
    }

    @Test
    void whoIsNewHasItsShareAtOnceByHaproxysWord() throws Exception {
        String[] labels = {
            "HAPROXY_0_BACKEND_SERVER_OPTIONS",
            "server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}{healthCheckOptions}{otherOptions}"
                    + " slowstart 7d"
        };
        fixture.serve(List.of(old), labels);
        fixture.serve(List.of(old, fresh), labels);
        awaitTasks(2);
        assertThat(cluster().layers().ramping()).isZero();
        assertThat(fixture.problems()).isEmpty();
    }

    @Test
    void whoPassesItsChecksAgainGetsLittleAtFirstByHaproxysWord() throws Exception {
        String[] labels = {
            "HAPROXY_0_BACKEND_SERVER_OPTIONS",
            "server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}{healthCheckOptions}{otherOptions}"
                    + " slowstart 7d inter 50 fall 1 rise 1"
        };
        fixture.publish(checked(List.of(old, fresh), labels));
        Eventually.holds("it is down", () -> !state(fresh).isUp());
        health = 200;
        Eventually.holds("it is up", () -> state(fresh).isUp());
        Eventually.holds("it ramps up", () -> cluster().layers().ramping() == 1);
    }

    @Test
    void inADeploymentGroupATaskDoesNotStartDown() throws Exception {
        fixture.publish(checked(List.of(fresh), "LB_0_START_DOWN", "true", "HAPROXY_DEPLOYMENT_GROUP", "web"));
        assertThat(fixture.get("/").body()).isEqualTo("fresh"); // those that it comes in place of may be set aside
        assertThat(fixture.problems())
                .containsExactly(
                        "label LB_0_START_DOWN: has no effect (expected: no label HAPROXY_DEPLOYMENT_GROUP beside"
                                + " it, where tasks count when Marathon's checks have passed)");
    }

    @Test
    void withoutAWordNobodyWaits() throws Exception {
        fixture.serve(List.of(old));
        fixture.serve(List.of(old, fresh));
        awaitTasks(2);
        assertThat(cluster().layers().ramping()).isZero();
        assertThat(answers(10).stream().filter("fresh"::equals)).hasSize(5);
    }

    @Test
    void aStrategyThatWeighsNobodyIsReported() throws Exception {
        fixture.serve(List.of(old), "LB_0_SLOW_START", "30s", "LB_0_BALANCE", "round-robin");
        assertThat(fixture.problems())
                .containsExactly(
                        "label LB_0_SLOW_START: has no effect (expected: another way to balance than round-robin,"
                                + " which weighs nobody)");
    }

    @Test
    void valuesThatCannotBeReadTakeOutThePort() throws Exception {
        fixture.publish(
                fixture.app("/a", List.of(old), "LB_0_SLOW_START", "soon"),
                fixture.app("/b", List.of(old), "LB_0_START_DOWN", "yes"));
        assertThat(fixture.proxy.servicePorts()).isEmpty();
        assertThat(fixture.problems())
                .containsExactlyInAnyOrder(
                        "label LB_0_SLOW_START: soon (expected: " + OwnValues.DURATION + "); this port is left out",
                        "label LB_0_START_DOWN: yes (expected: true or false); this port is left out");
    }

    private Snapshot checked(List<Backend> backends, String... labels) {
        String[] all = Stream.concat(Stream.of("HAPROXY_0_MODE", "http"), Stream.of(labels))
                .toArray(String[]::new);
        return Apps.with(
                Apps.checked(Apps.app("/web", fixture.service.getPort(), all), CHECK),
                backends.stream().map(Backend::endpoint).toArray(Endpoint[]::new));
    }

    private Cluster cluster() {
        return fixture.port("/web").cluster();
    }

    private void awaitTasks(int count) {
        Eventually.holds(count + " tasks", () -> cluster().state().active().size() == count);
    }

    private CheckState state(Backend backend) {
        EndpointStats server = cluster().state().active().stream()
                .filter(one -> one.endpoint().address().equals(backend.address()))
                .findFirst()
                .orElseThrow();
        return cluster().checkState(server).orElseThrow();
    }

    private List<String> answers(int count) throws Exception {
        String[] answers = new String[count];
        for (int i = 0; i < count; i++) {
            answers[i] = fixture.get("/").body();
        }
        return List.of(answers);
    }
}
