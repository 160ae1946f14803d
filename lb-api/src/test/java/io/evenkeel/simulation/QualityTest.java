package io.evenkeel.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the default balances like, in virtual time: never worse than the best that knows no more than a client can, whatever
 * goes on. Takes minutes of processor time, with the same result on every JDK.
 */
@Tag("simulation")
class QualityTest {

    private static final Duration MEASURED = Duration.ofSeconds(20);
    private static final double TOLERANCE = 1.10;
    private static final double FEW_ERRORS = 0.002;

    static List<Arguments> everything() {
        List<Arguments> all = new ArrayList<>();
        for (Scenario scenario : Scenario.values()) {
            for (int clients : new int[] {5, 50, 500}) {
                all.add(Arguments.of(scenario, clients));
            }
        }
        return all;
    }

    @ParameterizedTest(name = "{0}, {1} clients")
    @MethodSource("everything")
    void theDefaultIsAsGoodAsTheBest(Scenario scenario, int clients) {
        Map<String, Result> results = new ConcurrentHashMap<>();
        Contender.ALL.parallelStream()
                .filter(Contender::clientOnly)
                .forEach(one -> results.put(one.name(), run(one, scenario, clients)));
        Result ours = results.remove(Contender.DEFAULT.name());
        String table = ours.row("default") + "\n" + String.join("\n", rows(results));

        assertThat(ours.p99()).as(table).isLessThanOrEqualTo(best(results, 0.99) * TOLERANCE);
        assertThat(ours.p999()).as(table).isLessThanOrEqualTo(best(results, 0.999) * TOLERANCE);
        assertThat(ours.p99() >= Result.TIMED_OUT && best(results, 0.99) < Result.TIMED_OUT)
                .as(table)
                .isFalse();
        assertThat(ours.p999() >= Result.TIMED_OUT && best(results, 0.999) < Result.TIMED_OUT)
                .as(table)
                .isFalse();
        if (scenario == Scenario.FAILFAST) {
            assertThat(ours.errors()).as(table).isLessThanOrEqualTo(FEW_ERRORS);
        }
    }

    /* A few pauses more or less decide about the last thousandth, so several seeds count where there are pauses. */
    private static Result run(Contender contender, Scenario scenario, int clients) {
        return Result.mean(IntStream.range(0, scenario == Scenario.GCPAUSE ? 5 : 1)
                .mapToObj(seed -> Simulation.run(contender, scenario, clients, MEASURED, 42 + seed))
                .toList());
    }

    /* The assertions above could not fail if everyone were as good. */
    @ParameterizedTest
    @EnumSource(names = {"SLOW10X", "FAILFAST"})
    void chanceIsNotGoodEnoughWhereOneServerIsNotLikeTheOthers(Scenario scenario) {
        Result random = Simulation.run(Contender.named("random"), scenario, 50, MEASURED, 42);

        assertThat(random.p99() >= Result.TIMED_OUT || random.errors() > 10 * FEW_ERRORS)
                .isTrue();
    }

    private static List<String> rows(Map<String, Result> results) {
        return new TreeMap<>(results)
                .entrySet().stream()
                        .map(entry -> entry.getValue().row(entry.getKey()))
                        .toList();
    }

    private static double best(Map<String, Result> results, double quantile) {
        return results.values().stream()
                .mapToDouble(one -> quantile == 0.99 ? one.p99() : one.p999())
                .min()
                .orElseThrow();
    }
}
