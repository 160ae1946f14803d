package io.evenkeel.l7.runner;

import io.evenkeel.cluster.ClusterListener;
import io.evenkeel.cluster.ClusterState;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.ProblemLog;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServicePort;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who writes down what happens to a proxy: service ports that come and go, their servers, problems, and the source. Hears
 * of everything on the control thread, of service ports after the proxy has applied a catalog.
 */
final class EventWatch implements AutoCloseable {

    private final MarathonLbProxy proxy;
    private final EventLog log;
    private final ProblemLog problems;
    private final Subscription subscription;
    private final Map<ServicePort, Subscription> followed = new HashMap<>();
    private final LongAdder catalogs = new LongAdder();
    private final LongAdder ejections = new LongAdder();
    private boolean failing;

    EventWatch(MarathonLbProxy proxy, EventLog log) {
        this.proxy = proxy;
        this.log = log;
        this.problems = new ProblemLog(
                problem -> log.add("problem", problem.subject(), problem.reason()),
                problem -> log.add("problem-over", problem.subject(), problem.reason()));
        this.subscription = proxy.loadBalancer().watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                catalogs.increment();
                look();
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                failed(problem);
            }
        });
    }

    private synchronized void look() {
        if (failing) {
            failing = false;
            log.add("source-back", "source", "can be read again");
        }
        Set<ServicePort> open = new HashSet<>(proxy.servicePorts());
        followed.entrySet().removeIf(entry -> {
            boolean gone = !open.contains(entry.getKey());
            if (gone) {
                entry.getValue().close();
                log.add(
                        "service-closed",
                        name(entry.getKey()),
                        entry.getKey().port().name());
            }
            return gone;
        });
        for (ServicePort port : open) {
            if (!followed.containsKey(port)) {
                int servers = port.cluster().state().active().size();
                log.add("service-opened", name(port), port.port().name() + " with servers: " + servers);
                followed.put(port, port.cluster().listen(new Follower(name(port))));
            }
        }
        problems.update(proxy.problems());
    }

    private synchronized void failed(DiscoveryException problem) {
        if (!failing) {
            failing = true;
            log.add("source-failed", "source", String.valueOf(problem.getMessage()));
        }
    }

    private static String name(ServicePort port) {
        return port.port().service().name();
    }

    /** How often the source has told something. */
    long catalogs() {
        return catalogs.sum();
    }

    /** How often a server was left alone since it had failed. */
    long ejections() {
        return ejections.sum();
    }

    /** A second has passed: listeners fail without a catalog, too. */
    void tick() {
        problems.update(proxy.problems());
    }

    @Override
    public void close() {
        subscription.close(); // without the lock, which a call that it waits for may want
        synchronized (this) {
            followed.values().forEach(Subscription::close);
            followed.clear();
        }
    }

    /** Who follows the servers of one service. */
    private final class Follower implements ClusterListener {

        private final String service;

        Follower(String service) {
            this.service = service;
        }

        @Override
        public void stateChanged(ClusterState previous, ClusterState current) {
            tellNew("endpoint-joined", current.active(), previous.active());
            tellNew("endpoint-draining", current.draining(), previous.draining());
            Set<EndpointStats> now = new HashSet<>(current.active());
            now.addAll(current.draining());
            tellNew("endpoint-left", previous.active(), now);
            tellNew("endpoint-left", previous.draining(), now);
        }

        private void tellNew(String kind, List<EndpointStats> after, Iterable<EndpointStats> before) {
            if (after.isEmpty()) {
                return;
            }
            Set<EndpointStats> known = new HashSet<>();
            before.forEach(known::add);
            for (EndpointStats one : after) {
                if (!known.contains(one)) {
                    log.add(kind, service, one.endpoint().id());
                }
            }
        }

        @Override
        public void barred(EndpointStats endpoint, Bar bar) {
            if (bar == Bar.EJECTED) {
                ejections.increment();
            }
            log.add("endpoint-barred", service, endpoint.endpoint().id() + ": " + bar);
        }

        @Override
        public void unbarred(EndpointStats endpoint, Bar bar) {
            log.add("endpoint-unbarred", service, endpoint.endpoint().id() + ": " + bar);
        }

        @Override
        public void failOpenChanged(boolean failsOpen) {
            log.add(failsOpen ? "fails-open" : "fails-open-over", service, "too few servers are left to leave any out");
        }

        @Override
        public void drained(EndpointStats endpoint, boolean timedOut) {
            log.add("endpoint-drained", service, endpoint.endpoint().id() + (timedOut ? ": the time is over" : ""));
        }
    }
}
