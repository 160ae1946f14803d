package io.evenkeel.l7.runner.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairTest {

    @ParameterizedTest
    @CsvSource({
        // target, goal, new ones that answer, old instances, old ones that answer: how many may go
        "3, 3, 1, 3, 3, 1",
        "3, 3, 0, 3, 3, 0",
        "3, 3, 3, 3, 3, 3",
        "3, 3, 2, 2, 2, 1",
        "3, 3, 2, 3, 1, 0",
        "3, 3, 3, 3, 1, 1",
        "5, 2, 2, 5, 5, 2",
        "5, 2, 2, 3, 3, 0",
        "5, 2, 2, 4, 4, 1",
        "3, 3, 1, 5, 5, 1",
        "3, 3, 2, 1, 3, 0",
        "0, 0, 0, 0, 0, 0",
    })
    void noMoreMayGoThanOthersHaveComeInThePlaceOf(
            int target, int goal, int arrived, int instances, int answering, int mayGo) {
        Pair pair = new Pair("/b", "/a", target, goal);
        assertThat(pair.mayGo(app(arrived, arrived), app(instances, answering))).isEqualTo(mayGo);
    }

    @ParameterizedTest
    @CsvSource({
        // target, goal, new ones, old ones, linear increase: next
        "10, 10, 1, 10, 0, 2",
        "10, 10, 2, 9, 0, 3",
        "10, 10, 4, 8, 0, 6",
        "10, 10, 6, 6, 0, 10",
        "10, 10, 1, 10, 3, 4",
        "10, 10, 9, 3, 3, 10",
        "10, 4, 3, 7, 0, 4",
        "10, 8, 1, 0, 0, 2",
        "3, 3, 0, 3, 0, 1",
        "3, 3, 3, 5, 0, 5",
    })
    void eachStepIsHalfAsManyAgainOrSoManyMoreAndTheLastIsAll(
            int target, int goal, int now, int old, int increase, int next) {
        assertThat(new Pair("/b", "/a", target, goal).next(app(now, now), app(old, old), increase))
                .isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        // target, goal, new ones, old ones: whether no more have to come
        "3, 3, 2, 1, false",
        "3, 3, 3, 1, true",
        "3, 3, 3, 5, false",
        "3, 3, 5, 5, true",
        "5, 2, 2, 5, true",
        "5, 2, 1, 5, false",
    })
    void itIsOverWhenAllHaveComeAndAreNoFewerThanTheOldOnes(int target, int goal, int now, int old, boolean last) {
        assertThat(new Pair("/b", "/a", target, goal).isLast(app(now, now), app(old, old)))
                .isEqualTo(last);
    }

    private static AppView app(int instances, int answering) {
        List<TaskView> tasks = IntStream.range(0, answering)
                .mapToObj(i -> new TaskView("t" + i, true, Set.of(), Set.of()))
                .toList();
        return new AppView("/x", instances, false, true, Map.of(), tasks, MissingNode.getInstance());
    }
}
