package io.evenkeel.metrics;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.Subscription;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The meters of a load balancer: one set per service that somebody asked for, tagged {@code service}, and on demand one per
 * endpoint, tagged {@code endpoint} too.
 *
 * <p>Thread-safe. Everything is read from counters that exist anyway, when the registry asks; picks pay nothing. Meters of
 * services and endpoints that are gone are removed with the catalog that lacks them, and come again with one that has them. Of a
 * service that no catalog ever had they go once nobody holds its cluster.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>what</th></tr>
 * <tr><td>{@code evenkeel.endpoints}</td><td>endpoints by {@code state}: active, draining</td></tr>
 * <tr><td>{@code evenkeel.endpoints.available}</td><td>active endpoints that nothing bars</td></tr>
 * <tr><td>{@code evenkeel.endpoints.barred}</td><td>endpoints by {@code reason}: unhealthy, ejected, …</td></tr>
 * <tr><td>{@code evenkeel.fails.open}</td><td>1 while bars are ignored, since too few endpoints are available</td></tr>
 * <tr><td>{@code evenkeel.uses}</td><td>ended uses by {@code outcome}</td></tr>
 * <tr><td>{@code evenkeel.uses.active}</td><td>uses in flight</td></tr>
 * <tr><td>{@code evenkeel.uses.busy}</td><td>how long the uses took that were timed, and how many ended</td></tr>
 * <tr><td>{@code evenkeel.picks.empty}</td><td>picks that found nobody</td></tr>
 * <tr><td>{@code evenkeel.waiting}</td><td>callers that wait for an endpoint</td></tr>
 * <tr><td>{@code evenkeel.endpoints.unused}</td><td>endpoints that the subset leaves to other clients</td></tr>
 * <tr><td>{@code evenkeel.endpoints.ramping}</td><td>endpoints in their slow start</td></tr>
 * <tr><td>{@code evenkeel.share.nearest}</td><td>what the first group by priority and locality gets of the load, 0 to 1</td></tr>
 * <tr><td>{@code evenkeel.fails.open.begun}</td><td>how often bars began to be ignored</td></tr>
 * <tr><td>{@code evenkeel.drained}</td><td>endpoints that have drained, by {@code result}: ended, timed-out</td></tr>
 * <tr><td>{@code evenkeel.leases.leaked}</td><td>leases that nobody completed, among those that are watched</td></tr>
 * <tr><td>{@code evenkeel.generation}</td><td>states of the service so far</td></tr>
 * </table>
 */
public final class LoadBalancerMetrics implements MeterBinder, AutoCloseable {

    private final LoadBalancer loadBalancer;
    private final boolean endpoints;
    private final List<Subscription> subscriptions = new ArrayList<>();

    private LoadBalancerMetrics(LoadBalancer loadBalancer, boolean endpoints) {
        this.loadBalancer = requireNonNull(loadBalancer, "loadBalancer");
        this.endpoints = endpoints;
    }

    /**
     * Meters per service.
     *
     * @param loadBalancer whose
     * @return the binder
     */
    public static LoadBalancerMetrics of(LoadBalancer loadBalancer) {
        return new LoadBalancerMetrics(loadBalancer, false);
    }

    /**
     * Meters per service and per endpoint. Mind how many that makes: tasks of a cluster manager come and go.
     *
     * @param loadBalancer whose
     * @return the binder
     */
    public static LoadBalancerMetrics withEndpoints(LoadBalancer loadBalancer) {
        return new LoadBalancerMetrics(loadBalancer, true);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Bound bound = new Bound(registry, endpoints, this::isKnown);
        synchronized (subscriptions) {
            subscriptions.add(loadBalancer.watchClusters(bound::add));
            subscriptions.add(loadBalancer.watch(catalog -> bound.sweep()));
        }
    }

    private boolean isKnown(Cluster cluster) {
        String name = cluster.name();
        return loadBalancer.catalog().find(name) != null || loadBalancer.vips().find(name) != null;
    }

    /** Stops following the load balancer. Meters that exist stay. Closing again has no effect. */
    @Override
    public void close() {
        synchronized (subscriptions) {
            subscriptions.forEach(Subscription::close);
            subscriptions.clear();
        }
    }

    /** The meters in one registry. */
    private static final class Bound {

        private final MeterRegistry registry;
        private final boolean endpoints;
        private final Predicate<Cluster> isKnown;
        private final Map<String, ClusterMeters> shown = new HashMap<>();
        /* Services that have left; whoever holds their clusters may see them come back. */
        private final Map<String, WeakReference<Cluster>> left = new HashMap<>();

        Bound(MeterRegistry registry, boolean endpoints, Predicate<Cluster> isKnown) {
            this.registry = registry;
            this.endpoints = endpoints;
            this.isKnown = isKnown;
        }

        synchronized void add(Cluster cluster) {
            ClusterMeters before = shown.remove(cluster.name());
            if (before != null) {
                before.remove();
            }
            left.remove(cluster.name());
            show(cluster);
        }

        private void show(Cluster cluster) {
            ClusterMeters meters = new ClusterMeters(registry, cluster);
            meters.hasLeft(isKnown.test(cluster));
            shown.put(cluster.name(), meters);
            if (endpoints) {
                meters.follow(cluster);
            }
        }

        synchronized void sweep() {
            left.values().removeIf(reference -> {
                Cluster cluster = reference.get();
                if (cluster == null || !isKnown.test(cluster)) {
                    return cluster == null;
                }
                show(cluster);
                return true;
            });
            shown.values().removeIf(meters -> {
                Cluster cluster = meters.cluster();
                if (cluster == null || meters.hasLeft(isKnown.test(cluster))) {
                    meters.remove();
                    if (cluster != null) {
                        left.put(cluster.name(), new WeakReference<>(cluster));
                    }
                    return true;
                }
                if (endpoints) {
                    meters.follow(cluster);
                }
                return false;
            });
        }
    }
}
