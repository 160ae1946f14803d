package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessRing;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all HTTP frontends of a proxy share: the transport, the limits, and the resources of each event loop.
 *
 * <p>Thread-safe. It owns connections to endpoints; the transport is closed by whoever opened it.
 */
public final class HttpEngine implements AutoCloseable {

    private final Transport transport;
    private final HttpConfig config;
    private final HeaderTrust trust;
    private final Supplier<SocketChannel> sockets;
    private final @Nullable AccessLog accessLog;
    private final Ticker ticker;
    private final FastThreadLocal<LoopResources> loops = new FastThreadLocal<>();
    private final Credentials credentials = new Credentials();
    private final LongAdder refusedRequests = new LongAdder();
    private volatile boolean draining;
    private volatile boolean refusing;
    private volatile boolean sparing;

    /**
     * An engine.
     *
     * @param transport what carries connections
     * @param config the limits
     */
    public HttpEngine(Transport transport, HttpConfig config) {
        this(transport, config, HeaderTrust.EVERYBODY, null);
    }

    /**
     * An engine.
     *
     * @param transport what carries connections
     * @param config the limits
     * @param trust what is believed of the fields that clients send
     * @param accessLog who is told of every request, if somebody is; to be closed after the transport
     */
    public HttpEngine(Transport transport, HttpConfig config, HeaderTrust trust, @Nullable AccessLog accessLog) {
        this(transport, config, trust, transport::newSocket, accessLog, Ticker.system());
    }

    /** An engine whose connections to endpoints and whose time come from elsewhere, in tests. */
    HttpEngine(
            Transport transport,
            HttpConfig config,
            Supplier<SocketChannel> sockets,
            @Nullable AccessLog accessLog,
            Ticker ticker) {
        this(transport, config, HeaderTrust.EVERYBODY, sockets, accessLog, ticker);
    }

    /** The same with what is believed of clients. */
    HttpEngine(
            Transport transport,
            HttpConfig config,
            HeaderTrust trust,
            Supplier<SocketChannel> sockets,
            @Nullable AccessLog accessLog,
            Ticker ticker) {
        this.ticker = ticker;
        this.accessLog = accessLog;
        this.transport = requireNonNull(transport, "transport");
        this.config = requireNonNull(config, "config");
        this.trust = requireNonNull(trust, "trust");
        this.sockets = sockets;
    }

    /**
     * Lets connections end: those that wait for a request are closed, the others after the response to the one they have,
     * which tells the client so. Tunnels go on. There is no way back.
     */
    public void drain() {
        draining = true;
        forEachTimed(LoopClock.Timed::draining);
    }

    /**
     * Closes all connections to an endpoint, whatever is under way on them.
     *
     * @param endpoint whose
     */
    public void cut(EndpointStats endpoint) {
        forEachTimed(timed -> timed.cut(endpoint));
    }

    private void forEachTimed(Consumer<LoopClock.Timed> action) {
        onEachLoop(resources -> resources.clock.forEach(action));
    }

    private void onEachLoop(Consumer<LoopResources> action) {
        for (EventExecutor loop : transport.eventLoops()) {
            if (!loop.isShuttingDown()) {
                loop.execute(() -> {
                    LoopResources resources = loops.getIfExists();
                    if (resources != null) {
                        action.accept(resources);
                    }
                });
            }
        }
    }

    /**
     * Forgets what is kept for requests to come, and closes the connections to endpoints that are idle, now or later. Those
     * of clients go on until they end.
     */
    @Override
    public void close() {
        onEachLoop(resources -> {
            loops.remove();
            resources.close();
        });
    }

    /**
     * Lets those pass who know a password. What was found out once is remembered for all guards of this engine.
     *
     * @param auth who
     * @return a guard for route tables
     */
    public Guard guard(BasicAuth auth) {
        return guard(auth, auth.realm() + ":" + auth.user());
    }

    /**
     * Lets those pass who know a password. What was found out once is remembered for all guards of this engine.
     *
     * @param auth who
     * @param owner whose password it is: checking those of one owner, however slow, does not hold up those of another
     * @return a guard for route tables
     */
    public Guard guard(BasicAuth auth, String owner) {
        return credentials.guard(auth, owner);
    }

    /**
     * Accounts for a listener whose connections bytes pass through; the access log is told of them, too.
     *
     * @param name of the listener, and of what is behind it
     * @param traffic where its connections are counted
     * @return whom to tell of them
     */
    public RelayAccounts relayAccounts(String name, TrafficStats traffic) {
        return new RelayAccounts(this, name, traffic);
    }

    /** Has nothing be read ahead of who takes it, or a little again. */
    void spareMemory(boolean spare) {
        sparing = spare;
        onEachLoop(resources -> resources.spare(spare));
    }

    /** Has new requests be answered with 503, or served again. */
    void refuseRequests(boolean refuse) {
        refusing = refuse;
    }

    /** Whether a new request is to be answered with 503; it is counted as that. */
    boolean refusesRequest() {
        if (refusing) {
            refusedRequests.increment();
            return true;
        }
        return false;
    }

    /** Requests that were answered with 503 because there was not enough memory. */
    public long refusedRequests() {
        return refusedRequests.sum();
    }

    boolean isDraining() {
        return draining;
    }

    /** What time it is. */
    Ticker ticker() {
        return ticker;
    }

    Transport transport() {
        return transport;
    }

    /**
     * A channel for a connection to an endpoint.
     *
     * @throws io.netty.channel.ChannelException if the process has no file descriptor left
     */
    SocketChannel newSocket() {
        return sockets.get();
    }

    HeaderTrust trust() {
        return trust;
    }

    HttpConfig config() {
        return config;
    }

    /** The way to the access log from the event loop that is calling; null if there is no log. */
    @Nullable
    AccessRing accessRing() {
        return accessLog == null ? null : accessLog.ring();
    }

    /** Has a connection receive into the buffers of its event loop, which is calling; too late once it has received. */
    void receiveBuffers(SocketChannel channel) {
        channel.config().setRecvByteBufAllocator(loop(channel.eventLoop()).receiveBuffers);
    }

    /** The resources of the event loop that is calling. */
    LoopResources loop(EventLoop loop) {
        LoopResources resources = loops.getIfExists();
        if (resources == null) {
            resources = new LoopResources(loop, ticker, accessRing(), sparing);
            loops.set(resources);
        }
        return resources;
    }
}
