package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A frontend on a free loopback port with one backend behind it, on one event loop so that connections are reused for
 * certain. Closing it checks that nothing is left: no use of an endpoint, no connection, no buffer.
 */
final class HttpFixture implements AutoCloseable {

    static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    static final HttpConfig QUICK = HttpConfig.defaults().withRetries(3, Duration.ofMillis(1));

    /** What a test is about is to end by this, which passes by {@link #pass} only: it is longer than any test's patience. */
    static final Duration LIMIT = Duration.ofMinutes(1);

    /** Every limit is an hour, so that what ends is ended by the one that a test sets. */
    static final HttpConfig PATIENT = new HttpConfig(
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1),
            3,
            Duration.ofMillis(1),
            Duration.ofHours(1),
            0);

    private static final int SILENT_SECONDS = 1000; // of the fixture's time, and less than an hour
    private static final int USUALLY_ENOUGH = 100;

    final Transport transport;
    final StaticDiscovery discovery = StaticDiscovery.of();
    final LoadBalancer loadBalancer = LoadBalancer.builder(discovery)
            .config(ClusterConfig.defaults().withStrategy(Strategy.roundRobin()))
            .control(ManualClock.executing(Runnable::run))
            .build();
    final Cluster cluster = loadBalancer.cluster("web");
    final HttpBackend backend = new HttpBackend("web", cluster);
    final HttpEngine engine;
    final HttpFrontend frontend;
    volatile boolean outOfDescriptors;
    volatile SocketChannel lastSocket;
    private final List<EndpointStats> used = new ArrayList<>();
    private final ListenerSet listeners;
    private final BufferCount buffers = new BufferCount();

    HttpFixture() {
        this(QUICK, null);
    }

    /** On a kind of transport, as {@code TestTransports} names them. */
    HttpFixture(String transport, HttpConfig config) {
        this(
                Transport.Kind.valueOf(transport.toUpperCase(Locale.ROOT)),
                config,
                null,
                HeaderTrust.EVERYBODY,
                null,
                Ticker.system());
    }

    HttpFixture(HeaderTrust trust) {
        this(Transport.Kind.AUTO, QUICK, null, trust, null, Ticker.system());
    }

    HttpFixture(HttpConfig config, Certificates certificates) {
        this(config, certificates, null);
    }

    HttpFixture(HttpConfig config, Certificates certificates, AccessLog accessLog) {
        this(config, certificates, accessLog, Ticker.system());
    }

    HttpFixture(HttpConfig config, Certificates certificates, AccessLog accessLog, Ticker ticker) {
        this(Transport.Kind.AUTO, config, certificates, HeaderTrust.EVERYBODY, accessLog, ticker);
    }

    private HttpFixture(
            Transport.Kind kind,
            HttpConfig config,
            Certificates certificates,
            HeaderTrust trust,
            AccessLog accessLog,
            Ticker ticker) {
        transport = Transport.open(kind, 1);
        listeners = new ListenerSet(transport);
        Route route = new Route.To(backend);
        engine = new HttpEngine(transport, config, trust, this::newSocket, accessLog, ticker);
        frontend = new HttpFrontend("in", engine, (request, client) -> route, certificates);
        listeners.apply(Map.of(ANY, frontend)).join();
    }

    private SocketChannel newSocket() {
        if (outOfDescriptors) {
            throw new ChannelException("Too many open files");
        }
        lastSocket = transport.newSocket();
        return lastSocket;
    }

    HttpFixture endpoints(Backend... backends) {
        return endpoints(Stream.of(backends).map(Backend::endpoint).toArray(Endpoint[]::new));
    }

    HttpFixture endpoints(Endpoint... endpoints) {
        discovery.set(Service.named("web"), List.of(endpoints));
        cluster.state().active().stream().filter(e -> !used.contains(e)).forEach(used::add);
        return this;
    }

    EndpointStats endpoint(int index) {
        return used.get(index);
    }

    InetSocketAddress address() {
        return listeners.boundAddress(ANY);
    }

    Wire connect() throws IOException {
        return Wire.to(address());
    }

    /** One request on a connection of its own. */
    Wire.Message get(String path) throws IOException {
        try (Wire client = connect()) {
            return client.get(path).message();
        }
    }

    /**
     * Lets time pass for all that has a deadline. What is to be dealt with before that, a test has to see dealt with.
     */
    void pass(Duration time) {
        for (EventExecutor executor : transport.eventLoops()) {
            EventLoop loop = (EventLoop) executor;
            loop.submit(() -> {
                        LoopClock clock = engine.loop(loop).clock;
                        for (long left = time.toMillis(); left > 0; left -= LoopClock.TICK_MILLIS) {
                            clock.run();
                        }
                    })
                    .syncUninterruptibly();
        }
    }

    /** Lets time pass by the second until something comes true; if nothing moves for long, without end. */
    void passUntil(String what, BooleanSupplier condition) {
        long moved = 0;
        for (int silent = 0; silent < SILENT_SECONDS; silent++) {
            long before = moved;
            moved = frontend.traffic().bytesIn() + frontend.traffic().bytesOut();
            silent = moved == before ? silent : 0;
            if (condition.getAsBoolean()) {
                return;
            }
            pass(Duration.ofSeconds(1));
            if (silent > USUALLY_ENOUGH) { // whoever is to move may not have had the processor
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        Eventually.holds(what, condition);
    }

    /** The same until an endpoint has come to know so many outcomes. */
    void passUntilOutcome(int endpoint, Outcome outcome, long count) {
        passUntil(
                endpoint + " has " + count + " " + outcome,
                () -> endpoint(endpoint).count(outcome) == count);
    }

    void awaitOutcome(int endpoint, Outcome outcome, long count) {
        Eventually.holds(
                endpoint + " has " + count + " " + outcome,
                () -> endpoint(endpoint).count(outcome) == count);
    }

    @Override
    public void close() {
        Eventually.holds("every use has ended", () -> used.stream().allMatch(e -> e.inFlight() == 0));
        Eventually.holds("every connection has ended", () -> frontend.traffic().currentConnections() == 0);
        listeners.close();
        transport.close();
        loadBalancer.close();
        assertThat(buffers.grown()).as("buffers that were not released").isZero();
    }
}
