package io.evenkeel.discovery;

import static io.evenkeel.testing.Endpoints.endpoint;
import static io.evenkeel.testing.Endpoints.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.FakeDiscovery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FailoverTest {

    private static final Endpoint NEAR = endpoint("near", 1);
    private static final Endpoint FAR = endpoint("far", 2);
    private static final Endpoint LAST = endpoint("last", 3);

    private final FakeDiscovery near = new FakeDiscovery();
    private final FakeDiscovery far = new FakeDiscovery();
    private final FakeDiscovery last = new FakeDiscovery();
    private final AtomicReference<Catalog> newest = new AtomicReference<>();

    @Test
    void servesFromTheFirstSourceThatHasAUsableEndpoint() {
        follow(Discovery.failover(near, far, last));

        far.publish(snapshot("web", FAR));
        assertThat(web()).containsExactly(FAR); // the first has never answered

        near.publish();
        last.publish(snapshot("web", LAST));
        assertThat(web()).containsExactly(FAR); // it does not know the service

        near.publish(snapshot("web"));
        assertThat(web()).containsExactly(FAR); // it has no endpoint

        near.publish(snapshot("web", NEAR));
        assertThat(web()).containsExactly(NEAR);
    }

    @Test
    void fallsBackAndReturnsAtOnce() {
        follow(Discovery.failover(near, far, last));
        last.publish(snapshot("web", LAST));
        far.publish(snapshot("web", FAR));
        near.publish(snapshot("web", NEAR));

        near.publish(snapshot("web", NEAR.withHealth(Health.UNHEALTHY)));
        assertThat(web()).containsExactly(FAR);

        far.publish(snapshot("web", FAR.withState(EndpointState.STOPPED)));
        assertThat(web()).containsExactly(LAST);

        near.publish(snapshot("web", NEAR, endpoint("near-2", 4, 0)));
        assertThat(web()).containsExactly(NEAR, endpoint("near-2", 4, 0)); // and all that it has
    }

    @Test
    void decidesForEachServiceByItself() {
        follow(Discovery.failover(near, far));
        near.publish(snapshot("web", NEAR), snapshot("api"));
        far.publish(snapshot("web", FAR), snapshot("api", FAR), snapshot("admin", FAR));

        assertThat(newest.get().snapshots())
                .containsExactly(snapshot("web", NEAR), snapshot("api", FAR), snapshot("admin", FAR));
    }

    @Test
    void doesNotTakeAnEndpointWithoutWeightForUsable() {
        follow(Discovery.failover(near, far));
        near.publish(snapshot("web", NEAR.withWeight(0)));
        far.publish(snapshot("web", FAR));

        assertThat(web()).containsExactly(FAR);
    }

    @Test
    void asksTheFilterItWasGiven() {
        follow(Discovery.failover(List.of(near, far), EndpointFilter.everything()));
        near.publish(snapshot("web", NEAR.withHealth(Health.UNHEALTHY)));
        far.publish(snapshot("web", FAR));

        assertThat(web()).containsExactly(NEAR.withHealth(Health.UNHEALTHY));
    }

    @Test
    void reportsTheFirstWithAnyEndpointWhereNobodyHasAUsableOne() {
        Endpoint farAndIll = FAR.withHealth(Health.UNHEALTHY);
        follow(Discovery.failover(near, far, last));
        near.publish(snapshot("web"));
        far.publish(snapshot("web", farAndIll));
        last.publish(snapshot("web", LAST.withWeight(0)));

        assertThat(web()).containsExactly(farAndIll);
    }

    @Test
    void reportsAServiceWithoutEndpointsIfThatIsAllThatIsKnown() {
        follow(Discovery.failover(near, far));
        near.publish(snapshot("web"));
        far.publish();

        assertThat(newest.get().snapshots()).containsExactly(snapshot("web"));
    }

    @Test
    void staysWithASourceThatCannotBeRead() {
        follow(Discovery.failover(near, far));
        near.publish(snapshot("web", NEAR));
        far.publish(snapshot("web", FAR));

        near.fail("away");
        far.publish(snapshot("web", FAR), snapshot("api", FAR));

        assertThat(web()).containsExactly(NEAR);
    }

    @Test
    void keepsTheFirstOnesWordOnTheServiceWhoeverServes() {
        Service labelled = Endpoints.labelled("web", Map.of("VIP_0", "web:80"));
        follow(Discovery.failover(near, far));
        near.publish(new Snapshot(labelled, List.of()));
        far.publish(snapshot("web", FAR));

        assertThat(newest.get().find("web")).isEqualTo(new Snapshot(labelled, List.of(FAR)));
    }

    private void follow(Discovery discovery) {
        discovery.watch(newest::set);
    }

    private List<Endpoint> web() {
        return newest.get().find("web").endpoints();
    }
}
