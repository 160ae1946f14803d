package io.evenkeel.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class HealthCheckerTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration ROUND = Duration.ofMillis(5_500); // an interval and its jitter

    private final ManualClock clock = ManualClock.executing(Runnable::run);
    private final Cluster cluster = new Cluster("web", new ClusterRuntime(clock, new SplittableRandom(1), clock));
    private final Set<String> sick = new HashSet<>();
    private final Set<String> silent = new HashSet<>();
    private final Map<String, CompletionStage<?>> answers = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private final List<CompletableFuture<Void>> open = new ArrayList<>();

    private CompletionStage<?> check(Endpoint endpoint, Duration timeout) {
        asked.merge(endpoint.id(), 1, Integer::sum);
        CompletionStage<?> answer = answers.get(endpoint.id());
        if (answer != null) {
            return answer;
        }
        if (silent.contains(endpoint.id())) {
            CompletableFuture<Void> never = new CompletableFuture<>();
            open.add(never);
            return never;
        }
        return sick.contains(endpoint.id())
                ? CompletableFuture.failedFuture(new IllegalStateException("sick"))
                : CompletableFuture.completedFuture(null);
    }

    @Test
    void takesOutAfterThreeFailuresAndBackAfterTwoPasses() {
        EndpointStats one = members(4, HealthCheckPolicy.of(this::check)).get(1);
        clock.advance(INTERVAL);
        sick.add("task-1");
        int before = asked.get("task-1");
        while (asked.get("task-1") < before + 3) {
            assertThat(one.isBarred(Bar.UNHEALTHY)).isFalse();
            clock.advance(Duration.ofMillis(100));
        }
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();

        sick.clear();
        before = asked.get("task-1");
        while (asked.get("task-1") < before + 2) {
            assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();
            clock.advance(Duration.ofMillis(100));
        }
        assertThat(one.isBarred()).isFalse();
    }

    @Test
    void anEndpointThatAlternatesIsLeftAsItIs() {
        EndpointStats one = members(1, HealthCheckPolicy.of(this::check)).get(0);
        for (int i = 0; i < 50; i++) {
            if (!sick.add("task-0")) {
                sick.clear();
            }
            int before = asked.getOrDefault("task-0", 0);
            while (asked.getOrDefault("task-0", 0) == before) {
                clock.advance(Duration.ofMillis(100));
            }
            assertThat(one.isBarred()).isFalse();
        }
    }

    @Test
    void takesSilenceForFailureAndALateAnswerForNothing() {
        silent.add("task-0");
        EndpointStats one = members(4, HealthCheckPolicy.of(this::check)).get(0);

        clock.advance(ROUND.plusSeconds(2).multipliedBy(4));
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();

        for (int i = 0; i < 3; i++) {
            open.forEach(late -> late.complete(null));
            assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();
        }
    }

    @Test
    void aCheckThatThrowsHasFailed() {
        EndpointStats one = members(3, HealthCheckPolicy.of((endpoint, timeout) -> {
                    throw new IllegalStateException("on purpose");
                }))
                .get(0);

        clock.advance(ROUND.multipliedBy(4));

        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();
    }

    @Test
    void waitsForTheFirstPassIfItDoesNotTrust() {
        silent.add("task-1");
        HealthCheckPolicy wary =
                HealthCheckPolicy.builder(this::check).trusting(false).build();
        List<EndpointStats> all = members(3, wary);
        clock.runDue();

        assertThat(all.get(0).isBarred()).isFalse();
        assertThat(all.get(1).isBarred()).isTrue();
        silent.clear();
        clock.advance(ROUND.plusSeconds(2));
        assertThat(all.get(1).isBarred()).isFalse();
    }

    @Test
    void oneThatWasTrustedAndNeverPassedComesBackAfterAsManyPassesAsAnyOther() {
        sick.add("task-0");
        EndpointStats one = members(4, HealthCheckPolicy.of(this::check)).get(0);
        while (!one.isBarred(Bar.UNHEALTHY)) {
            clock.advance(Duration.ofMillis(100));
        }
        sick.clear();
        int before = asked.get("task-0");
        while (asked.get("task-0") < before + 2) {
            assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();
            clock.advance(Duration.ofMillis(100));
        }
        assertThat(one.isBarred()).isFalse();
    }

    @Test
    void tellsHowAnEndpointFares() {
        answers.put("task-0", CompletableFuture.completedFuture(new Verdict(Finding.L7OK, 204)));
        HealthCheckPolicy policy = HealthCheckPolicy.of(this::check);
        EndpointStats one = members(2, policy).get(0);
        CheckState begun = state(one);
        assertThat(begun.isUp()).isTrue();
        assertThat(begun.last()).isEmpty();
        assertThat(begun.policy()).isEqualTo(policy);

        clock.advance(INTERVAL);
        assertThat(state(one).last()).contains(new CheckResult(Finding.L7OK, 204, "", Duration.ZERO));
        assertThat(state(one).sinceChange()).isEqualTo(INTERVAL);

        answers.put(
                "task-0",
                CompletableFuture.failedFuture(
                        new CheckFailedException(Finding.L7STS, 503, "status 503 (expected: 200 to 399)", null)));
        while (state(one).isUp()) {
            assertThat(state(one).streak()).isEqualTo((int) state(one).failures());
            clock.advance(Duration.ofMillis(100));
        }
        clock.advance(Duration.ofSeconds(30));
        CheckState down = state(one);
        assertThat(down.last())
                .contains(new CheckResult(Finding.L7STS, 503, "status 503 (expected: 200 to 399)", Duration.ZERO));
        assertThat(down.failures()).isEqualTo(3); // those while it was up
        assertThat(down.falls()).isEqualTo(1);
        assertThat(down.streak()).isZero();
        assertThat(down.sinceChange()).isBetween(Duration.ofSeconds(30), Duration.ofMillis(30_100));
        assertThat(down.downtime()).isEqualTo(down.sinceChange());

        answers.clear();
        while (!state(one).isUp()) {
            clock.advance(Duration.ofMillis(100));
        }
        Duration downtime = state(one).downtime();
        clock.advance(Duration.ofHours(1));
        assertThat(state(one).downtime()).isEqualTo(downtime).isGreaterThan(Duration.ofSeconds(30));
        assertThat(state(one).last()).map(CheckResult::finding).contains(Finding.PASSED);
        assertThat(state(one).falls()).isEqualTo(1);
    }

    @Test
    void tellsHowLongAnAnswerTookAndThatNoneCame() {
        silent.add("task-0");
        EndpointStats one = members(1, HealthCheckPolicy.of(this::check)).get(0);
        while (open.isEmpty()) {
            clock.advance(Duration.ofMillis(100));
        }
        clock.advance(Duration.ofMillis(300));
        open.get(0).completeExceptionally(new CompletionException(new IllegalStateException("sick")));
        CheckResult first = state(one).last().orElseThrow();
        assertThat(first.finding()).isEqualTo(Finding.FAILED);
        assertThat(first.detail()).isEqualTo("sick");
        assertThat(first.duration()).isBetween(Duration.ofMillis(300), Duration.ofMillis(400));

        clock.advance(ROUND.plusSeconds(2));
        CheckResult second = state(one).last().orElseThrow();
        assertThat(second.detail()).isEqualTo("no answer within PT2S");
        assertThat(second.duration()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void anEqualPolicyKeepsWhatIsKnownAndOfThoseWhoLeaveNothingIsKnown() {
        sick.add("task-0");
        HealthCheckPolicy policy = HealthCheckPolicy.of(this::check);
        EndpointStats one = members(4, policy).get(0);
        while (state(one).isUp()) {
            clock.advance(Duration.ofMillis(100));
        }
        members(
                5,
                new HealthCheckPolicy(
                        policy.check(),
                        policy.interval(),
                        policy.downInterval(),
                        policy.timeout(),
                        policy.rise(),
                        policy.fall(),
                        policy.trusting(),
                        policy.maxConcurrent()));
        assertThat(state(one).isUp()).isFalse();
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();

        cluster.remove();
        assertThat(cluster.checkState(one)).isEmpty();
    }

    @Test
    void whatPassedIsNoFailureAndTheOtherWayRound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verdict(Finding.L4CON, 0))
                .withMessage("finding: L4CON (expected: one that has passed)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CheckFailedException(Finding.L7OK, 200, "", null))
                .withMessage("finding: L7OK (expected: one that has not passed)");
    }

    @Test
    void spreadsTheFirstChecksOfManyOverAnInterval() {
        members(1_000, HealthCheckPolicy.of(this::check));

        for (int i = 1; i <= 10; i++) {
            int before = asked.size();
            clock.advance(INTERVAL.dividedBy(10));
            assertThat(asked.size() - before).isBetween(50, 150);
        }
        assertThat(asked).hasSize(1_000);
    }

    @Test
    void asksNobodyWhoIsGoneAndLeavesNoBarBehind() {
        sick.add("task-1");
        List<EndpointStats> all = members(2, HealthCheckPolicy.of(this::check));
        clock.advance(ROUND.multipliedBy(4));
        assertThat(all.get(1).isBarred()).isTrue();

        members(1, HealthCheckPolicy.of(this::check));
        assertThat(all.get(1).isBarred()).isFalse();
        clock.advance(INTERVAL);
        int before = asked.get("task-1");
        clock.advance(ROUND.multipliedBy(4));
        assertThat(asked).containsEntry("task-1", before);

        cluster.close();
        clock.runDue();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void whoIsNotTrustedIsBarredBeforeItCanBePicked() {
        ManualClock queued = new ManualClock(); // nothing is done yet of what the control thread is to do
        Cluster wary = new Cluster("web", new ClusterRuntime(queued, new SplittableRandom(1), queued));
        HealthCheckPolicy policy =
                HealthCheckPolicy.builder(this::check).trusting(false).build();
        wary.update(
                Endpoints.snapshot("web", Endpoints.endpoints(3)),
                ClusterConfig.builder().monitors(policy).panicThreshold(0).build());

        assertThat(wary.tryAcquire(PickContext.none())).isNull();

        queued.runDue();
        queued.runDue();
        assertThat(wary.acquire().endpoint().id()).startsWith("task-");
    }

    @Test
    void whoIsNotWellStaysOutWhenThePolicyChangesOrItDrainsForAMoment() {
        ManualClock queued = new ManualClock();
        Cluster wary = new Cluster("web", new ClusterRuntime(queued, new SplittableRandom(1), queued));
        sick.addAll(List.of("task-0", "task-1"));
        HealthCheckPolicy.Builder policy =
                HealthCheckPolicy.builder(this::check).trusting(false);
        ClusterConfig.Builder config = ClusterConfig.builder().panicThreshold(0);
        wary.update(
                Endpoints.snapshot("web", Endpoints.endpoints(2)),
                config.monitors(policy.build()).build());
        queued.advance(Duration.ofMinutes(1));
        EndpointStats one = wary.state().active().get(0);
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();

        wary.update(
                Endpoints.snapshot("web", Endpoints.endpoints(2)),
                config.monitors(policy.streaks(1, 3).build()).build());
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();
        queued.advance(Duration.ofMinutes(1));
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();

        wary.drain(one, Duration.ofSeconds(1));
        wary.undrain(one);
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();
        queued.advance(Duration.ofMinutes(1));
        assertThat(one.isBarred(Bar.UNHEALTHY)).isTrue();

        sick.clear();
        queued.advance(Duration.ofMinutes(1));
        assertThat(one.isBarred()).isFalse();
    }

    @Test
    void whoWorksGoesOnUnderAPolicyThatTrustsNobodyAndWhoComesWithItWaits() {
        ManualClock queued = new ManualClock();
        Cluster wary = new Cluster("web", new ClusterRuntime(queued, new SplittableRandom(1), queued));
        HealthCheckPolicy.Builder policy = HealthCheckPolicy.builder(this::check);
        ClusterConfig.Builder config = ClusterConfig.builder().panicThreshold(0);
        wary.update(
                Endpoints.snapshot("web", Endpoints.endpoints(2)),
                config.monitors().build());

        wary.update(
                Endpoints.snapshot("web", Endpoints.endpoints(3)),
                config.monitors(policy.trusting(false).build()).build());
        assertThat(wary.state().active())
                .extracting(one -> one.isBarred(Bar.UNHEALTHY))
                .containsExactly(false, false, true);

        wary.update( // nobody has been checked yet
                Endpoints.snapshot("web", Endpoints.endpoints(3)),
                config.monitors(policy.streaks(1, 1).build()).build());
        assertThat(wary.state().active())
                .extracting(one -> one.isBarred(Bar.UNHEALTHY))
                .containsExactly(false, false, true);

        sick.add("task-0");
        queued.advance(Duration.ofMinutes(1));
        assertThat(wary.state().active())
                .extracting(one -> one.isBarred(Bar.UNHEALTHY))
                .containsExactly(true, false, false);
    }

    @Test
    void thoseWhoAreNotTrustedWaitForTheirTurnToBeChecked() {
        for (int i = 0; i < 1_000; i++) {
            silent.add("task-" + i);
        }
        members(
                1_000,
                HealthCheckPolicy.builder(this::check)
                        .trusting(false)
                        .maxConcurrent(10)
                        .build());
        clock.runDue();
        assertThat(asked).hasSize(10);

        open.get(3).complete(null);
        assertThat(asked).hasSize(11);
        clock.advance(Duration.ofSeconds(2)); // the time-out of ten
        assertThat(asked).hasSize(21);

        silent.clear();
        clock.advance(Duration.ofSeconds(2));
        assertThat(asked).hasSize(1_000);
    }

    @Test
    void cancelsChecksThatNobodyWaitsForAndGivesTheirTurnToOthers() {
        silent.addAll(List.of("task-0", "task-1", "task-2"));
        HealthCheckPolicy policy = HealthCheckPolicy.builder(this::check)
                .trusting(false)
                .maxConcurrent(1)
                .build();
        members(3, policy);
        clock.runDue();
        assertThat(open).hasSize(1);

        clock.advance(Duration.ofSeconds(2));
        assertThat(open.get(0)).isCancelled();
        assertThat(open).hasSize(2);

        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoint("task-2", 10_002)),
                ClusterConfig.builder().monitors(policy).build());
        assertThat(open.get(1)).isCancelled();
        assertThat(asked).containsEntry("task-2", 1);

        cluster.close();
        assertThat(open.get(2)).isCancelled();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void asksThoseWhoAreDownInTheirOwnInterval() {
        sick.add("task-0");
        members(
                4,
                HealthCheckPolicy.builder(this::check)
                        .interval(INTERVAL, Duration.ofMillis(100))
                        .streaks(1, 1)
                        .build());
        clock.advance(INTERVAL);
        int before = asked.get("task-0");
        clock.advance(Duration.ofSeconds(10));

        assertThat(asked.get("task-0") - before).isBetween(90, 112);
        assertThat(asked.get("task-1")).isLessThanOrEqualTo(4);
    }

    @Test
    void aMonitorThatThrowsStopsNoUpdate() {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(2)),
                ClusterConfig.builder()
                        .monitors(
                                monitored -> {
                                    throw new IllegalStateException("on purpose");
                                },
                                monitored -> new Broken(),
                                HealthCheckPolicy.builder(this::check)
                                        .trusting(false)
                                        .build())
                        .build());
        clock.runDue();

        assertThat(cluster.state().active()).hasSize(2);
        assertThat(asked).hasSize(2);
    }

    @Test
    void namesWhatIsWrongWithItsSettings() {
        HealthCheckPolicy.Builder policy = HealthCheckPolicy.builder(this::check);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.timeout(Duration.ZERO).build())
                .withMessage("timeout: PT0S (expected: > 0)");
        policy.timeout(INTERVAL);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> policy.interval(INTERVAL, Duration.ofSeconds(-1)).build())
                .withMessage("downInterval: PT-1S (expected: > 0)");
        policy.interval(INTERVAL, INTERVAL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.streaks(0, 1).build())
                .withMessage("rise: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.streaks(1, 0).build())
                .withMessage("fall: 0 (expected: >= 1)");
        policy.streaks(1, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.maxConcurrent(0).build())
                .withMessage("maxConcurrent: 0 (expected: >= 1)");
    }

    private static final class Broken implements Monitor {

        @Override
        public void joined(List<EndpointStats> endpoints) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void left(List<EndpointStats> endpoints) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void close() {
            throw new IllegalStateException("on purpose");
        }
    }

    private CheckState state(EndpointStats one) {
        return cluster.checkState(one).orElseThrow();
    }

    /* The same policy object each time, since a lambda equals nothing but itself. */
    private List<EndpointStats> members(int count, HealthCheckPolicy policy) {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(count)),
                ClusterConfig.builder().monitors(policy).build());
        return cluster.state().active();
    }
}
