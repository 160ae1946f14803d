package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinPickerTest {

    private static final Strategy STRATEGY = Strategy.roundRobin();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 127})
    void givesEveryEndpointTheSameShare(int count) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(count));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(count)));

        assertThat(Tally.of(endpoints, picker, 100 * count)).containsOnly(100);
    }

    @Test
    void takesThemInTurn() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(7));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));
        int last = endpoints.indexOf(picker.pick(PickContext.none(), 0, 0));

        for (int i = 0; i < 100; i++) {
            int next = endpoints.indexOf(picker.pick(PickContext.none(), 0, 0));
            assertThat(next).isEqualTo((last + 1) % 7);
            last = next;
        }
    }

    @Test
    void doesNotMindWeights() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 100, 65_535));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));

        assertThat(Tally.of(endpoints, picker, 300)).containsOnly(100);
    }

    @Test
    void startsAtARandomEndpointSoThatManyClientsDoNotFavourTheFirst() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(10));
        Tally firsts = new Tally(endpoints);

        for (int seed = 0; seed < 10_000; seed++) {
            firsts.add(STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(seed)))
                    .pick(PickContext.none(), 0, 0));
        }

        for (int i = 0; i < 10; i++) {
            assertThat(firsts.count(i)).as("clients that start at %d", i).isBetween(800L, 1_200L);
        }
    }

    @Test
    void goesOnWhereItWasWhenTheSameEndpointsAreReportedAgain() {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(10));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));
        Tally tally = new Tally(endpoints);

        for (int i = 0; i < 1_000; i++) {
            tally.add(picker.pick(PickContext.none(), 0, 0));
            picker = STRATEGY.newPicker(Candidates.of(endpoints, picker, new SplittableRandom(1)));
        }

        for (int i = 0; i < 10; i++) {
            assertThat(tally.count(i)).isEqualTo(100);
        }
    }

    /* With a cursor of each picker's own, updates between picks gave the first endpoints several times their share. */
    @RepeatedTest(10)
    void favoursNobodyWhileAnEndpointComesAndGoes(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        List<EndpointStats> ten = Endpoints.stats(Endpoints.endpoints(10));
        List<EndpointStats> nine = ten.subList(0, 9);
        Picker picker = null;
        Tally tally = new Tally(ten);

        for (int update = 0; update < 4_000; update++) {
            picker = STRATEGY.newPicker(Candidates.of(update % 2 == 0 ? ten : nine, picker, random));
            int picks = random.nextInt(5);
            for (int i = 0; i < picks; i++) {
                tally.add(picker.pick(PickContext.none(), 0, 0));
            }
        }

        for (int i = 0; i < 9; i++) { // 8000 picks, of which each of the nine expects 844 or so
            assertThat(tally.count(i))
                    .as("endpoint %d, seed %d", i, repetition.getCurrentRepetition())
                    .isBetween(650L, 1_050L);
        }
    }

    @Test
    void skipsNobodyWhenManyThreadsShareTheCursor() throws Exception {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(8));
        Picker picker = STRATEGY.newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));

        Threads.race(4, thread -> {
            for (int i = 0; i < 8_000; i++) {
                picker.pick(PickContext.none(), 0, 0).tryStart(0);
            }
        });

        int off = Stripes.COUNT + 1; // each walk may have ended anywhere on its round
        assertThat(endpoints).allSatisfy(one -> assertThat(one.inFlight()).isBetween(4_000 - off, 4_000 + off));
    }

    @Test
    void handsItsPlaceToAWeightedPickerAndBack() {
        List<EndpointStats> equal = Endpoints.stats(Endpoints.endpoints(3));
        List<EndpointStats> unequal = Endpoints.stats(Endpoints.weighted(1, 2, 3));
        Picker first = STRATEGY.newPicker(Candidates.of(equal, null, new SplittableRandom(1)));
        Picker second = Strategy.weighted().newPicker(Candidates.of(unequal, first, new SplittableRandom(2)));
        Picker third = Strategy.weighted().newPicker(Candidates.of(equal, second, new SplittableRandom(3)));
        Set<Cursor> cursors = new HashSet<>();
        for (Picker picker : List.of(first, second, third)) {
            assertThat(picker).isInstanceOfSatisfying(Cursor.Holder.class, holder -> cursors.add(holder.cursor()));
        }

        assertThat(cursors).hasSize(1);
    }
}
