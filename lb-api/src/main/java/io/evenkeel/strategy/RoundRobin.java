package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#roundRobin()}. */
enum RoundRobin implements Strategy {
    INSTANCE;

    @Override
    public Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        Cursor cursor = previous instanceof RoundRobinPicker last ? last.cursor() : new Cursor(random.nextInt());
        return new RoundRobinPicker(endpoints.toArray(EndpointStats[]::new), cursor);
    }

    @Override
    public String toString() {
        return name();
    }

    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    private record RoundRobinPicker(EndpointStats[] endpoints, Cursor cursor) implements Picker {

        @Override
        public EndpointStats pick(PickContext context) {
            return endpoints[Integer.remainderUnsigned(cursor.next(), endpoints.length)];
        }
    }
}
