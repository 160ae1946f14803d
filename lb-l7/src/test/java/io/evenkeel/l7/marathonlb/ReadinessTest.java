package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Scale;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessTest {

    private static final MarathonLbOptions ALL = new MarathonLbOptions(Set.of("*"), true, false);

    @Test
    void tasksThatAreNotReadyGetNothingIfTheLabelSaysSo() {
        assertThat(active(Apps.with(
                        Apps.app("/web", 10000, "LB_0_READINESS", "true"), task("a", true), task("b", false))))
                .containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({"LB_0_READINESS, false", "LB_1_READINESS, true", "HAPROXY_0_MODE, http"})
    void readinessDoesNotMatterOtherwise(String label, String value) {
        assertThat(active(Apps.with(Apps.app("/web", 10000, label, value), task("a", true), task("b", false))))
                .containsExactly("a", "b");
    }

    @Test
    void aDeploymentDoesNotRelyOnTasksThatAreNotReady() {
        assertThat(active(blue(task("b1", true)), green("true", task("g1", false))))
                .containsExactly("b1");
        assertThat(active(blue(task("b1", true)), green("true", task("g1", true))))
                .containsExactly("g1");
        assertThat(active(blue(task("b1", true)), green("false", task("g1", false))))
                .containsExactly("g1");
    }

    private static List<String> active(Snapshot... snapshots) {
        return MarathonLbPlan.seen(Catalog.of(List.of(snapshots)), ALL, Set.of(), Set.of()).snapshots().stream()
                .flatMap(snapshot -> snapshot.endpoints().stream())
                .filter(endpoint -> ALL.filter().judge(endpoint) == Eligibility.ACTIVE)
                .map(Endpoint::id)
                .toList();
    }

    private static Snapshot blue(Endpoint task) {
        return colour("/web-blue", "2026-01-01", "true", task);
    }

    private static Snapshot green(String readiness, Endpoint task) {
        return colour("/web-green", "2026-01-02", readiness, task);
    }

    private static Snapshot colour(String id, String startedAt, String readiness, Endpoint task) {
        return Apps.with(
                Apps.app(
                                id,
                                10000,
                                "HAPROXY_DEPLOYMENT_GROUP",
                                "web",
                                "HAPROXY_DEPLOYMENT_STARTED_AT",
                                startedAt,
                                "LB_0_READINESS",
                                readiness)
                        .withScale(new Scale(1, Instant.EPOCH)),
                task);
    }

    private static Endpoint task(String id, boolean ready) {
        return new Endpoint(
                id,
                InetSocketAddress.createUnresolved(id, 80),
                1,
                Locality.UNKNOWN,
                EndpointState.RUNNING,
                Health.HEALTHY,
                ready,
                Map.of());
    }
}
