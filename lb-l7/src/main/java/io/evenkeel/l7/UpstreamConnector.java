package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/** Opens connections to endpoints, on the event loop of the exchange that needs one. */
final class UpstreamConnector {

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private UpstreamConnector() {}

    /** Opens a connection for an exchange, which is told of the outcome. */
    static void open(
            HttpEngine engine,
            HttpConfig limits,
            Optional<UpstreamTls> tls,
            LoopResources loop,
            EventLoop eventLoop,
            EndpointStats endpoint,
            Exchange exchange) {
        SocketChannel channel;
        try {
            channel = engine.newSocket();
        } catch (ChannelException e) { // no file descriptor left: not the endpoint's doing
            exchange.cannotConnect(endpoint);
            return;
        }
        channel.config()
                .setConnectTimeoutMillis((int) limits.connectTimeout().toMillis())
                .setWriteBufferWaterMark(WATER_MARK)
                .setAutoClose(false); // the connection says why
        UpstreamConnection connection = new UpstreamConnection(
                endpoint, loop, channel, engine.config().keepAliveTimeout().toMillis(), tls);
        eventLoop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                exchange.cannotConnect(endpoint);
                return;
            }
            SslHandler handler = tls.map(t -> t.newHandler(
                            channel.alloc(), limits.connectTimeout().toMillis()))
                    .orElse(null);
            if (handler != null) {
                channel.pipeline().addLast(handler);
            }
            channel.pipeline().addLast(connection);
            Future<?> open = channel.connect(endpoint.endpoint().address());
            if (handler != null) {
                open.addListener(connected -> {
                    if (!connected.isSuccess()) {
                        channel.close(); // which fails the handshake
                    }
                });
                open = handler.handshakeFuture();
            }
            open.addListener(connected -> {
                if (connected.isSuccess()) {
                    connection.opened();
                    exchange.connected(connection);
                } else {
                    channel.close();
                    exchange.connectFailed(endpoint);
                }
            });
        });
    }
}
