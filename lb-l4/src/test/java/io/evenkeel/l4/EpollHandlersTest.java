package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpollHandlersTest {

    private Transport transport;

    @BeforeEach
    void start() {
        assumeTrue(Epoll.isAvailable());
        transport = Transport.open(Transport.Kind.EPOLL, 1);
    }

    @AfterEach
    void stop() {
        if (transport != null) {
            transport.close();
        }
    }

    @Test
    void aConnectionThatReadsNothingYetHearsThatItsPeerIsGone() throws Exception {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        Channel connection;
        try (Socket peer = new Socket()) {
            peer.connect(listen(accepted, false));
            connection = accepted.get(10, TimeUnit.SECONDS);
        }

        assertThat(connection.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void connectionsThatComeTogetherAreAllReadFrom() throws Exception {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        InetSocketAddress address = listen(accepted, true);
        try (Socket first = new Socket();
                Socket second = new Socket()) {
            first.connect(address);
            second.connect(address);
            for (Socket peer : new Socket[] {second, first}) {
                peer.setSoTimeout(10_000);
                peer.getOutputStream().write('x');
                assertThat(peer.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    private InetSocketAddress listen(CompletableFuture<Channel> accepted, boolean reading) {
        return (InetSocketAddress) transport
                .serverBootstrap()
                .childOption(ChannelOption.AUTO_READ, reading)
                .childHandler(new Echo(accepted))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel()
                .localAddress();
    }

    @ChannelHandler.Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<Channel> accepted;

        Echo(CompletableFuture<Channel> accepted) {
            this.accepted = accepted;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            accepted.complete(ctx.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }
}
