package io.evenkeel.discovery;

import static io.evenkeel.testing.Endpoints.endpoint;
import static io.evenkeel.testing.Endpoints.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.Endpoints;
import java.util.List;
import java.util.Map;
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
}
