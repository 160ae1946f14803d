package io.evenkeel.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutlierDetectorTest {

    private static final Duration BASE = Duration.ofSeconds(30);
    private static final Duration JITTER = Duration.ofSeconds(4);

    private static final OutlierPolicy.Builder CONNECTS_ONLY =
            OutlierPolicy.builder().consecutiveOutcomes(List.of(Outcome.CONNECT_FAILED));

    private final ManualClock clock = ManualClock.executing(Runnable::run);
    private final Cluster cluster = new Cluster("web", new ClusterRuntime(clock, new SplittableRandom(1), clock));

    @ParameterizedTest
    @EnumSource(names = {"FAILURE", "CONNECT_FAILED", "RESET", "TIMEOUT"})
    void ejectsAtTheFifthFailureInARowAndNotBefore(Outcome outcome) {
        EndpointStats one = members(10, OutlierPolicy.defaults()).get(0);
        complete(one, 4, outcome);
        complete(one, 1, Outcome.SUCCESS);
        complete(one, 4, outcome);
        complete(one, 10, Outcome.CANCELLED);
        assertThat(one.isBarred(Bar.EJECTED)).isFalse();

        complete(one, 1, outcome);

        assertThat(one.isBarred(Bar.EJECTED)).isTrue();
        assertThat(one.isAvailable()).isFalse();
    }

    @Test
    void letsOneUseThroughAfterTheEjectionAndTakesItBackWithTheFirstSuccess() {
        EndpointStats one = members(10, OutlierPolicy.defaults()).get(0);
        complete(one, 5, Outcome.FAILURE);

        clock.advance(BASE.minusMillis(1));
        assertThat(one.isAvailable()).isFalse();
        clock.advance(JITTER);

        assertThat(one.tryStart(0)).isTrue();
        assertThat(one.tryStart(0)).isFalse();
        one.complete(Outcome.SUCCESS);
        assertThat(one.tryStart(0)).isTrue();
        assertThat(one.tryStart(0)).isTrue();
    }

    @Test
    void ejectsByThoseOutcomesOnlyThatItWasTold() {
        EndpointStats one = members(10, CONNECTS_ONLY.build()).get(0);
        complete(one, 30, Outcome.FAILURE);
        complete(one, 30, Outcome.TIMEOUT);
        complete(one, 1, Outcome.SUCCESS);
        complete(one, 4, Outcome.CONNECT_FAILED);
        assertThat(one.isBarred()).isFalse();

        complete(one, 1, Outcome.CONNECT_FAILED);
        assertThat(one.isBarred(Bar.EJECTED)).isTrue();

        clock.advance(BASE.plus(JITTER));
        assertThat(one.isProbing()).isTrue();
        complete(one, 1, Outcome.FAILURE); // it can be reached, which is all that was asked
        assertThat(one.isProbing()).isFalse();
        assertThat(one.isBarred()).isFalse();
    }

    @Test
    void sparesTheLastOneThatIsFree() {
        List<EndpointStats> all = members(
                3, OutlierPolicy.builder().maxEjectedShare(1).sparesLast(true).build());
        cluster.bar(all.get(0), Bar.UNHEALTHY);
        complete(all.get(1), 5, Outcome.CONNECT_FAILED);
        complete(all.get(2), 5, Outcome.CONNECT_FAILED);
        assertThat(all.get(1).isBarred(Bar.EJECTED)).isTrue();
        assertThat(all.get(2).isBarred()).isFalse();

        clock.advance(BASE.plus(JITTER));
        assertThat(all.get(1).isProbing()).isTrue();
        complete(all.get(2), 5, Outcome.CONNECT_FAILED);
        assertThat(all.get(2).isBarred()).isFalse(); // one on trial takes no load

        cluster.unbar(all.get(0), Bar.UNHEALTHY);
        complete(all.get(2), 5, Outcome.CONNECT_FAILED);
        assertThat(all.get(2).isBarred(Bar.EJECTED)).isTrue();
    }

    @Test
    void whoIsLeftAloneWithAFailedTrialIsNoLongerOnTrial() {
        List<EndpointStats> all = members(
                2, OutlierPolicy.builder().maxEjectedShare(1).sparesLast(true).build());
        complete(all.get(0), 5, Outcome.CONNECT_FAILED);
        clock.advance(BASE.plus(JITTER));
        cluster.bar(all.get(1), Bar.UNHEALTHY);
        complete(all.get(0), 1, Outcome.CONNECT_FAILED);

        assertThat(all.get(0).isBarred()).isFalse();
        assertThat(all.get(0).isProbing()).isFalse();
    }

    @Test
    void ejectsByFailuresOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutlierPolicy.builder()
                        .consecutiveOutcomes(List.of(Outcome.CANCELLED))
                        .build())
                .withMessage("consecutiveOutcomes: CANCELLED (expected: failures)");
    }

    @Test
    void isTriedThoughOldUsesAreStillInFlight() {
        EndpointStats one = members(10, OutlierPolicy.defaults()).get(0);
        for (int i = 0; i < 3; i++) {
            assertThat(one.tryStart(0)).isTrue(); // and long
        }
        complete(one, 5, Outcome.FAILURE);
        clock.advance(BASE.plus(JITTER));

        assertThat(one.tryStart(0)).isTrue();
        assertThat(one.tryStart(0)).isFalse();
        one.complete(Outcome.SUCCESS);
        assertThat(one.isProbing()).isFalse();
        assertThat(one.tryStart(0)).isTrue();
        assertThat(one.tryStart(0)).isTrue();
    }

    @Test
    void aTrialKeepsTheLimit() {
        EndpointStats one = members(10, OutlierPolicy.defaults()).get(0);
        one.setLimit(3);
        for (int i = 0; i < 3; i++) {
            assertThat(one.tryStart(0)).isTrue();
        }
        one.complete(Outcome.FAILURE);
        complete(one, 4, Outcome.FAILURE);
        assertThat(one.tryStart(0)).isFalse();
        clock.advance(BASE.plus(JITTER));

        assertThat(one.tryStart(0)).isTrue();
        assertThat(one.tryStart(0)).isFalse();
    }

    @Test
    void whoDrainsIsNotEjectedNorCountedInTheShare() {
        List<EndpointStats> all =
                members(4, OutlierPolicy.builder().maxEjectedShare(0.5).build());
        complete(all.get(0), 5, Outcome.FAILURE);
        cluster.drain(all.get(0), Duration.ofHours(1));
        assertThat(all.get(0).isBarred(Bar.EJECTED)).isFalse();
        cluster.drain(all.get(1), Duration.ofHours(1));
        complete(all.get(1), 5, Outcome.FAILURE);
        assertThat(all.get(1).isBarred()).isFalse();

        complete(all.get(2), 5, Outcome.FAILURE);
        complete(all.get(3), 5, Outcome.FAILURE);

        assertThat(all.get(2).isBarred(Bar.EJECTED)).isTrue(); // one of the two that are left
        assertThat(all.get(3).isBarred()).isFalse();
    }

    @Test
    void staysOutLongerEachTimeItFailsAgainAndForgetsWithTime() {
        EndpointStats one = members(10, OutlierPolicy.defaults()).get(0);
        complete(one, 5, Outcome.FAILURE);
        for (int times = 2; times <= 12; times++) {
            clock.advance(Duration.ofMinutes(6)); // more than the longest
            complete(one, 1, Outcome.RESET); // the trial
            Duration expected = Duration.ofSeconds(Math.min(300, 30L * times));
            assertThat(one.isBarred()).isTrue();
            clock.advance(expected.minusMillis(1));
            assertThat(one.isBarred()).as("time %d", times).isTrue();
            clock.advance(expected.dividedBy(10).plusMillis(1));
            assertThat(one.isBarred()).as("time %d", times).isFalse();
        }
        complete(one, 1, Outcome.SUCCESS);
        clock.advance(Duration.ofMinutes(3)); // more intervals than it was ejected

        complete(one, 5, Outcome.FAILURE);
        clock.advance(BASE.plus(JITTER));
        assertThat(one.isBarred()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 1})
    void ejectsNoMoreThanItsShareButAlwaysOne(double share) {
        List<EndpointStats> all =
                members(20, OutlierPolicy.builder().maxEjectedShare(share).build());

        all.forEach(one -> complete(one, 5, Outcome.FAILURE));

        assertThat(all.stream().filter(EndpointStats::isBarred)).hasSize(Math.max(1, (int) (20 * share)));
    }

    @Test
    void ejectsWhoeversSuccessRateStandsOutOnceThereIsEnoughToCompare() {
        OutlierPolicy policy = OutlierPolicy.builder()
                .consecutiveFailures(0)
                .failureShare(0, 0, 0)
                .build();
        List<EndpointStats> all = members(5, policy);
        EndpointStats bad = all.get(2);
        for (int volume : new int[] {99, 100}) {
            for (EndpointStats one : all) {
                complete(one, one == bad ? volume / 2 : volume, Outcome.SUCCESS);
                complete(one, one == bad ? volume - volume / 2 : 0, Outcome.FAILURE);
            }
            clock.advance(Duration.ofSeconds(10));
            assertThat(bad.isBarred()).as("%d uses", volume).isEqualTo(volume == 100);
        }
        assertThat(all.stream().filter(EndpointStats::isBarred)).hasSize(1);
    }

    @Test
    void ejectsNobodyWhenAllAreEquallyBad() {
        List<EndpointStats> all =
                members(8, OutlierPolicy.builder().failureShare(0, 0, 0).build());
        for (int i = 0; i < 1_000; i++) {
            for (EndpointStats one : all) {
                complete(one, 1, i % 2 == 0 ? Outcome.FAILURE : Outcome.SUCCESS);
            }
        }
        clock.advance(Duration.ofSeconds(10));

        assertThat(all).noneMatch(EndpointStats::isBarred);
    }

    @Test
    void ejectsWhoeverFailsNearlyAlways() {
        OutlierPolicy policy = OutlierPolicy.builder()
                .consecutiveFailures(0)
                .successRate(0, 0, 0)
                .build();
        List<EndpointStats> all = members(5, policy);
        all.forEach(one -> complete(one, 50, Outcome.SUCCESS));
        clock.advance(Duration.ofSeconds(10));
        EndpointStats bad = all.get(0);
        EndpointStats nearly = all.get(1);
        for (EndpointStats one : all) {
            int failures = one == bad ? 85 : one == nearly ? 84 : 0;
            complete(one, failures, Outcome.TIMEOUT);
            complete(one, 100 - failures, Outcome.SUCCESS);
        }
        clock.advance(Duration.ofSeconds(10));

        assertThat(all.stream().filter(EndpointStats::isBarred)).containsExactly(bad);
    }

    @Test
    void ejectsWhoeverIsSlowIfItIsToldTo() {
        List<EndpointStats> all =
                members(6, OutlierPolicy.builder().latency(5, 100).build());
        for (EndpointStats one : all) {
            for (int i = 0; i < 100; i++) {
                one.tryStart(0);
                one.complete(Outcome.SUCCESS, 0, one == all.get(4) ? 60_000_000 : 10_000_000);
            }
        }
        clock.advance(Duration.ofSeconds(10));

        assertThat(all.stream().filter(EndpointStats::isBarred)).containsExactly(all.get(4));
    }

    @Test
    void aTrialKeepsALimitThatWasSet() {
        EndpointStats one = members(4, OutlierPolicy.defaults()).get(0);
        one.setLimit(7);
        complete(one, 5, Outcome.FAILURE);
        clock.advance(BASE.plus(JITTER));
        complete(one, 1, Outcome.SUCCESS);

        for (int i = 0; i < 7; i++) {
            assertThat(one.tryStart(0)).isTrue();
        }
        assertThat(one.tryStart(0)).isFalse();
    }

    @Test
    void leavesNothingBehindWhenThePolicyOrTheEndpointOrTheClusterGoes() {
        List<EndpointStats> all = members(6, OutlierPolicy.defaults());
        complete(all.get(0), 5, Outcome.FAILURE);
        complete(all.get(1), 5, Outcome.FAILURE);
        members(6, OutlierPolicy.defaults()); // an equal policy changes nothing
        assertThat(all.get(0).isBarred()).isTrue();

        members(6);
        assertThat(all).noneMatch(EndpointStats::isBarred);
        assertThat(clock.pending()).isZero();

        members(6, OutlierPolicy.defaults());
        complete(all.get(0), 5, Outcome.FAILURE);
        cluster.remove();
        assertThat(all.get(0).isBarred()).isFalse();
        assertThat(clock.pending()).isZero();

        members(6, OutlierPolicy.defaults());
        List<EndpointStats> again = cluster.state().active();
        complete(again.get(0), 5, Outcome.FAILURE);
        cluster.close();
        cluster.close();
        assertThat(again).noneMatch(EndpointStats::isBarred);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void failsOpenWhenMoreAreOutThanCanBeRight() {
        List<EndpointStats> all =
                members(10, OutlierPolicy.builder().maxEjectedShare(1).build());

        all.forEach(one -> complete(one, 5, Outcome.FAILURE));

        assertThat(all).allMatch(EndpointStats::isBarred).allMatch(EndpointStats::isAvailable);
    }

    /* A virtual hour of chance: never more out than allowed, and in the end nobody. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsItsPromisesWhateverHappens(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<EndpointStats> all = members(20, OutlierPolicy.defaults());
        for (int step = 0; step < 3_600; step++) {
            for (int i = 0; i < 20; i++) {
                EndpointStats picked = cluster.pick(PickContext.none());
                boolean sick = picked == all.get(step / 600) || random.nextInt(20) == 0;
                picked.complete(sick ? Outcome.FAILURE : Outcome.SUCCESS);
            }
            clock.advance(Duration.ofSeconds(1));
            long out = all.stream().filter(EndpointStats::isBarred).count();
            assertThat(out).as("seed %d", seed).isLessThanOrEqualTo(10);
        }
        clock.advance(Duration.ofMinutes(10));
        assertThat(all).as("seed %d", seed).noneMatch(EndpointStats::isBarred);
    }

    @Test
    void hearsOfFailuresFromManyThreads() throws Exception {
        ManualClock queued = new ManualClock();
        Cluster racing = new Cluster("web", new ClusterRuntime(queued, new SplittableRandom(1), queued));
        racing.update(Endpoints.snapshot("web", Endpoints.endpoints(4)), ClusterConfig.defaults());
        EndpointStats one = racing.state().active().get(0);

        Threads.race(4, thread -> complete(one, 1_000, Outcome.RESET));
        queued.runDue();

        assertThat(one.isBarred(Bar.EJECTED)).isTrue();
    }

    @Test
    void namesWhatIsWrongWithItsSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> OutlierPolicy.builder().consecutiveFailures(-1).build())
                .withMessage("consecutiveFailures: -1 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> OutlierPolicy.builder().interval(Duration.ZERO).build())
                .withMessage("interval: PT0S (expected: > 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutlierPolicy.builder()
                        .ejection(Duration.ofSeconds(2), Duration.ofSeconds(1))
                        .build())
                .withMessage("maxEjection: PT1S (expected: >= baseEjection, PT2S)");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        OutlierPolicy.builder().maxEjectedShare(Double.NaN).build())
                .withMessage("maxEjectedShare: NaN (expected: 0 to 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutlierPolicy.builder().latency(0.5, 1).build())
                .withMessage("latencyFactor: 0.5 (expected: > 1, or 0 for never)");
    }

    private List<EndpointStats> members(int count, MonitorPolicy... monitors) {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(count)),
                ClusterConfig.builder()
                        .strategy(Strategy.roundRobin())
                        .monitors(monitors)
                        .build());
        return cluster.state().active();
    }

    private static void complete(EndpointStats endpoint, int times, Outcome outcome) {
        for (int i = 0; i < times; i++) {
            endpoint.tryStart(0);
            endpoint.complete(outcome);
        }
    }
}
