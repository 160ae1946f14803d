package io.evenkeel.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupsTest {

    private static final PriorityLevels LEVELS = PriorityLevels.byLabel("LB_PRIORITY");
    private static final Locality HERE = new Locality("eu", "eu-1", "node-1");

    /* The table in Envoy's description of priority levels: what two levels get by what is available of them. */
    @ParameterizedTest
    @CsvSource({
        "100, 100, 100, 0",
        "72, 72, 100, 0",
        "71, 71, 99.4, 0.6",
        "50, 50, 70, 30",
        "25, 100, 35, 65",
        "5, 65, 7.14, 92.86",
        "0, 100, 0, 100"
    })
    void twoLevelsShareByWhatTheyCanBear(int first, int second, double share0, double share1) {
        Groups groups = levels(first, 100, second, 100);
        groups.judge(0);

        assertThat(groups.shares().get(0).share() * 100).isCloseTo(share0, within(0.01));
        assertThat(groups.shares().get(1).share() * 100).isCloseTo(share1, within(0.01));
    }

    @Test
    void threeLevelsSpillOneIntoTheNext() {
        Groups groups = levels(20, 100, 20, 100, 100, 100);
        groups.judge(0.5);

        assertThat(groups.shares())
                .extracting(GroupShare::share)
                .satisfiesExactly(
                        share -> assertThat(share).isCloseTo(0.28, within(1e-9)),
                        share -> assertThat(share).isCloseTo(0.28, within(1e-9)),
                        share -> assertThat(share).isCloseTo(0.44, within(1e-9)));
        assertThat(groups.failsOpen()).as("the levels bear everything together").isFalse();
    }

    @Test
    void givesAwayAtOnceWithoutOverprovisioning() {
        Groups groups = levels(LEVELS.withOverprovisioning(1), 90, 100, 100, 100);
        groups.judge(0.5);

        assertThat(groups.shares().get(0).share()).isCloseTo(0.9, within(1e-9));
    }

    @Test
    void ignoresBarsOnlyInLevelsBelowTheThreshold() {
        Groups groups = levels(5, 100, 65, 100);
        groups.judge(0.5);

        assertThat(groups.shares()).extracting(GroupShare::failsOpen).containsExactly(true, false);
        assertThat(groups.shares().get(0).share()).isCloseTo(7 / 98.0, within(1e-9));
    }

    @Test
    void splitsBySizeWhenNobodyCanBeTrusted() {
        Groups groups = levels(0, 30, 1, 10);
        groups.judge(0.5);

        assertThat(groups.shares()).extracting(GroupShare::failsOpen).containsExactly(true, true);
        assertThat(groups.shares()).extracting(GroupShare::share).containsExactly(0.75, 0.25);
    }

    @Test
    void givesEverythingToTheFirstLevelWhenNothingIsAvailableAndBarsAlwaysCount() {
        Groups groups = levels(0, 30, 0, 10);
        groups.judge(0);

        assertThat(groups.failsOpen()).isFalse();
        assertThat(groups.shares()).extracting(GroupShare::share).containsExactly(1.0, 0.0);
    }

    @Test
    void followsWhoIsBarredWithoutBeingBuiltAnew() {
        Groups groups = levels(100, 100, 100, 100);
        groups.judge(0.5);
        for (int i = 0; i < 50; i++) {
            groups.changed(0, stats(i, Map.of()), false);
        }
        groups.judge(0.5);
        assertThat(groups.shares().get(0).share()).isCloseTo(0.7, within(1e-9));

        for (int i = 0; i < 50; i++) {
            groups.changed(0, stats(i, Map.of()), true);
        }
        groups.judge(0.5);
        assertThat(groups.shares().get(0).share()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void sharesAddUpWhateverIsAvailable(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            int[] counts = new int[2 * (1 + random.nextInt(6))];
            for (int i = 0; i < counts.length; i += 2) {
                counts[i + 1] = 1 + random.nextInt(9);
                counts[i] = random.nextInt(counts[i + 1] + 1);
            }
            Groups groups = levels(LEVELS, counts);
            groups.judge(random.nextDouble());

            double sum = 0;
            for (GroupShare one : groups.shares()) {
                assertThat(one.share()).isBetween(0.0, 1.0);
                sum += one.share();
            }
            assertThat(sum).as("seed %d, round %d", seed, round).isCloseTo(1, within(1e-9));
            for (int i = 0; i < 100; i++) {
                int owner = groups.split().owner(random.nextLong() >>> 32);
                assertThat(groups.shares().get(owner).share()).isPositive();
            }
            assertThat(groups.split().owner((1L << 32) - 1)).isLessThan(counts.length / 2);
        }
    }

    @Test
    void readsLevelsFromALabel() {
        assertThat(level("0")).isZero();
        assertThat(level("3")).isEqualTo(3);
        assertThat(level("007")).isEqualTo(7);
        assertThat(level("127")).isEqualTo(127);
        assertThat(LEVELS.of(Endpoints.endpoint("a", 1))).isZero();
        for (String unreadable : List.of("", " ", "-1", "1.5", "first", "128", "99999999999999999999", "\u0663")) {
            assertThat(level(unreadable)).as("label %s", unreadable).isEqualTo(PriorityLevels.LAST);
        }
    }

    private static int level(String label) {
        return LEVELS.of(stats(0, Map.of("LB_PRIORITY", label)).endpoint());
    }

    @Test
    void namesBadValues() {
        Endpoint a = Endpoints.endpoint("a", 1);
        assertThatThrownBy(() -> PriorityLevels.by(endpoint -> 128).of(a))
                .hasMessage("level: 128 of a (expected: 0 to 127)");
        assertThatThrownBy(() -> PriorityLevels.by(endpoint -> -1).of(a))
                .hasMessage("level: -1 of a (expected: 0 to 127)");
        assertThatThrownBy(() -> LEVELS.withOverprovisioning(0.9))
                .hasMessage("overprovisioning: 0.9 (expected: finite and >= 1)");
        LocalityPreference near = LocalityPreference.of(HERE);
        assertThatThrownBy(() -> near.withZoneShare(1.1)).hasMessage("zoneShare: 1.1 (expected: 0 to 1)");
        assertThatThrownBy(() -> near.withNodeShare(-1)).hasMessage("nodeShare: -1.0 (expected: 0 to 1)");
        assertThatThrownBy(() -> near.withRegionShare(Double.NaN)).hasMessage("regionShare: NaN (expected: 0 to 1)");
        assertThatThrownBy(() -> near.withMinimumSize(-1)).hasMessage("minimumSize: -1 (expected: >= 0)");
    }

    @Test
    void staysInTheZoneWhileItCanBearWhatItsClientsSend() {
        Groups groups = places(LocalityPreference.of(HERE), 4, "eu/eu-1", 4, "eu/eu-2", 4, "eu/eu-3");

        assertShares(groups, Map.of(Nearness.ZONE, 1.0, Nearness.REGION, 0.0));
    }

    @Test
    void spillsWhatTheZoneCannotBear() {
        Groups groups = places(LocalityPreference.of(HERE), 2, "eu/eu-1", 5, "eu/eu-2", 5, "eu/eu-3");

        // a third of the clients, a sixth of the endpoints: half stays
        assertShares(groups, Map.of(Nearness.ZONE, 0.5, Nearness.REGION, 0.5));
    }

    @Test
    void takesTheShareOfTheClientsThatItIsTold() {
        LocalityPreference lonely = LocalityPreference.of(HERE).withZoneShare(0.2);

        assertShares(
                places(lonely, 2, "eu/eu-1", 8, "eu/eu-2", 10, "eu/eu-3"),
                Map.of(Nearness.ZONE, 0.5, Nearness.REGION, 0.5));
    }

    @Test
    void spillsIntoTheRegionBeforeItSpillsElsewhere() {
        LocalityPreference near =
                LocalityPreference.of(HERE).withZoneShare(0.25).withRegionShare(0.5);

        assertShares(
                places(near, 1, "eu/eu-1", 3, "eu/eu-2", 6, "us/us-1"),
                Map.of(Nearness.ZONE, 0.4, Nearness.REGION, 0.4, Nearness.ELSEWHERE, 0.2));
    }

    @Test
    void heedsNodesOnlyIfToldAShare() {
        LocalityPreference near = LocalityPreference.of(HERE);
        assertThat(near.of(in("eu", "eu-1", "node-1"))).isEqualTo(Nearness.ZONE);
        assertThat(near.withNodeShare(0.1).of(in("eu", "eu-1", "node-1"))).isEqualTo(Nearness.NODE);
        assertThat(near.withNodeShare(0.1).of(in("eu", "eu-1", "node-2"))).isEqualTo(Nearness.ZONE);
        assertThat(near.of(in("eu", "eu-2", "node-1"))).isEqualTo(Nearness.REGION);
        assertThat(near.of(in("us", "eu-1", "node-1"))).isEqualTo(Nearness.ELSEWHERE);
        assertThat(near.of(in("", "", ""))).isEqualTo(Nearness.ELSEWHERE);
    }

    @Test
    void prefersNobodyWhereTheOwnLocalityIsNotKnown() {
        LocalityPreference lost = LocalityPreference.of(Locality.UNKNOWN).withNodeShare(0.5);

        assertThat(lost.of(in("", "", ""))).isEqualTo(Nearness.ELSEWHERE);
        assertThat(lost.of(in("eu", "eu-1", "node-1"))).isEqualTo(Nearness.ELSEWHERE);
    }

    @Test
    void prefersNobodyAmongFew() {
        assertShares(
                places(LocalityPreference.of(HERE), 2, "eu/eu-1", 2, "eu/eu-2"),
                Map.of(Nearness.ZONE, 0.5, Nearness.REGION, 0.5));
    }

    @Test
    void leavesAZoneInWhichNobodyIsAvailable() {
        Groups groups = places(LocalityPreference.of(HERE), 4, "eu/eu-1", 4, "eu/eu-2");
        for (int i = 0; i < 4; i++) {
            groups.changed(0, stats(i, Map.of()), false);
        }
        groups.judge(0.5);
        assertShares(groups, Map.of(Nearness.ZONE, 0.0, Nearness.REGION, 1.0));

        for (int i = 0; i < 4; i++) {
            groups.changed(0, stats(i, Map.of()), true);
            groups.changed(1, stats(i, Map.of()), false);
        }
        groups.judge(0.5);
        assertShares(groups, Map.of(Nearness.ZONE, 1.0, Nearness.REGION, 0.0));
    }

    @Test
    void prefersNobodyWhileBarsAreIgnored() {
        Groups groups = places(LocalityPreference.of(HERE), 6, "eu/eu-1", 2, "eu/eu-2");
        for (int i = 0; i < 5; i++) {
            groups.changed(0, stats(i, Map.of()), false);
        }
        groups.judge(0.5);

        assertThat(groups.failsOpen()).isTrue();
        assertShares(groups, Map.of(Nearness.ZONE, 0.75, Nearness.REGION, 0.25));
    }

    @Test
    void weighsNearnessWithinEachLevel() {
        List<EndpointStats> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Endpoint one = in("eu", i % 2 == 0 ? "eu-1" : "eu-2", "node");
            all.add(new EndpointStats(withLabels(one, Map.of("LB_PRIORITY", i < 20 ? "0" : "1"))));
        }
        for (int i = 0; i < 10; i++) {
            all.get(i).bar(Bar.UNHEALTHY);
        }
        Groups groups = groups(new Grouping(LEVELS, LocalityPreference.of(HERE)), all);
        groups.judge(0.5);

        assertThat(groups.shares())
                .extracting(GroupShare::share)
                .satisfiesExactly(
                        share -> assertThat(share).isCloseTo(0.7, within(1e-9)),
                        share -> assertThat(share).isZero(),
                        share -> assertThat(share).isCloseTo(0.3, within(1e-9)),
                        share -> assertThat(share).isZero());
    }

    @Test
    void aKeyStaysWithItsEndpointThoughGroupsShare() {
        List<EndpointStats> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(stats(i, Map.of("LB_PRIORITY", i < 100 ? "0" : "1")));
        }
        all.subList(0, 50).forEach(one -> one.bar(Bar.MAINTENANCE));
        Groups groups = groups(new Grouping(LEVELS, null), all);
        groups.judge(0);
        Picker picker = groups.newPicker(Strategy.rendezvous(), Candidates.of(all, null, new SplittableRandom(1)));
        assertThat(picker.usesKey()).isTrue();
        int second = 0;
        for (int user = 0; user < 1_000; user++) {
            PickContext context = PickContext.create().key("user " + user);
            EndpointStats chosen = picker.pick(context, 0, 0);
            assertThat(picker.pick(context, 0, 0)).isSameAs(chosen);
            second += all.indexOf(chosen) < 100 ? 0 : 1;
        }
        assertThat(second).isBetween(200, 400); // 70 % of what both can bear go to the first
    }

    private static void assertShares(Groups groups, Map<Nearness, Double> expected) {
        assertThat(groups.shares()).hasSameSizeAs(expected.keySet());
        for (GroupShare one : groups.shares()) {
            assertThat(one.share()).as("%s", one.nearness()).isCloseTo(expected.get(one.nearness()), within(1e-9));
        }
    }

    /* Pairs of how many are available and how many there are. */
    private static Groups levels(int... counts) {
        return levels(LEVELS, counts);
    }

    private static Groups levels(PriorityLevels by, int... counts) {
        List<EndpointStats> all = new ArrayList<>();
        for (int level = 0; level < counts.length / 2; level++) {
            for (int i = 0; i < counts[2 * level + 1]; i++) {
                EndpointStats one = stats(all.size(), Map.of("LB_PRIORITY", "" + level));
                if (i >= counts[2 * level]) {
                    one.bar(Bar.EJECTED);
                }
                all.add(one);
            }
        }
        return groups(new Grouping(by, null), all);
    }

    /* Pairs of how many there are and where. */
    private static Groups places(LocalityPreference preference, Object... pairs) {
        List<EndpointStats> all = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            String[] place = ((String) pairs[i + 1]).split("/", -1);
            for (int j = 0; j < (int) pairs[i]; j++) {
                all.add(new EndpointStats(in(place[0], place[1], "node-" + j)));
            }
        }
        Groups groups = groups(new Grouping(null, preference), all);
        groups.judge(0.5);
        return groups;
    }

    private static Groups groups(Grouping grouping, List<EndpointStats> all) {
        int[] keys =
                all.stream().mapToInt(one -> grouping.keyOf(one.endpoint())).toArray();
        Groups groups = Groups.of(grouping, all, keys, Groups.NONE);
        groups.count(true);
        return groups;
    }

    private static EndpointStats stats(int number, Map<String, String> labels) {
        return new EndpointStats(withLabels(Endpoints.endpoint("task-" + number, 1 + number), labels));
    }

    private static Endpoint withLabels(Endpoint e, Map<String, String> labels) {
        return new Endpoint(e.id(), e.address(), e.weight(), e.locality(), e.state(), e.health(), e.ready(), labels);
    }

    private static Endpoint in(String region, String zone, String node) {
        Endpoint e = Endpoints.endpoint("task", 1);
        Locality place = new Locality(region, zone, node);
        return new Endpoint(e.id(), e.address(), e.weight(), place, e.state(), e.health(), e.ready(), e.labels());
    }
}
