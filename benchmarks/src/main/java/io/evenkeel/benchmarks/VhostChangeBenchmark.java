package io.evenkeel.benchmarks;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long is it from a source's news of one application to the moment when the proxy serves by it, when there are 10,000
 * virtual hosts?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class VhostChangeBenchmark {

    private static final int VHOSTS = 10_000;
    private static final int FIRST_PORT = 20_000;

    /** How many applications have the virtual hosts between them; each has a service port. */
    @Param({"1000", "10000"})
    public int apps;

    private final Semaphore applied = new Semaphore(0);
    private final List<Snapshot> snapshots = new ArrayList<>();
    private StaticDiscovery discovery;
    private Transport transport;
    private MarathonLbProxy proxy;
    private int changes;

    /** Opens the proxy, and waits until it serves all applications. */
    @Setup
    public void setUp() throws Exception {
        for (int app = 0; app < apps; app++) {
            snapshots.add(snapshot(app, 1, ""));
        }
        discovery = StaticDiscovery.of();
        discovery.set(snapshots);
        transport = Transport.open(1);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        proxy = MarathonLbProxy.builder(discovery, new MarathonLbOptions(Set.of("*"), false, false), transport)
                .http(Optional.of(any))
                .appId(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .serviceAddress("127.0.0.1")
                .build();
        proxy.whenReady().toCompletableFuture().get(1, TimeUnit.MINUTES);
        if (!proxy.problems().isEmpty()) {
            throw new IllegalStateException(proxy.problems().get(0).toString());
        }
        proxy.loadBalancer()
                .watch(
                        new CatalogListener() { // after the proxy itself
                            @Override
                            public void onCatalog(Catalog catalog) {
                                applied.release();
                            }

                            @Override
                            public void onFailure(DiscoveryException problem) {
                                throw problem;
                            }
                        });
        applied.acquire();
    }

    private Snapshot snapshot(int app, int tasks, String more) {
        StringBuilder hosts = new StringBuilder(more);
        for (int i = 0; i < VHOSTS / apps; i++) {
            hosts.append(i == 0 ? "" : ",").append("host-" + i + ".app-" + app + ".shop.example.com");
        }
        Map<String, String> labels = new HashMap<>();
        labels.put("HAPROXY_GROUP", "external");
        labels.put("HAPROXY_0_VHOST", hosts.toString());
        String id = "/shop/app-" + app;
        List<Endpoint> endpoints = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            endpoints.add(Endpoint.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + task)));
        }
        return new Snapshot(
                new Service(id, id, "", 0, "", FIRST_PORT + app, Protocol.TCP, labels, Map.of(), List.of()), endpoints);
    }

    /** Closes everything. */
    @TearDown
    public void tearDown() {
        proxy.close();
        transport.close();
    }

    private int apply(int app, Snapshot changed) throws InterruptedException {
        snapshots.set(app, changed);
        discovery.set(snapshots);
        applied.acquire();
        return proxy.servicePorts().size();
    }

    /**
     * An application has two tasks, then one again.
     *
     * @return how many service ports there are
     */
    @Benchmark
    public int task() throws InterruptedException {
        int app = changes % apps;
        int tasks = 1 + changes++ / apps % 2; // another number than the last time
        return apply(app, snapshot(app, tasks, ""));
    }

    /**
     * An application has one virtual host more, or one less again.
     *
     * @return how many service ports there are
     */
    @Benchmark
    public int vhost() throws InterruptedException {
        int app = changes++ % apps;
        return apply(app, snapshot(app, 1, changes / apps % 2 == 0 ? "" : "more-" + changes + ".example.com,"));
    }
}
