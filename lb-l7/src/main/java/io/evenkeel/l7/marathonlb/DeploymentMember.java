package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Scale;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * One application of a deployment: all of its ports, and all tasks behind them. Immutable.
 *
 * @param labels what its labels say of the deployment
 * @param startedAt when it began
 * @param scale how many tasks it is to have
 * @param ports its ports, by what their names have in common with the other application's
 */
record DeploymentMember(DeploymentLabels labels, Instant startedAt, Scale scale, Map<String, Snapshot> ports) {

    /** The mark of endpoints that take no new work because others have come in their place. */
    static final String SET_ASIDE = "deployment.set-aside";

    DeploymentMember {
        ports = new LinkedHashMap<>(ports); // keeps the order
    }

    /** Whether an endpoint was set aside by a deployment. */
    static boolean isSetAside(Endpoint endpoint) {
        return endpoint.labels().containsKey(SET_ASIDE);
    }

    /** The tasks that may have requests, in the order of their ids. */
    Set<String> inUse(EndpointFilter filter) {
        return tasks(endpoint -> filter.judge(endpoint) == Eligibility.ACTIVE);
    }

    /**
     * How many tasks can be relied upon: they run, and at least one check passes if there are any. A task that is only
     * asked for, or of which nobody has heard for a while, can not.
     */
    int reliable(EndpointFilter filter) {
        return tasks(endpoint -> filter.judge(endpoint) == Eligibility.ACTIVE && runs(endpoint) && passes(endpoint))
                .size();
    }

    private static boolean runs(Endpoint endpoint) {
        return endpoint.state() == EndpointState.RUNNING || endpoint.state() == EndpointState.UNSPECIFIED;
    }

    private static boolean passes(Endpoint endpoint) {
        return endpoint.health() != Health.UNKNOWN && endpoint.health() != Health.UNHEALTHY;
    }

    /** Those of which it is true at every port. */
    private Set<String> tasks(Predicate<Endpoint> test) {
        Map<String, Boolean> verdicts = new HashMap<>();
        ports.values()
                .forEach(port -> port.endpoints()
                        .forEach(endpoint -> verdicts.merge(endpoint.id(), test.test(endpoint), Boolean::logicalAnd)));
        Set<String> tasks = new TreeSet<>();
        verdicts.forEach((task, verdict) -> {
            if (verdict) {
                tasks.add(task);
            }
        });
        return tasks;
    }

    /** This with the other's tasks added to those of its ports; ports that only the other has are not served. */
    DeploymentMember with(DeploymentMember other) {
        Map<String, Snapshot> both = new LinkedHashMap<>();
        ports.forEach((port, mine) -> {
            List<Endpoint> endpoints = new ArrayList<>(mine.endpoints());
            Snapshot theirs = other.ports.get(port);
            if (theirs != null) {
                endpoints.addAll(theirs.endpoints());
            }
            both.put(port, new Snapshot(mine.service(), endpoints));
        });
        return new DeploymentMember(labels, startedAt, scale, both);
    }

    /** This with some of its tasks set aside. */
    DeploymentMember setAside(Set<String> tasks) {
        if (tasks.isEmpty()) {
            return this;
        }
        Map<String, Snapshot> marked = new LinkedHashMap<>();
        ports.forEach((port, snapshot) -> marked.put(
                port,
                new Snapshot(
                        snapshot.service(),
                        snapshot.endpoints().stream()
                                .map(endpoint -> tasks.contains(endpoint.id()) ? mark(endpoint) : endpoint)
                                .toList())));
        return new DeploymentMember(labels, startedAt, scale, marked);
    }

    private static Endpoint mark(Endpoint endpoint) {
        Map<String, String> labels = new HashMap<>(endpoint.labels());
        labels.put(SET_ASIDE, "");
        return endpoint.withLabels(labels);
    }
}
