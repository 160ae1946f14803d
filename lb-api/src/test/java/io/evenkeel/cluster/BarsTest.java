package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bars and limits do to the picks of a cluster. */
class BarsTest {

    private final Cluster cluster =
            new Cluster("web", new ClusterRuntime(() -> 0, new SplittableRandom(1), new ManualClock()));

    static Stream<Strategy> strategies() {
        return Stream.of(
                Strategy.roundRobin(),
                Strategy.random(),
                Strategy.leastRequest(),
                Strategy.weighted(),
                Strategy.peakEwma(),
                Strategy.latencyAware());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void nobodyPicksABarredEndpointAndTheOthersShareWhatItWouldHaveGot(Strategy strategy) {
        update(10, strategy);
        EndpointStats barred = cluster.state().active().get(3);
        Picker before = cluster.state().picker();

        cluster.bar(barred, Bar.EJECTED);

        assertThat(cluster.state().picker()).isSameAs(before); // nothing was rebuilt
        for (int i = 0; i < 9_000; i++) {
            EndpointStats picked = cluster.pick(PickContext.none());
            picked.complete(Outcome.SUCCESS, 0, 1_000);
        }
        for (EndpointStats one : cluster.state().active()) {
            if (one == barred) {
                assertThat(one.started()).isZero();
            } else if (strategy.equals(Strategy.latencyAware())) {
                assertThat(one.started()).isPositive(); // it learns who is fast, and at first knows of few
            } else {
                assertThat(one.started()).isBetween(850L, 1_150L);
            }
        }

        cluster.unbar(barred, Bar.EJECTED);
        Set<EndpointStats> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            seen.add(cluster.pick(PickContext.none()));
        }
        assertThat(seen).contains(barred);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.5, 1})
    void failsOpenBelowThePanicThresholdAndCountsBarsAgainAboveIt(double threshold) {
        ClusterConfig config = ClusterConfig.builder().panicThreshold(threshold).build();
        cluster.update(Endpoints.snapshot("web", Endpoints.endpoints(10)), config);
        List<Boolean> heard = new ArrayList<>();
        cluster.listen(new ClusterListener() {
            @Override
            public void stateChanged(ClusterState previous, ClusterState current) {}

            @Override
            public void failOpenChanged(boolean failsOpen) {
                heard.add(failsOpen);
            }
        });
        List<EndpointStats> all = cluster.state().active();

        for (int barred = 1; barred <= 10; barred++) {
            cluster.bar(all.get(barred - 1), Bar.UNHEALTHY);
            boolean open = 10 - barred < threshold * 10;
            assertThat(all.get(0).isAvailable()).as("%d barred", barred).isEqualTo(open);
            assertThat(heard).hasSize(open ? 1 : 0);
        }
        if (threshold == 0) {
            assertThat(cluster.pick(PickContext.none())).isNull();
            assertThatThrownBy(cluster::acquire)
                    .hasMessage(
                            "web: of 10 endpoints none takes work (0 tried, 10 barred, the others at their limits)");
        }
        for (EndpointStats one : all) {
            cluster.unbar(one, Bar.UNHEALTHY);
        }
        assertThat(all).allMatch(EndpointStats::isAvailable);
        assertThat(heard).isEqualTo(threshold == 0 ? List.of() : List.of(true, false));
    }

    @Test
    void newcomersToAClusterThatFailsOpenAreUsedTooAndThoseWhoLeaveNoLongerCount() {
        update(4, Strategy.random());
        for (EndpointStats one : cluster.state().active()) {
            cluster.bar(one, Bar.UNHEALTHY);
        }

        update(5, Strategy.random());
        EndpointStats newcomer = cluster.state().active().get(4);
        cluster.bar(newcomer, Bar.UNHEALTHY);
        assertThat(newcomer.isAvailable()).isTrue();

        cluster.update(
                Endpoints.snapshot(
                        "web",
                        Endpoints.endpoints(5).stream()
                                .map(one -> one.id().equals("task-4") ? one : one.withState(EndpointState.STOPPING))
                                .toList()),
                ClusterConfig.defaults());
        cluster.unbar(newcomer, Bar.UNHEALTHY);
        assertThat(cluster.state().active()).containsExactly(newcomer);
        assertThat(newcomer.isAvailable()).isTrue();
    }

    @Test
    void whoeverWasAwayWhenTheClusterStoppedFailingOpenIsBarredLikeTheOthers() {
        update(2, Strategy.random());
        List<EndpointStats> both = cluster.state().active();
        both.forEach(one -> cluster.bar(one, Bar.UNHEALTHY));
        assertThat(both).allMatch(EndpointStats::isAvailable);

        cluster.update(
                Endpoints.snapshot(
                        "web", both.get(0).endpoint(), both.get(1).endpoint().withState(EndpointState.STOPPING)),
                ClusterConfig.defaults());
        cluster.unbar(both.get(0), Bar.UNHEALTHY);
        update(3, Strategy.random());

        assertThat(both.get(1).isAvailable()).isFalse();
    }

    @Test
    void barsMeanNothingToEndpointsThatDoNotTakeWorkAnyway() {
        update(2, Strategy.random());
        EndpointStats gone = cluster.state().active().get(1);

        update(1, Strategy.random());
        cluster.bar(gone, Bar.UNHEALTHY);
        cluster.bar(gone, Bar.UNHEALTHY);

        assertThat(cluster.state().active().get(0).isAvailable()).isTrue();
        cluster.bar(cluster.state().active().get(0), Bar.UNHEALTHY); // now none is free of bars
        assertThat(cluster.pick(PickContext.none())).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void fillsEveryEndpointUpToItsLimitAndNotBeyond(Strategy strategy) {
        update(7, strategy);
        cluster.state().active().forEach(one -> one.setLimit(3));

        for (int i = 0; i < 21; i++) {
            assertThat(cluster.pick(PickContext.none())).as("pick %d", i).isNotNull();
        }

        assertThat(cluster.pick(PickContext.none())).isNull();
        assertThat(cluster.state().active()).allMatch(one -> one.inFlight() == 3 && one.maxInFlight() == 3);
    }

    @Test
    void listenersHearOfEachBarOnce() {
        update(3, Strategy.random());
        List<String> heard = new ArrayList<>();
        cluster.listen(new ClusterListener() {
            @Override
            public void stateChanged(ClusterState previous, ClusterState current) {}

            @Override
            public void barred(EndpointStats endpoint, Bar bar) {
                heard.add("+" + bar);
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void unbarred(EndpointStats endpoint, Bar bar) {
                heard.add("-" + bar);
            }
        });
        EndpointStats one = cluster.state().active().get(0);

        cluster.bar(one, Bar.EJECTED);
        cluster.bar(one, Bar.EJECTED);
        cluster.bar(one, Bar.UNHEALTHY);
        cluster.unbar(one, Bar.MAINTENANCE);
        cluster.unbar(one, Bar.EJECTED);
        cluster.unbar(one, Bar.EJECTED);

        assertThat(heard).containsExactly("+EJECTED", "+UNHEALTHY", "-EJECTED");
        assertThat(one.isAvailable()).isFalse();
    }

    @Test
    void aPanicThresholdIsAShare() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ClusterConfig.builder().panicThreshold(wrong))
                    .withMessage("panicThreshold: " + wrong + " (expected: 0 to 1)");
        }
    }

    private void update(int count, Strategy strategy) {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(count)),
                ClusterConfig.builder().strategy(strategy).build());
    }
}
