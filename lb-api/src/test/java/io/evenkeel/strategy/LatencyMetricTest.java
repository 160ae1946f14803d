package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyMetricTest {

    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    private final LoadPool pool = LoadMetric.latency().newPool();
    private final EndpointStats fast = stats("fast", 1);
    private final EndpointStats slow = stats("slow", 2);

    static List<LoadMetric> metrics() {
        return List.of(LoadMetric.latency(), LoadMetric.peakEwma(Duration.ofSeconds(10)));
    }

    private EndpointStats stats(String id, int port) {
        EndpointStats stats = new EndpointStats(Endpoints.endpoint(id, port));
        pool.measure(stats);
        return stats;
    }

    @Test
    void goesOnWithALoadOfItsOwnAndReplacesAnothers() {
        Load load = fast.load();
        pool.measure(fast);
        assertThat(fast.load()).isSameAs(load);

        LoadMetric.latency().newPool().measure(fast);
        assertThat(fast.load()).isNotSameAs(load);
    }

    @Test
    void costsWhatItsAnswersTakeTimesWhatIsInFlight() {
        long now = 0;
        for (int i = 0; i < 200; i++) {
            now = use(fast, 1, 10 * MS, Outcome.SUCCESS, now);
            now = use(slow, 1, 40 * MS, Outcome.SUCCESS, now);
        }

        assertThat(fast.load().cost(0, now)).isCloseTo(10.0 * MS, within(1.0 * MS));
        assertThat(slow.load().cost(0, now)).isCloseTo(40.0 * MS, within(1.0 * MS));
        assertThat(slow.load().cost(3, now)).isCloseTo(4 * 40.0 * MS, within(4.0 * MS));
    }

    @Test
    void isCarefulWithAnEndpointThatJoinsOthersForAFewSeconds() {
        long now = use(fast, 1_000, 10 * MS, Outcome.SUCCESS, 0);
        EndpointStats newcomer = stats("newcomer", 3);

        assertThat(newcomer.cost(now)).isCloseTo(20.0 * MS, within(1.0 * MS));
        assertThat(newcomer.cost(now + 3 * SECOND)).isCloseTo(14.0 * MS, within(1.0 * MS));
        assertThat(newcomer.cost(now + 60 * SECOND)).isCloseTo(10.0 * MS, within(1.0 * MS));
        use(newcomer, 1, 10 * MS, Outcome.SUCCESS, now);
        assertThat(newcomer.load().cost(0, now + 10 * MS)).isLessThan(20.0 * MS);
    }

    @Test
    void isNotCarefulWithAnybodyWhereAllAreNew() {
        assertThat(fast.cost(0)).isEqualTo(slow.cost(0)).isCloseTo(10.0 * MS, withinPercentage(6));
    }

    @Test
    void driftsToWhatIsUsualWhileNobodyUsesIt() {
        long now = use(slow, 100, 100 * MS, Outcome.SUCCESS, 0);
        now = use(fast, 1_000, 10 * MS, Outcome.SUCCESS, now);

        double before = slow.load().cost(0, now);
        double later = slow.load().cost(0, now + 10 * SECOND);
        double muchLater = slow.load().cost(0, now + 1_000 * SECOND);

        assertThat(before).isGreaterThan(later);
        assertThat(later).isGreaterThan(muchLater);
        assertThat(muchLater).isCloseTo(10.0 * MS, within(2.0 * MS));
    }

    /* All are idle whenever it chooses, and answer in the same time to the nanosecond: nothing but curiosity helps. */
    @Test
    void aSingleCallerUsesEqualsEquallyAndTriesANewcomer() {
        List<EndpointStats> two = Endpoints.stats(Endpoints.endpoints(2));
        Picker picker = Strategy.latencyAware().newPicker(Candidates.of(two, null, new SplittableRandom(1)));
        long now = call(picker, 0, 20_000);
        assertThat(two.get(0).count(Outcome.SUCCESS)).isBetween(8_000L, 12_000L);

        List<EndpointStats> three = new ArrayList<>(two);
        three.add(new EndpointStats(Endpoints.endpoint("newcomer", 1)));
        picker = Strategy.latencyAware().newPicker(Candidates.of(three, picker, new SplittableRandom(2)));
        now = call(picker, now, 2_000);
        assertThat(three.get(2).count(Outcome.SUCCESS)).isZero(); // for it may have to warm up
        call(picker, now, 20_000);
        assertThat(three.get(2).count(Outcome.SUCCESS)).isGreaterThan(1_000);
    }

    private static long call(Picker picker, long from, int times) {
        long now = from;
        for (int i = 0; i < times; i++) {
            EndpointStats picked = picker.pick(PickContext.none(), now, 0);
            picked.tryStart(now);
            picked.complete(Outcome.SUCCESS, now, now + MS);
            now += MS;
        }
        return now;
    }

    @Test
    void takesSilenceForLatencyOnceItLastsLongerThanTheMean() {
        long now = use(fast, 100, 10 * MS, Outcome.SUCCESS, 0);
        fast.tryStart(now);

        assertThat(fast.cost(now + 5 * MS)).isCloseTo(2 * 10.0 * MS, within(1.0 * MS));
        assertThat(fast.cost(now + 500 * MS)).isCloseTo(2 * 500.0 * MS, within(1.0 * MS));

        fast.complete(Outcome.SUCCESS, now, now + 500 * MS);
        assertThat(fast.cost(now + 501 * MS)).isLessThan(70.0 * MS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILURE", "CONNECT_FAILED", "RESET", "TIMEOUT"})
    void aFailureIsNeverAFastAnswer(String outcome) {
        long now = use(fast, 100, 10 * MS, Outcome.SUCCESS, 0);
        use(slow, 3, MS / 10, Outcome.valueOf(outcome), now);

        assertThat(slow.load().cost(0, now)).isGreaterThan(5 * fast.load().cost(0, now));
    }

    @Test
    void aCancelledUseSaysNothing() {
        long now = use(fast, 100, 10 * MS, Outcome.SUCCESS, 0);
        double before = fast.load().cost(0, now);

        fast.tryStart(now);
        fast.complete(Outcome.CANCELLED, now - 3_000 * MS, now);

        assertThat(fast.load().cost(0, now)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void survivesAClockThatJumps(LoadMetric metric) {
        EndpointStats one = new EndpointStats(Endpoints.endpoint("one", 3));
        metric.newPool().measure(one);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long begun = random.nextLong();
            long now = random.nextBoolean() ? random.nextLong() : begun + random.nextLong(SECOND);
            one.tryStart(begun);
            assertThat(one.cost(now)).isNotNaN().isNotNegative();
            one.complete(random.nextInt(5) == 0 ? Outcome.FAILURE : Outcome.SUCCESS, begun, now);
            assertThat(one.cost(now)).isNotNaN().isNotNegative().isLessThan(1e20);
        }

        long now = use(one, 300, 10 * MS, Outcome.SUCCESS, 5 * SECOND);
        assertThat(one.load().cost(0, now)).isBetween(1.0 * MS, 100.0 * MS); // and it has forgotten
    }

    @Test
    void peakEwmaJumpsToAPeakAndDecays() {
        EndpointStats one = new EndpointStats(Endpoints.endpoint("one", 3));
        LoadMetric.peakEwma(Duration.ofSeconds(10)).newPool().measure(one);
        long now = use(one, 100, 10 * MS, Outcome.SUCCESS, 0);
        assertThat(one.load().cost(1, now)).isCloseTo(20.0 * MS, within(1.0 * MS));

        now = use(one, 1, 500 * MS, Outcome.SUCCESS, now);
        assertThat(one.load().cost(0, now)).isEqualTo(500.0 * MS);
        assertThat(one.load().cost(0, now + 10 * SECOND)).isCloseTo(200.0 * MS, within(20.0 * MS));
    }

    @Test
    void peakEwmaShunsWhoeverHasUsesInFlightAndNoHistory() {
        EndpointStats fresh = new EndpointStats(Endpoints.endpoint("fresh", 3));
        LoadMetric.peakEwma(Duration.ofSeconds(10)).newPool().measure(fresh);

        assertThat(fresh.load().cost(0, 0)).isZero();
        assertThat(fresh.load().cost(1, 0)).isGreaterThan(1e14);
    }

    /* One use after the other; returns the time after the last. */
    private static long use(EndpointStats stats, int times, long latency, Outcome outcome, long from) {
        long now = from;
        for (int i = 0; i < times; i++) {
            stats.tryStart(now);
            stats.complete(outcome, now, now + latency);
            now += latency;
        }
        return now;
    }

    @Test
    void whatUsesThatEndOnOtherThreadsTeachIsKnownToThoseThatPick() throws Exception {
        List<EndpointStats> all = Endpoints.stats(Endpoints.endpoints(4));
        RandomGenerator random = new SplittableRandom(1);
        Picker picker = Strategy.latencyAware().newPicker(Candidates.of(all.subList(0, 3), null, random));
        all.get(0).tryStart(0);
        all.get(0).complete(Outcome.SUCCESS, 0, 500_000_000);
        ExecutorService loop = Executors.newSingleThreadExecutor();
        try {
            long now = 1_000_000_000;
            for (int i = 0; i < 4_000; i++) {
                if (i == 2_000) {
                    picker = Strategy.latencyAware().newPicker(Candidates.of(all, picker, random));
                }
                long begun = now;
                EndpointStats one = picker.pick(PickContext.none(), begun, 0);
                one.tryStart(begun);
                loop.submit(() -> one.complete(Outcome.SUCCESS, begun, begun + 1_000_000))
                        .get();
                now += 100_000_000;
            }
        } finally {
            loop.shutdown();
        }

        assertThat(all.get(3).started()).as("uses of a newcomer").isGreaterThan(200);
    }
}
