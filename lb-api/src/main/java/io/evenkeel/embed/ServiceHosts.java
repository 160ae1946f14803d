package io.evenkeel.embed;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.vip.VirtualIp;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts, in URIs and in the addresses of sockets, stand for services.
 *
 * <p>A host with its port is looked up in this order; the first that fits counts:
 *
 * <ol>
 *   <li>a host that was given a service by {@link #with}; the port does not matter;
 *   <li>a named VIP, {@code web.marathon.l4lb.thisdcos.directory:80} or {@code web.marathon:80};
 *   <li>a VIP whose address is one of 11.0.0.0/8, the block that DC/OS had for them;
 *   <li>a name without dots that is a service's, or a top-level application's ({@code web} for {@code /web}); the port
 *       does not matter.
 * </ol>
 *
 * <p>Everything else is somebody else's name. Names with dots are taken from nobody but {@link #with} and VIPs, and VIPs at
 * other addresses are not looked at: otherwise whoever may write a label could redirect what goes to the Internet. Before
 * the source's first answer only the hosts of {@link #with} are known, so wait for {@link LoadBalancer#whenReady} first.
 *
 * <p>Immutable and thread-safe. A look-up costs a few hash look-ups and short strings and never blocks.
 */
public final class ServiceHosts {

    private final LoadBalancer loadBalancer;
    private final Map<String, String> given;
    private final boolean exclusive;

    private ServiceHosts(LoadBalancer loadBalancer, Map<String, String> given, boolean exclusive) {
        this.loadBalancer = requireNonNull(loadBalancer, "loadBalancer");
        this.given = Map.copyOf(given);
        this.exclusive = exclusive;
    }

    /**
     * The hosts that stand for a load balancer's services; other hosts are resolved as ever.
     *
     * @param loadBalancer who knows the services; not closed from here
     * @return the hosts
     */
    public static ServiceHosts of(LoadBalancer loadBalancer) {
        return new ServiceHosts(loadBalancer, Map.of(), false);
    }

    /**
     * These hosts, and one more.
     *
     * @param host what clients name, in any case: {@code web} or {@code web.example.com}
     * @param service what it stands for: the name of a service, {@code application:portName}, or a VIP
     * @return the changed copy
     */
    public ServiceHosts with(String host, String service) {
        requireNonNull(service, "service");
        Map<String, String> more = new HashMap<>(given);
        more.put(host.toLowerCase(Locale.ROOT), service);
        return new ServiceHosts(loadBalancer, more, exclusive);
    }

    /**
     * These hosts, and no others: what stands for no service is unknown, instead of being resolved as ever.
     *
     * @return the changed copy
     */
    public ServiceHosts exclusively() {
        return new ServiceHosts(loadBalancer, given, true);
    }

    /**
     * The service that a host and port stand for.
     *
     * @param host the host as the client names it
     * @param port the port as the client names it
     * @return the service's cluster, or null if the name is to be resolved as ever
     * @throws UnknownHostException if the host stands for no service and others are not allowed
     */
    public @Nullable Cluster find(String host, int port) throws UnknownHostException {
        String name = host.toLowerCase(Locale.ROOT);
        String service = given.get(name);
        if (service != null) {
            return loadBalancer.cluster(service);
        }
        String authority = (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
        VirtualIp vip = loadBalancer.vips().find(authority);
        if (vip != null && (!vip.literal() || vip.host().startsWith("11."))) {
            return loadBalancer.cluster(vip);
        }
        if (name.indexOf('.') < 0 && name.indexOf(':') < 0) {
            Service known = known(name);
            if (known != null) {
                return loadBalancer.cluster(known.name());
            }
        }
        if (exclusive) {
            throw new UnknownHostException(authority + ": stands for no service");
        }
        return null;
    }

    private @Nullable Service known(String name) {
        Catalog catalog = loadBalancer.catalog();
        Snapshot found = catalog.find(name);
        found = found != null ? found : catalog.find("/" + name);
        return found == null ? null : found.service();
    }

    /**
     * The cluster of a service that is named explicitly.
     *
     * @param service the name of a service, {@code application:portName}, or a VIP
     * @return the cluster, whether or not the source knows the service
     */
    public Cluster cluster(String service) {
        return loadBalancer.cluster(service);
    }
}
