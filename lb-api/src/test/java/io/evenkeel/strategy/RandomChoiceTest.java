package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.testing.Endpoints;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomChoiceTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesEveryEndpointTheSameChanceWhateverItsWeight(long seed) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 10, 100, 1_000, 65_535));
        Picker picker = Strategy.random().newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)));

        for (long count : Tally.of(endpoints, picker, 100_000)) {
            assertThat(count).as("seed %d", seed).isBetween(19_300L, 20_700L); // more than 5 standard deviations
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1_000, Integer.MAX_VALUE})
    void drawsReachBothEndsOfTheRangeAndNoFurther(int bound) {
        assertThat(Draws.first(0, bound)).isZero();
        assertThat(Draws.second(0, bound)).isZero();
        assertThat(Draws.first(-1, bound)).isEqualTo(bound - 1);
        assertThat(Draws.second(-1, bound)).isEqualTo(bound - 1);
    }
}
