package io.evenkeel.cluster;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.UseObserver;
import io.evenkeel.health.CheckState;
import io.evenkeel.health.Monitor;
import io.evenkeel.health.MonitorPolicy;
import io.evenkeel.health.MonitoredCluster;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitors of one cluster, kept in step with its configuration and its members.
 *
 * <p>Changed under the cluster's control lock; told of uses by any thread.
 */
final class Monitors implements UseObserver {

    private static final Logger LOG = LoggerFactory.getLogger(Monitors.class);

    private static final Monitor ABSENT = new Monitor() {
        @Override
        public void joined(List<EndpointStats> endpoints) {}

        @Override
        public void left(List<EndpointStats> endpoints) {}

        @Override
        public void close() {}
    };

    private final MonitoredCluster cluster;
    private final Runnable freed;
    private List<MonitorPolicy> policies = List.of();
    private List<EndpointStats> members = List.of();
    private volatile Monitor[] current = {};

    Monitors(MonitoredCluster cluster, Runnable freed) {
        this.cluster = cluster;
        this.freed = freed;
    }

    /** Takes over who is to take work, before picks can see them. */
    void follow(List<EndpointStats> active, List<MonitorPolicy> newPolicies) {
        List<EndpointStats> before = members;
        if (active != members) {
            members = active;
            if (current.length > 0) {
                tellOfChange(before, active);
            }
        }
        if (!newPolicies.equals(policies)) {
            replace(newPolicies, before);
        }
    }

    /* What is the same at both ends is skipped: most changes are of a few endpoints among many. */
    private void tellOfChange(List<EndpointStats> before, List<EndpointStats> after) {
        int from = 0;
        int endBefore = before.size();
        int endAfter = after.size();
        while (from < Math.min(endBefore, endAfter) && before.get(from) == after.get(from)) {
            from++;
        }
        while (Math.min(endBefore, endAfter) > from && before.get(endBefore - 1) == after.get(endAfter - 1)) {
            endBefore--;
            endAfter--;
        }
        Set<EndpointStats> gone = new LinkedHashSet<>(before.subList(from, endBefore));
        List<EndpointStats> joined = new ArrayList<>();
        for (EndpointStats one : after.subList(from, endAfter)) {
            if (!gone.remove(one)) {
                joined.add(one);
            }
        }
        List<EndpointStats> left = List.copyOf(gone);
        for (Monitor one : current) {
            if (!left.isEmpty()) {
                tell(one, monitor -> monitor.left(left));
            }
            if (!joined.isEmpty()) {
                tell(one, monitor -> monitor.joined(joined));
            }
        }
    }

    private void tell(Monitor one, Consumer<Monitor> news) {
        try {
            news.accept(one);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void replace(List<MonitorPolicy> newPolicies, List<EndpointStats> before) {
        Set<EndpointStats> well =
                before.stream().filter(one -> !one.isBarred(Bar.UNHEALTHY)).collect(Collectors.toSet());
        List<Monitor> next = new ArrayList<>();
        List<Monitor> added = new ArrayList<>();
        List<Monitor> unwanted = new ArrayList<>(List.of(current));
        for (MonitorPolicy policy : newPolicies) {
            int known = policies.indexOf(policy);
            Monitor kept = known < 0 ? null : current[known];
            if (kept == null || !unwanted.remove(kept)) {
                kept = begin(policy);
                added.add(kept);
            }
            next.add(kept);
        }
        policies = newPolicies;
        current = next.toArray(Monitor[]::new);
        unwanted.forEach(one -> tell(one, Monitor::close));
        List<EndpointStats> found = members.stream().filter(well::contains).toList();
        List<EndpointStats> joined =
                members.stream().filter(one -> !well.contains(one)).toList();
        if (!found.isEmpty()) {
            added.forEach(one -> tell(one, monitor -> monitor.found(found)));
        }
        if (!joined.isEmpty()) {
            added.forEach(one -> tell(one, monitor -> monitor.joined(joined)));
        }
    }

    private Monitor begin(MonitorPolicy policy) {
        try {
            return policy.newMonitor(cluster);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: a monitor could not be made; the cluster goes on without", cluster.name(), e);
            return ABSENT;
        }
    }

    /** How an endpoint fares under the first of them that checks it. */
    @Nullable
    CheckState checkState(EndpointStats endpoint) {
        for (Monitor one : current) {
            CheckState state = one.checkState(endpoint);
            if (state != null) {
                return state;
            }
        }
        return null;
    }

    void close() {
        replace(List.of(), members);
        members = List.of();
    }

    @Override
    public void failed(EndpointStats endpoint, int inARow, Outcome outcome) {
        for (Monitor one : current) {
            try {
                one.failed(endpoint, inARow, outcome);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    @Override
    public void recovered(EndpointStats endpoint) {
        for (Monitor one : current) {
            try {
                one.recovered(endpoint);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
        freed.run(); // a trial may have ended well
    }

    @Override
    public void freed(EndpointStats endpoint) {
        freed.run();
        for (Monitor one : current) {
            try {
                one.freed(endpoint);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private void failed(Throwable e) {
        LOG.error("{}: a monitor failed; the cluster goes on", cluster.name(), e);
    }
}
