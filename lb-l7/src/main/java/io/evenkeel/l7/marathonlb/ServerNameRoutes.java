package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of connections to the shared HTTPS frontend, by the server name that their clients ask for. Immutable.
 *
 * @param byName what labels say of names, in lower case
 * @param otherwise what becomes of all others
 */
record ServerNameRoutes(Map<String, TlsRoute> byName, TlsRoute otherwise) implements TlsRoute.Router {

    ServerNameRoutes {
        byName = Map.copyOf(byName);
    }

    @Override
    public TlsRoute route(@Nullable String serverName) {
        return serverName == null ? otherwise : byName.getOrDefault(serverName, otherwise);
    }

    /**
     * Every virtual host by itself: with its own certificates if it has any, by its own options, and nobody else. Of
     * several ports on one host the first decides, but one that asks more of clients before it.
     *
     * @param sorted the ports in the order of their rules
     * @param shared the certificates for those that have none, with their options; may throw what names a bad file
     * @param problems takes the hosts that are not served because of one
     */
    static ServerNameRoutes grouped(
            List<ServicePort> sorted, Function<TlsOptions, Certificates> shared, Consumer<Problem> problems) {
        Map<String, ServicePort> deciding = new HashMap<>();
        for (ServicePort port : sorted) {
            for (String host : port.port().vhosts().hosts()) {
                deciding.merge(host, port, (first, next) -> demand(next) > demand(first) ? next : first);
            }
        }
        Map<String, TlsRoute> byName = new HashMap<>();
        deciding.forEach((host, port) -> {
            Certificates own = port.certificates();
            try {
                byName.put(host, new TlsRoute.Show(own != null ? own : shared.apply(port.tls())));
            } catch (IllegalArgumentException e) {
                problems.accept(new Problem(
                        port.port().service().application(), e.getMessage() + "; " + host + " is not served over TLS"));
            }
        });
        return new ServerNameRoutes(byName, TlsRoute.REFUSE);
    }

    private static int demand(ServicePort port) {
        return port.tls().clients().ordinal();
    }
}
