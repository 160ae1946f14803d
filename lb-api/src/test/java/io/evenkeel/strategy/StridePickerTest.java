package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.testing.Endpoints;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StridePickerTest {

    private static final Strategy STRATEGY = Strategy.weighted();

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sharesByWeight(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] weights = random.ints(2 + random.nextInt(30), 1, 40).toArray();
        weights[0]++; // never all equal, whatever was drawn
        weights[1] = 1;
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(weights));
        int total = Arrays.stream(weights).sum();
        int rounds = 20;

        long[] counts = Tally.of(endpoints, STRATEGY.newPicker(Candidates.of(endpoints, null, random)), rounds * total);

        for (int i = 0; i < weights.length; i++) {
            assertThat(Math.abs(counts[i] - (long) rounds * weights[i]))
                    .as("seed %d, endpoint %d of weights %s", seed, i, Arrays.toString(weights))
                    .isLessThanOrEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesTheLightestItsTurnBesideTheHeaviest(long seed) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 65_535, 1, 65_535));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)));

        long[] counts = Tally.of(endpoints, picker, 20 * (2 * 65_535 + 2));

        assertThat(counts[0]).as("seed %d", seed).isBetween(15L, 25L);
        assertThat(counts[2]).as("seed %d", seed).isBetween(15L, 25L);
        assertThat(Math.abs(counts[1] - counts[3])).as("seed %d", seed).isLessThanOrEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spreadsSharesEvenlyInEveryStretch(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] weights = random.ints(2 + random.nextInt(50), 1, 101).toArray();
        weights[0] = 102; // unlike all others
        assertEvenInEveryStretch("seed " + seed, weights, random);
    }

    /* Shares in pieces, as an alias table has them, stray two to three times as far. */
    @Test
    void mixesOneHeavyEndpointEvenlyWithAThousandLightOnes() {
        int[] weights = new int[1_001];
        Arrays.fill(weights, 1);
        weights[500] = 1_000;
        assertEvenInEveryStretch("one heavy", weights, new SplittableRandom(1));
    }

    /* The difference between what was had and what was due stays within a band, so no stretch deviates by more. */
    private static void assertEvenInEveryStretch(String what, int[] weights, SplittableRandom random) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(weights));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, random));
        Tally tally = new Tally(endpoints);
        double[] shares =
                IntStream.range(0, weights.length).mapToDouble(tally::share).toArray();
        double[] lowest = new double[weights.length];
        double[] highest = new double[weights.length];
        for (int pick = 1; pick <= 20_000; pick++) {
            int picked = tally.add(picker.pick(PickContext.none(), 0, 0));
            double ahead = tally.count(picked) - pick * shares[picked];
            highest[picked] = Math.max(highest[picked], ahead);
            lowest[picked] = Math.min(lowest[picked], ahead - 1 + shares[picked]);
        }
        for (int i = 0; i < weights.length; i++) {
            assertThat(highest[i] - lowest[i])
                    .as("%s, endpoint %d of weights %s", what, i, Arrays.toString(weights))
                    .isLessThan(5);
        }
    }

    @Test
    void wrapsItsCursorWithoutASeam() {
        int[] weights = {5, 1, 3};
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(weights));
        Arcs arcs = Arcs.of(Candidates.of(endpoints, null, new SplittableRandom(1)));
        Picker across = new StridePicker(
                endpoints.toArray(EndpointStats[]::new), arcs, new Cursor(-450), new SplittableRandom(1));

        // From 450 before the wrap to 450 behind it, every stretch of 90 is as even as any other.
        for (int stretch = 0; stretch < 10; stretch++) {
            long[] counts = Tally.of(endpoints, across, 90);
            assertThat(counts[0]).isBetween(48L, 52L);
            assertThat(counts[1]).isBetween(8L, 12L);
            assertThat(counts[2]).isBetween(28L, 32L);
        }
    }

    @Test
    void isPlainRotationWhenWeightsAreEqual() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(7, 7, 7, 7));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));
        int last = endpoints.indexOf(picker.pick(PickContext.none(), 0, 0));

        for (int i = 0; i < 100; i++) {
            int next = endpoints.indexOf(picker.pick(PickContext.none(), 0, 0));
            assertThat(next).isEqualTo((last + 1) % 4);
            last = next;
        }
    }

    /* A schedule that begins at its beginning sends every client's first pick to the heaviest. */
    @Test
    void beginsAtARandomPlace() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 2, 7));
        Tally firsts = new Tally(endpoints);

        for (int seed = 0; seed < 10_000; seed++) {
            firsts.add(STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)))
                    .pick(PickContext.none(), 0, 0));
        }

        assertThat(firsts.count(0)).isBetween(850L, 1_150L);
        assertThat(firsts.count(1)).isBetween(1_800L, 2_200L);
        assertThat(firsts.count(2)).isBetween(6_700L, 7_300L);
    }

    @Test
    void goesOnWhereItWasWhenWeightsChange() {
        List<EndpointStats> before = Endpoints.stats(Endpoints.weighted(1, 2, 7));
        List<EndpointStats> after = Endpoints.stats(Endpoints.weighted(1, 3, 7));
        Picker first = STRATEGY.newPicker(Candidates.of(before, null, new SplittableRandom(1)));

        Picker second = STRATEGY.newPicker(Candidates.of(after, first, new SplittableRandom(2)));

        assertThat(((StridePicker) second).cursor()).isSameAs(((StridePicker) first).cursor());
    }
}
