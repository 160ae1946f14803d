package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.random.RandomGenerator;

/** The strategy behind {@link Strategy#roundRobin()}. */
final class RoundRobin implements Strategy {

    static final RoundRobin INSTANCE = new RoundRobin();

    private RoundRobin() {}

    @Override
    public String name() {
        return "round-robin";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        EndpointStats[] all = candidates.toArray();
        return new RoundRobinPicker(all, Draws.remainders(all.length), Cursor.after(candidates), candidates.random());
    }

    @Override
    public String toString() {
        return name();
    }

    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record RoundRobinPicker(EndpointStats[] endpoints, long remainders, Cursor cursor, RandomGenerator random)
            implements Cursor.Holder {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            if (attempt > 0) { // anyone, lest the one behind an endpoint that takes no more gets twice its share
                return endpoints[Draws.first(random.nextLong(), endpoints.length)];
            }
            return endpoints[Draws.remainder(cursor.next(), remainders, endpoints.length)];
        }
    }
}
