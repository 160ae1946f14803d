package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.FakeDiscovery;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NearestTest {

    private static final Locality HERE = new Locality("eu", "a", "node-1");
    private static final Endpoint ON_NODE = at("on-node", "eu", "a", "node-1");
    private static final Endpoint IN_ZONE = at("in-zone", "eu", "a", "node-2");
    private static final Endpoint IN_REGION = at("in-region", "eu", "b", "node-3");
    private static final Endpoint ELSEWHERE = at("elsewhere", "us", "c", "node-4");
    private static final Endpoint UNKNOWN = at("unknown", "", "", "");

    @Test
    void staysAsNearAsItCan() {
        Nearest nearest = nearest(1);

        assertThat(near(nearest, ELSEWHERE, IN_REGION, IN_ZONE, ON_NODE)).containsExactly(ON_NODE);
        assertThat(near(nearest, ELSEWHERE, IN_REGION, IN_ZONE)).containsExactly(IN_ZONE);
        assertThat(near(nearest, ELSEWHERE, IN_REGION)).containsExactly(IN_REGION);
        assertThat(near(nearest, ELSEWHERE, UNKNOWN)).containsExactly(ELSEWHERE, UNKNOWN);
        assertThat(near(nearest)).isEmpty();
    }

    @Test
    void goesWiderUntilEnoughAreUsable() {
        assertThat(near(nearest(2), ELSEWHERE, IN_REGION, IN_ZONE, ON_NODE)).containsExactly(IN_ZONE, ON_NODE);
        assertThat(near(nearest(3), ELSEWHERE, IN_REGION, IN_ZONE, ON_NODE))
                .containsExactly(IN_REGION, IN_ZONE, ON_NODE);
        assertThat(near(nearest(4), ELSEWHERE, IN_REGION, IN_ZONE, ON_NODE))
                .containsExactly(ELSEWHERE, IN_REGION, IN_ZONE, ON_NODE);
        assertThat(near(nearest(Integer.MAX_VALUE), ON_NODE)).containsExactly(ON_NODE);
    }

    @Test
    void countsUsableEndpointsOnlyAndReportsAllOfThePlace() {
        Endpoint ill = ON_NODE.withHealth(Health.UNHEALTHY);
        Endpoint idle = at("idle", "eu", "a", "node-1").withWeight(0);

        assertThat(near(nearest(1), ELSEWHERE, ill, idle, IN_ZONE)).containsExactly(ill, idle, IN_ZONE);
        assertThat(near(new Nearest(HERE, 1, new Usable(EndpointFilter.everything())), ill, IN_ZONE))
                .containsExactly(ill);
    }

    @Test
    void doesNotTakeAZoneOfAnotherRegionForItsOwn() {
        Endpoint sameName = at("same-name", "us", "a", "node-1");
        Endpoint silent = at("silent", "", "a", "node-2");

        assertThat(near(nearest(1), sameName, IN_REGION)).containsExactly(IN_REGION);
        assertThat(near(nearest(1), silent, IN_REGION)).containsExactly(silent);
        assertThat(near(nearest(2), ELSEWHERE, silent, IN_REGION)).containsExactly(silent, IN_REGION);
    }

    @Test
    void takesPlacesOfWhichNothingIsKnownForNoPlace() {
        Nearest lost = new Nearest(Locality.UNKNOWN, 1, new Usable(EndpointFilter.library()));

        assertThat(near(lost, UNKNOWN, ON_NODE)).containsExactly(UNKNOWN, ON_NODE);
    }

    @Test
    void followsItsSource() {
        FakeDiscovery source = new FakeDiscovery();
        AtomicReference<Catalog> newest = new AtomicReference<>();
        Discovery.preferLocal(source, HERE).watch(newest::set);

        source.publish(Endpoints.snapshot("web", ON_NODE, ELSEWHERE), Endpoints.snapshot("api", ELSEWHERE));
        assertThat(newest.get().snapshots())
                .containsExactly(Endpoints.snapshot("web", ON_NODE), Endpoints.snapshot("api", ELSEWHERE));

        source.publish(Endpoints.snapshot("web", ON_NODE.withHealth(Health.UNKNOWN), ELSEWHERE));
        assertThat(newest.get().snapshots())
                .containsExactly(Endpoints.snapshot("web", ON_NODE.withHealth(Health.UNKNOWN), ELSEWHERE));
    }

    @Test
    void namesABadNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.preferLocal(new FakeDiscovery(), HERE, 0, EndpointFilter.library()))
                .withMessage("atLeast: 0 (expected: >= 1)");
    }

    private static Nearest nearest(int atLeast) {
        return new Nearest(HERE, atLeast, new Usable(EndpointFilter.library()));
    }

    private static List<Endpoint> near(Nearest nearest, Endpoint... endpoints) {
        return nearest.merge(List.of(new Offer(0, Endpoints.snapshot("web", endpoints))))
                .endpoints();
    }

    private static Endpoint at(String id, String region, String zone, String node) {
        Endpoint plain = Endpoints.endpoint(id, 80);
        return new Endpoint(
                id,
                plain.address(),
                1,
                new Locality(region, zone, node),
                plain.state(),
                plain.health(),
                true,
                plain.labels());
    }
}
