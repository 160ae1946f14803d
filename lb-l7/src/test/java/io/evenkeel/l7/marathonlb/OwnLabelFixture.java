package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.HttpConfig;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A proxy whose own patience is endless, so that what ends is ended by a label; its applications are in mode http. */
final class OwnLabelFixture implements AutoCloseable {

    static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration HOUR = Duration.ofHours(1);

    final FakeDiscovery source = new FakeDiscovery();
    final Transport transport = Transport.open(2);
    final InetSocketAddress service = TestServer.refusing();
    final MarathonLbProxy proxy;

    OwnLabelFixture() {
        this(builder -> builder);
    }

    OwnLabelFixture(UnaryOperator<MarathonLbProxy.Builder> settings) {
        this.proxy = settings.apply(
                        MarathonLbProxy.builder(source, new MarathonLbOptions(Set.of("*"), true, false), transport)
                                .serviceAddress("127.0.0.1")
                                .http(Optional.of(HTTP))
                                .appId(new InetSocketAddress("127.0.0.2", 0))
                                .httpConfig(new HttpConfig(
                                        HOUR,
                                        HOUR,
                                        HOUR,
                                        HOUR,
                                        HOUR,
                                        HOUR,
                                        3,
                                        Duration.ofMillis(1),
                                        Duration.ofSeconds(10),
                                        0)))
                .build();
    }

    /** One application with these labels, names and values in turn. */
    OwnLabelFixture serve(List<Backend> backends, String... labels) throws Exception {
        return publish(app("/web", backends, labels));
    }

    Snapshot app(String id, List<Backend> backends, String... labels) {
        return Apps.with(
                Apps.app(
                        id,
                        id.equals("/web")
                                ? service.getPort()
                                : TestServer.refusing().getPort(),
                        Stream.concat(Stream.of("HAPROXY_0_MODE", "http"), Stream.of(labels))
                                .toArray(String[]::new)),
                backends.stream().map(Backend::endpoint).toArray(Endpoint[]::new));
    }

    OwnLabelFixture publish(Snapshot... apps) throws Exception {
        source.publish(apps);
        proxy.whenReady().toCompletableFuture().get(1, TimeUnit.MINUTES);
        return this;
    }

    Wire connect() throws IOException {
        return Wire.to(service);
    }

    /** One request on a connection of its own. */
    Wire.Message get(String path, String... headers) throws IOException {
        try (Wire client = connect()) {
            String lines = String.join("\r\n", headers);
            return client.send("GET " + path + " HTTP/1.1\r\nHost: web\r\n" + lines + (lines.isEmpty() ? "" : "\r\n")
                            + "\r\n")
                    .message();
        }
    }

    ServicePort port(String application) {
        return proxy.servicePorts().stream()
                .filter(port -> port.port().service().application().equals(application))
                .findFirst()
                .orElseThrow();
    }

    List<String> problems() {
        return proxy.problems().stream().map(Problem::reason).toList();
    }

    @Override
    public void close() {
        proxy.close();
        transport.close();
    }
}
