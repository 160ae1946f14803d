package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
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
    private final Supplier<SocketChannel> sockets;
    private final FastThreadLocal<LoopResources> loops = new FastThreadLocal<>();

    /**
     * An engine.
     *
     * @param transport what carries connections
     * @param config the limits
     */
    public HttpEngine(Transport transport, HttpConfig config) {
        this(transport, config, transport::newSocket);
    }

    /** An engine whose connections to endpoints come from elsewhere, in tests. */
    HttpEngine(Transport transport, HttpConfig config, Supplier<SocketChannel> sockets) {
        this.transport = requireNonNull(transport, "transport");
        this.config = requireNonNull(config, "config");
        this.sockets = sockets;
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
