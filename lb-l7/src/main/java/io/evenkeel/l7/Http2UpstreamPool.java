package io.evenkeel.l7;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.endpoint.EndpointStats;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections to endpoints, of one event loop: each is shared by as many exchanges as its endpoint allows, and
 * there is another only when all are full. Used on that loop only.
 *
 * <p>Connections to an endpoint that takes no new work any more get none either, and end with what they have.
 */
final class Http2UpstreamPool {

    private final LoopClock clock;
    private final IdentityHashMap<EndpointStats, List<Http2UpstreamConnection>> connections = new IdentityHashMap<>();
    private final LoopClock.Timed sweep = new LoopClock.Timed() {
        @Override
        void expired() {
            retireThoseOfFormerEndpoints();
        }
    };

    Http2UpstreamPool(LoopClock clock) {
        this.clock = clock;
    }

    /** Gives a search a stream to an endpoint, now or when there is a connection; it is told of the outcome. */
    void open(
            HttpEngine engine,
            HttpConfig limits,
            @Nullable UpstreamTls tls,
            LoopResources loop,
            EventLoop eventLoop,
            Cluster cluster,
            EndpointStats endpoint,
            EndpointSearch search) {
        List<Http2UpstreamConnection> known = connections.get(endpoint);
        int hopedFor = Http2Limits.MAX_STREAMS;
        if (known != null) {
            for (int i = 0; i < known.size(); i++) {
                hopedFor = Math.max(known.get(i).allowed(), 1);
                if (known.get(i).hasRoom() && known.get(i).isMadeBy(tls)) {
                    known.get(i).open(search);
                    return;
                }
            }
        }
        SocketChannel channel;
        try {
            channel = engine.newSocket();
        } catch (ChannelException e) { // no file descriptor left: not the endpoint's doing
            search.cannotConnect(endpoint);
            return;
        }
        channel.config().setConnectTimeoutMillis((int) limits.connectTimeout().toMillis());
        Http2UpstreamConnection connection =
                Http2UpstreamConnection.of(engine, tls, loop, channel, cluster, endpoint, hopedFor);
        add(connection);
        connection.open(search);
        eventLoop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                connection.failed();
                return;
            }
            if (tls == null) {
                channel.pipeline().addLast(connection);
            }
            channel.connect(endpoint.endpoint().address()).addListener(connected -> {
                if (!connected.isSuccess()) {
                    connection.failed();
                    channel.close();
                } else if (tls != null) {
                    handshake(engine, tls, channel, connection);
                }
            });
        });
    }

    /* HTTP/2 begins when it is agreed upon; an endpoint that does not know it is one that cannot be reached. */
    private static void handshake(
            HttpEngine engine, UpstreamTls tls, SocketChannel channel, Http2UpstreamConnection connection) {
        SslHandler handler = tls.newHttp2Handler(
                channel.alloc(), connection.endpoint().endpoint().address());
        handler.setHandshakeTimeoutMillis(engine.config().handshakeTimeout().toMillis());
        handler.handshakeFuture().addListener(agreed -> {
            if (agreed.isSuccess() && UpstreamTls.agrees(handler) && channel.isActive()) {
                channel.pipeline().addLast(connection);
            } else {
                connection.failed();
                channel.close();
            }
        });
        channel.pipeline().addFirst(handler);
    }

    private void add(Http2UpstreamConnection connection) {
        if (connections.isEmpty()) {
            clock.register(sweep);
            clock.deadline(sweep, 0);
        }
        connections
                .computeIfAbsent(connection.endpoint(), e -> new ArrayList<>(2))
                .add(connection);
    }

    /** Forgets a connection that takes no more exchanges. */
    void remove(Http2UpstreamConnection connection) {
        List<Http2UpstreamConnection> known = connections.get(connection.endpoint());
        if (known != null && known.remove(connection) && known.isEmpty()) {
            connections.remove(connection.endpoint());
            if (connections.isEmpty()) {
                clock.unregister(sweep);
            }
        }
    }

    /** Has all connections end with the exchanges that they have. */
    void close() {
        List<Http2UpstreamConnection> all = new ArrayList<>();
        connections.values().forEach(all::addAll);
        all.forEach(Http2UpstreamConnection::endWithWhatItHas);
    }

    private void retireThoseOfFormerEndpoints() {
        clock.deadline(sweep, 0);
        List<Http2UpstreamConnection> former = new ArrayList<>(0);
        for (List<Http2UpstreamConnection> known : connections.values()) {
            for (Http2UpstreamConnection connection : known) {
                if (!connection.isStillWanted()) {
                    former.add(connection);
                }
            }
        }
        former.forEach(Http2UpstreamConnection::retire);
    }
}
