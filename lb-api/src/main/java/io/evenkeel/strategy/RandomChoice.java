package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.random.RandomGenerator;

/** The strategy behind {@link Strategy#random()}. */
final class RandomChoice implements Strategy {

    static final RandomChoice INSTANCE = new RandomChoice();

    private RandomChoice() {}

    @Override
    public String name() {
        return "random";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        EndpointStats[] all = candidates.toArray();
        RandomGenerator random = candidates.random();
        return (context, now, attempt) -> all[Draws.first(random.nextLong(), all.length)];
    }

    @Override
    public String toString() {
        return name();
    }
}
