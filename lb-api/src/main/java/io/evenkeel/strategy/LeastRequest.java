package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.random.RandomGenerator;

/** The strategy behind {@link Strategy#leastRequest()}. */
final class LeastRequest implements Strategy {

    static final LeastRequest INSTANCE = new LeastRequest();

    private LeastRequest() {}

    @Override
    public String name() {
        return "least-request";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        EndpointStats[] all = candidates.toArray();
        RandomGenerator random = candidates.random();
        if (all.length == 1) {
            return (context, now, attempt) -> all[0];
        }
        if (candidates.equallyWeighted()) {
            return new TwoChoices(all, random);
        }
        double[] weights = new double[all.length];
        for (int i = 0; i < all.length; i++) {
            weights[i] = candidates.weight(i);
        }
        return new TwoWeightedChoices(all, weights, Arcs.of(candidates), random);
    }

    @Override
    public String toString() {
        return name();
    }

    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record TwoChoices(EndpointStats[] endpoints, RandomGenerator random) implements Picker {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            long bits = random.nextLong();
            int a = Draws.first(bits, endpoints.length);
            int b = Draws.second(bits, endpoints.length - 1);
            if (b >= a) {
                b++; // the second draw is over the others only, so the two differ without a rejection loop
            }
            EndpointStats first = endpoints[a];
            EndpointStats second = endpoints[b];
            return second.occupancy() < first.occupancy() ? second : first;
        }
    }

    /*
     * With unequal weights both draws are in proportion to weight, and the second one wins only if it is no more loaded
     * with this use than the first is without. So idle endpoints share by weight (comparing loads alone would starve the
     * lighter of every pair), and a light endpoint is not loaded beyond its weight merely because it is free. With equal
     * weights it is the rule above.
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    private record TwoWeightedChoices(EndpointStats[] endpoints, double[] weights, Arcs arcs, RandomGenerator random)
            implements Picker {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            long bits = random.nextLong();
            int a = arcs.owner(bits >>> 32);
            int b = arcs.ownerBeside(a, bits & 0xFFFF_FFFFL);
            double with = (endpoints[b].occupancy() + 1.0) * weights[a];
            double without = (double) endpoints[a].occupancy() * weights[b];
            return endpoints[with <= without ? b : a];
        }
    }
}
