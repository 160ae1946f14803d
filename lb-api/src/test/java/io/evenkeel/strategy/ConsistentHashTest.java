package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistentHashTest {

    private static final int KEYS = 100_000;

    static Stream<Strategy> strategies() {
        return Stream.of(Strategy.maglev(), Strategy.ring(), Strategy.rendezvous());
    }

    static Stream<Strategy> bounded() {
        return Stream.of(Strategy.maglev(1.25), Strategy.ring(1.25), Strategy.rendezvous(1.25));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void sendsAKeyToTheSameEndpointWhateverTheOrderOfTheList(Strategy strategy) {
        List<Endpoint> endpoints = new ArrayList<>(Endpoints.endpoints(50));
        Picker here = picker(strategy, Endpoints.stats(endpoints), null);
        Collections.shuffle(endpoints, new Random(1));
        Picker there = picker(strategy, Endpoints.stats(endpoints), null);

        for (int key = 0; key < 10_000; key++) {
            String owner = pick(here, key).endpoint().id();
            assertThat(pick(here, key).endpoint().id()).isEqualTo(owner);
            assertThat(pick(there, key).endpoint().id()).isEqualTo(owner);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void sharesKeysByWeight(Strategy strategy) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 2, 3, 4, 10));
        Map<EndpointStats, Integer> counts = counts(picker(strategy, endpoints, null));

        double tolerance = strategy == Strategy.ring() ? 0.5 : 0.04; // the ring's are as even as 100 points make them
        for (EndpointStats one : endpoints) {
            double expected = KEYS * one.endpoint().weight() / 20.0;
            assertThat((double) counts.get(one)).isBetween(expected * (1 - tolerance), expected * (1 + tolerance));
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void movesFewKeysWhenAnEndpointLeavesOrComes(Strategy strategy) {
        List<EndpointStats> all = Endpoints.stats(Endpoints.endpoints(100));
        List<EndpointStats> fewer = new ArrayList<>(all);
        EndpointStats gone = fewer.remove(37);
        Picker before = picker(strategy, all, null);
        Picker after = picker(strategy, fewer, null);

        int moved = 0;
        for (int key = 0; key < KEYS; key++) {
            EndpointStats was = pick(before, key);
            EndpointStats is = pick(after, key);
            if (was != is) {
                moved++;
                if (strategy != Strategy.maglev()) {
                    assertThat(was).isSameAs(gone); // nobody else's keys
                }
            }
        }
        // A hundredth must move; the Maglev table moves some others, too.
        assertThat((double) moved / KEYS).isBetween(0.004, strategy == Strategy.maglev() ? 0.035 : 0.02);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void furtherChoicesFollowTheKeysOwnOrderAndReachEverybody(Strategy strategy) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(10));
        Picker picker = picker(strategy, endpoints, null);
        PickContext context = PickContext.create().key("user");
        Set<EndpointStats> seen = new HashSet<>();
        for (int attempt = 0; attempt < 2_000; attempt++) {
            EndpointStats one = picker.pick(context, 0, attempt);
            assertThat(picker.pick(context, 0, attempt)).isSameAs(one);
            seen.add(one);
        }
        assertThat(seen).hasSize(10);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void goesOnWithoutThoseWhoLeftUntilTheNewTableIsThereAndBuildsItOnce(Strategy strategy) {
        Queue<Runnable> background = new ArrayDeque<>();
        List<EndpointStats> ten = Endpoints.stats(Endpoints.endpoints(10));
        Picker picker = picker(strategy, ten, null, background::add);
        assertThat(background).isEmpty(); // the first is needed at once

        List<EndpointStats> nine = new ArrayList<>(ten.subList(1, 10));
        for (int i = 0; i < 100; i++) {
            nine.set(8, new EndpointStats(Endpoints.endpoint("new-" + i, 20_000 + i)));
            picker = picker(strategy, nine, picker, background::add);
        }
        assertThat(background).hasSize(1);
        assertThat(counts(picker).keySet()).containsExactlyInAnyOrderElementsOf(ten.subList(1, 9));

        background.remove().run();
        assertThat(background).isEmpty();
        assertThat(counts(picker).keySet()).containsExactlyInAnyOrderElementsOf(nine);
        assertThat(counts(picker)).isEqualTo(counts(picker(strategy, nine, null)));

        Picker same = picker(strategy, nine, picker, background::add);
        assertThat(background).isEmpty(); // nothing has changed
        List<EndpointStats> strangers = Endpoints.stats(Endpoints.endpoints(3));
        picker = picker(strategy, strangers, same, background::add);
        assertThat(counts(picker).keySet()).containsExactlyInAnyOrderElementsOf(strangers);
    }

    @ParameterizedTest
    @MethodSource("bounded")
    void givesNobodyMoreThanTheBoundEvenIfAllKeysAreOne(Strategy strategy) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(40));
        Picker picker = picker(strategy, endpoints, null);
        PickContext hot = PickContext.create().key("everybody's darling");
        EndpointStats owner = picker.pick(hot, 0, 0);

        for (int total = 1; total <= 1_000; total++) {
            assertThat(picker.pick(hot, 0, 0).tryStart(0)).isTrue();
            int cap = (int) Math.ceil(1.25 * (total / 40.0 + 0.125)); // the average may be this old
            assertThat(endpoints).allMatch(one -> one.inFlight() <= cap);
        }
        assertThat(owner.inFlight()).isGreaterThanOrEqualTo(25);
    }

    @ParameterizedTest
    @MethodSource("bounded")
    void staysWithTheOwnerWhileThatIsWithinTheBound(Strategy strategy) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 2, 3, 4));
        Picker picker = picker(strategy, endpoints, null);
        SplittableRandom random = new SplittableRandom(1);
        PickContext context = PickContext.create();
        int elsewhere = 0;
        for (int i = 0; i < 10_000; i++) {
            long key = random.nextLong();
            EndpointStats first = picker.pick(context.key(key), 0, 0);
            first.tryStart(0);
            first.complete(Outcome.SUCCESS);
            elsewhere += picker.pick(context.key(key), 0, 0) == first ? 0 : 1;
        }
        assertThat(elsewhere).isZero();
    }

    @Test
    void aBoundIsAboveOne() {
        for (double wrong : new double[] {1, 0, -3, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Strategy.maglev(wrong))
                    .withMessage("bound: " + wrong + " (expected: > 1)");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Strategy.ring(Double.POSITIVE_INFINITY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maglev", "ring"})
    void takesAHundredThousandEndpoints(String name) {
        List<EndpointStats> many = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            many.add(new EndpointStats(Endpoints.endpoint("task-" + i, 1 + i % 65_000)));
        }
        Picker picker = picker(Balance.parse(name).strategy(), many, null);

        assertThat(counts(picker).size()).isGreaterThan(50_000);
    }

    static Stream<Strategy> all() {
        return Stream.concat(strategies(), bounded());
    }

    @ParameterizedTest
    @MethodSource("all")
    void findsTheLightestToo(Strategy strategy) {
        List<EndpointStats> three = Endpoints.stats(Endpoints.weighted(65_535, 65_535, 1));
        Picker picker = picker(strategy, three, null, later -> {});

        Picker left = picker(strategy, three.subList(2, 3), picker, later -> {}); // the table never comes

        for (int key = 0; key < 1_000; key++) {
            assertThat(pick(left, key)).isSameAs(three.get(2));
        }
    }

    @Test
    void nobodyIsTooLightForASlot() {
        int[] weights = new int[1_000];
        Arrays.fill(weights, 1);
        weights[0] = 65_535;
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(weights));

        Maglev table = Maglev.build(
                endpoints.stream()
                        .mapToLong(one -> Hashes.of(one.endpoint().id()))
                        .toArray(),
                Arrays.stream(weights).asDoubleStream().toArray());

        assertThat(Arrays.stream(table.slots()).distinct()).hasSize(1_000);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void buildsALargeTableInTheBackgroundFromTheStart(Strategy strategy) {
        Queue<Runnable> background = new ArrayDeque<>();
        List<EndpointStats> many = Endpoints.stats(Endpoints.endpoints(1_500));
        Picker picker = picker(strategy, many, null, background::add);
        for (int key = 0; key < 100; key++) {
            assertThat(pick(picker, key)).isSameAs(pick(picker, key));
        }

        background.remove().run();
        assertThat(background).isEmpty();
        Picker other = picker(strategy, many, null);
        for (int key = 0; key < 1_000; key++) {
            assertThat(pick(picker, key)).isSameAs(pick(other, key));
        }
    }

    @Test
    void aUseWithoutAKeyGoesAnywhere() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(10));
        Picker picker = picker(Strategy.maglev(), endpoints, null);

        long[] counts = Tally.of(endpoints, picker, 10_000);

        assertThat(Arrays.stream(counts).boxed()).allMatch(count -> count > 850 && count < 1_150);
    }

    private static Picker picker(Strategy strategy, List<EndpointStats> endpoints, Picker previous) {
        return picker(strategy, endpoints, previous, Runnable::run);
    }

    private static Picker picker(
            Strategy strategy, List<EndpointStats> endpoints, Picker previous, Executor background) {
        return strategy.newPicker(Candidates.of(endpoints, previous, new SplittableRandom(1), background));
    }

    private static EndpointStats pick(Picker picker, int key) {
        return picker.pick(PickContext.create().key("key-" + key), 0, 0);
    }

    private static Map<EndpointStats, Integer> counts(Picker picker) {
        Map<EndpointStats, Integer> counts = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            counts.merge(pick(picker, key), 1, Integer::sum);
        }
        return counts;
    }
}
