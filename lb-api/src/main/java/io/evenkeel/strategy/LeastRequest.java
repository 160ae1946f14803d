package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#leastRequest()}. */
enum LeastRequest implements Strategy {
    INSTANCE;

    @Override
    public Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        EndpointStats[] all = endpoints.toArray(EndpointStats[]::new);
        if (all.length == 1) {
            return context -> all[0];
        }
        int[] weights = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            weights[i] = all[i].endpoint().weight();
        }
        return new TwoChoices(all, weights, random);
    }

    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record TwoChoices(EndpointStats[] endpoints, int[] weights, RandomGenerator random) implements Picker {

        @Override
        public EndpointStats pick(PickContext context) {
            long bits = random.nextLong();
            int a = Draws.first(bits, endpoints.length);
            int b = Draws.second(bits, endpoints.length - 1);
            if (b >= a) {
                b++; // the second draw is over the others only, so the two differ without a rejection loop
            }
            long loadA = (endpoints[a].inFlight() + 1L) * weights[b];
            long loadB = (endpoints[b].inFlight() + 1L) * weights[a];
            return endpoints[loadA <= loadB ? a : b];
        }
    }
}
