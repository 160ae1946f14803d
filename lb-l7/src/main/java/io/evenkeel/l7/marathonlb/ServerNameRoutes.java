package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsRoute;
import io.evenkeel.l7.marathonlb.template.HostRule;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
     * The shared certificates for everybody, but for the hosts that are passed on undecrypted.
     *
     * @param sorted the ports in the order of their rules
     * @param shared what is shown
     */
    static ServerNameRoutes shared(List<ServicePort> sorted, Certificates shared) {
        TlsRoute show = new TlsRoute.Show(shared);
        Map<String, TlsRoute> byName = new HashMap<>();
        deciding(sorted, port -> 0)
                .forEach((host, port) ->
                        byName.put(host, port.port().vhosts().passthrough() ? new TlsRoute.Pass(port::admit) : show));
        return new ServerNameRoutes(byName, show);
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
            Certificates own = port.certificates();
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
            VhostRule rule = port.port().vhosts();
            Set<String> names = new LinkedHashSet<>(
                    rule.passthrough() ? rule.hosts() : port.port().labelledHosts(true));
            templated(port).stream()
                    .map(HostRule::host)
                    .filter(ServerNameRoutes::isNamed)
                    .forEach(named -> names.add(named.text()));
            rule.wider().stream()
                    .filter(wider -> wider.pattern().kind() == HostPattern.Kind.SUFFIX)
                    .forEach(wider -> names.add(wider.pattern().text()));
            for (String host : names) {
                deciding.merge(
                        host, port, (first, next) -> demand.applyAsInt(next) > demand.applyAsInt(first) ? next : first);
            }
        }
        return deciding;
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
