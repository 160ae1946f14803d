package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every strategy must do, whatever else it does. */
class StrategyContractTest {

    private static final RandomGenerator SHARED =
            () -> ThreadLocalRandom.current().nextLong();

    static List<Strategy> strategies() {
        return List.of(
                Strategy.roundRobin(),
                Strategy.random(),
                Strategy.leastRequest(),
                Strategy.weighted(),
                Strategy.peakEwma(),
                Strategy.latencyAware(),
                Strategy.leastConnections(),
                Strategy.maglev(),
                Strategy.maglev(1.25),
                Strategy.ring(),
                Strategy.ring(1.25),
                Strategy.rendezvous(),
                Strategy.rendezvous(1.25),
                Strategy.utilization(),
                Strategy.prequal((endpoint, answer) -> {}),
                Strategy.sticky(Strategy.weighted(), Duration.ofMinutes(1), 100));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void hasALowerCaseName(Strategy strategy) {
        assertThat(strategy.name()).matches("[a-z]+(-[a-z]+)*");
        assertThat(strategy).hasToString(strategy.name());
        assertThat(strategies().stream().map(Strategy::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void picksTheOnlyEndpoint(Strategy strategy) {
        List<EndpointStats> one = Endpoints.stats(Endpoints.weighted(65_535));
        Picker picker = strategy.newPicker(Candidates.of(one, null, new SplittableRandom(1)));

        for (int i = 0; i < 100; i++) {
            assertThat(picker.pick(PickContext.none(), 0, 0)).isSameAs(one.get(0));
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void picksOnlyEndpointsItWasBuiltForAndInTimeEachOfThem(Strategy strategy) {
        Picker picker = null;
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(
                    random.ints(1 + random.nextInt(20), 1, 11).toArray()));
            picker = strategy.newPicker(Candidates.of(endpoints, picker, random));
            Set<EndpointStats> seen = new HashSet<>();
            for (int i = 0; i < 5_000; i++) {
                seen.add(picker.pick(PickContext.none(), 0, 0));
            }
            assertThat(seen).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(endpoints);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void servesAHundredThousandEndpointsOfAnyWeight(Strategy strategy) {
        SplittableRandom random = new SplittableRandom(7);
        List<EndpointStats> endpoints = Endpoints.stats(
                Endpoints.weighted(random.ints(100_000, 1, 65_536).toArray()));
        Set<EndpointStats> known = new HashSet<>(endpoints);
        Picker picker = strategy.newPicker(Candidates.of(endpoints, null, random));
        Set<EndpointStats> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) { // a rendezvous asks all of them each time
            EndpointStats picked = picker.pick(PickContext.none(), i, 0);
            assertThat(known.contains(picked)).isTrue();
            picked.tryStart(i);
            seen.add(picked);
        }
        assertThat(seen).hasSizeGreaterThan(500);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aClockThatJumpsOrStandsStillKeepsNobodyOut(Strategy strategy) {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 2, 3, 4));
        Picker picker = strategy.newPicker(Candidates.of(endpoints, null, new SplittableRandom(3)));
        SplittableRandom random = new SplittableRandom(4);
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            EndpointStats picked = picker.pick(PickContext.none(), now, 0);
            assertThat(picked.tryStart(now)).isTrue();
            long begun = now;
            now = switch (random.nextInt(4)) {
                case 0 -> now;
                case 1 -> now - random.nextLong(Duration.ofDays(1000).toNanos());
                case 2 -> now + random.nextLong(Duration.ofDays(1000).toNanos());
                default -> random.nextLong();
            };
            picked.complete(i % 10 == 0 ? Outcome.FAILURE : Outcome.SUCCESS, begun, now);
        }
        Set<EndpointStats> seen = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            now += 1_000_000;
            EndpointStats picked = picker.pick(PickContext.none(), now, 0);
            picked.tryStart(now);
            picked.complete(Outcome.SUCCESS, now, now + 1_000_000);
            seen.add(picked);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(endpoints);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void servesManyThreadsAtOnce(Strategy strategy) throws Exception {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.weighted(1, 2, 3, 4, 5));
        Set<EndpointStats> known = new HashSet<>(endpoints);
        Picker picker = strategy.newPicker(Candidates.of(endpoints, null, SHARED));

        Threads.race(4, thread -> {
            for (int i = 0; i < 20_000; i++) {
                EndpointStats picked = picker.pick(PickContext.none(), 0, 0);
                picked.tryStart(0);
                assertThat(known.contains(picked)).isTrue();
                picked.complete(Outcome.SUCCESS);
            }
        });

        assertThat(endpoints.stream().mapToLong(EndpointStats::started).sum()).isEqualTo(80_000);
        assertThat(endpoints).allSatisfy(one -> assertThat(one.started()).isPositive());
    }
}
