package io.evenkeel.benchmarks.peers;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Strategy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/** Our own cluster by the path without allocation. A use always counts as begun and ended, whatever the strategy. */
final class Evenkeel extends Contender<EndpointStats> {

    private final Cluster cluster;
    private final ClusterConfig config;
    private final Snapshot one;
    private final Snapshot other;

    Evenkeel(Strategy strategy, boolean weighted, int count) {
        IntFunction<Endpoint> make = i -> Endpoint.of(Hosts.address(i)).withWeight(weighted ? Hosts.weight(i) : 1);
        List<Endpoint> endpoints = Hosts.list(count, make);
        Service service = Service.named("web");
        one = new Snapshot(service, endpoints);
        other = new Snapshot(service, Hosts.replaced(endpoints, make));
        config = ClusterConfig.defaults().withStrategy(strategy);
        cluster = new Cluster(
                "web", Ticker.system(), () -> ThreadLocalRandom.current().nextLong());
        cluster.update(one, config);
    }

    @Override
    EndpointStats pick(long key) {
        return Objects.requireNonNull(cluster.pick(PickContext.none()));
    }

    @Override
    void report(EndpointStats use) {
        use.complete(Outcome.SUCCESS);
    }

    @Override
    int index(EndpointStats use) {
        return Hosts.index(use.endpoint().address().getHostString());
    }

    @Override
    void replace(boolean toOther) {
        cluster.update(toOther ? other : one, config);
    }
}
