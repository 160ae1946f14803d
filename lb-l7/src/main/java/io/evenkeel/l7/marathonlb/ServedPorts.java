package io.evenkeel.l7.marathonlb;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l4.TcpRelayConfig;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.HttpEngine;
import io.evenkeel.l7.TlsProvider;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The service ports that are served, kept in step with the plan of the newest catalog: changed by one thread at a time, read by
 * any. What leads to them (routes, then listeners) is changed before the old ones are let go.
 */
final class ServedPorts {

    private final MarathonLbOptions options;
    private final Set<Integer> reservedPorts;
    private final ServicePortAssigner assigner; // guarded by this, as the frontends' routes
    private final PortReadings readings;
    private final Claims claims;
    private final SharedFrontends frontends;
    private final PortCertificates portCertificates;
    private final OwnServices own;
    private final HttpEngine engine;
    private final LoadBalancer loadBalancer;
    private final Transport transport;
    private final TrustedProxies proxies;
    private final TlsProvider tlsProvider;
    private final String serviceAddress;
    private final Runnable planned;
    private final Function<Map<String, ServicePort>, CompletableFuture<Void>> listen;

    /* Written by one thread at a time, read by anyone. */
    private volatile Map<String, ServicePort> ports = Map.of();
    private volatile MarathonLbPlan plan = MarathonLbPlan.EMPTY;
    private volatile List<Problem> unloaded = List.of();
    private volatile boolean tryAgain;
    private Catalog last = Catalog.empty(); // what the control thread applied; guarded by this
    private List<Problem> unshown = List.of(); // hosts that are shown others than they ask for; guarded by this
    private Set<String> appIds = Set.of(); // of the plan, served or not; guarded by this
    private @Nullable CompletableFuture<Void> listening; // null before the first catalog; guarded by this

    /**
     * No ports.
     *
     * @param builder what the proxy is told
     * @param reservedPorts ports of the proxy's own
     * @param readings what labels mean, shared with who configures clusters
     * @param frontends what all applications share
     * @param portCertificates what ports of their own show
     * @param own what labels of our own do
     * @param engine what connections share
     * @param loadBalancer whom ports balance over
     * @param planned is run when plan and routes are new, and listeners are not yet
     * @param listen opens listeners for the ports
     */
    ServedPorts(
            MarathonLbProxy.Builder builder,
            Set<Integer> reservedPorts,
            PortReadings readings,
            SharedFrontends frontends,
            PortCertificates portCertificates,
            OwnServices own,
            HttpEngine engine,
            LoadBalancer loadBalancer,
            Runnable planned,
            Function<Map<String, ServicePort>, CompletableFuture<Void>> listen) {
        this.options = builder.options;
        this.assigner = new ServicePortAssigner(builder.options.assignedPorts());
        this.claims = new Claims(builder.options, reservedPorts);
        this.transport = builder.transport;
        this.proxies = builder.proxies;
        this.tlsProvider = builder.tlsProvider;
        this.serviceAddress = builder.serviceAddress;
        this.reservedPorts = reservedPorts;
        this.readings = readings;
        this.frontends = frontends;
        this.portCertificates = portCertificates;
        this.own = own;
        this.engine = engine;
        this.loadBalancer = loadBalancer;
        this.planned = planned;
        this.listen = listen;
    }

    /** Those that are open, by their services' names, in order. */
    Map<String, ServicePort> ports() {
        return ports;
    }

    /** What the newest catalog asks for. */
    MarathonLbPlan plan() {
        return plan;
    }

    /** What the plan asks for and cannot be served, since files cannot be read. */
    List<Problem> unloaded() {
        return unloaded;
    }

    /** Whether something that could not be loaded may be loaded now. */
    boolean isToBeTriedAgain() {
        return tryAgain;
    }

    /** Serves the newest when its turn comes: the control thread may be about to apply one. */
    synchronized CompletableFuture<Void> applyNewest() {
        return apply(loadBalancer.catalog(), true);
    }

    /**
     * Serves what a catalog asks for: by the control thread, and afresh when files have changed.
     *
     * @return completes when every new listener was tried once
     */
    synchronized CompletableFuture<Void> apply(Catalog catalog, boolean afresh) {
        CompletableFuture<Void> opened = listening;
        if (opened != null
                && !afresh
                && catalog.changedSince(last).stream().allMatch(name -> isServedAsItWas(name, catalog))) {
            last = catalog;
            planned.run();
            return opened;
        }
        opened = serve(MarathonLbPlan.of(catalog, options, reservedPorts, assigner, readings, claims), afresh);
        if (!afresh) { // then clusters may not show that catalog yet
            last = catalog;
        }
        return opened;
    }

    /* Whether nothing is new of a service but its tasks, and there are still some, or still none. */
    private boolean isServedAsItWas(String name, Catalog catalog) {
        Snapshot before = last.find(name);
        Snapshot now = catalog.find(name);
        if (before == null
                || now == null
                || before.service().servicePort() == 0 // which the plan may have to give it
                || !PortReadings.isSame(before.service(), now.service())) {
            return false;
        }
        AppPort port = readings.of(now.service()).port();
        return port == null || ports.containsKey(name) == isServed(port, loadBalancer.cluster(name));
    }

    /* An application without a usable task has no listener at all. */
    private static boolean isServed(AppPort port, Cluster cluster) {
        return port.own().keptWhenEmpty()
                || !cluster.state().active().isEmpty()
                || !cluster.state().draining().isEmpty();
    }

    private CompletableFuture<Void> serve(MarathonLbPlan next, boolean afresh) {
        Map<String, ServicePort> before = ports;
        Map<String, ServicePort> serving = new LinkedHashMap<>(before.size() * 2);
        List<Problem> withoutCertificates = new ArrayList<>();
        boolean untrusting = false;
        Set<String> ids = next.ports().equals(plan.ports()) ? appIds : next.appIds();
        boolean moved = afresh
                || listening == null
                || !ids.equals(appIds)
                || !next.withoutListener().equals(plan.withoutListener());
        boolean changed = moved;
        portCertificates.begin();
        for (AppPort port : next.ports()) {
            Certificates certificates;
            try {
                certificates = port.listen().bind().isTls() ? portCertificates.of(port) : null;
            } catch (IllegalArgumentException e) {
                withoutCertificates.add(PortReadings.leftOut(port.service(), e));
                continue;
            }
            ServicePort known = before.get(port.service().name());
            Cluster cluster = known != null
                    ? known.cluster()
                    : loadBalancer.cluster(port.service().name());
            if (!isServed(port, cluster)) {
                continue;
            }
            ServicePort servicePort = known != null && known.fits(port) ? known : newPort(port, cluster);
            InetSocketAddress bound = servicePort.bindAddress();
            moved |= servicePort != known;
            try {
                if (servicePort.update(port, certificates)) {
                    changed = true;
                    moved |= !bound.equals(servicePort.bindAddress());
                    if (options.strictness().authEverywhere()) {
                        servicePort.guard(port.vhosts()
                                .auth()
                                .map(auth -> frontends.guard(port, auth))
                                .orElse(null));
                    }
                }
            } catch (IllegalArgumentException e) {
                untrusting = true;
                withoutCertificates.add(PortReadings.leftOut(port.service(), e));
                continue;
            }
            try {
                Certificates forHosts = portCertificates.forHosts(port, frontends.areCertificatesGrouped());
                changed |= servicePort.showAtHosts(forHosts);
            } catch (IllegalArgumentException e) {
                changed |= servicePort.showAtHosts(null);
                withoutCertificates.add(MarathonLbPlan.problem(
                        port.service(),
                        "label " + OwnLabel.VHOST_CERT.fullName(port.service().portIndex()) + ": " + e.getMessage()
                                + "; its virtual hosts are shown others"));
            }
            serving.put(port.service().name(), servicePort);
        }
        plan = next;
        appIds = ids;
        tryAgain = untrusting;
        moved |= serving.size() != before.size(); // some are gone, or come, or listen elsewhere
        boolean same = !changed && !moved;
        if (!same) {
            List<ServicePort> inOrder = List.copyOf(serving.values());
            own.apply(inOrder);
            if (moved || options.strictness().authEverywhere()) {
                frontends.routeById(inOrder, ids);
            }
            frontends.routeHosts(inOrder);
            unshown = frontends.show(inOrder);
        }
        withoutCertificates.addAll(unshown);
        portCertificates.end(same);
        unloaded = List.copyOf(withoutCertificates);
        planned.run();
        CompletableFuture<Void> opened = listening;
        if (moved || opened == null) {
            opened = listen.apply(serving);
            listening = opened;
        }
        ports = serving; // not before connections reach them
        if (moved) {
            before.forEach((name, gone) -> {
                if (serving.get(name) != gone) {
                    gone.retire(); // not before its listener has the next one
                }
            });
        }
        return opened;
    }

    private ServicePort newPort(AppPort port, Cluster cluster) {
        ServicePort created =
                new ServicePort(port, cluster, engine, proxies, transport, TcpRelayConfig.defaults(), serviceAddress);
        created.backend().ifPresent(backend -> backend.tlsProvider(tlsProvider));
        return created;
    }
}
