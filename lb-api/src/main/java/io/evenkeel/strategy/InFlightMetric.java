package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import org.jspecify.annotations.Nullable;

/** The metric behind {@link LoadMetric#inFlight()}: what endpoints count anyway, so there is nothing to learn. */
final class InFlightMetric implements LoadMetric {

    static final InFlightMetric INSTANCE = new InFlightMetric();

    private InFlightMetric() {}

    @Override
    public String name() {
        return "in-flight";
    }

    @Override
    public boolean usesTime() {
        return false;
    }

    @Override
    public LoadPool newPool() {
        return new LoadPool() {
            @Override
            protected @Nullable Load newLoad(EndpointStats endpoint) {
                return null;
            }
        };
    }

    @Override
    public String toString() {
        return name();
    }
}
