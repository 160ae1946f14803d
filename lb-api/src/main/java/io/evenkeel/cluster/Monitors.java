package io.evenkeel.cluster;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.UseObserver;
import io.evenkeel.health.Monitor;
import io.evenkeel.health.MonitorPolicy;
import io.evenkeel.health.MonitoredCluster;
import java.util.ArrayList;
import java.util.List;

/**
 * The monitors of one cluster, kept in step with its configuration and its members.
 *
 * <p>Changed under the cluster's control lock; told of uses by any thread.
 */
final class Monitors implements UseObserver {

    private final MonitoredCluster cluster;
    private final Runnable freed;
    private List<MonitorPolicy> policies = List.of();
    private List<EndpointStats> members = List.of();
    private volatile Monitor[] current = {};

    Monitors(MonitoredCluster cluster, Runnable freed) {
        this.cluster = cluster;
        this.freed = freed;
    }

    /** Takes over what is, and tells those whom it concerns. */
    void follow(ClusterState state, List<MonitorPolicy> newPolicies) {
        boolean changed = !newPolicies.equals(policies);
        if (changed) {
            replace(newPolicies);
        }
        if (current.length == 0) {
            return;
        }
        List<EndpointStats> all = new ArrayList<>(state.active());
        all.addAll(state.draining());
        if (changed || !all.equals(members)) {
            members = List.copyOf(all);
            for (Monitor one : current) {
                one.membersChanged(members);
            }
        }
    }

    private void replace(List<MonitorPolicy> newPolicies) {
        List<Monitor> next = new ArrayList<>();
        List<Monitor> left = new ArrayList<>(List.of(current));
        for (MonitorPolicy policy : newPolicies) {
            int known = policies.indexOf(policy);
            Monitor kept = known < 0 ? null : current[known];
            next.add(kept != null && left.remove(kept) ? kept : policy.newMonitor(cluster));
        }
        policies = newPolicies;
        current = next.toArray(Monitor[]::new);
        left.forEach(Monitor::close);
    }

    void close() {
        replace(List.of());
        members = List.of();
    }

    @Override
    public void failed(EndpointStats endpoint, int inARow, Outcome outcome) {
        for (Monitor one : current) {
            one.failed(endpoint, inARow, outcome);
        }
    }

    @Override
    public void recovered(EndpointStats endpoint) {
        for (Monitor one : current) {
            one.recovered(endpoint);
        }
        freed.run(); // a trial may have ended well
    }

    @Override
    public void freed(EndpointStats endpoint) {
        freed.run();
        for (Monitor one : current) {
            one.freed(endpoint);
        }
    }
}
