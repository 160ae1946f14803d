package io.evenkeel.l4.dns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;

/**
 * Connections that carry queries, each with its length before it and any number one after the other. Answers go out as
 * they are found; a client that does not read them is not read from either, and one that is silent for 10 s is left.
 */
@ChannelHandler.Sharable
final class TcpQueries extends ChannelInitializer<SocketChannel> {

    private static final int IDLE_SECONDS = 10;

    private final DnsServer server;

    TcpQueries(DnsServer server) {
        this.server = server;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
                .addLast(new LengthFieldBasedFrameDecoder(65_537, 0, 2, 0, 2))
                .addLast(new LengthFieldPrepender(2))
                .addLast(new Connection());
    }

    private final class Connection extends SimpleChannelInboundHandler<ByteBuf> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            InetSocketAddress client = ((SocketChannel) context.channel()).remoteAddress();
            if (client != null) { // null if it is gone already
                server.answer(
                        message, client.getAddress(), true, context.channel().eventLoop(), context::writeAndFlush);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
