package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * To which tasks nothing may be sent: a catalog without them, and with a problem for each application that has some. Immutable;
 * costs nothing where there are no rules, else one look at every task.
 *
 * <p>The ports of the proxy are those of its own listeners, those that applications claim, and those that it may assign: at an
 * address of this machine they would lead a request round in circles, or to the admin port with this machine as its sender.
 */
final class EndpointRules {

    private final MarathonLbOptions options;
    private final Set<Integer> ownPorts;
    private final Set<InetSocketAddress> forbidden;

    /**
     * Rules.
     *
     * @param options how strict they are
     * @param ownPorts ports of the proxy's own
     * @param forbidden addresses that no task may have
     */
    EndpointRules(MarathonLbOptions options, Set<Integer> ownPorts, Set<InetSocketAddress> forbidden) {
        this.options = options;
        this.ownPorts = ownPorts;
        this.forbidden = forbidden;
    }

    /** A catalog without those tasks. */
    Catalog apply(Catalog catalog) {
        Strictness strictness = options.strictness();
        if (strictness.endpointNetworks().toString().isEmpty() && !strictness.refuseSpecialEndpoints()) {
            return catalog;
        }
        Set<Integer> claimed = claimedPorts(catalog);
        List<Snapshot> snapshots = new ArrayList<>(catalog.snapshots().size());
        List<Problem> problems = new ArrayList<>(catalog.problems());
        for (Snapshot snapshot : catalog.snapshots()) {
            OptionalInt checked = checkedPort(snapshot.service());
            List<Endpoint> kept = new ArrayList<>(snapshot.endpoints().size());
            Set<String> reasons = new TreeSet<>();
            Set<String> unchecked = new TreeSet<>();
            for (Endpoint endpoint : snapshot.endpoints()) {
                String reason = refusal(endpoint.address(), claimed);
                if (reason == null) {
                    kept.add(endpoint);
                    checked.ifPresent(port -> {
                        InetSocketAddress there = PortCheck.at(endpoint.address(), port);
                        if (refusal(there, claimed) != null) {
                            unchecked.add("health check at " + text(there) + " (expected: " + refusal(there, claimed)
                                    + "); the port itself is checked");
                        }
                    });
                } else {
                    reasons.add("task at " + text(endpoint.address()) + " (expected: " + reason + "); it is left out");
                }
            }
            reasons.forEach(reason -> problems.add(MarathonLbPlan.problem(snapshot.service(), reason)));
            unchecked.forEach(reason -> problems.add(MarathonLbPlan.problem(snapshot.service(), reason)));
            snapshots.add(reasons.isEmpty() ? snapshot : new Snapshot(snapshot.service(), kept));
        }
        return Catalog.of(snapshots, problems);
    }

    /** Where no check may be sent, by the newest catalog. Used on the control thread only. */
    Predicate<InetSocketAddress> refused(Supplier<Catalog> catalog) {
        if (!options.strictness().refuseSpecialEndpoints()) {
            return address -> false;
        }
        return new Predicate<>() {
            private Catalog newest = Catalog.empty();
            private Set<Integer> claimed = Set.of();

            @Override
            @SuppressWarnings("ReferenceEquality") // only to spare the look at all services
            public boolean test(InetSocketAddress address) {
                Catalog now = catalog.get();
                if (now != newest) {
                    newest = now;
                    claimed = claimedPorts(now);
                }
                return refusal(address, claimed) != null;
            }
        };
    }

    /* What templates say of it is refused as well, but not told. */
    private OptionalInt checkedPort(Service service) {
        int port = MarathonCheck.of(service, service.portIndex())
                .map(DeclaredCheck::port)
                .orElse(0);
        return port > 0
                        && port <= 65_535
                        && options.strictness().refuseSpecialEndpoints()
                        && MarathonLbPlan.isPublished(service, options)
                ? OptionalInt.of(port)
                : OptionalInt.empty();
    }

    /** What is expected of an address instead; null if it is as it should be. */
    private @Nullable String refusal(InetSocketAddress address, Set<Integer> claimed) {
        InetAddress host = address.getAddress();
        Strictness strictness = options.strictness();
        if (host == null) {
            return "an address, not a name";
        }
        if (!strictness.endpointNetworks().contains(host)) {
            return "one in " + strictness.endpointNetworks();
        }
        if (!strictness.refuseSpecialEndpoints()) {
            return null;
        }
        if (host.isLinkLocalAddress() || host.isAnyLocalAddress() || host.isMulticastAddress()) {
            return "no link-local, multicast or unspecified address";
        }
        if (forbidden.contains(address)) {
            return "not the source's own address";
        }
        int port = address.getPort();
        PortRange assigned = options.assignedPorts();
        return (ownPorts.contains(port) || claimed.contains(port) || assigned.contains(port)) && isOfThisMachine(host)
                ? "no listener of this proxy"
                : null;
    }

    private static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        return (host == null ? address.getHostString() : host.getHostAddress()) + ":" + address.getPort();
    }

    private Set<Integer> claimedPorts(Catalog catalog) {
        Set<Integer> claimed = new HashSet<>();
        if (options.strictness().refuseSpecialEndpoints()) {
            for (Snapshot snapshot : catalog.snapshots()) {
                Service service = snapshot.service();
                if (MarathonLbPlan.isPublished(service, options)) {
                    int port = port(service);
                    if (options.strictness().permits(port)) {
                        claimed.add(port);
                    }
                }
            }
        }
        return claimed;
    }

    private static int port(Service service) {
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        try {
            return labels.integer(MarathonLbLabels.PORT, service.servicePort());
        } catch (IllegalArgumentException e) {
            return 0; // not served, and reported by the plan
        }
    }

    private static boolean isOfThisMachine(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
