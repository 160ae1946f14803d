package io.evenkeel.l4;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A relay that listens on a free loopback port. */
final class RelayFixture implements AutoCloseable {

    static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    final Transport transport;
    final ListenerSet listeners;
    final TrafficStats stats = new TrafficStats();
    final Cluster cluster =
            new Cluster("web", new ClusterRuntime(Ticker.system(), RandomGenerator.getDefault(), new ManualClock()));

    RelayFixture(String kind) {
        transport = Transport.open(Transport.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), 2);
        listeners = new ListenerSet(transport);
    }

    RelayFixture relay(TcpRelayConfig config, InetSocketAddress... backends) {
        endpoints(backends);
        listeners
                .apply(Map.of(ANY, new TcpRelay(transport, cluster, config, stats)))
                .join();
        return this;
    }

    void endpoints(InetSocketAddress... backends) {
        List<Endpoint> endpoints = Stream.of(backends).map(Endpoint::of).toList();
        cluster.update(
                new Snapshot(Service.named("web"), endpoints),
                ClusterConfig.defaults().withStrategy(Strategy.roundRobin()));
    }

    EndpointStats endpoint(int index) {
        return cluster.state().active().get(index);
    }

    InetSocketAddress address() {
        return listeners.boundAddress(ANY);
    }

    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.connect(address());
        return socket;
    }

    @Override
    public void close() {
        listeners.close();
        transport.close();
    }
}
