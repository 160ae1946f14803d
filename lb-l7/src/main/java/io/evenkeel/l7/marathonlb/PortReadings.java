package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What labels mean, read once for each service as long as it does not change: of thousands of applications, one changes at a
 * time. Thread-safe.
 */
final class PortReadings {

    /**
     * What one service's labels mean.
     *
     * @param service as it was read
     * @param port what it asks for; null if that cannot be read, or it is not published
     * @param problems what it does not get, or why it gets nothing; none if it is not published
     */
    record Reading(Service service, @Nullable AppPort port, List<Problem> problems) {

        /*
         * Sources report what has not changed as the same object; where service ports are assigned, equal ones are made. How
         * many tasks there are to be says nothing of what labels mean.
         */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(Service newest) {
            return service == newest || service.equals(newest.withScale(service.scale()));
        }
    }

    private final MarathonLbOptions options;
    private final Map<String, Reading> byName = new ConcurrentHashMap<>();

    PortReadings(MarathonLbOptions options) {
        this.options = options;
    }

    /** What a service's labels mean; the service has a service port. */
    Reading of(Service service) {
        Reading known = byName.get(service.name());
        if (known != null && known.isOf(service)) {
            return known;
        }
        Reading read = read(service);
        byName.put(service.name(), read);
        return read;
    }

    private Reading read(Service service) {
        if (!MarathonLbPlan.isPublished(service, options)) {
            return new Reading(service, null, List.of());
        }
        List<Problem> problems = new ArrayList<>(0);
        try {
            AppPort port = AppPort.of(
                    service, options.templates(), remark -> problems.add(MarathonLbPlan.problem(service, remark)));
            options.strictness().check(port);
            AppPort permitted = options.strictness()
                    .hostOwners()
                    .permitted(port, remark -> problems.add(MarathonLbPlan.problem(service, remark)));
            return new Reading(service, permitted, problems);
        } catch (IllegalArgumentException e) {
            problems.add(leftOut(service, e));
            return new Reading(service, null, problems);
        }
    }

    /** That a port is not served at all. */
    static Problem leftOut(Service service, IllegalArgumentException reason) {
        return MarathonLbPlan.problem(service, reason.getMessage() + "; this port is left out");
    }

    /** Forgets all others. */
    void retain(Set<String> names) {
        byName.keySet().retainAll(names);
    }
}
