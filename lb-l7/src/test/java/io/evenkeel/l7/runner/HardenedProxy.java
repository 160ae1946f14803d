package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;

/** The proxy as its flags make it, on free loopback ports, told by a fake source what there is. */
final class HardenedProxy implements AutoCloseable {

    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);

    private final FakeDiscovery source = new FakeDiscovery();
    private final AtomicInteger applied = new AtomicInteger();
    private final Subscription subscription;
    final L7Proxy running;

    /** One that a fake source tells what there is. */
    HardenedProxy(String flags) {
        L7Settings settings = settings(onFreePorts(flags));
        running = L7Proxy.start(source, settings);
        subscription = running.proxy().loadBalancer().watch(catalog -> applied.incrementAndGet());
    }

    private HardenedProxy(L7Settings settings) {
        running = L7Proxy.start(Marathons.of(settings), settings);
        subscription = running.proxy().loadBalancer().watch(catalog -> applied.incrementAndGet());
    }

    /** One that follows the Marathons of its flags. */
    static HardenedProxy following(String flags) {
        return new HardenedProxy(settings(onFreePorts(flags)));
    }

    private static String onFreePorts(String flags) {
        return "--admin 127.0.0.1:0 " + (flags.contains("--warm-up ") ? "" : "--warm-up 0 ")
                + (flags.contains("--http ") ? "" : "--http 127.0.0.1:0 ") + flags;
    }

    /** What the flags come to; of wrong ones it fails. */
    static L7Settings settings(String flags) {
        List<L7Settings> served = new ArrayList<>();
        StringWriter err = new StringWriter();
        CommandLine line = L7ProxyMain.commandLine(served::add).setErr(new PrintWriter(err));
        String rest = (flags.contains("--marathon ") ? "" : "--marathon http://127.0.0.1:1 ") + flags;
        String group = flags.contains("--group ") ? "" : "--group * ";
        line.execute((group + "--https 127.0.0.3:0 --app-id 127.0.0.2:0 --service-address 127.0.0.1 " + rest)
                .trim()
                .split(" +"));
        if (served.isEmpty()) {
            throw new AssertionError(err);
        }
        return served.get(0);
    }

    /** A free port that the system gives to nobody who asks for any. */
    static int quietPort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody has it
            }
        }
    }

    static Snapshot app(String id, int servicePort, Map<String, String> labels, Endpoint... endpoints) {
        Service service = new Service(
                id, id, "marathon", 0, "", servicePort, Protocol.TCP, new LinkedHashMap<>(labels), Map.of(), List.of());
        return new Snapshot(service, List.of(endpoints));
    }

    void publish(Snapshot... snapshots) {
        int before = applied.get();
        source.publish(Catalog.of(List.of(snapshots)));
        Eventually.holds("the catalog is applied", () -> applied.get() > before);
        running.proxy().whenReady().toCompletableFuture().join();
    }

    List<Problem> problems() {
        return running.proxy().problems().stream()
                .filter(problem -> problem.subject().startsWith("/"))
                .toList();
    }

    InetSocketAddress http() {
        return running.proxy().boundAddress(HTTP);
    }

    InetSocketAddress appId() {
        return running.proxy().boundAddress(APP_ID);
    }

    static InetSocketAddress service(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The answer to a request with these lines besides the request's own. */
    static Wire.Message get(InetSocketAddress at, String host, String... lines) throws IOException {
        try (Wire client = Wire.to(at)) {
            StringBuilder head =
                    new StringBuilder("GET / HTTP/1.1\r\nHost: ").append(host).append("\r\n");
            for (String line : lines) {
                head.append(line).append("\r\n");
            }
            return client.send(head + "\r\n").message();
        }
    }

    @Override
    public void close() {
        subscription.close();
        running.close();
    }
}
