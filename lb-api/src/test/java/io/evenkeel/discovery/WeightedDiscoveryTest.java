package io.evenkeel.discovery;

import static io.evenkeel.testing.Endpoints.endpoint;
import static io.evenkeel.testing.Endpoints.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightedDiscoveryTest {

    private final ManualClock control = new ManualClock();
    private final FakeDiscovery stable = new FakeDiscovery();
    private final FakeDiscovery canary = new FakeDiscovery();
    private final WeightedDiscovery both = Discovery.weighted(List.of(stable, canary), 9, 1);

    @Test
    void splitsTrafficByWeightsThatChange() {
        stable.publish(snapshot("web", endpoint("s", 1), endpoint("s", 2), endpoint("s", 3)));
        canary.publish(snapshot("web", endpoint("c", 4), endpoint("c", 5)));

        try (LoadBalancer lb = LoadBalancer.builder(both)
                .config(ClusterConfig.defaults().withStrategy(Strategy.weighted()))
                .control(control)
                .random(new Random(42))
                .build()) {
            assertThat(canaryOf(lb, 10_000)).isCloseTo(1_000, within(50));

            both.weights(1, 1);
            assertThat(canaryOf(lb, 10_000)).isCloseTo(5_000, within(50));

            both.weights(1, 0);
            assertThat(canaryOf(lb, 10_000)).isZero();
            assertThat(lb.cluster("web").state().draining()).hasSize(2);

            both.weights(0, 1);
            assertThat(canaryOf(lb, 10_000)).isEqualTo(10_000);

            canary.publish();
            both.weights(1, 100);
            assertThat(canaryOf(lb, 10_000)).isZero();
        }
        assertThat(stable.closes()).isEqualTo(1);
        assertThat(canary.closes()).isEqualTo(1);
    }

    @Test
    void tellsListenersOfNewWeightsBeforeItReturns() {
        List<Catalog> heard = new ArrayList<>();
        both.watch(heard::add);
        stable.publish(snapshot("web", endpoint("s", 1)));
        canary.publish(snapshot("web", endpoint("c", 2)));

        both.weights(1, 1);
        both.weights(2, 2);

        assertThat(heard).hasSize(3); // the same proportion is no news
        assertThat(heard.get(2).find("web").endpoints())
                .containsExactly(endpoint("s", 1, 65_535), endpoint("c", 2, 65_535));
    }

    @Test
    void takesWeightsBeforeItIsWatched() {
        both.weights(0, 3);

        assertThat(both.weights()).containsExactly(0, 3);
        assertThat(stable.watchers()).isZero();
    }

    @Test
    void keepsItsWeightsWhenNewOnesAreBad() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> both.weights(1, -2))
                .withMessage("weight: -2.0 (expected: >= 0 and finite)");

        assertThat(both.weights()).containsExactly(9, 1);
    }

    @Test
    void doesNotShareItsArrays() {
        double[] given = {1, 2};
        both.weights(given);
        given[0] = Double.NaN;
        both.weights()[1] = -1;

        assertThat(both.weights()).containsExactly(1, 2);
    }

    @Test
    void passesRequestsOn() {
        both.request("web");

        assertThat(canary.requests()).containsExactly("web");
    }

    private int canaryOf(LoadBalancer lb, int picks) {
        control.runDue();
        int count = 0;
        for (int i = 0; i < picks; i++) {
            try (Lease lease = lb.acquire("web")) {
                count += lease.endpoint().id().equals("c") ? 1 : 0;
                lease.complete(Outcome.SUCCESS);
            }
        }
        return count;
    }
}
