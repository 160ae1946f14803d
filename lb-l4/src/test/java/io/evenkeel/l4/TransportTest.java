package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Eventually;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {

    private static final int WAITING = 20;

    @ParameterizedTest
    @EnumSource(
            value = Transport.Kind.class,
            names = {"AUTO", "NIO"})
    void connectionsThatWaitAreAcceptedTogetherButNotTooManyAtOnce(Transport.Kind kind) throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (Transport transport = Transport.open(kind, 1)) {
            Accepts accepts = new Accepts();
            Channel listener = transport
                    .serverBootstrap()
                    .handler(accepts)
                    .childHandler(new Nothing())
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            InetSocketAddress address = (InetSocketAddress) listener.localAddress();
            CompletableFuture<Void> blocked = new CompletableFuture<>();
            CompletableFuture<Void> allWait = new CompletableFuture<>();
            transport.eventLoops().execute(() -> {
                blocked.complete(null);
                allWait.join();
            });
            blocked.join();
            for (int i = 0; i < WAITING; i++) {
                clients.add(new Socket(address.getAddress(), address.getPort()));
            }
            allWait.complete(null);
            Eventually.holds("all are accepted", () -> accepts.total() == WAITING);
            assertThat(accepts.rounds).containsExactly(16, 4);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @ChannelHandler.Sharable
    private static final class Nothing extends ChannelInboundHandlerAdapter {}

    /** How many connections a listener accepts between two looks for events. */
    @ChannelHandler.Sharable
    private static final class Accepts extends ChannelInboundHandlerAdapter {

        final List<Integer> rounds = new CopyOnWriteArrayList<>();
        private int round;

        int total() {
            return rounds.stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object connection) {
            round++;
            context.fireChannelRead(connection);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            rounds.add(round);
            round = 0;
            context.fireChannelReadComplete();
        }
    }
}
