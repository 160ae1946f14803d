package io.evenkeel.l4.resolver;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.embed.ServiceHosts;
import io.evenkeel.endpoint.EndpointStats;
import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Resolves for the clients of one event loop; called on that loop. */
final class BalancedResolver extends AbstractAddressResolver<InetSocketAddress> {

    private static final int MOST = 3; // as many as clients of ours try

    private final ServiceHosts hosts;
    private final AddressResolver<InetSocketAddress> others;

    BalancedResolver(EventExecutor executor, ServiceHosts hosts, AddressResolver<InetSocketAddress> others) {
        super(executor, InetSocketAddress.class);
        this.hosts = hosts;
        this.others = others;
    }

    @Override
    protected boolean doIsResolved(InetSocketAddress address) {
        return !address.isUnresolved();
    }

    @Override
    protected void doResolve(InetSocketAddress address, Promise<InetSocketAddress> promise)
            throws UnknownHostException {
        Cluster cluster = hosts.find(address.getHostString(), address.getPort());
        InetSocketAddress picked =
                cluster == null ? address : pick(cluster).endpoint().address();
        if (picked.isUnresolved()) {
            others.resolve(picked, promise);
        } else {
            promise.setSuccess(picked);
        }
    }

    @Override
    protected void doResolveAll(InetSocketAddress address, Promise<List<InetSocketAddress>> promise)
            throws UnknownHostException {
        Cluster cluster = hosts.find(address.getHostString(), address.getPort());
        if (cluster == null) {
            others.resolveAll(address, promise);
            return;
        }
        List<InetSocketAddress> picked = pickAll(cluster);
        if (picked.stream().noneMatch(InetSocketAddress::isUnresolved)) {
            promise.setSuccess(picked);
        } else {
            resolveEach(picked, 0, new ArrayList<>(), promise);
        }
    }

    /* One after the other; who cannot be resolved is left out, unless nobody can. */
    private void resolveEach(
            List<InetSocketAddress> all,
            int index,
            List<InetSocketAddress> resolved,
            Promise<List<InetSocketAddress>> promise) {
        others.resolve(all.get(index)).addListener((Future<InetSocketAddress> one) -> {
            if (one.isSuccess()) {
                resolved.add(one.getNow());
            }
            if (index + 1 < all.size()) {
                resolveEach(all, index + 1, resolved, promise);
            } else if (!resolved.isEmpty()) {
                promise.trySuccess(resolved);
            } else {
                promise.tryFailure(one.cause());
            }
        });
    }

    /** The picked one first, then those that follow it: picking those too would move the strategy's cursor. */
    private static List<InetSocketAddress> pickAll(Cluster cluster) throws UnknownHostException {
        EndpointStats first = pick(cluster);
        List<EndpointStats> active = cluster.state().active();
        List<InetSocketAddress> addresses = new ArrayList<>(MOST);
        addresses.add(first.endpoint().address());
        int start = active.indexOf(first) + 1;
        for (int i = 0; i < active.size() && addresses.size() < MOST; i++) {
            EndpointStats other = active.get((start + i) % active.size());
            if (other != first) {
                addresses.add(other.endpoint().address());
            }
        }
        return addresses;
    }

    private static EndpointStats pick(Cluster cluster) throws UnknownHostException {
        try (Lease lease = cluster.acquire()) {
            return lease.stats();
        } catch (NoEndpointException e) {
            UnknownHostException failure = new UnknownHostException(e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }
}
