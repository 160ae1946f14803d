package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#weighted()}. */
enum Weighted implements Strategy {
    INSTANCE;

    @Override
    public Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        int first = endpoints.get(0).endpoint().weight();
        for (EndpointStats one : endpoints) {
            if (one.endpoint().weight() != first) {
                Cursor cursor = previous instanceof StridePicker last ? last.cursor() : new Cursor(random.nextInt());
                return StridePicker.of(endpoints, cursor);
            }
        }
        return RoundRobin.INSTANCE.newPicker(endpoints, previous, random);
    }
}
