package io.evenkeel.cluster;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.health.MonitoredCluster;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** What monitors see of a cluster. */
record Monitored(Cluster cluster, ClusterRuntime runtime) implements MonitoredCluster {

    @Override
    public String name() {
        return cluster.name();
    }

    @Override
    public Ticker ticker() {
        return runtime.ticker();
    }

    @Override
    public RandomGenerator random() {
        return runtime.random();
    }

    @Override
    public ScheduledExecutorService control() {
        return runtime.control();
    }

    @Override
    public int limit() {
        return cluster.limit();
    }

    @Override
    public void bar(EndpointStats endpoint, Bar bar) {
        cluster.bar(endpoint, bar);
    }

    @Override
    public void unbar(EndpointStats endpoint, Bar bar) {
        cluster.unbar(endpoint, bar);
    }
}
