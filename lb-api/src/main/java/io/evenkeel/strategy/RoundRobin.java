package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#roundRobin()}. */
final class RoundRobin implements Strategy {

    static final RoundRobin INSTANCE = new RoundRobin();

    private RoundRobin() {}

    @Override
    public String name() {
        return "round-robin";
    }

    @Override
    public Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        return new RoundRobinPicker(endpoints.toArray(EndpointStats[]::new), Cursor.after(previous, random));
    }

    @Override
    public String toString() {
        return name();
    }

    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record RoundRobinPicker(EndpointStats[] endpoints, Cursor cursor) implements Cursor.Holder {

        @Override
        public EndpointStats pick(PickContext context) {
            return endpoints[Integer.remainderUnsigned(cursor.next(), endpoints.length)];
        }
    }
}
