package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class PrequalTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    private final List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(4));
    private final Map<EndpointStats, Prober.Answer> asked = new HashMap<>();
    private final Strategy strategy = Strategy.prequal(asked::put);
    private Picker picker = newPicker(endpoints, null);

    @Test
    void takesAnyoneWhileThereAreNoAnswers() {
        Set<EndpointStats> picked = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            picked.add(pick(0));
        }

        assertThat(picked).containsExactlyInAnyOrderElementsOf(endpoints);
        assertThat(asked).containsOnlyKeys(endpoints);
    }

    @Test
    void takesTheQuickestOfThoseThatAreNotTooBusy() {
        askAll(0);
        for (int i = 0; i < 3; i++) {
            answer(0, 1, 30 * MILLI);
            answer(1, 1, 10 * MILLI);
            answer(2, 1, 20 * MILLI);
        }
        answer(3, 90, MILLI); // hot: busier than 84 % of the answers

        assertThat(pick(1)).isSameAs(endpoints.get(1));
    }

    @Test
    void takesTheLeastBusyIfAllAreTooBusy() {
        for (int i = 0; i < 64; i++) { // all are busier than they were, so none is cold
            askAll(i * SECOND * 2);
            answer(0, 0, MILLI);
            answer(1, 0, MILLI);
        }
        long now = 200 * SECOND;
        askAll(now);
        answer(2, 9, MILLI);
        answer(3, 5, 50 * MILLI);

        assertThat(pick(now)).isSameAs(endpoints.get(3));
    }

    @Test
    void usesAnAnswerTwice() {
        askAll(0);
        answer(0, 1, 10 * MILLI);
        answer(1, 1, 20 * MILLI);
        answer(2, 1, 30 * MILLI);

        assertThat(pick(1)).isSameAs(endpoints.get(0));
        assertThat(pick(1)).isNotSameAs(endpoints.get(0)); // one more in flight than the others now, which is hot
        assertThat(List.of(pick(1), pick(1), pick(1))).doesNotContain(endpoints.get(3));
    }

    @Test
    void forgetsAnswersAfterASecond() {
        askAll(0);
        answer(0, 0, MILLI);
        answer(1, 0, 2 * MILLI);

        Set<EndpointStats> picked = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            picked.add(pick(SECOND + 1));
        }

        assertThat(picked).containsExactlyInAnyOrderElementsOf(endpoints);
    }

    @Test
    void asksNobodyAgainWhoHasNotAnsweredUnlessASecondHasPassed() {
        askAll(0);
        asked.clear();

        for (int i = 0; i < 100; i++) {
            pick(SECOND);
        }
        assertThat(asked).isEmpty();

        askAll(SECOND + 1);
        assertThat(asked).hasSize(4);
        answer(2, 0, 0);
        asked.clear();
        for (int i = 0; i < 100; i++) {
            pick(SECOND + 1);
        }
        assertThat(asked).containsOnlyKeys(endpoints.get(2));
    }

    @Test
    void leavesOneAloneThatFailsThoughItSeemsIdleAndQuick() {
        EndpointStats failing = endpoints.get(0);
        fail(failing, SECOND);
        fail(failing, SECOND);
        long count = 0;
        for (long now = SECOND; now < 20 * SECOND; now += 10 * MILLI) {
            asked.forEach((endpoint, answer) ->
                    answer.answered(endpoint == failing ? 0 : 5, endpoint == failing ? 0 : MILLI));
            asked.clear();
            count += pick(now) == failing ? 1 : 0;
        }
        assertThat(count).isLessThan(20); // of 1900: only where nobody else had answered

        Set<EndpointStats> picked = new HashSet<>();
        for (long now = 22 * SECOND; now < 24 * SECOND; now += 10 * MILLI) {
            asked.forEach((endpoint, answer) ->
                    answer.answered(endpoint == failing ? 0 : 5, endpoint == failing ? 0 : MILLI));
            asked.clear();
            picked.add(pick(now));
        }
        assertThat(picked).contains(failing);
    }

    @Test
    void takesNobodyWhoIsBarredOrGoneWhateverTheyAnswered() {
        askAll(0);
        endpoints.get(0).bar(Bar.values()[0]);
        answer(0, 0, 0);
        answer(2, 0, MILLI);
        answer(3, 0, 2 * MILLI);
        picker = newPicker(endpoints.subList(0, 3), picker);
        answer(1, 0, 3 * MILLI);
        answer(2, 0, MILLI);
        answer(3, 0, 0); // late

        for (int i = 0; i < 4; i++) {
            assertThat(pick(1)).isIn(endpoints.get(1), endpoints.get(2));
        }
    }

    @Test
    void takesAnyoneInsteadOfOneThatCouldNotBeUsed() {
        askAll(0);
        answer(0, 0, 0);
        answer(1, 0, MILLI);

        Set<EndpointStats> picked = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            picked.add(picker.pick(PickContext.none(), 1, 1));
        }
        assertThat(picked).containsExactlyInAnyOrderElementsOf(endpoints);
    }

    @Test
    void refusesAnswersThatCannotBe() {
        askAll(0);
        Prober.Answer answer = asked.get(endpoints.get(0));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer.answered(-1, 0))
                .withMessage("inFlight: -1 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer.answered(0, -1))
                .withMessage("latency: -1 ns (expected: >= 0)");
        assertThatNullPointerException().isThrownBy(() -> Strategy.prequal(null));
    }

    @Test
    void servesPicksAndTakesAnswersOnManyThreadsAtOnce() throws Exception {
        List<EndpointStats> many = Endpoints.stats(Endpoints.endpoints(50));
        Set<EndpointStats> known = new HashSet<>(many);
        Prober prober = (endpoint, answer) -> answer.answered(
                ThreadLocalRandom.current().nextInt(1_000),
                ThreadLocalRandom.current().nextInt(1_000));
        Picker shared = Strategy.prequal(prober)
                .newPicker(Candidates.of(
                        many, null, () -> ThreadLocalRandom.current().nextLong()));

        Threads.race(4, thread -> {
            for (int i = 0; i < 20_000; i++) {
                assertThat(known.contains(shared.pick(PickContext.none(), i * 1_000L, 0)))
                        .isTrue();
            }
        });
    }

    private static void fail(EndpointStats endpoint, long now) {
        endpoint.tryStart(now);
        endpoint.complete(Outcome.FAILURE, now, now);
    }

    private Picker newPicker(List<EndpointStats> of, Picker previous) {
        return strategy.newPicker(Candidates.of(of, previous, new SplittableRandom(1)));
    }

    private EndpointStats pick(long now) {
        return picker.pick(PickContext.none(), now, 0);
    }

    private void askAll(long now) {
        for (int i = 0; i < 100; i++) {
            pick(now);
        }
    }

    private void answer(int endpoint, int inFlight, long latency) {
        asked.get(endpoints.get(endpoint)).answered(inFlight, latency);
    }
}
