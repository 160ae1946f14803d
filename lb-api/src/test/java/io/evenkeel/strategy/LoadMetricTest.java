package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every metric must do, whatever it measures. */
class LoadMetricTest {

    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final List<Outcome> FAILURES =
            List.of(Outcome.FAILURE, Outcome.CONNECT_FAILED, Outcome.RESET, Outcome.TIMEOUT);

    static List<LoadMetric> metrics() {
        return List.of(
                LoadMetric.inFlight(),
                LoadMetric.latency(),
                LoadMetric.peakEwma(Duration.ofSeconds(10)),
                LoadMetric.peakEwma(Duration.ofNanos(1)),
                LoadMetric.peakEwma(Duration.ofDays(365)));
    }

    static List<Arguments> metricsAndFailures() {
        List<Arguments> all = new ArrayList<>();
        for (LoadMetric metric : metrics()) {
            FAILURES.forEach(failure -> all.add(Arguments.of(metric, failure)));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void hasALowerCaseNameAndIsEqualToItself(LoadMetric metric) {
        assertThat(metric.name()).matches("[a-z]+(-[a-z]+)*");
        assertThat(metric).hasToString(metric.name());
        assertThat(metrics()).contains(metric); // made anew, and equal: so that a picker goes on with what is known
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void aFreshEndpointCostsSomethingFinite(LoadMetric metric) {
        LoadPool pool = metric.newPool();
        for (long now : new long[] {0, 1, -1, SECOND, -SECOND, Long.MAX_VALUE, Long.MIN_VALUE}) {
            EndpointStats fresh = stats(pool);
            assertSound(fresh.cost(now));
            for (int inFlight = 1; inFlight < 100; inFlight++) {
                fresh.tryStart(now);
                assertSound(fresh.cost(now));
                assertSound(fresh.cost(now, 0.01));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void costsMoreWithEachUseInFlight(LoadMetric metric) {
        EndpointStats one = stats(metric.newPool());
        for (int phase = 0; phase < 3; phase++) {
            long now = SECOND * (phase + 1);
            double last = one.cost(now);
            for (int inFlight = 1; inFlight < 100; inFlight++) {
                one.tryStart(now);
                assertThat(one.cost(now)).as("%d in flight", inFlight).isGreaterThan(last);
                last = one.cost(now);
            }
            for (int inFlight = 1; inFlight < 100; inFlight++) {
                one.complete(Outcome.SUCCESS, now, now + 10 * MS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void neverCostsLessWithMoreInFlightWhateverHappened(LoadMetric metric) {
        SplittableRandom random = new SplittableRandom(3);
        Outcome[] outcomes = Outcome.values();
        EndpointStats one = stats(metric.newPool());
        long now = 0;
        for (int i = 0; i < 10_000; i++) {
            now += random.nextLong(SECOND);
            double before = one.cost(now);
            one.tryStart(now);
            assertThat(one.cost(now)).isGreaterThanOrEqualTo(before);
            if (random.nextInt(20) > 0 || one.inFlight() > 50) {
                Outcome outcome = outcomes[random.nextInt(outcomes.length)];
                one.complete(outcome, now - random.nextLong(SECOND), now);
            }
        }
    }

    /* Of two endpoints of one cluster to which the same has happened, whichever of them ends its use first. */
    @ParameterizedTest
    @MethodSource("metricsAndFailures")
    void aFailureCostsNoLessThanASuccessOfTheSameLatency(LoadMetric metric, Outcome failure) {
        for (int uses : new int[] {0, 1, 10, 300}) {
            for (long latency : new long[] {0, 1, MS / 10, 10 * MS, SECOND, 10 * SECOND, 100 * SECOND}) {
                for (boolean failsFirst : new boolean[] {true, false}) {
                    LoadPool pool = metric.newPool();
                    EndpointStats good = stats(pool);
                    EndpointStats bad = stats(pool);
                    long now = 200 * SECOND;
                    for (int i = 0; i < uses; i++) {
                        use(good, 10 * MS, Outcome.SUCCESS, now);
                        use(bad, 10 * MS, Outcome.SUCCESS, now);
                    }
                    now += 100 * SECOND;
                    use(failsFirst ? bad : good, latency, failsFirst ? failure : Outcome.SUCCESS, now);
                    use(failsFirst ? good : bad, latency, failsFirst ? Outcome.SUCCESS : failure, now);
                    for (long later : new long[] {0, MS, SECOND, 60 * SECOND}) {
                        assertThat(bad.cost(now + later))
                                .as("%d ns after %d uses, %d ns later", latency, uses, later)
                                .isGreaterThanOrEqualTo(good.cost(now + later) * (1 - 1e-9));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void isNotHarmedByAClockThatStandsStill(LoadMetric metric) {
        LoadPool pool = metric.newPool();
        EndpointStats busy = stats(pool);
        EndpointStats idle = stats(pool);
        for (int i = 0; i < 1_000; i++) {
            busy.tryStart(0);
            assertSound(busy.cost(0));
            busy.complete(i % 3 == 0 ? Outcome.FAILURE : Outcome.SUCCESS, 0, 0);
            assertSound(busy.cost(0));
            assertSound(idle.cost(0));
        }
        for (int i = 0; i < 10; i++) {
            busy.tryStart(0);
        }
        assertThat(busy.cost(0)).isGreaterThanOrEqualTo(idle.cost(0)); // at least what is in flight counts
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void forgetsAClockThatJumpsBack(LoadMetric metric) {
        EndpointStats one = stats(metric.newPool());
        EndpointStats undisturbed = stats(metric.newPool());
        long now = 7_200 * SECOND;
        for (int i = 0; i < 300; i++) {
            use(one, 10 * MS, Outcome.SUCCESS, now + 10 * MS * i);
        }
        now -= 3_600 * SECOND; // in the middle of a use
        one.tryStart(now + 3_600 * SECOND);
        one.complete(Outcome.SUCCESS, now + 3_600 * SECOND, now);
        for (int i = 0; i < 300; i++) {
            assertSound(one.cost(now));
            use(one, 10 * MS, Outcome.SUCCESS, now);
            use(undisturbed, 10 * MS, Outcome.SUCCESS, now);
            now += 10 * MS;
        }
        assertThat(one.cost(now)).isCloseTo(undisturbed.cost(now), within(0.1 * undisturbed.cost(now) + 1));
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void staysSoundWhenTheClockSaysAnything(LoadMetric metric) {
        EndpointStats one = stats(metric.newPool());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long begun = random.nextLong();
            long now = random.nextBoolean() ? random.nextLong() : begun + random.nextLong(SECOND);
            one.tryStart(begun);
            assertSound(one.cost(now));
            one.complete(random.nextInt(5) == 0 ? Outcome.FAILURE : Outcome.SUCCESS, begun, now);
            assertSound(one.cost(now));
            assertSound(one.cost(random.nextLong(), random.nextDouble(100)));
        }
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void staysSoundWhenThreadsRace(LoadMetric metric) throws Exception {
        LoadPool pool = metric.newPool();
        EndpointStats one = stats(pool);

        Threads.race(4, thread -> {
            for (int i = 0; i < 20_000; i++) {
                long now = i * MS;
                one.tryStart(now);
                assertSound(one.cost(now));
                one.complete(i % 10 == 0 ? Outcome.FAILURE : Outcome.SUCCESS, now, now + 10 * MS);
            }
        });

        assertThat(one.inFlight()).isZero();
        assertSound(one.cost(20_000 * MS));
        assertThat(one.cost(20_000 * MS)).isLessThan(SECOND);
    }

    @Test
    void aMetricThatReadsNoClockIsNotMovedByIt() {
        for (LoadMetric metric : metrics()) {
            EndpointStats one = stats(metric.newPool());
            use(one, 10 * MS, Outcome.SUCCESS, SECOND);
            if (!metric.usesTime()) {
                assertThat(one.cost(0)).isEqualTo(one.cost(3_600 * SECOND));
            }
        }
    }

    private static EndpointStats stats(LoadPool pool) {
        EndpointStats stats = new EndpointStats(Endpoints.endpoint("one", 1));
        pool.measure(stats);
        return stats;
    }

    /* One use that ends at a time. */
    private static void use(EndpointStats stats, long latency, Outcome outcome, long now) {
        stats.tryStart(now - latency);
        stats.complete(outcome, now - latency, now);
    }

    private static void assertSound(double cost) {
        assertThat(cost).isNotNaN().isNotNegative().isLessThan(1e25);
    }
}
