package io.evenkeel.strategy;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointStats;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The strategy behind {@link Strategy#leastCost}.
 *
 * @param name by which it goes
 * @param metric what costs
 * @param choices how many are compared
 * @param small up to how many endpoints all are compared
 */
record LeastCost(String name, LoadMetric metric, int choices, int small) implements Strategy {

    static final LeastCost LATENCY_AWARE = new LeastCost("latency-aware", LoadMetric.latency(), 3, 3);
    static final LeastCost PEAK_EWMA = new LeastCost("peak-ewma", LoadMetric.peakEwma(Duration.ofSeconds(10)), 2, 2);
    static final LeastCost LEAST_CONNECTIONS = new LeastCost("least-connections", LoadMetric.inFlight(), 2, 16);

    LeastCost {
        requireNonNull(metric, "metric");
        if (choices < 1) {
            throw new IllegalArgumentException("choices: " + choices + " (expected: >= 1)");
        }
    }

    LeastCost(LoadMetric metric, int choices) {
        this("least-" + metric.name(), metric, choices, choices);
    }

    /** A picker whose endpoints are measured; the one that replaces it goes on measuring, if it uses the same metric. */
    interface Measuring extends Picker {

        LoadMetric metric();

        LoadPool pool();

        @Override
        default boolean usesTime() {
            return metric().usesTime();
        }
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        LoadPool pool = candidates.previous() instanceof Measuring before
                        && before.metric().equals(metric)
                ? before.pool()
                : metric.newPool();
        EndpointStats[] all = candidates.toArray();
        for (EndpointStats one : all) {
            pool.measure(one);
        }
        if (all.length <= small) {
            return new Everyone(all, shares(candidates), metric, pool, candidates.random());
        }
        Arcs arcs = candidates.equallyWeighted() ? null : Arcs.of(candidates);
        if (arcs == null && choices == 2) {
            return new BestOfTwo(all, metric, pool, candidates.random());
        }
        if (arcs == null && choices == 3) {
            return new BestOfThree(all, metric, pool, candidates.random());
        }
        return new BestOfMany(all, choices, arcs, shares(candidates), metric, pool, candidates.random());
    }

    /* By what to multiply each one's uses in flight; null if weights are equal. */
    private static double @Nullable [] shares(Candidates candidates) {
        if (candidates.equallyWeighted()) {
            return null;
        }
        double[] shares = new double[candidates.size()];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += candidates.weight(i);
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] = sum / shares.length / candidates.weight(i);
        }
        return shares;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Distinct draws without a rejection loop: each is over those that are left. */
    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record BestOfTwo(EndpointStats[] endpoints, LoadMetric metric, LoadPool pool, RandomGenerator random)
            implements Measuring {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            long bits = random.nextLong();
            int a = Draws.first(bits, endpoints.length);
            int b = Draws.second(bits, endpoints.length - 1);
            b += b >= a ? 1 : 0;
            EndpointStats first = endpoints[a];
            EndpointStats second = endpoints[b];
            return second.cost(now) < first.cost(now) ? second : first;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // as above
    private record BestOfThree(EndpointStats[] endpoints, LoadMetric metric, LoadPool pool, RandomGenerator random)
            implements Measuring {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            long bits = random.nextLong();
            int n = endpoints.length;
            int a = Draws.ofThree(bits, 0, n);
            int b = Draws.ofThree(bits, 1, n - 1);
            b += b >= a ? 1 : 0;
            int c = Draws.ofThree(bits, 2, n - 2);
            c += c >= Math.min(a, b) ? 1 : 0;
            c += c >= Math.max(a, b) ? 1 : 0;
            EndpointStats best = endpoints[a];
            double least = best.cost(now);
            EndpointStats other = endpoints[b];
            double cost = other.cost(now);
            if (cost < least) {
                best = other;
                least = cost;
            }
            other = endpoints[c];
            return other.cost(now) < least ? other : best;
        }
    }

    /** Any number of draws, by weight, which may hit the same one twice. */
    @SuppressWarnings("ArrayRecordComponent") // as above
    private record BestOfMany(
            EndpointStats[] endpoints,
            int choices,
            @Nullable Arcs arcs,
            double @Nullable [] shares,
            LoadMetric metric,
            LoadPool pool,
            RandomGenerator random)
            implements Measuring {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            int best = draw();
            double least = cost(best, now);
            for (int i = 1; i < choices; i++) {
                int other = draw();
                double cost = cost(other, now);
                if (cost < least) {
                    best = other;
                    least = cost;
                }
            }
            return endpoints[best];
        }

        private int draw() {
            long bits = random.nextLong() >>> 32;
            return arcs == null ? (int) ((bits * endpoints.length) >>> 32) : arcs.owner(bits);
        }

        private double cost(int index, long now) {
            return shares == null ? endpoints[index].cost(now) : endpoints[index].cost(now, shares[index]);
        }
    }

    /**
     * So few that all are compared. Of those that cost the same each has the same chance: with the first of them, beginning
     * anywhere, whoever comes behind a costly one would get the share of that one too.
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    private record Everyone(
            EndpointStats[] endpoints,
            double @Nullable [] shares,
            LoadMetric metric,
            LoadPool pool,
            RandomGenerator random)
            implements Measuring {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            EndpointStats best = endpoints[0];
            double least = cost(0, now);
            int ties = 1;
            for (int i = 1; i < endpoints.length; i++) {
                double cost = cost(i, now);
                if (cost < least) {
                    best = endpoints[i];
                    least = cost;
                    ties = 1;
                } else if (cost == least && Draws.first(random.nextLong(), ++ties) == 0) {
                    best = endpoints[i];
                }
            }
            return best;
        }

        private double cost(int index, long now) {
            return shares == null ? endpoints[index].cost(now) : endpoints[index].cost(now, shares[index]);
        }
    }
}
