package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#weighted()}. */
final class Weighted implements Strategy {

    static final Weighted INSTANCE = new Weighted();

    private Weighted() {}

    @Override
    public String name() {
        return "weighted";
    }

    @Override
    public Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        if (Arcs.equal(endpoints)) {
            return RoundRobin.INSTANCE.newPicker(endpoints, previous, random);
        }
        return new StridePicker(
                endpoints.toArray(EndpointStats[]::new), Arcs.of(endpoints), Cursor.after(previous, random));
    }

    @Override
    public String toString() {
        return name();
    }
}
