package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#random()}. */
final class RandomChoice implements Strategy {

    static final RandomChoice INSTANCE = new RandomChoice();

    private RandomChoice() {}

    @Override
    public String name() {
        return "random";
    }

    @Override
    public Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        EndpointStats[] all = endpoints.toArray(EndpointStats[]::new);
        return context -> all[Draws.first(random.nextLong(), all.length)];
    }

    @Override
    public String toString() {
        return name();
    }
}
