package io.evenkeel.strategy;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointStats;
import java.util.random.RandomGenerator;

/**
 * The strategy behind {@link Strategy#prequal}.
 *
 * @param prober how to ask
 */
record Prequal(Prober prober) implements Strategy {

    /*
     * B. Wydrowski, R. Kleinberg, S. M. Rumble and A. Archer, Load is not what you should balance: Introducing Prequal, NSDI
     * 2024. As there: three probes for each pick, a pool of 16 answers that are good for a second, of which each pick also
     * removes one, the oldest and the busiest in turn; an endpoint is hot above the 0.84 quantile of the requests in flight
     * that were answered of late; of cold ones the quickest is taken, of hot ones the least busy. Different: an answer serves
     * two picks whatever the sizes, one endpoint has one answer, and aversion to errors is a time for which an endpoint that
     * failed twice in a row is left alone.
     */
    private static final int PROBES = 3;

    Prequal {
        requireNonNull(prober, "prober");
    }

    @Override
    public String name() {
        return "prequal";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        ProbePool pool = candidates.previous() instanceof ByProbes before ? before.pool : new ProbePool();
        EndpointStats[] endpoints = candidates.toArray();
        Probed[] all = new Probed[endpoints.length];
        int generation = pool.newGeneration();
        for (int i = 0; i < all.length; i++) {
            pool.measure(endpoints[i]);
            all[i] = (Probed) requireNonNull(endpoints[i].load());
            all[i].setGeneration(
                    generation); // an answer that comes late from one that has left is of no use to anybody
        }
        return new ByProbes(all, pool, prober, candidates.random());
    }

    @Override
    public String toString() {
        return name();
    }

    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record ByProbes(Probed[] all, ProbePool pool, Prober prober, RandomGenerator random) implements Picker {

        @Override
        public boolean usesTime() {
            return true;
        }

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            long bits = random.nextLong();
            for (int i = 0; i < PROBES; i++) {
                all[Draws.ofThree(bits, i, all.length)].ask(prober, now);
            }
            EndpointStats chosen = attempt == 0 ? pool.choose(now) : null; // what it chose first was of no use
            return chosen != null ? chosen : lessBusy(now);
        }

        private EndpointStats lessBusy(long now) {
            long bits = random.nextLong();
            EndpointStats one = all[Draws.first(bits, all.length)].endpoint();
            EndpointStats other = all[Draws.second(bits, all.length)].endpoint();
            return other.cost(now) < one.cost(now) ? other : one;
        }
    }
}
