package io.evenkeel.l4;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether a transport works, by a connection to itself: what the client says comes back, and when the client has ended its
 * half and reads late, it still gets more than the buffers on the way hold. Stateless; takes some 30 ms, and some seconds
 * where it does not work.
 */
final class SelfTest {

    private static final long PATIENCE_MILLIS = 1000;
    private static final long LATE_MILLIS = 20;
    private static final int SOCKET_BUFFER = 32 * 1024;
    private static final int PART = 64 * 1024;
    private static final int PARTS = 16;

    private SelfTest() {}

    /** Blocks, so not for event loops. */
    static boolean passes(Transport transport) {
        Channel listener = null;
        Channel channel = null;
        try {
            listener = await(transport
                    .serverBootstrap()
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .childOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel connection) {
                            connection.pipeline().addLast(new Server());
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            Client client = new Client();
            channel = await(new Bootstrap()
                    .group(transport.eventLoops())
                    .channel(transport.socketChannel())
                    .option(ChannelOption.ALLOCATOR, transport.allocator())
                    .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
                    .handler(client)
                    .connect(listener.localAddress()));
            channel.writeAndFlush(channel.alloc().directBuffer(1).writeByte(1));
            if (!client.echoed.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            channel.config().setAutoRead(false);
            ((SocketChannel) channel).shutdownOutput();
            Channel late = channel;
            channel.eventLoop().schedule(() -> late.config().setAutoRead(true), LATE_MILLIS, TimeUnit.MILLISECONDS);
            return client.answered.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            if (channel != null) {
                channel.close();
            }
            if (listener != null) {
                listener.close();
            }
        }
    }

    private static Channel await(ChannelFuture future) throws InterruptedException {
        if (!future.await(PATIENCE_MILLIS) || !future.isSuccess()) {
            throw new IllegalStateException("no connection", future.cause());
        }
        return future.channel();
    }

    /** Says what it hears, and a lot when it has heard everything. */
    private static final class Server extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                for (int i = 1; i < PARTS; i++) {
                    ctx.write(ctx.alloc().directBuffer(PART).writeZero(PART));
                }
                ctx.writeAndFlush(ctx.alloc().directBuffer(PART).writeZero(PART))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    private static final class Client extends ChannelInboundHandlerAdapter {

        final CountDownLatch echoed = new CountDownLatch(1);
        final CountDownLatch answered = new CountDownLatch(1);
        private long received;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf bytes = (ByteBuf) msg;
            received += bytes.readableBytes();
            bytes.release();
            echoed.countDown();
            if (received == 1 + (long) PARTS * PART) {
                answered.countDown();
            }
        }
    }
}
