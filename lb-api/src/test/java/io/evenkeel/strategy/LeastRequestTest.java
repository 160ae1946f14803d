package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeastRequestTest {

    private static final Strategy STRATEGY = Strategy.leastRequest();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void neverPicksTheBusierOfTwo(long seed) {
        List<EndpointStats> two = Endpoints.stats(Endpoints.endpoints(2));
        Picker picker = STRATEGY.newPicker(Candidates.of(two, null, new SplittableRandom(seed)));
        SplittableRandom random = new SplittableRandom(-seed);

        for (int i = 0; i < 10_000; i++) {
            EndpointStats picked = picker.pick(PickContext.none(), 0, 0);
            EndpointStats other = picked == two.get(0) ? two.get(1) : two.get(0);
            assertThat(picked.inFlight()).as("seed %d", seed).isLessThanOrEqualTo(other.inFlight());
            two.get(random.nextInt(2)).tryStart(0);
        }
    }

    @Test
    void neverPicksTheBusiestOfMany() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(5));
        EndpointStats busiest = endpoints.get(3);
        busiest.tryStart(0);
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));

        long[] counts = Tally.of(endpoints, picker, 10_000); // the two draws always differ, so one is always idle

        assertThat(counts[3]).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void picksIdleEndpointsWithEqualChance(long seed) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(5));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)));

        for (long count : Tally.of(endpoints, picker, 100_000)) {
            assertThat(count).as("seed %d", seed).isBetween(19_300L, 20_700L);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sharesByWeightAmongIdleEndpoints(long seed) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(100, 99, 1, 50));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)));

        long[] counts = Tally.of(endpoints, picker, 250_000);

        assertThat(counts[0]).as("seed %d", seed).isCloseTo(100_000L, within(2_000L));
        assertThat(counts[1]).as("seed %d", seed).isCloseTo(99_000L, within(2_000L));
        assertThat(counts[2]).as("seed %d", seed).isCloseTo(1_000L, within(200L));
        assertThat(counts[3]).as("seed %d", seed).isCloseTo(50_000L, within(2_000L));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keepsUsesInFlightInProportionToWeightUnderLoad(long seed) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 2, 3, 4));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)));

        for (int i = 0; i < 1_000; i++) {
            picker.pick(PickContext.none(), 0, 0).tryStart(0);
        }

        for (int i = 0; i < 4; i++) {
            assertThat(endpoints.get(i).inFlight()).as("seed %d", seed).isCloseTo(100 * (i + 1), within(10));
        }
    }

    @Test
    void doesNotLoadALightEndpointMerelyBecauseItIsFree() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(65_535, 1));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));

        for (int i = 0; i < 1_000; i++) {
            picker.pick(PickContext.none(), 0, 0).tryStart(0);
        }

        assertThat(endpoints.get(1).inFlight()).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sendsLessToAnEndpointThatTakesLonger(long seed) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(10));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)));
        Queue<EndpointStats> quick = new ArrayDeque<>();
        Queue<EndpointStats> slow = new ArrayDeque<>();

        for (int i = 0; i < 10_000; i++) { // the first endpoint takes ten times as long as the others
            EndpointStats picked = picker.pick(PickContext.none(), 0, 0);
            picked.tryStart(0);
            (picked == endpoints.get(0) ? slow : quick).add(picked);
            if (quick.size() > 20) {
                quick.remove().complete(Outcome.SUCCESS);
            }
            if (i % 100 == 0 && !slow.isEmpty()) {
                slow.remove().complete(Outcome.SUCCESS);
            }
        }

        assertThat(endpoints.get(0).started()).as("seed %d", seed).isLessThan(300); // an even share is 1000
    }
}
