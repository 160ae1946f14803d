package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsRoute;
import io.evenkeel.l7.marathonlb.template.HostRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of connections to the shared HTTPS frontend, by the server name that their clients ask for. Immutable.
 *
 * @param byName what labels say of names, in lower case, and of their endings, which begin with a dot
 * @param otherwise what becomes of all others
 */
record ServerNameRoutes(Map<String, TlsRoute> byName, TlsRoute otherwise) implements TlsRoute.Router {

    ServerNameRoutes {
        byName = Map.copyOf(byName);
    }

    @Override
    public TlsRoute route(@Nullable String serverName) {
        TlsRoute route = serverName == null ? null : find(byName, serverName);
        return route == null ? otherwise : route;
    }

    /** What is said of a name, or else of its longest ending that something is said of. */
    private static <T> @Nullable T find(Map<String, T> byName, String serverName) {
        T found = byName.get(serverName);
        for (int dot = serverName.indexOf('.'); found == null && dot >= 0; dot = serverName.indexOf('.', dot + 1)) {
            found = byName.get(serverName.substring(dot));
        }
        return found;
    }

    /**
     * The shared certificates for everybody, but for the hosts that are passed on undecrypted, and those for which their
     * owners bring others.
     *
     * @param sorted the ports in the order of their rules
     * @param shared what is shown
     * @param strict whether paths of a host make nobody its owner as long as others have paths of it, too
     * @param problems takes the hosts for which something is brought and not shown
     */
    static ServerNameRoutes shared(
            List<ServicePort> sorted, Certificates shared, boolean strict, Consumer<Problem> problems) {
        TlsRoute show = new TlsRoute.Show(shared);
        Map<String, TlsRoute> byName = new HashMap<>();
        deciding(sorted, port -> 0)
                .forEach((host, port) ->
                        byName.put(host, port.port().vhosts().passthrough() ? new TlsRoute.Pass(port::admit) : show));
        List<ServicePort> bringing =
                sorted.stream().filter(port -> port.hostCertificates() != null).toList();
        if (!bringing.isEmpty()) {
            Map<String, ServicePort> owners = owners(sorted, strict);
            owners.forEach((host, port) -> {
                Certificates own = port.hostCertificates();
                if (own != null) {
                    byName.replace(host, show, new TlsRoute.Show(own));
                }
            });
            bringing.forEach(port -> tellOfUnshown(port, byName, problems));
        }
        return new ServerNameRoutes(byName, show);
    }

    /**
     * Whose each host is: of the first port that has all of it, else of the first that has a path. Whoever comes before
     * others by its weight takes their paths only, and not what is shown for all of the host.
     */
    private static Map<String, ServicePort> owners(List<ServicePort> sorted, boolean strict) {
        Map<String, ServicePort> owners = new HashMap<>();
        sorted.forEach(port -> names(port, Part.ALL).forEach(host -> owners.putIfAbsent(host, port)));
        Map<String, ServicePort> ofPaths = new HashMap<>();
        Set<String> contested = new HashSet<>();
        for (ServicePort port : sorted) {
            for (String host : names(port, Part.PATHS)) {
                ServicePort first = ofPaths.putIfAbsent(host, port);
                if (strict && first != null && !isOfOne(first, port)) {
                    contested.add(host);
                }
            }
        }
        ofPaths.keySet().removeAll(contested);
        ofPaths.forEach(owners::putIfAbsent);
        return owners;
    }

    private static boolean isOfOne(ServicePort one, ServicePort other) {
        return MarathonLbPlan.isOfOne(one.port().service(), other.port().service());
    }

    private static void tellOfUnshown(ServicePort port, Map<String, TlsRoute> byName, Consumer<Problem> problems) {
        TlsRoute shown = new TlsRoute.Show(requireNonNull(port.hostCertificates()));
        Set<String> unshown = new TreeSet<>(names(port, Part.ANYTHING));
        unshown.removeIf(host -> shown.equals(byName.get(host)));
        String label =
                "label " + OwnLabel.VHOST_CERT.fullName(port.port().service().portIndex()) + ": ";
        if (!unshown.isEmpty()) {
            problems.accept(MarathonLbPlan.problem(
                    port.port().service(),
                    label + "not shown for " + String.join(", ", unshown)
                            + " (expected: hosts of which no other port has all, or paths before this one)"));
        }
        if (hasUnnamed(port)) {
            problems.accept(MarathonLbPlan.problem(
                    port.port().service(), label + "shown for hosts by name only (expected: names or *.name)"));
        }
    }

    /**
     * Every virtual host by itself: with its own certificates if it has any, by its own options, and nobody else.
     *
     * @param sorted the ports in the order of their rules
     * @param shared the certificates for those that have none, with their options; may throw what names a bad file
     * @param problems takes the hosts that are not served because of one
     */
    static ServerNameRoutes grouped(
            List<ServicePort> sorted, Function<TlsOptions, Certificates> shared, Consumer<Problem> problems) {
        Map<String, TlsRoute> byName = new HashMap<>();
        deciding(sorted, ServerNameRoutes::demand).forEach((host, port) -> {
            Certificates forHosts = port.hostCertificates();
            Certificates own = forHosts != null ? forHosts : port.certificates();
            try {
                byName.put(
                        host,
                        port.port().vhosts().passthrough()
                                ? new TlsRoute.Pass(port::admit)
                                : new TlsRoute.Show(own != null ? own : shared.apply(port.tls())));
            } catch (IllegalArgumentException e) {
                byName.put(host, TlsRoute.REFUSE); // and not as those whose name ends like it
                problems.accept(MarathonLbPlan.problem(
                        port.port().service(), e.getMessage() + "; " + host + " is not served over TLS"));
            }
        });
        for (ServicePort port : sorted) {
            for (WiderHosts wider : port.port().vhosts().wider()) {
                if (wider.pattern().kind() != HostPattern.Kind.SUFFIX) {
                    problems.accept(unserved(port, "hosts " + wider.text()));
                }
            }
            if (templated(port).stream().anyMatch(each -> !isNamed(each.host()))) {
                problems.accept(unserved(port, "hosts that templates do not name"));
            }
        }
        return new ServerNameRoutes(byName, TlsRoute.REFUSE);
    }

    /**
     * The port that decides what becomes of connections for a server name.
     *
     * @param sorted the ports in the order of their rules
     * @param grouped whether every virtual host is by itself
     */
    static Optional<ServicePort> deciding(List<ServicePort> sorted, String serverName, boolean grouped) {
        return Optional.ofNullable(find(deciding(sorted, grouped ? ServerNameRoutes::demand : port -> 0), serverName));
    }

    /** Of several ports on one host the first decides, but one that demands more of clients before it. */
    private static Map<String, ServicePort> deciding(List<ServicePort> sorted, ToIntFunction<ServicePort> demand) {
        Map<String, ServicePort> deciding = new HashMap<>();
        for (ServicePort port : sorted) {
            for (String host : names(port, Part.ANYTHING)) {
                deciding.merge(
                        host, port, (first, next) -> demand.applyAsInt(next) > demand.applyAsInt(first) ? next : first);
            }
        }
        return deciding;
    }

    /** What a port has of a host. */
    private enum Part {
        ANYTHING,
        ALL,
        PATHS;

        boolean is(PathPrefixes path) {
            return this == ANYTHING
                    || (this == ALL)
                            == (path.prefixes().contains("") || path.prefixes().contains("/"));
        }
    }

    /** The names, and endings of names, of which a port has that part. */
    private static Set<String> names(ServicePort port, Part part) {
        VhostRule rule = port.port().vhosts();
        Set<String> names = new LinkedHashSet<>();
        if (part.is(rule.path())) {
            names.addAll(rule.passthrough() ? rule.hosts() : port.port().labelledHosts(true));
            rule.wider().stream()
                    .filter(wider -> wider.pattern().kind() == HostPattern.Kind.SUFFIX)
                    .forEach(wider -> names.add(wider.pattern().text()));
        }
        for (HostRule templated : templated(port)) {
            if (isNamed(templated.host())
                    && part.is(templated.condition() instanceof PathPrefixes path ? path : PathPrefixes.ANY)) {
                names.add(templated.host().text());
            }
        }
        return names;
    }

    private static boolean hasUnnamed(ServicePort port) {
        return templated(port).stream().anyMatch(each -> !isNamed(each.host()))
                || port.port().vhosts().wider().stream()
                        .anyMatch(wider -> wider.pattern().kind() != HostPattern.Kind.SUFFIX);
    }

    private static Problem unserved(ServicePort port, String hosts) {
        return MarathonLbPlan.problem(
                port.port().service(),
                hosts + ": are not served over TLS (expected: names or *.name, where every virtual host has its own"
                        + " certificates)");
    }

    private static List<HostRule> templated(ServicePort port) {
        return port.port().effects().hostRules(true).orElse(List.of());
    }

    private static boolean isNamed(HostPattern host) {
        return host.kind() == HostPattern.Kind.EXACT || host.kind() == HostPattern.Kind.SUFFIX;
    }

    private static int demand(ServicePort port) {
        return port.tls().clients().ordinal();
    }
}
