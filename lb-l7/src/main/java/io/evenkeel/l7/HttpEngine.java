package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.function.Supplier;

/**
 * What all HTTP frontends of a proxy share: the transport, the limits, and the resources of each event loop.
 *
 * <p>Thread-safe. It owns nothing but memory; the transport is closed by whoever opened it.
 */
public final class HttpEngine {

    private final Transport transport;
    private final HttpConfig config;
    private final HeaderTrust trust;
    private final Supplier<SocketChannel> sockets;
    private final FastThreadLocal<LoopResources> loops = new FastThreadLocal<>();
    private final Credentials credentials = new Credentials();
    private volatile boolean draining;

    /**
     * An engine.
     *
     * @param transport what carries connections
     * @param config the limits
     */
    public HttpEngine(Transport transport, HttpConfig config) {
        this(transport, config, HeaderTrust.EVERYBODY);
    }

    /**
     * An engine.
     *
     * @param transport what carries connections
     * @param config the limits
     * @param trust what is believed of the fields that clients send
     */
    public HttpEngine(Transport transport, HttpConfig config, HeaderTrust trust) {
        this(transport, config, trust, transport::newSocket);
    }

    /** An engine whose connections to endpoints come from elsewhere, in tests. */
    HttpEngine(Transport transport, HttpConfig config, Supplier<SocketChannel> sockets) {
        this(transport, config, HeaderTrust.EVERYBODY, sockets);
    }

    /** The same with what is believed of clients. */
    HttpEngine(Transport transport, HttpConfig config, HeaderTrust trust, Supplier<SocketChannel> sockets) {
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
        for (EventExecutor loop : transport.eventLoops()) {
            loop.execute(() -> {
                LoopResources resources = loops.getIfExists();
                if (resources != null) {
                    resources.clock.forEach(LoopClock.Timed::draining);
                }
            });
        }
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

    boolean isDraining() {
        return draining;
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

    /** The resources of the event loop that is calling. */
    LoopResources loop(EventLoop loop) {
        LoopResources resources = loops.getIfExists();
        if (resources == null) {
            resources = new LoopResources(loop);
            loops.set(resources);
        }
        return resources;
    }
}
