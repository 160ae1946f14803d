package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Strategies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ClusterTest {

    private static final ClusterConfig CONFIG = ClusterConfig.defaults();
    private static final Endpoint A = Endpoints.endpoint("a", 1);
    private static final Endpoint B = Endpoints.endpoint("b", 2);
    private static final Endpoint C = Endpoints.endpoint("c", 3);

    private final Cluster cluster =
            new Cluster("web", new ClusterRuntime(() -> 0, new SplittableRandom(1), new ManualClock()));

    @Test
    void keepsStatsOfEndpointsThatStay() {
        update(A, B);
        EndpointStats a = stats("a");
        EndpointStats b = stats("b");
        a.tryStart(0);

        update(C, B, A);

        assertThat(stats("a")).isSameAs(a);
        assertThat(stats("b")).isSameAs(b);
        assertThat(a.inFlight()).isEqualTo(1);
    }

    @Test
    void keepsStatsOfEndpointsThatAreNotUsedForAWhile() {
        update(A);
        EndpointStats a = stats("a");

        update(A.withState(EndpointState.STARTING));
        assertThat(cluster.state().active()).isEmpty();
        update(A);

        assertThat(stats("a")).isSameAs(a);
    }

    @Test
    void usageNeverFallsWhenEndpointsAreReplaced() {
        update(A, B);
        EndpointStats idle = stats("a");
        idle.tryStart(0);
        idle.addBytesSent(10);
        idle.complete(Outcome.SUCCESS);
        EndpointStats busy = stats("b");
        busy.tryStart(0);

        update(C);
        assertThat(cluster.usage().started()).isEqualTo(2);
        assertThat(cluster.usage().inFlight()).isEqualTo(1);

        busy.addBytesReceived(7);
        busy.complete(Outcome.RESET); // after it left
        stats("c").tryStart(0);
        update(C);
        cluster.remove();

        Usage usage = cluster.usage();
        assertThat(usage.started()).isEqualTo(3);
        assertThat(usage.inFlight()).isEqualTo(1);
        assertThat(usage.count(Outcome.SUCCESS)).isEqualTo(1);
        assertThat(usage.count(Outcome.RESET)).isEqualTo(1);
        assertThat(usage.bytesSent()).isEqualTo(10);
        assertThat(usage.bytesReceived()).isEqualTo(7);
    }

    @Test
    void usageCountsWhatIsPickedFromAStateThatWasJustReplaced() {
        ManualClock clock = new ManualClock();
        Cluster timed = new Cluster("web", new ClusterRuntime(clock, new SplittableRandom(1), clock));
        timed.update(Endpoints.snapshot("web", A), CONFIG);
        EndpointStats a = timed.state().active().get(0);
        timed.update(Endpoints.snapshot("web", B), CONFIG);
        timed.update(Endpoints.snapshot("web", C), CONFIG);

        a.tryStart(0); // by somebody who read the first state
        a.complete(Outcome.SUCCESS);

        assertThat(timed.usage().started()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        timed.update(Endpoints.snapshot("web", B), CONFIG);
        assertThat(timed.usage().started()).isEqualTo(1);
        assertThat(timed.usage().maxInFlight()).isZero();
    }

    @Test
    void makesUpForAnUpdateThatAStrategyFailedIn() {
        boolean[] failing = {false};
        Strategy moody = strategy((endpoints, random) -> {
            if (failing[0]) {
                throw new IllegalStateException("on purpose");
            }
            EndpointStats heaviest = endpoints.stream()
                    .max(Comparator.comparing(one -> one.endpoint().weight()))
                    .orElseThrow();
            return (context, now, attempt) -> heaviest;
        });
        ClusterConfig config = CONFIG.withStrategy(moody);
        Snapshot heavyA = Endpoints.snapshot("web", Endpoints.endpoint("a", 1, 9), Endpoints.endpoint("b", 2, 1));
        Snapshot heavyB = Endpoints.snapshot("web", Endpoints.endpoint("a", 1, 1), Endpoints.endpoint("b", 2, 9));
        cluster.update(heavyA, config);
        failing[0] = true;
        assertThatThrownBy(() -> cluster.update(heavyB, config)).hasMessage("on purpose");
        failing[0] = false;

        cluster.update(heavyB, config);

        assertThat(cluster.acquire().endpoint().id()).isEqualTo("b");
    }

    @Test
    void strategiesHearOfAChangedLocality() {
        List<Locality> seen = new ArrayList<>();
        ClusterConfig config = CONFIG.withStrategy(strategy((endpoints, random) -> {
            seen.add(endpoints.get(0).endpoint().locality());
            return (context, now, attempt) -> endpoints.get(0);
        }));
        cluster.update(Endpoints.snapshot("web", A), config);

        Locality zone = new Locality("region", "zone", "node");
        cluster.update(Endpoints.snapshot("web", in(zone, A)), config);
        cluster.update(Endpoints.snapshot("web", in(zone, A)), config);

        assertThat(seen).containsExactly(A.locality(), zone);
    }

    private static Endpoint in(Locality locality, Endpoint e) {
        return new Endpoint(e.id(), e.address(), e.weight(), locality, e.state(), e.health(), e.ready(), e.labels());
    }

    private static Strategy strategy(BiFunction<List<EndpointStats>, RandomGenerator, Picker> pickers) {
        return Strategies.of(candidates -> pickers.apply(candidates.endpoints(), candidates.random()));
    }

    @Test
    void usageCountsAnEndpointOnceThoughItIsNamedTwice() {
        update(A, A);
        stats("a").tryStart(0);

        assertThat(cluster.usage().started()).isEqualTo(1);
    }

    @Test
    void beginsAnewWithAnEndpointThatWasGone() {
        update(A, B);
        EndpointStats a = stats("a");

        update(B);
        update(B, A);

        assertThat(stats("a")).isNotSameAs(a);
    }

    @Test
    void beginsAnewWhenTheAddressChangesUnderTheSameId() {
        update(A);
        EndpointStats before = stats("a");

        update(Endpoints.endpoint("a", 99));

        assertThat(stats("a")).isNotSameAs(before);
        assertThat(stats("a").endpoint().address().getPort()).isEqualTo(99);
    }

    @Test
    void showsTheNewestReportInTheStats() {
        update(A);
        EndpointStats a = stats("a");

        update(A.withWeight(9));

        assertThat(a.endpoint().weight()).isEqualTo(9);
    }

    @Test
    void sortsEndpointsByTheVerdictOfTheFilter() {
        update(
                A,
                B.withState(EndpointState.STOPPING),
                C.withHealth(Health.UNKNOWN),
                Endpoints.endpoint("d", 4).withHealth(Health.UNHEALTHY),
                Endpoints.endpoint("e", 5).withHealth(Health.UNCHECKED));

        assertThat(ids(cluster.state().active())).containsExactly("a", "e");
        assertThat(ids(cluster.state().draining())).containsExactly("b", "d");
    }

    @Test
    void drainsAnEndpointOfWeightZero() {
        update(A.withWeight(0), B);

        assertThat(ids(cluster.state().active())).containsExactly("b");
        assertThat(ids(cluster.state().draining())).containsExactly("a");
    }

    @Test
    void countsAnEndpointThatIsReportedTwiceOnce() {
        update(A.withWeight(2), A.withWeight(5), B);

        assertThat(ids(cluster.state().active())).containsExactly("a", "b");
        assertThat(stats("a").endpoint().weight()).isEqualTo(2);
        long generation = cluster.state().generation();

        update(A.withWeight(2), A.withWeight(5), B);

        assertThat(cluster.state().generation()).isEqualTo(generation);
    }

    /* Two ports of one task may claim the same VIP. */
    @Test
    void keepsTwoEndpointsOfOneIdAtDifferentAddressesApart() {
        Endpoint second = Endpoints.endpoint("a", 11);
        update(A, second, B);
        List<EndpointStats> before = cluster.state().active();

        update(B, second, A);

        assertThat(before).hasSize(3);
        assertThat(cluster.state().active()).containsExactly(before.get(2), before.get(1), before.get(0));

        update(second);
        assertThat(cluster.state().active()).containsExactly(before.get(1));
        update(A, second);
        assertThat(cluster.state().active().get(0)).isNotSameAs(before.get(0));
        assertThat(cluster.state().active().get(1)).isSameAs(before.get(1));
    }

    @Test
    void movesItsGenerationOnlyWhenSomethingChanged() {
        assertThat(cluster.state().generation()).isZero();
        update(A, B);
        assertThat(cluster.state().generation()).isEqualTo(1);
        update(A, B);
        update(A.withHealth(Health.UNCHECKED), B); // still takes work
        assertThat(cluster.state().generation()).isEqualTo(1);
        update(A.withWeight(3), B);
        assertThat(cluster.state().generation()).isEqualTo(2);
        update(A.withWeight(3), B, C);
        assertThat(cluster.state().generation()).isEqualTo(3);
        update(A.withWeight(3), B, C.withState(EndpointState.STOPPING));
        assertThat(cluster.state().generation()).isEqualTo(4);
        update(A.withWeight(3), B, C.withState(EndpointState.STOPPING).withWeight(7)); // drains as before
        assertThat(cluster.state().generation()).isEqualTo(4);
    }

    @Test
    void movesItsGenerationWhenTheServiceItselfChanges() {
        update(A);

        Service relabelled = Service.named("web").withLabels(Map.of("x", "y"));
        cluster.update(new Snapshot(relabelled, List.of(A)), CONFIG);

        assertThat(cluster.state().generation()).isEqualTo(2);
        assertThat(cluster.state().service()).contains(relabelled);
    }

    @Test
    void takesAnotherStrategyForTheSameEndpoints() {
        ClusterConfig roundRobin = CONFIG.withStrategy(Strategy.roundRobin());
        Snapshot snapshot = Endpoints.snapshot("web", A, B);
        cluster.update(snapshot, CONFIG);

        cluster.update(snapshot, roundRobin);
        EndpointStats one = cluster.pick(PickContext.none());
        EndpointStats two = cluster.pick(PickContext.none());

        assertThat(cluster.state().generation()).isEqualTo(2);
        assertThat(one).isNotSameAs(two);
        cluster.update(snapshot, roundRobin);
        assertThat(cluster.state().generation()).isEqualTo(2);
    }

    @Test
    void takesAnotherFilterForTheSameEndpoints() {
        Snapshot snapshot = Endpoints.snapshot("web", A, B.withState(EndpointState.STARTING));
        cluster.update(snapshot, CONFIG);

        cluster.update(snapshot, CONFIG.withFilter(EndpointFilter.everything()));

        assertThat(ids(cluster.state().active())).containsExactly("a", "b");
    }

    @Test
    void keepsItsPlaceInTheRotationOverATimeWithoutEndpoints() {
        List<Endpoint> endpoints = Endpoints.endpoints(4);
        ClusterConfig roundRobin = CONFIG.withStrategy(Strategy.roundRobin());
        List<String> picked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            cluster.update(Endpoints.snapshot("web", endpoints), roundRobin);
            picked.add(cluster.pick(PickContext.none()).endpoint().id());
            cluster.update(Endpoints.snapshot("web"), roundRobin);
        }

        assertThat(new HashSet<>(picked)).hasSize(4);
        assertThat(picked.subList(0, 4)).isEqualTo(picked.subList(4, 8));
    }

    @Test
    void countsAPickAsInFlight() {
        update(A);

        EndpointStats picked = cluster.pick(PickContext.none());

        assertThat(picked).isSameAs(stats("a"));
        assertThat(picked.inFlight()).isEqualTo(1);
    }

    @Test
    void forgetsEverythingWhenTheServiceIsRemoved() {
        update(A);
        EndpointStats a = stats("a");

        cluster.remove();
        cluster.remove();

        assertThat(cluster.state().generation()).isEqualTo(2);
        assertThat(cluster.state().service()).isEmpty();
        assertThat(cluster.state().active()).isEmpty();
        assertThat(cluster.pick(PickContext.none())).isNull();
        update(A);
        assertThat(stats("a")).isNotSameAs(a);
    }

    @Test
    void saysWhyThereIsNoEndpoint() {
        assertNone("web: nothing is known of this service yet");
        cluster.remove();
        assertNone("web: the source knows no such service");
        update(A.withState(EndpointState.STOPPING));
        assertNone("web: no endpoint takes work (1 draining)");
        cluster.remove();
        assertNone("web: the source knows no such service");
        update();
        assertNone("web: no endpoint takes work (0 draining)");
        update(A);
        assertThatThrownBy(() -> cluster.acquire(PickContext.create().exclude(stats("a"))))
                .isInstanceOf(NoEndpointException.class)
                .hasMessage("web: all 1 endpoints were tried");
    }

    @Test
    void retriesEveryOtherEndpointAndThenNone() {
        for (Strategy strategy :
                List.of(Strategy.roundRobin(), Strategy.random(), Strategy.leastRequest(), Strategy.weighted())) {
            List<Endpoint> endpoints = Endpoints.weighted(1, 65_535, 2, 1, 3, 1, 1, 500, 1, 1);
            cluster.update(Endpoints.snapshot("web", endpoints), CONFIG.withStrategy(strategy));
            PickContext context = PickContext.create();
            Set<EndpointStats> tried = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                EndpointStats next = cluster.pick(context);
                assertThat(next).as("try %d with %s", i, strategy).isNotNull();
                assertThat(tried.add(next)).as("try %d with %s", i, strategy).isTrue();
                context.exclude(next);
            }
            assertThat(cluster.pick(context)).isNull();
        }
    }

    @Test
    void tellsListenersAfterPicksSeeTheChange() {
        List<String> heard = new ArrayList<>();
        cluster.listen((previous, current) -> {
            assertThat(cluster.state()).isSameAs(current);
            heard.add(previous.generation() + ">" + current.generation());
        });

        update(A);
        update(A);
        update(A, B);
        cluster.remove();

        assertThat(heard).containsExactly("0>1", "1>2", "2>3");
    }

    @Test
    void servesTheOtherListenersWhenOneThrows() {
        List<ClusterState> heard = new ArrayList<>();
        cluster.listen((previous, current) -> {
            throw new IllegalStateException("on purpose");
        });
        cluster.listen((previous, current) -> heard.add(current));

        update(A);

        assertThat(heard).containsExactly(cluster.state());
    }

    @Test
    void endsOneInterestAtATime() {
        List<ClusterState> heard = new ArrayList<>();
        ClusterListener listener = (previous, current) -> heard.add(current);
        Subscription first = cluster.listen(listener);
        cluster.listen(listener);

        first.close();
        first.close();
        update(A);

        assertThat(heard).hasSize(1);
    }

    @Test
    void showsStatesThatNobodyCanChange() {
        update(A, B.withWeight(0));
        ClusterState state = cluster.state();

        assertThatThrownBy(() -> state.active().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> state.draining().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(cluster).hasToString("web (generation 1, 1 active, 1 draining)");
    }

    private void update(Endpoint... endpoints) {
        cluster.update(Endpoints.snapshot("web", endpoints), CONFIG);
    }

    private EndpointStats stats(String id) {
        return cluster.state().active().stream()
                .filter(one -> one.endpoint().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(List<EndpointStats> stats) {
        return stats.stream().map(one -> one.endpoint().id()).toList();
    }

    private void assertNone(String message) {
        assertThat(cluster.pick(PickContext.none())).isNull();
        assertThatThrownBy(cluster::acquire)
                .isInstanceOf(NoEndpointException.class)
                .hasMessage(message);
    }
}
