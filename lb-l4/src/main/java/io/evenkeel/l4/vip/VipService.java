package io.evenkeel.l4.vip;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.ProblemLog;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.l4.TcpRelayConfig;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.dns.DnsServer;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.vip.VipName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named VIPs in one object: follows a source, serves its VIPs on this machine, and answers their names over DNS.
 *
 * <pre>{@code
 * try (VipService vips = VipService.builder(Discovery.of(URI.create("marathon://10.0.0.1:8080")))
 *         .dns(new InetSocketAddress("127.0.0.1", 8600))
 *         .start()) {
 *     vips.whenReady().toCompletableFuture().join();
 *     ...
 * }
 * }</pre>
 *
 * <p>Thread-safe. Closing it ends everything it made, connections included.
 */
public final class VipService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VipService.class);

    private final Transport transport;
    private final LoadBalancer balancer;
    private final VipDataPlane dataPlane;
    private final @Nullable DnsServer dns;
    private final Subscription subscription;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final ProblemLog problemLog =
            new ProblemLog(problem -> LOG.warn("{}", problem), problem -> LOG.info("No longer: {}", problem));

    private VipService(Builder builder) {
        transport = Transport.open(builder.kind, builder.threads);
        try {
            balancer = LoadBalancer.builder(builder.discovery)
                    .config(ClusterConfig.builder()
                            .strategy(builder.strategy)
                            .filter(VipEndpointFilter.DCOS)
                            .monitors()
                            .build())
                    .build();
        } catch (RuntimeException e) {
            transport.close();
            throw e;
        }
        dataPlane = builder.dataPlane.apply(transport, balancer);
        dns = builder.dns == null
                ? null
                : DnsServer.open(
                        transport,
                        builder.dns,
                        VipName.ZONE,
                        new VipNames(dataPlane::names),
                        without(builder.dns, builder.upstreams));
        subscription =
                balancer.watch(catalog -> dataPlane.apply(balancer.vips()).thenRun(this::applied));
    }

    private void applied() {
        problemLog.update(problems());
        ready.complete(null);
    }

    /**
     * Prepares a service over a source.
     *
     * @param discovery the source; closed with the service
     * @return a builder with working defaults
     */
    public static Builder builder(Discovery discovery) {
        return new Builder(discovery);
    }

    /**
     * The moment when the source's first answer is being served.
     *
     * @return completes once every VIP of the first answer has been tried
     */
    public CompletionStage<Void> whenReady() {
        return ready.copy();
    }

    /**
     * What balances behind the VIPs.
     *
     * @return the load balancer; closed with the service
     */
    public LoadBalancer loadBalancer() {
        return balancer;
    }

    /**
     * What carries the connections.
     *
     * @return the data plane; closed with the service
     */
    public VipDataPlane dataPlane() {
        return dataPlane;
    }

    /**
     * What everything runs on, for servers beside this one.
     *
     * @return the transport; closed with the service
     */
    public Transport transport() {
        return transport;
    }

    /**
     * Where the names are answered.
     *
     * @return the address of the DNS server, or null if there is none or it cannot be opened
     */
    public @Nullable InetSocketAddress dnsAddress() {
        return dns == null ? null : dns.address();
    }

    /**
     * Everything that keeps a VIP from being served.
     *
     * @return what the source could not read, labels that claim no VIP, VIPs that are not served, and a DNS server that
     *     cannot be opened
     */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(balancer.catalog().problems());
        problems.addAll(balancer.vips().problems());
        for (VipStatus status : dataPlane.statuses()) {
            String failure = status.failure();
            if (failure != null) {
                problems.add(new Problem(status.vip().toString(), failure));
            }
        }
        String dnsFailure = dns == null ? null : dns.status().failure();
        if (dns != null && dnsFailure != null) {
            problems.add(new Problem("dns " + dns.status().name(), dnsFailure));
        }
        return problems;
    }

    /** Stops serving and ends everything, connections included. Idempotent. */
    @Override
    public void close() {
        subscription.close();
        if (dns != null) {
            dns.close();
        }
        dataPlane.close();
        balancer.close();
        transport.close();
    }

    /** The upstreams that are not this server itself: a question to one that is would come back to it without end. */
    static List<InetSocketAddress> without(InetSocketAddress self, List<InetSocketAddress> upstreams) {
        List<InetSocketAddress> others = new ArrayList<>();
        for (InetSocketAddress upstream : upstreams) {
            if (upstream.isUnresolved()) {
                LOG.warn("DNS upstream {}: host name has no address (ignored)", upstream);
            } else if (upstream.getPort() == self.getPort() && reaches(upstream.getAddress(), self.getAddress())) {
                LOG.warn("DNS upstream {}: is this server itself (ignored)", upstream);
            } else {
                others.add(upstream);
            }
        }
        return others;
    }

    /** Whether what is sent to one address comes to a socket that is bound to the other. */
    private static boolean reaches(InetAddress address, InetAddress bound) {
        if (bound.isAnyLocalAddress()) {
            return address.isAnyLocalAddress() || address.isLoopbackAddress() || isOfThisMachine(address);
        }
        // What is sent to the wildcard goes to the machine's loopback address.
        return bound.equals(address) || (address.isAnyLocalAddress() && bound.isLoopbackAddress());
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            LOG.warn("The machine's own addresses are not known: {}", e.getMessage());
            return false;
        }
    }

    /** Prepares a {@link VipService}; everything but the source has a working default. */
    public static final class Builder {

        private final Discovery discovery;
        private Strategy strategy = Strategy.roundRobin();
        private BiFunction<Transport, LoadBalancer, VipDataPlane> dataPlane =
                (transport, balancer) -> new VipProxy(transport, balancer, TcpRelayConfig.defaults());
        private @Nullable InetSocketAddress dns;
        private List<InetSocketAddress> upstreams = List.of();
        private Transport.Kind kind = Transport.Kind.AUTO;
        private int threads;

        private Builder(Discovery discovery) {
            this.discovery = requireNonNull(discovery, "discovery");
        }

        /**
         * The algorithm.
         *
         * @param newStrategy defaults to each endpoint in turn
         * @return this
         */
        public Builder strategy(Strategy newStrategy) {
            strategy = requireNonNull(newStrategy, "strategy");
            return this;
        }

        /**
         * What carries the connections.
         *
         * @param newDataPlane defaults to a {@link VipProxy}; what it makes is closed with the service
         * @return this
         */
        public Builder dataPlane(BiFunction<Transport, LoadBalancer, VipDataPlane> newDataPlane) {
            dataPlane = requireNonNull(newDataPlane, "dataPlane");
            return this;
        }

        /**
         * Where to answer the names of VIPs.
         *
         * @param address UDP and TCP, port 0 for any; without this there is no DNS server
         * @return this
         */
        public Builder dns(InetSocketAddress address) {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException(
                        "dns: " + address.getHostString() + " (expected: an address of this machine)");
            }
            dns = address;
            return this;
        }

        /**
         * Who answers all other names.
         *
         * @param addresses resolvers, best first; defaults to nobody, so that other names are refused
         * @return this
         */
        public Builder upstreamDns(List<InetSocketAddress> addresses) {
            upstreams = List.copyOf(addresses);
            return this;
        }

        /**
         * What event loops wait with.
         *
         * @param newKind the best that is known to work, otherwise
         * @return this
         */
        public Builder transport(Transport.Kind newKind) {
            kind = requireNonNull(newKind, "kind");
            return this;
        }

        /**
         * How many event loops.
         *
         * @param count defaults to 0, which is one per processor
         * @return this
         */
        public Builder threads(int count) {
            threads = count;
            return this;
        }

        /**
         * Starts everything. A DNS server whose address cannot be had is reported and tried again, as every listener is.
         *
         * @return the service, following its source
         */
        public VipService start() {
            return new VipService(this);
        }
    }
}
