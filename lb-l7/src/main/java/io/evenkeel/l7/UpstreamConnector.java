package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** Opens connections to endpoints, on the event loop of the search that needs one. */
final class UpstreamConnector {

    private UpstreamConnector() {}

    /** Opens a connection for a search, which is told of the outcome; over TLS if there is something to speak it with. */
    static void open(
            HttpEngine engine,
            HttpConfig limits,
            @Nullable UpstreamTls tls,
            LoopResources loop,
            EventLoop eventLoop,
            EndpointStats endpoint,
            EndpointSearch search) {
        SocketChannel channel;
        try {
            channel = engine.newSocket();
        } catch (ChannelException e) { // no file descriptor left: not the endpoint's doing
            search.cannotConnect(endpoint);
            return;
        }
        channel.config()
                .setRecvByteBufAllocator(loop.receiveBuffers)
                .setConnectTimeoutMillis((int) limits.connectTimeout().toMillis())
                .setAutoClose(false); // the connection says why
        UpstreamConnection connection = new UpstreamConnection(
                endpoint, tls, loop, channel, engine.config().keepAliveTimeout().toMillis());
        eventLoop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                search.cannotConnect(endpoint);
                return;
            }
            channel.pipeline().addLast(connection);
            channel.connect(endpoint.endpoint().address()).addListener(connected -> {
                if (connected.isSuccess() && tls != null) {
                    handshake(engine, tls, channel, connection, search);
                } else {
                    done(connected.isSuccess(), channel, connection, search);
                }
            });
        });
    }

    /* An endpoint that does not show what it must is one that cannot be reached. */
    private static void handshake(
            HttpEngine engine,
            UpstreamTls tls,
            SocketChannel channel,
            UpstreamConnection connection,
            EndpointSearch search) {
        SslHandler handler =
                tls.newHandler(channel.alloc(), connection.endpoint().endpoint().address());
        handler.setHandshakeTimeoutMillis(engine.config().handshakeTimeout().toMillis());
        handler.handshakeFuture().addListener(agreed -> done(agreed.isSuccess(), channel, connection, search));
        channel.pipeline().addFirst(handler);
    }

    private static void done(
            boolean success, SocketChannel channel, UpstreamConnection connection, EndpointSearch search) {
        if (success) {
            connection.opened();
            search.connected(connection);
        } else {
            channel.close();
            search.connectFailed(connection.endpoint());
        }
    }
}
