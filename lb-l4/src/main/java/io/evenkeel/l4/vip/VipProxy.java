package io.evenkeel.l4.vip;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.TcpRelay;
import io.evenkeel.l4.TcpRelayConfig;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l4.Transport;
import io.evenkeel.vip.VipTable;
import io.evenkeel.vip.VirtualIp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The data plane that needs no privileges: a TCP relay per VIP on the VIP's loopback address and port.
 *
 * <p>Clients on this machine reach it by name. UDP VIPs are reported as not served, and so are literal VIPs outside the
 * loopback network, so that nobody opens a port to the network by writing a label.
 */
public final class VipProxy implements VipDataPlane {

    private final Transport transport;
    private final LoadBalancer balancer;
    private final TcpRelayConfig config;
    private final ListenerSet listeners;
    private Map<VirtualIp, Served> served = new TreeMap<>();
    private long generation;
    private volatile Map<String, InetAddress> names = Map.of();

    /**
     * A proxy without VIPs.
     *
     * @param transport what it runs on
     * @param balancer whose clusters are behind the VIPs
     * @param config for every relay
     */
    public VipProxy(Transport transport, LoadBalancer balancer, TcpRelayConfig config) {
        this.transport = requireNonNull(transport, "transport");
        this.balancer = requireNonNull(balancer, "balancer");
        this.config = requireNonNull(config, "config");
        this.listeners = new ListenerSet(transport);
    }

    @Override
    public synchronized CompletableFuture<Void> apply(VipTable table) {
        LoopbackAddresses addresses = LoopbackAddresses.of(table);
        Map<VirtualIp, Served> next = new TreeMap<>();
        Map<InetSocketAddress, ConnectionAcceptor> wanted = new LinkedHashMap<>();
        Map<String, InetAddress> nextNames = new HashMap<>();
        for (VirtualIp vip : table.vips()) {
            InetAddress host = addresses.find(vip);
            InetSocketAddress address = host == null ? null : new InetSocketAddress(host, vip.port());
            Served one = serve(vip, address, wanted);
            next.put(vip, one);
            if (host != null && !vip.literal()) {
                nextNames.put(vip.dnsName(), host);
            }
        }
        served = next;
        long mine = ++generation;
        // A client that was told the address must find somebody there: names follow their listeners.
        return listeners.apply(wanted).thenRun(() -> publish(mine, nextNames));
    }

    private Served serve(
            VirtualIp vip, @Nullable InetSocketAddress address, Map<InetSocketAddress, ConnectionAcceptor> wanted) {
        if (vip.protocol() == Protocol.UDP) {
            return new Served(address, null, null, "UDP is not served by this data plane yet");
        }
        if (address == null) {
            return new Served(null, null, null, vip.host() + " (expected: " + LoopbackAddresses.EXPECTED + ")");
        }
        if (wanted.containsKey(address)) {
            return new Served(address, null, null, "its address and port are another VIP's");
        }
        Served before = served.get(vip);
        TcpRelay relay = before == null ? null : before.relay();
        TrafficStats stats = before == null ? null : before.stats();
        if (relay == null || stats == null) {
            stats = new TrafficStats();
            relay = new TcpRelay(transport, balancer.cluster(vip), config, stats);
        }
        wanted.put(address, relay);
        return new Served(address, relay, stats, null);
    }

    private synchronized void publish(long applied, Map<String, InetAddress> newNames) {
        if (applied == generation) {
            names = Map.copyOf(newNames);
        }
    }

    @Override
    public List<VipStatus> statuses() {
        Map<VirtualIp, Served> now;
        synchronized (this) {
            now = served;
        }
        Map<InetSocketAddress, ListenerStatus> open =
                listeners.statuses().stream().collect(Collectors.toMap(ListenerStatus::wanted, status -> status));
        return now.entrySet().stream()
                .map(entry -> entry.getValue().status(entry.getKey(), open))
                .toList();
    }

    @Override
    public Map<String, InetAddress> names() {
        return names;
    }

    /**
     * What a VIP's relay has seen.
     *
     * @param vip the VIP
     * @return its statistics, or null if it is not served
     */
    public synchronized @Nullable TrafficStats stats(VirtualIp vip) {
        Served one = served.get(vip);
        return one == null ? null : one.stats();
    }

    @Override
    public CompletableFuture<Integer> drain(Duration patience) {
        return listeners.drain(patience);
    }

    @Override
    public void close() {
        listeners.close();
        names = Map.of();
    }

    /** What was made of one VIP. */
    private record Served(
            @Nullable InetSocketAddress address,
            @Nullable TcpRelay relay,
            @Nullable TrafficStats stats,
            @Nullable String problem) {

        VipStatus status(VirtualIp vip, Map<InetSocketAddress, ListenerStatus> open) {
            ListenerStatus listener = address == null || problem != null ? null : open.get(address);
            String failure = problem;
            if (failure == null && (listener == null || !listener.open())) {
                String reason = listener == null ? null : listener.failure();
                failure = where() + (reason == null ? "not open yet" : reason);
            }
            return new VipStatus(vip, address, failure);
        }

        private String where() {
            return address == null ? "" : address.getHostString() + ":" + address.getPort() + ": ";
        }
    }
}
