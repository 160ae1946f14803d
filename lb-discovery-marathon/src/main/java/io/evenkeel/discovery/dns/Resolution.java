package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.Problem;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The step from a service's name to its endpoints: its SRV records and their targets' addresses, or its addresses.
 *
 * <p>Thread-safe; keeps nothing. The order of answers, which servers shuffle, does not show: endpoints are sorted.
 */
final class Resolution {

    /*
     * The ADDITIONAL section is not used: it has one address per target with some servers, none with others, and is the
     * first to go when space is short.
     *
     * Weights are those of RFC 2782 with two readings. All 0 means that nobody wanted weights: 1 each. A 0 beside others
     * means "very small", so 1, since for us 0 is none at all.
     */
    private static final int LAST_RANK = 127;

    private final NameSource names;
    private final boolean labelPriorities;
    private final int most;

    Resolution(NameSource names, DnsConfig config) {
        this.names = names;
        this.labelPriorities = config.labelPriorities();
        this.most = config.maxEndpoints();
    }

    /**
     * What a read of a name has found.
     *
     * @param endpoints sorted, each once
     * @param problems what could not be used
     * @param ttl for how long this is good, if the answers say
     * @param addresses of the SRV targets, for when one of them cannot be read next time
     */
    record Found(
            List<Endpoint> endpoints,
            List<Problem> problems,
            Optional<Duration> ttl,
            Map<String, List<InetAddress>> addresses) {}

    /** Reads a name; {@code before} are the targets' last known addresses. */
    CompletableFuture<Found> read(DnsService service, Map<String, List<InetAddress>> before) {
        if (!service.isSrv()) {
            return names.addresses(service.query()).thenApply(answer -> addresses(service, answer));
        }
        return names.srv(service.query()).thenCompose(answer -> targets(service, answer, before));
    }

    private Found addresses(DnsService service, DnsAnswer<InetAddress> answer) {
        Map<String, Endpoint> endpoints = new TreeMap<>();
        for (InetAddress address : answer.records()) {
            InetSocketAddress where = new InetSocketAddress(address, service.port());
            String id = literal(where);
            endpoints.put(id, endpoint(id, where, 1, Map.of()));
        }
        List<Problem> problems = new ArrayList<>();
        return new Found(bounded(service, endpoints, problems), problems, answer.ttl(), Map.of());
    }

    private CompletableFuture<Found> targets(
            DnsService service, DnsAnswer<SrvTarget> answer, Map<String, List<InetAddress>> before) {
        List<SrvTarget> all = new ArrayList<>(new LinkedHashSet<>(answer.records()));
        all.removeIf(target -> target.host().isEmpty()); // "the service is decidedly not available at this domain"
        all.sort(Comparator.comparingInt(SrvTarget::priority)
                .thenComparing(SrvTarget::host)
                .thenComparingInt(SrvTarget::port));
        List<Problem> problems = new ArrayList<>();
        if (all.size() > most) {
            problems.add(tooMany(service, all.size()));
            all = all.subList(0, most);
        }
        List<SrvTarget> usable = new ArrayList<>();
        Set<String> hosts = new LinkedHashSet<>();
        for (SrvTarget target : all) {
            if (target.port() == 0) {
                problems.add(
                        new Problem(service.name(), "target " + target.host() + ": port 0 (expected: 1 to 65535)"));
            } else {
                usable.add(target);
                hosts.add(target.host());
            }
        }
        Map<String, CompletableFuture<Addresses>> lookups = new LinkedHashMap<>();
        hosts.forEach(host -> lookups.put(host, lookup(host, before)));
        return CompletableFuture.allOf(lookups.values().toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    Map<String, Addresses> found = new HashMap<>();
                    lookups.forEach((host, future) -> found.put(host, future.join()));
                    return found(service, answer.ttl(), usable, found, problems);
                });
    }

    /** A target's addresses, or why there are none. */
    private record Addresses(List<InetAddress> list, Optional<Duration> ttl, String why) {}

    private CompletableFuture<Addresses> lookup(String host, Map<String, List<InetAddress>> before) {
        return names.addresses(host).handle((answer, failure) -> {
            if (failure == null) {
                String why = answer.isEmpty() ? "has no address (expected: one at least)" : "";
                return new Addresses(answer.records(), answer.isEmpty() ? Optional.empty() : answer.ttl(), why);
            }
            List<InetAddress> known = before.getOrDefault(host, List.of());
            return new Addresses(known, Optional.of(Duration.ZERO), Follower.reason(failure));
        });
    }

    private Found found(
            DnsService service,
            Optional<Duration> ttl,
            List<SrvTarget> targets,
            Map<String, Addresses> found,
            List<Problem> problems) {
        Optional<Duration> shortest = ttl;
        Map<String, List<InetAddress>> known = new HashMap<>();
        for (Map.Entry<String, Addresses> entry : found.entrySet()) {
            Addresses addresses = entry.getValue();
            shortest = shorter(shortest, addresses.ttl());
            if (addresses.list().isEmpty()) {
                problems.add(new Problem(service.name(), "target " + entry.getKey() + ": " + addresses.why()));
            } else {
                known.put(entry.getKey(), addresses.list());
            }
        }
        problems.sort(Comparator.comparing(Problem::reason));
        List<SrvTarget> reachable = targets.stream()
                .filter(target -> known.containsKey(target.host()))
                .toList();
        Map<String, Endpoint> endpoints = new TreeMap<>();
        int rank = -1;
        int priority = -1;
        boolean weighted = false;
        for (SrvTarget target : reachable) {
            if (target.priority() != priority) {
                if (rank == 0 && !labelPriorities) {
                    break;
                }
                rank++;
                priority = target.priority();
                weighted = isWeighted(reachable, priority);
            }
            Map<String, String> labels = labelPriorities
                    ? Map.of(DnsConfig.PRIORITY_LABEL, String.valueOf(Math.min(LAST_RANK, rank)))
                    : Map.of();
            int weight = weighted ? Math.max(1, target.weight()) : 1;
            List<InetAddress> addresses = known.getOrDefault(target.host(), List.of());
            for (InetAddress address : addresses) {
                InetSocketAddress where = new InetSocketAddress(address, target.port());
                String id = addresses.size() == 1 ? target.host() + ":" + target.port() : literal(where);
                endpoints.putIfAbsent(id, endpoint(id, where, weight, labels));
            }
        }
        return new Found(bounded(service, endpoints, problems), problems, shortest, known);
    }

    private static boolean isWeighted(List<SrvTarget> targets, int priority) {
        return targets.stream().anyMatch(target -> target.priority() == priority && target.weight() > 0);
    }

    private static Optional<Duration> shorter(Optional<Duration> one, Optional<Duration> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return one.get().compareTo(other.get()) <= 0 ? one : other;
    }

    private List<Endpoint> bounded(DnsService service, Map<String, Endpoint> endpoints, List<Problem> problems) {
        if (endpoints.size() > most) {
            problems.add(tooMany(service, endpoints.size()));
        }
        return endpoints.values().stream().limit(most).toList();
    }

    private Problem tooMany(DnsService service, int count) {
        return new Problem(
                service.name(), "endpoints: " + count + " (expected: " + most + " at most; the rest is left out)");
    }

    private static Endpoint endpoint(String id, InetSocketAddress address, int weight, Map<String, String> labels) {
        return new Endpoint(
                id, address, weight, Locality.UNKNOWN, EndpointState.UNSPECIFIED, Health.UNCHECKED, true, labels);
    }

    private static String literal(InetSocketAddress where) {
        String host = where.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + where.getPort();
    }
}
