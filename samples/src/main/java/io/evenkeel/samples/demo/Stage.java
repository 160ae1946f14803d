package io.evenkeel.samples.demo;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.vip.VipService;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.runner.L7Admin;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything the demo runs, in one process and on loopback: the simulated Marathon, both proxies and their DNS.
 */
@SuppressWarnings("AddressSelection") // every host here is 127.0.0.1
final class Stage implements AutoCloseable {

    static final String APP = "/dcos-101/app2";
    static final String REDIS = "/dcos-101/redis";
    static final String APP_VIP = "dcos-101app2.marathon.l4lb.thisdcos.directory";
    static final String REDIS_VIP = "dcos-101redis.marathon.l4lb.thisdcos.directory";
    static final int APP_VIP_PORT = 10000;
    static final int REDIS_VIP_PORT = 6379;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String LOOPBACK = "127.0.0.1";

    private final int servicePort = freePort(10000);
    private final MarathonSimulator marathon;
    private final Transport transport;
    private final MarathonLbProxy l7;
    private final L7Admin admin;
    private final VipService l4;
    private final Cluster l7Cluster;
    private final Cluster l4Cluster;

    Stage() throws IOException {
        marathon = MarathonSimulator.builder().port(freePort(8080)).build().start();
        createApp(APP, servicePort, APP_VIP_PORT, "http", 1);
        createApp(REDIS, freePort(10001), REDIS_VIP_PORT, "redis", 1);
        transport = Transport.open(0);
        l7 = MarathonLbProxy.builder(discovery(), new MarathonLbOptions(Set.of("external"), false, false), transport)
                .http(Optional.of(local(8000)))
                .https(Optional.empty(), Optional.empty())
                .appId(local(9091))
                .serviceAddress(LOOPBACK)
                .build();
        admin = L7Admin.open(l7, transport, local(9090));
        l4 = VipService.builder(discovery()).dns(local(8600)).start();
        l7.whenReady().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
        l4.whenReady().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
        l7Cluster = l7.loadBalancer().cluster(APP);
        l4Cluster = l4.loadBalancer().cluster("tcp://" + APP_VIP + ":" + APP_VIP_PORT);
        scale(1);
    }

    private MarathonDiscovery discovery() {
        return MarathonDiscovery.of(MarathonConfig.builder(marathon.uri()).build());
    }

    private void createApp(String id, int port, int vipPort, String kind, int instances) {
        marathon.createApp("""
                {"id": "%s", "instances": %d, "cmd": "./app", "cpus": 0.1, "mem": 32,
                 "labels": {"HAPROXY_GROUP": "external", "SIM_KIND": "%s"}, "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d, "protocol": "tcp", "labels": {"VIP_0": "%s:%d"}}]}
                """.formatted(id, instances, kind, port, id, vipPort));
        marathon.awaitTasks(id, instances, PATIENCE);
    }

    /** Scales the app and waits until both proxies balance over exactly its tasks; tells how long that took. */
    Duration scale(int instances) {
        long begun = System.nanoTime();
        marathon.scale(APP, instances);
        marathon.awaitTasks(APP, instances, PATIENCE);
        Set<String> wanted = tasks();
        long giveUp = begun + PATIENCE.toNanos();
        while (!active(l7Cluster).equals(wanted) || !active(l4Cluster).equals(wanted)) {
            if (System.nanoTime() - giveUp > 0) {
                throw new IllegalStateException("layer 7 uses " + active(l7Cluster) + ", layer 4 " + active(l4Cluster)
                        + " (expected: " + wanted + " within " + PATIENCE + ")");
            }
            Thread.onSpinWait();
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static Set<String> active(Cluster cluster) {
        return cluster.state().active().stream()
                .map(EndpointStats::endpoint)
                .map(endpoint -> endpoint.id())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The ids of the app's running tasks. */
    Set<String> tasks() {
        return marathon.tasks(APP).stream()
                .filter(task -> task.state().equals("TASK_RUNNING"))
                .map(SimulatedTask::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    URI marathon() {
        return marathon.uri();
    }

    /** Where layer 7 serves the app. */
    InetSocketAddress l7Address() {
        return new InetSocketAddress(LOOPBACK, servicePort);
    }

    InetSocketAddress adminAddress() {
        return admin.address();
    }

    @Nullable
    InetSocketAddress dnsAddress() {
        return l4.dnsAddress();
    }

    /** Where a name leads, asked of our DNS as any other program would ask. */
    InetSocketAddress lookUp(String name, int port) throws IOException {
        InetSocketAddress dns = dnsAddress();
        if (dns == null) {
            throw new IOException("no DNS server (expected: one)");
        }
        InetAddress address = DnsQuestion.ask(dns, name);
        return new InetSocketAddress(address, port);
    }

    private static InetSocketAddress local(int preferred) {
        return new InetSocketAddress(LOOPBACK, freePort(preferred));
    }

    /** The preferred port if nobody has it, any free one otherwise. */
    private static int freePort(int preferred) {
        for (int port : new int[] {preferred, 0}) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(LOOPBACK))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken: try the next
            }
        }
        throw new IllegalStateException("no free port on " + LOOPBACK);
    }

    @Override
    public void close() {
        l4.close();
        admin.close();
        l7.close();
        transport.close();
        marathon.close();
    }
}
