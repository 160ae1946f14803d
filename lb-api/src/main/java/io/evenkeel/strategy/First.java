package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;

/** The strategy behind {@link Strategy#first()}. */
final class First implements Strategy {

    static final First INSTANCE = new First();

    private First() {}

    @Override
    public String name() {
        return "first";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        EndpointStats[] all = candidates.toArray();
        return (context, now, attempt) -> {
            int passed = 0;
            for (EndpointStats one : all) {
                if (one.isAvailable() && passed++ >= attempt) {
                    return one;
                }
            }
            return all[attempt % all.length];
        };
    }

    @Override
    public String toString() {
        return name();
    }
}
