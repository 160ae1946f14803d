package io.evenkeel.simulation;

import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.layer.Subsetting;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Strategies;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * A way to balance that takes part in the simulation.
 *
 * @param name by which the table calls it
 * @param clientOnly whether it knows no more than a client can whom servers tell nothing, nor anybody its number among the
 *     clients
 * @param config how its clusters balance
 */
record Contender(String name, boolean clientOnly, Configuration config) {

    /** How a client of a simulation balances. */
    @FunctionalInterface
    interface Configuration {
        ClusterConfig of(Simulation simulation, int client);
    }

    private static final int APERTURE = 6;
    private static final ClusterConfig BARE = ClusterConfig.builder().monitors().build();

    /** What nobody sets up gets. */
    static final Contender DEFAULT = new Contender("default", true, (simulation, client) -> ClusterConfig.defaults());

    static final List<Contender> ALL = List.of(
            DEFAULT,
            bare(Strategy.random()),
            bare(Strategy.roundRobin()),
            bare(Strategy.leastRequest()),
            new Contender(
                    "least-connections",
                    true,
                    (simulation, client) -> BARE.withStrategy(least(Integer.MAX_VALUE, EndpointStats::occupancy))),
            bare(Strategy.peakEwma()),
            new Contender(
                    "p3c-stall",
                    true,
                    (simulation, client) ->
                            ClusterConfig.defaults().withStrategy(Strategy.leastCost(new StallMetric(), 3))),
            subset("aperture", (simulation, client) -> Subsetting.aperture(client, simulation.clients(), APERTURE)),
            subset(
                    "random-subset",
                    (simulation, client) -> Subsetting.random("client-" + client, simulation.clients(), APERTURE)),
            new Contender("utilization", false, (simulation, client) -> BARE.withStrategy(Strategy.utilization())),
            new Contender(
                    "prequal", false, (simulation, client) -> BARE.withStrategy(Strategy.prequal(simulation::probe))),
            new Contender(
                    "jsq-oracle",
                    false,
                    (simulation, client) -> BARE.withStrategy(least(Integer.MAX_VALUE, simulation::trulyInside))));

    private static Contender bare(Strategy strategy) {
        return new Contender(strategy.name(), true, (simulation, client) -> BARE.withStrategy(strategy));
    }

    /* Of some endpoints the less loaded of two. */
    private static Contender subset(String name, BiFunction<Simulation, Integer, Subsetting> subsetting) {
        return new Contender(
                name,
                false,
                (simulation, client) -> ClusterConfig.builder()
                        .monitors()
                        .strategy(Strategy.leastRequest())
                        .subsetting(subsetting.apply(simulation, client))
                        .build());
    }

    static Contender named(String name) {
        return ALL.stream()
                .filter(one -> one.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("strategy: " + name + " (expected: one of "
                        + ALL.stream().map(Contender::name).toList() + ")"));
    }

    /** The least of some drawn at random, or of all. */
    private static Strategy least(int choices, ToIntFunction<EndpointStats> load) {
        return Strategies.of(candidates -> (context, now, attempt) -> {
            List<EndpointStats> all = candidates.endpoints();
            int n = all.size();
            int start = candidates.random().nextInt(n);
            EndpointStats best = all.get(start);
            int least = load.applyAsInt(best);
            for (int i = 1; i < Math.min(n, choices); i++) {
                int index = choices < n ? candidates.random().nextInt(n) : (start + i) % n;
                int other = load.applyAsInt(all.get(index));
                if (other < least) {
                    best = all.get(index);
                    least = other;
                }
            }
            return best;
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
