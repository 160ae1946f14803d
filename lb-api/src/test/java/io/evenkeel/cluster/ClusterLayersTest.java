package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.layer.GroupShare;
import io.evenkeel.layer.LocalityPreference;
import io.evenkeel.layer.PriorityLevels;
import io.evenkeel.layer.SlowStart;
import io.evenkeel.layer.Subset;
import io.evenkeel.layer.Subsetting;
import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the layers make of a cluster's endpoints. */
class ClusterLayersTest {

    private static final PriorityLevels LEVELS = PriorityLevels.byLabel("LB_PRIORITY");
    private static final SlowStart MINUTE = SlowStart.over(Duration.ofMinutes(1));
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();
    private final Cluster cluster = new Cluster("web", new ClusterRuntime(clock, new SplittableRandom(1), clock));
    private final ClusterConfig.Builder config =
            ClusterConfig.builder().strategy(Strategy.weighted()).monitors();

    // --- subsets

    @Test
    void usesOnlyItsSubset() {
        config.subsetting(Subsetting.lots(3, 12));
        update(Endpoints.endpoints(100));

        assertThat(cluster.state().active()).hasSizeBetween(12, 24);
        assertThat(cluster.layers().unused())
                .isEqualTo(100 - cluster.state().active().size());
        assertThat(picks(1_000).keySet()).hasSize(cluster.state().active().size());
    }

    @Test
    void keepsStatsOfWhoStaysInTheSubset() {
        config.subsetting(Subsetting.random("me", 10_000, 20));
        List<Endpoint> all = new ArrayList<>(Endpoints.endpoints(100));
        update(all);
        List<EndpointStats> before = cluster.state().active();

        all.remove(before.get(0).endpoint());
        update(all);

        assertThat(cluster.state().active()).hasSize(20).containsAll(before.subList(1, 20));
    }

    @Test
    void weighsByHowMuchOfAnEndpointLiesInTheAperture() {
        config.subsetting(Subsetting.aperture(1, 7));
        update(Endpoints.endpoints(100));

        Map<String, Integer> picks = picks(15_000);

        double whole = 15_000 / (100.0 / 7);
        assertThat(picks.values())
                .allSatisfy(count -> assertThat((double) count).isLessThan(whole * 1.02));
        assertThat(picks.values().stream().filter(count -> count > whole * 0.98))
                .hasSizeBetween(13, 14);
    }

    @Test
    void takesOverAnotherWidthThoughTheMembersStayTheSame() {
        Subset first = Subset.of(new int[] {0, 1}, new double[] {1, 3});
        Subset second = Subset.of(new int[] {0, 1}, new double[] {3, 1});
        config.subsetting(endpoints -> first);
        update(Endpoints.endpoints(2));
        assertThat(picks(400).get("task-1")).isBetween(298, 302);

        config.subsetting(endpoints -> second);
        update(Endpoints.endpoints(2));

        assertThat(picks(400).get("task-1")).isBetween(98, 102);
    }

    @Test
    void keepsWhatItKnewWhenASubsetRuleFails() {
        update(Endpoints.endpoints(2));
        ClusterState before = cluster.state();
        config.subsetting(endpoints -> Subset.of(new int[] {7}));

        assertThatThrownBy(() -> update(Endpoints.endpoints(3))).hasMessage("place: 7 (expected: < 3)");
        assertThat(cluster.state()).isSameAs(before);
        config.subsetting(null);
        update(Endpoints.endpoints(3));

        assertThat(picks(300)).hasSize(3);
    }

    // --- priorities and fail-open

    @Test
    void usesTheFirstLevelAloneWhileItCanBearTheLoad() {
        config.priorities(LEVELS);
        update(levels(10, 10));
        assertThat(byLevel(picks(1_000))).containsExactly(1_000, 0);

        bar(0, 2); // 80 % are available, and bear 112 %
        assertThat(byLevel(picks(1_000))).containsExactly(1_000, 0);
    }

    @Test
    void spillsIntoTheNextLevelWithoutANewPickerOrState() {
        config.priorities(LEVELS);
        update(levels(10, 10));
        ClusterState before = cluster.state();

        bar(0, 5);

        assertThat(cluster.state()).isSameAs(before);
        int[] spilt = byLevel(picks(10_000));
        assertThat(spilt[0]).isBetween(6_800, 7_200);
        bar(5, 10);
        assertThat(byLevel(picks(1_000))).containsExactly(0, 1_000);
        unbar(0, 10);
        assertThat(byLevel(picks(1_000))).containsExactly(1_000, 0);
        assertThat(cluster.layers().failedOpen()).isZero();
    }

    @Test
    void failsOpenOnlyWhenAllLevelsTogetherAreTooWeak() {
        config.priorities(LEVELS);
        update(levels(10, 10));
        bar(0, 10);
        bar(10, 12); // 8 of 20 are available: below half, but they bear 112 %
        assertThat(cluster.layers().failsOpen()).isFalse();

        bar(12, 17); // 30 % of the second level bear 42 %
        assertThat(cluster.layers().failsOpen()).isTrue();
        assertThat(cluster.layers().failedOpen()).isEqualTo(1);
        assertThat(picks(2_000)).as("all bars are ignored").hasSize(20);

        unbar(12, 17);
        assertThat(cluster.layers().failsOpen()).isFalse();
        assertThat(byLevel(picks(1_000))).containsExactly(0, 1_000);
    }

    @Test
    void ignoresBarsBelowTheThresholdWithoutPriorities() {
        update(Endpoints.endpoints(10));
        bar(0, 5);
        assertThat(cluster.layers().failsOpen()).isFalse();
        assertThat(picks(1_000)).hasSize(5);

        bar(5, 6);
        assertThat(cluster.layers().failsOpen()).isTrue();
        assertThat(picks(1_000)).hasSize(10);

        unbar(0, 1);
        assertThat(picks(1_000)).hasSize(5);
    }

    @Test
    void respectsTheBarOfAnEndpointThatWasAwayWhenTheClusterFailedOpen() {
        List<Endpoint> all = Endpoints.endpoints(10);
        update(all);
        bar(0, 6);
        List<Endpoint> withoutFirst = new ArrayList<>(all);
        withoutFirst.set(0, all.get(0).withHealth(Health.UNHEALTHY));
        update(withoutFirst);
        unbar("task-1", "task-2", "task-3");
        assertThat(cluster.layers().failsOpen()).isFalse();

        update(all);

        assertThat(picks(1_000)).hasSize(7).doesNotContainKey("task-0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void countsRightWhateverComesAndGoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        config.priorities(seed % 2 == 0 ? LEVELS : null).panicThreshold(0.5);
        List<Endpoint> pool = levels(8, 8, 8);
        for (int step = 0; step < 400; step++) {
            if (random.nextInt(4) == 0) {
                List<Endpoint> some = new ArrayList<>();
                for (Endpoint one : pool) {
                    if (random.nextInt(3) > 0) {
                        some.add(random.nextInt(6) == 0 ? one.withState(EndpointState.STOPPING) : one);
                    }
                }
                update(some);
            }
            List<EndpointStats> everyone = new ArrayList<>(cluster.state().active());
            everyone.addAll(cluster.state().draining());
            if (!everyone.isEmpty()) {
                EndpointStats one = everyone.get(random.nextInt(everyone.size()));
                Bar bar = random.nextBoolean() ? Bar.UNHEALTHY : Bar.EJECTED;
                if (random.nextBoolean()) {
                    cluster.bar(one, bar);
                } else {
                    cluster.unbar(one, bar);
                }
            }
            int available = cluster.layers().groups().stream()
                    .mapToInt(GroupShare::available)
                    .sum();
            assertThat(available).as("seed %d, step %d", seed, step).isEqualTo((int) cluster.state().active().stream()
                    .filter(active -> !active.isBarred())
                    .count());
            if (!cluster.layers().failsOpen()) {
                assertThat(cluster.state().active())
                        .as("seed %d, step %d", seed, step)
                        .allMatch(active -> active.isAvailable() != active.isBarred());
            }
        }
    }

    @Test
    void keepsItsPlaceInTheRotationOfEachLevel() {
        config.priorities(LEVELS).strategy(Strategy.roundRobin());
        Map<String, Integer> picks = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            update(levels(3, i % 2 + 1)); // each time anew
            picks.merge(pick(), 1, Integer::sum);
        }

        assertThat(picks).containsOnly(Map.entry("0-0", 100), Map.entry("0-1", 100), Map.entry("0-2", 100));
    }

    @Test
    void goesOnWithWhatItHasLearntWhenLevelsComeAndGo() {
        config.strategy(Strategy.latencyAware());
        List<Endpoint> all = levels(2, 2);
        update(all);
        List<Object> loads = cluster.state().active().stream()
                .map(one -> (Object) one.load())
                .toList();

        config.priorities(LEVELS);
        update(all);
        assertThat(cluster.state().active())
                .extracting(one -> (Object) one.load())
                .isEqualTo(loads);
        config.priorities(null);
        update(all);

        assertThat(cluster.state().active())
                .extracting(one -> (Object) one.load())
                .isEqualTo(loads);
    }

    @Test
    void forgetsGroupsThatAreNoMore() {
        config.priorities(LEVELS);
        List<Endpoint> all = levels(2, 2);
        update(all);
        update(List.of(all.get(0), all.get(1), all.get(2), all.get(3).withState(EndpointState.STOPPING)));
        config.priorities(null);
        update(List.of(all.get(0), all.get(1), all.get(2), all.get(3).withState(EndpointState.STOPPING)));
        update(all);

        bar(3, 4);

        assertThat(cluster.layers().groups()).extracting(GroupShare::available).containsExactly(3);
        assertThat(picks(300)).hasSize(3);
    }

    @Test
    void prefersTheOwnZoneWithinALevel() {
        config.priorities(LEVELS).locality(LocalityPreference.of(new Locality("eu", "eu-1", "")));
        List<Endpoint> all = new ArrayList<>();
        for (Endpoint one : levels(20, 20)) {
            String zone = all.size() % 2 == 0 ? "eu-1" : "eu-2";
            all.add(with(one, new Locality("eu", zone, "node"), one.labels()));
        }
        update(all);

        assertThat(picks(1_000))
                .hasSize(10)
                .allSatisfy((id, count) -> assertThat(id).matches("0-\\d*[02468]"));
    }

    // --- slow start

    @Test
    void letsNobodyRampUpWhereAllAreNew() {
        config.slowStart(MINUTE);
        update(Endpoints.endpoints(4));
        assertThat(cluster.layers().ramping()).isZero();
        assertThat(clock.pending()).isZero();

        update(List.of(Endpoints.endpoint("x", 1), Endpoints.endpoint("y", 2)));

        assertThat(cluster.layers().ramping()).isZero();
    }

    @Test
    void rampsUpANewcomerAndThenForgetsAboutIt() {
        config.slowStart(MINUTE);
        update(Endpoints.endpoints(9));
        List<ClusterState> heard = new ArrayList<>();
        cluster.listen((previous, current) -> heard.add(current));
        update(Endpoints.endpoints(10));
        long generation = cluster.state().generation();

        assertThat(share("task-9")).isCloseTo(0.1 / 9.1, within(0.003));
        clock.advance(Duration.ofSeconds(30));
        assertThat(share("task-9")).isCloseTo(0.5 / 9.5, within(0.003));
        clock.advance(Duration.ofSeconds(31));
        assertThat(share("task-9")).isCloseTo(0.1, within(0.003));

        assertThat(cluster.layers().ramping()).isZero();
        assertThat(clock.pending()).as("timers").isZero();
        assertThat(cluster.state().generation()).isEqualTo(generation);
        assertThat(heard).hasSize(1);
    }

    @Test
    void keepsTheAgeOfANewcomerOverUpdates() {
        config.slowStart(MINUTE);
        update(Endpoints.endpoints(3));
        update(Endpoints.endpoints(4));
        clock.advance(Duration.ofSeconds(45));

        update(Endpoints.endpoints(5));

        assertThat(cluster.layers().ramping()).isEqualTo(2);
        assertThat(share("task-3")).isCloseTo(0.75 / 3.85, within(0.01));
    }

    @Test
    void countsUsesAsWarmingUp() {
        config.slowStart(MINUTE.withRequests(10));
        update(Endpoints.endpoints(1));
        update(Endpoints.endpoints(2));
        EndpointStats newcomer = stats("task-1");
        for (int i = 0; i < 10; i++) {
            newcomer.tryStart(0);
            newcomer.complete(Outcome.SUCCESS);
        }

        clock.advance(Duration.ofSeconds(3));

        assertThat(cluster.layers().ramping()).isZero();
        assertThat(share("task-1")).isCloseTo(0.5, within(0.003));
    }

    @Test
    void rampsUpWhoeverWasUnhealthyOnceTheLastBarIsGone() {
        config.slowStart(MINUTE);
        update(Endpoints.endpoints(4));
        EndpointStats one = stats("task-0");
        cluster.bar(one, Bar.UNHEALTHY);
        cluster.bar(one, Bar.EJECTED);
        cluster.unbar(one, Bar.UNHEALTHY);
        assertThat(cluster.layers().ramping()).isZero();

        cluster.unbar(one, Bar.EJECTED);
        clock.runDue();

        assertThat(cluster.layers().ramping()).isEqualTo(1);
        assertThat(share("task-0")).isCloseTo(0.1 / 3.1, within(0.003));
        clock.advance(Duration.ofMinutes(2));
        assertThat(clock.pending()).isZero();
    }

    @Test
    void rampsUpOnlyWhoReturnsIfToldSo() {
        config.slowStart(MINUTE.withNewcomers(false));
        update(Endpoints.endpoints(3));
        update(Endpoints.endpoints(4));
        assertThat(cluster.layers().ramping()).isZero();

        cluster.bar(stats("task-3"), Bar.UNHEALTHY);
        cluster.unbar(stats("task-3"), Bar.UNHEALTHY);
        clock.runDue();

        assertThat(cluster.layers().ramping()).isEqualTo(1);
    }

    @Test
    void doesNotRampUpAfterOtherBarsOrIfToldNotTo() {
        config.slowStart(MINUTE);
        update(Endpoints.endpoints(4));
        cluster.bar(stats("task-0"), Bar.EJECTED);
        cluster.unbar(stats("task-0"), Bar.EJECTED);
        config.slowStart(MINUTE.withAfter(Set.of()));
        update(Endpoints.endpoints(4));
        cluster.bar(stats("task-0"), Bar.UNHEALTHY);
        cluster.unbar(stats("task-0"), Bar.UNHEALTHY);

        assertThat(cluster.layers().ramping()).isZero();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void makesWeightsAnewOnceWhenManyReturnTogether() {
        int[] pickers = {0};
        config.slowStart(MINUTE).panicThreshold(0).strategy(new Strategy() {
            @Override
            public String name() {
                return "counting";
            }

            @Override
            public Picker newPicker(Candidates candidates) {
                pickers[0]++;
                return Strategy.weighted().newPicker(candidates);
            }
        });
        update(Endpoints.endpoints(100));
        bar(0, 100);
        unbar(0, 100);
        clock.runDue();

        assertThat(pickers[0]).isEqualTo(2);
        assertThat(cluster.layers().ramping()).isEqualTo(100);
    }

    @Test
    void endsTheRampWithTheClusterTheServiceOrTheSetting() {
        config.slowStart(MINUTE);
        update(Endpoints.endpoints(3));
        update(Endpoints.endpoints(4));
        config.slowStart(null);
        update(Endpoints.endpoints(4));
        assertThat(share("task-3")).isCloseTo(0.25, within(0.003));
        assertThat(cluster.layers().ramping()).isZero();

        config.slowStart(MINUTE);
        update(Endpoints.endpoints(5));
        cluster.remove();
        clock.advance(Duration.ofSeconds(10));
        assertThat(clock.pending()).isZero();

        update(Endpoints.endpoints(3));
        update(Endpoints.endpoints(4));
        cluster.close();
        assertThat(clock.pending()).isZero();
    }

    // --- draining

    @Test
    void tellsWhenTheLastUseOfADrainingEndpointHasEnded() {
        List<String> heard = heardDrains();
        config.drainTimeout(Duration.ofMinutes(1));
        List<Endpoint> all = new ArrayList<>(Endpoints.endpoints(2));
        update(all);
        EndpointStats one = stats("task-0");
        one.tryStart(0);
        all.set(0, all.get(0).withState(EndpointState.STOPPING));
        update(all);
        clock.advance(SECOND);
        assertThat(heard).isEmpty();

        one.complete(Outcome.SUCCESS);
        update(all);
        clock.advance(SECOND);

        assertThat(heard).containsExactly("task-0 false");
        assertThat(cluster.layers().drained()).isEqualTo(1);
        assertThat(clock.pending()).isZero();
        update(all);
        clock.advance(SECOND);
        assertThat(heard).hasSize(1);
    }

    @Test
    void tellsWhenTheTimeIsOver() {
        List<String> heard = heardDrains();
        config.drainTimeout(Duration.ofMinutes(1));
        update(Endpoints.endpoints(2));
        stats("task-1").tryStart(0);

        update(Endpoints.endpoints(1)); // the other one is gone for good
        clock.advance(Duration.ofSeconds(59));
        assertThat(heard).isEmpty();
        clock.advance(SECOND);

        assertThat(heard).containsExactly("task-1 true");
        assertThat(cluster.layers().drainTimeouts()).isEqualTo(1);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void waitsForNobodyByDefaultNorForWhomTakesWorkAgain() {
        List<String> heard = heardDrains();
        List<Endpoint> all = Endpoints.endpoints(2);
        List<Endpoint> stopping = List.of(all.get(0), all.get(1).withState(EndpointState.STOPPING));
        update(all);
        update(stopping);
        assertThat(clock.pending()).isZero();
        update(all);

        config.drainTimeout(SECOND);
        update(stopping);
        assertThat(cluster.layers().draining()).isEqualTo(1);
        update(all);
        clock.advance(Duration.ofMinutes(1));

        assertThat(heard).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void waitsForNobodyWhoComesBackAfterHavingBeenAbsent() {
        List<String> heard = heardDrains();
        config.drainTimeout(Duration.ofMinutes(1));
        List<Endpoint> all = Endpoints.endpoints(2);
        update(all);
        stats("task-1").tryStart(0);
        for (EndpointState next : List.of(EndpointState.STOPPING, EndpointState.STARTING)) {
            update(List.of(all.get(0), all.get(1).withState(next)));
            assertThat(cluster.layers().draining()).isEqualTo(1);
        }

        update(all);
        assertThat(cluster.layers().draining()).isZero();
        update(List.of(all.get(0), all.get(1).withState(EndpointState.STOPPING)));
        clock.advance(Duration.ofMinutes(1));

        assertThat(heard).containsExactly("task-1 true");
    }

    @Test
    void drainsByHandOverUpdatesAndThoughTheClusterFailsOpen() {
        List<String> heard = heardDrains();
        update(Endpoints.endpoints(4));
        EndpointStats one = stats("task-0");

        assertThat(cluster.drain(one, SECOND)).isTrue();
        update(Endpoints.endpoints(5));
        for (EndpointStats other : cluster.state().active()) {
            cluster.bar(other, Bar.UNHEALTHY);
        }
        clock.advance(SECOND);

        assertThat(cluster.layers().failsOpen()).isTrue();
        assertThat(cluster.state().draining()).containsExactly(one);
        assertThat(picks(400)).hasSize(4).doesNotContainKey("task-0");
        assertThat(heard).containsExactly("task-0 false");

        assertThat(cluster.undrain(one)).isTrue();
        assertThat(cluster.state().draining()).isEmpty();
        assertThat(picks(500)).hasSize(5);
    }

    @Test
    void knowsWhomItCannotDrain() {
        update(Endpoints.endpoints(2));
        EndpointStats gone = stats("task-1");
        update(Endpoints.endpoints(1));

        assertThat(cluster.drain(gone, SECOND)).isFalse();
        assertThat(cluster.undrain(gone)).isFalse();
        assertThat(cluster.undrain(stats("task-0"))).isFalse();
        assertThatThrownBy(() -> cluster.drain(gone, Duration.ofNanos(-1)))
                .hasMessage("timeout: PT-0.000000001S (expected: >= 0)");
        cluster.close();
        assertThat(cluster.drain(stats("task-0"), SECOND)).isFalse();
    }

    @Test
    void waitsForALifetimeIfTold() {
        List<String> heard = heardDrains();
        update(Endpoints.endpoints(1));
        stats("task-0").tryStart(0);

        cluster.drain(stats("task-0"), Duration.ofSeconds(Long.MAX_VALUE));
        clock.advance(SECOND);

        assertThat(heard).isEmpty();
        assertThat(cluster.layers().draining()).isEqualTo(1);
    }

    // --- limits and extremes

    @Test
    void limitsTheUsesOfEachEndpointNewOnesToo() {
        config.maxInFlight(2);
        update(Endpoints.endpoints(2));
        update(Endpoints.endpoints(3));
        for (int i = 0; i < 6; i++) {
            assertThat(cluster.pick(PickContext.none())).isNotNull();
        }
        assertThat(cluster.pick(PickContext.none())).isNull();

        config.maxInFlight(3);
        update(Endpoints.endpoints(3));
        assertThat(cluster.pick(PickContext.none())).isNotNull();
        config.maxInFlight(EndpointStats.UNLIMITED);
        update(Endpoints.endpoints(3));

        assertThat(stats("task-0").limit()).isEqualTo(EndpointStats.UNLIMITED);
    }

    @Test
    void namesBadValues() {
        assertThatThrownBy(() -> config.maxInFlight(0)).hasMessage("maxInFlight: 0 (expected: >= 1)");
        assertThatThrownBy(() -> config.drainTimeout(Duration.ofSeconds(-1)))
                .hasMessage("drainTimeout: PT-1S (expected: >= 0)");
    }

    @Test
    void bringsSettingsIntoCopies() {
        ClusterConfig all = config.subsetting(Subsetting.lots(1, 2))
                .priorities(LEVELS)
                .locality(LocalityPreference.of(Locality.UNKNOWN))
                .slowStart(MINUTE)
                .drainTimeout(SECOND)
                .maxInFlight(7)
                .build();
        ClusterConfig copy = all.toBuilder().build();

        assertThat(copy.subsetting()).isEqualTo(all.subsetting()).contains(Subsetting.lots(1, 2));
        assertThat(copy.priorities()).isEqualTo(all.priorities()).contains(PriorityLevels.byLabel("LB_PRIORITY"));
        assertThat(copy.locality()).isEqualTo(all.locality()).isPresent();
        assertThat(copy.slowStart()).contains(MINUTE);
        assertThat(copy.drainTimeout()).isEqualTo(SECOND);
        assertThat(copy.maxInFlight()).isEqualTo(7);
    }

    @Test
    void bearsNoneOneAndAHundredThousandWithAllLayersTogether() throws UnknownHostException {
        config.subsetting(Subsetting.aperture(1, 2))
                .priorities(LEVELS)
                .locality(LocalityPreference.of(new Locality("eu", "eu-1", "")))
                .slowStart(MINUTE)
                .drainTimeout(SECOND)
                .maxInFlight(100);
        update(List.of());
        assertThat(cluster.pick(PickContext.none())).isNull();
        assertThat(cluster.layers().groups()).isEmpty();
        update(Endpoints.endpoints(1));
        assertThat(pick()).isEqualTo("task-0");
        List<Endpoint> many = new ArrayList<>(Endpoints.endpoints(1));
        for (int i = 1; i < 100_000; i++) {
            InetAddress host = InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
            Endpoint one = new Endpoint(
                    "task-" + i,
                    new InetSocketAddress(host, 31_000),
                    1,
                    new Locality("eu", "eu-" + i % 3, "node-" + i),
                    EndpointState.RUNNING,
                    Health.HEALTHY,
                    true,
                    Map.of("LB_PRIORITY", "" + i % 2));
            many.add(one);
        }

        update(many);

        assertThat(cluster.state().active()).hasSizeBetween(50_000, 50_001);
        assertThat(cluster.layers().groups()).hasSizeBetween(4, 5);
        assertThat(cluster.layers().ramping()).isIn(0, cluster.state().active().size() - 1);
        assertThat(picks(1_000)).hasSizeGreaterThan(400);
        update(List.of());
        clock.advance(Duration.ofSeconds(5));
        assertThat(cluster.layers().draining()).isZero();
        assertThat(clock.pending()).isZero();
    }

    // --- what the tests speak in

    private void update(List<Endpoint> endpoints) {
        cluster.update(Endpoints.snapshot("web", endpoints), config.build());
    }

    private String pick() {
        EndpointStats picked = cluster.pick(PickContext.none());
        assertThat(picked).isNotNull();
        picked.complete(Outcome.SUCCESS);
        return picked.endpoint().id();
    }

    private Map<String, Integer> picks(int count) {
        Map<String, Integer> picks = new HashMap<>();
        for (int i = 0; i < count; i++) {
            picks.merge(pick(), 1, Integer::sum);
        }
        return picks;
    }

    private double share(String id) {
        return picks(20_000).getOrDefault(id, 0) / 20_000.0;
    }

    /* So many endpoints of each level, named level-number. */
    private static List<Endpoint> levels(int... sizes) {
        List<Endpoint> all = new ArrayList<>();
        for (int level = 0; level < sizes.length; level++) {
            for (int i = 0; i < sizes[level]; i++) {
                Endpoint one = Endpoints.endpoint(level + "-" + i, 10_000 + 1_000 * level + i);
                all.add(with(one, one.locality(), Map.of("LB_PRIORITY", "" + level)));
            }
        }
        return all;
    }

    private static Endpoint with(Endpoint e, Locality locality, Map<String, String> labels) {
        return new Endpoint(e.id(), e.address(), e.weight(), locality, e.state(), e.health(), e.ready(), labels);
    }

    private static int[] byLevel(Map<String, Integer> picks) {
        int[] levels = new int[2];
        picks.forEach((id, count) -> levels[id.charAt(0) - '0'] += count);
        return levels;
    }

    private void bar(int from, int to) {
        cluster.state().active().subList(from, to).forEach(one -> cluster.bar(one, Bar.UNHEALTHY));
    }

    private void unbar(int from, int to) {
        cluster.state().active().subList(from, to).forEach(one -> cluster.unbar(one, Bar.UNHEALTHY));
    }

    private void unbar(String... ids) {
        for (String id : ids) {
            cluster.unbar(stats(id), Bar.UNHEALTHY);
        }
    }

    private EndpointStats stats(String id) {
        return cluster.state().active().stream()
                .filter(one -> one.endpoint().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<String> heardDrains() {
        List<String> heard = new ArrayList<>();
        cluster.listen(new ClusterListener() {
            @Override
            public void stateChanged(ClusterState previous, ClusterState current) {}

            @Override
            public void drained(EndpointStats endpoint, boolean timedOut) {
                heard.add(endpoint.endpoint().id() + " " + timedOut);
            }
        });
        return heard;
    }
}
