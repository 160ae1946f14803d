package io.evenkeel.discovery;

import static io.evenkeel.testing.Endpoints.endpoint;
import static io.evenkeel.testing.Endpoints.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.Endpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UnionTest {

    @Test
    void takesTheEndpointsOfAllSourcesAndTheFirstOnesWordOnTheService() {
        Service labelled = Endpoints.labelled("web", Map.of("VIP_0", "web:80"));
        Snapshot merged = Union.INSTANCE.merge(List.of(
                new Offer(0, new Snapshot(labelled, List.of(endpoint("a", 1)))),
                new Offer(2, snapshot("web", endpoint("b", 2)))));

        assertThat(merged).isEqualTo(new Snapshot(labelled, List.of(endpoint("a", 1), endpoint("b", 2))));
    }

    @Test
    void countsAnEndpointOnceAndByItsFirstReport() {
        Snapshot merged = Union.INSTANCE.merge(List.of(
                new Offer(0, snapshot("web", endpoint("a", 1, 7))),
                new Offer(
                        1,
                        snapshot(
                                "web",
                                endpoint("a", 1, 9).withHealth(Health.UNHEALTHY),
                                endpoint("a", 2),
                                endpoint("b", 1)))));

        assertThat(merged.endpoints()).containsExactly(endpoint("a", 1, 7), endpoint("a", 2), endpoint("b", 1));
    }

    @Test
    void leavesAloneWhatOneSourceAloneKnows() {
        Snapshot web = snapshot("web", endpoint("a", 1), endpoint("b", 2));

        assertThat(Union.INSTANCE.merge(List.of(new Offer(1, web)))).isSameAs(web);
    }

    private static Snapshot in(String namespace, String portName, String id) {
        return new Snapshot(
                new Service("/web", "/web", namespace, 0, portName, 0, Protocol.TCP, Map.of(), Map.of(), List.of()),
                List.of(endpoint(id, 1)));
    }

    private static Catalog union(Snapshot... snapshots) {
        AtomicReference<Catalog> seen = new AtomicReference<>();
        List<Discovery> sources = new ArrayList<>();
        for (Snapshot snapshot : snapshots) {
            sources.add(StaticDiscovery.of(snapshot));
        }
        try (Discovery union = Discovery.union(sources)) {
            union.watch(seen::set);
        }
        return seen.get();
    }

    @Test
    void keepsNamespacesApart() {
        Catalog catalog =
                union(in("eu", "http", "a"), in("us", "http", "b"), in("", "http", "c"), in("us", "http", "d"));

        assertThat(catalog.snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .containsExactly("/web", "/web@us");
        assertThat(catalog.find("/web").endpoints()).containsExactly(endpoint("a", 1), endpoint("c", 1));
        assertThat(catalog.find("/web@us").endpoints()).containsExactly(endpoint("b", 1), endpoint("d", 1));
        assertThat(catalog.find("/web@eu")).isSameAs(catalog.find("/web"));
        assertThat(catalog.find("/web:http@us")).isSameAs(catalog.find("/web@us"));
        assertThat(catalog.find("/web:http@eu")).isSameAs(catalog.find("/web"));
        assertThat(catalog.find("/web@asia")).isNull();
        assertThat(catalog.find("@eu")).isNull();
    }

    @Test
    void oneNamespaceIsOneService() {
        assertThat(union(in("eu", "", "a"), in("eu", "", "b")).snapshots())
                .singleElement()
                .satisfies(snapshot -> assertThat(snapshot.endpoints()).hasSize(2));
    }
}
