package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#leastRequest()}. */
final class LeastRequest implements Strategy {

    static final LeastRequest INSTANCE = new LeastRequest();

    private LeastRequest() {}

    @Override
    public String name() {
        return "least-request";
    }

    @Override
    public Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        EndpointStats[] all = endpoints.toArray(EndpointStats[]::new);
        if (all.length == 1) {
            return context -> all[0];
        }
        if (Arcs.equal(endpoints)) {
            return new TwoChoices(all, random);
        }
        int[] weights = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            weights[i] = all[i].endpoint().weight();
        }
        return new TwoWeightedChoices(all, weights, Arcs.of(endpoints), random);
    }

    @Override
    public String toString() {
        return name();
    }

    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record TwoChoices(EndpointStats[] endpoints, RandomGenerator random) implements Picker {

        @Override
        public EndpointStats pick(PickContext context) {
            long bits = random.nextLong();
            int a = Draws.first(bits, endpoints.length);
            int b = Draws.second(bits, endpoints.length - 1);
            if (b >= a) {
                b++; // the second draw is over the others only, so the two differ without a rejection loop
            }
            EndpointStats first = endpoints[a];
            EndpointStats second = endpoints[b];
            return second.inFlight() < first.inFlight() ? second : first;
        }
    }

    /*
     * With unequal weights both draws are in proportion to weight, and the second one wins only if it is no more loaded
     * with this use than the first is without. So idle endpoints share by weight (comparing loads alone would starve the
     * lighter of every pair), and a light endpoint is not loaded beyond its weight merely because it is free. With equal
     * weights it is the rule above.
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    private record TwoWeightedChoices(EndpointStats[] endpoints, int[] weights, Arcs arcs, RandomGenerator random)
            implements Picker {

        @Override
        public EndpointStats pick(PickContext context) {
            long bits = random.nextLong();
            int a = arcs.owner(bits >>> 32);
            int b = arcs.ownerBeside(a, bits & 0xFFFF_FFFFL);
            long with = (endpoints[b].inFlight() + 1L) * weights[a];
            long without = (long) endpoints[a].inFlight() * weights[b];
            return endpoints[with <= without ? b : a];
        }
    }
}
