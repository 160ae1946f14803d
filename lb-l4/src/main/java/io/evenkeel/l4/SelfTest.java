package io.evenkeel.l4;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether a transport works: connects to itself, sends a byte there and back, and waits a second at most. Stateless. */
final class SelfTest {

    private static final long PATIENCE_MILLIS = 1000;

    private SelfTest() {}

    /** Blocks, so not for event loops. */
    static boolean passes(Transport transport) {
        CountDownLatch returned = new CountDownLatch(1);
        Channel listener = null;
        Channel client = null;
        try {
            listener = await(transport
                    .serverBootstrap()
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel connection) {
                            connection.pipeline().addLast(new Echo());
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            client = await(new Bootstrap()
                    .group(transport.eventLoops())
                    .channel(transport.socketChannel())
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object msg) {
                            ((ByteBuf) msg).release();
                            returned.countDown();
                        }
                    })
                    .connect(listener.localAddress()));
            client.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1}));
            return returned.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            if (client != null) {
                client.close();
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

    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }
}
