package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import java.util.function.Predicate;

/**
 * The rule by which a composition counts endpoints: those that take new work, which needs a weight, too.
 *
 * @param filter decides which reported endpoints take work
 */
record Usable(EndpointFilter filter) implements Predicate<Endpoint> {

    Usable {
        requireNonNull(filter, "filter");
    }

    @Override
    public boolean test(Endpoint endpoint) {
        return endpoint.weight() > 0 && filter.judge(endpoint) == Eligibility.ACTIVE;
    }
}
