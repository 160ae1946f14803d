package io.evenkeel.l4.resolver;

import static java.util.Objects.requireNonNull;

import io.evenkeel.embed.ServiceHosts;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;

/**
 * Resolvers for clients built on Netty that turn the host and port of a service into one of its endpoints.
 *
 * <pre>{@code
 * bootstrap.resolver(BalancedResolverGroup.of(ServiceHosts.of(loadBalancer)))
 *         .connect(InetSocketAddress.createUnresolved("web.marathon", 80));
 * }</pre>
 *
 * <p>Where one address is asked for, it is the one that the service's strategy picks. Where all are asked for, the picked
 * one comes first and up to two others after it, so that a client that tries them in turn (Reactor Netty and Vert.x do)
 * gets past an endpoint that refuses connections.
 *
 * <p><b>A resolver does not see what becomes of an address.</b> Each pick is a use that ends at once, as cancelled: nothing
 * is learnt of connections that fail, of requests, or of how many are under way. Balance by round robin, then, since
 * strategies that compare load see none. And a client that keeps connections by name asks only for new ones. Where that is
 * not enough, hold a lease for each request instead.
 *
 * <p>Addresses that are resolved already are not asked about, so a VIP's literal address has to be unresolved too. Thread-safe;
 * a look-up is done on the caller's event loop and does not block it, unless the others' resolvers do.
 */
public final class BalancedResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    private final ServiceHosts hosts;
    private final AddressResolverGroup<InetSocketAddress> others;

    private BalancedResolverGroup(ServiceHosts hosts, AddressResolverGroup<InetSocketAddress> others) {
        this.hosts = requireNonNull(hosts, "hosts");
        this.others = requireNonNull(others, "others");
    }

    /**
     * Resolvers that ask the JDK about hosts which are no services, blocking the event loop as Netty's own default does.
     *
     * @param hosts which hosts stand for services
     * @return the group
     */
    public static BalancedResolverGroup of(ServiceHosts hosts) {
        return of(hosts, DefaultAddressResolverGroup.INSTANCE);
    }

    /**
     * Resolvers that ask others about hosts which are no services.
     *
     * @param hosts which hosts stand for services
     * @param others who is asked about the rest; not closed from here
     * @return the group
     */
    public static BalancedResolverGroup of(ServiceHosts hosts, AddressResolverGroup<InetSocketAddress> others) {
        return new BalancedResolverGroup(hosts, others);
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new BalancedResolver(executor, hosts, others.getResolver(executor));
    }
}
