package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.testing.Eventually;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpliceTest {

    private static final int LENGTH = 5_000_001;

    private final List<Socket> sockets = new ArrayList<>();
    private final BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    private final AtomicLong readByHandlers = new AtomicLong();
    private final Told told = new Told();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private @Nullable Transport transport;
    private @Nullable InetSocketAddress address;
    private @Nullable Socket sender;
    private @Nullable Socket taker;
    private @Nullable SocketChannel source;
    private @Nullable SocketChannel sink;

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        if (transport != null) {
            transport.close();
        }
    }

    @Test
    void bytesGoPastTheHandlersAsFarAsAgreedAndThenToThem() throws Exception {
        connect(Transport.Kind.EPOLL);
        byte[] bytes = random();
        assertThat(splice(LENGTH - 1000)).isNotNull();

        send(bytes);

        assertThat(taker.getInputStream().readNBytes(LENGTH - 1000))
                .isEqualTo(java.util.Arrays.copyOf(bytes, LENGTH - 1000));
        told.ended.get(10, TimeUnit.SECONDS);
        assertThat(told.moved.get()).isEqualTo(LENGTH - 1000);
        Eventually.holds("the rest is read", () -> readByHandlers.get() == 1000);
    }

    @Test
    void bytesGoBehindWhatWasFlushedBefore() throws Exception {
        connect(Transport.Kind.EPOLL);
        byte[] bytes = random();
        onLoop(() -> sink.writeAndFlush(sink.alloc().directBuffer(LENGTH).writeBytes(bytes)));
        assertThat(splice(LENGTH)).isNotNull();

        send(bytes);

        assertThat(taker.getInputStream().readNBytes(LENGTH)).isEqualTo(bytes);
        assertThat(taker.getInputStream().readNBytes(LENGTH)).isEqualTo(bytes);
        told.ended.get(10, TimeUnit.SECONDS);
        assertThat(readByHandlers).hasValue(0);
    }

    @Test
    void whatComesAfterAStopGoesToTheHandlers() throws Exception {
        connect(Transport.Kind.EPOLL);
        Splice splice = splice(Long.MAX_VALUE);
        sender.getOutputStream().write(1);
        assertThat(taker.getInputStream().read()).isOne();
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        onLoop(() -> stopped.complete(splice.stopIfEmpty()));
        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();

        sender.getOutputStream().write(2);

        Eventually.holds("it is read", () -> readByHandlers.get() == 1);
        assertThat(told.moved).hasValue(1);
        assertThat(told.ended).isNotDone();
    }

    @Test
    void theEndOfInputIsTheHandlers() throws Exception {
        connect(Transport.Kind.EPOLL);
        assertThat(splice(Long.MAX_VALUE)).isNotNull();

        sender.shutdownOutput();

        told.ended.get(10, TimeUnit.SECONDS);
        assertThat(source.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSinkThatIsClosedGivesTheSourceBack() throws Exception {
        connect(Transport.Kind.EPOLL);
        assertThat(splice(Long.MAX_VALUE)).isNotNull();
        sink.close().sync();

        sender.getOutputStream().write(1);

        Eventually.holds("it is read", () -> readByHandlers.get() == 1);
    }

    @Test
    void whatWasOnItsWayToASinkThatIsClosedGoesToNobodyElse() throws Exception {
        connect(Transport.Kind.EPOLL);
        Splice blocked = splice(Long.MAX_VALUE);
        send(new byte[64 << 20]); // more than there is room for
        Eventually.holds("it waits", blocked::isWaitingForRoom);
        sink.close().sync();
        assertThat(blocked.isOver()).isTrue();

        connect();
        byte[] bytes = random();
        assertThat(splice(LENGTH)).isNotNull();
        send(bytes);
        assertThat(taker.getInputStream().readNBytes(LENGTH)).isEqualTo(bytes);
    }

    @Test
    void aListenerThatThrowsEndsItsConnectionsAndNoOthers() throws Exception {
        connect(Transport.Kind.EPOLL);
        assertThat(splice(Long.MAX_VALUE)).isNotNull();
        told.failure = new AssertionError("of the listener");
        SocketChannel from = source;
        SocketChannel to = sink;
        sender.getOutputStream().write(1);

        assertThat(from.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(to.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).containsExactly(told.failure, told.failure);
        told.failure = null;
        connect();
        assertThat(splice(1)).isNotNull();
        sender.getOutputStream().write(1);
        assertThat(taker.getInputStream().read()).isOne();
    }

    @Test
    void onlyOneTakesFromAChannelAtATime() throws Exception {
        connect(Transport.Kind.EPOLL);
        assertThat(splice(10)).isNotNull();
        assertThat(splice(10)).isNull();
    }

    @Test
    void itIsForEpollOnly() throws Exception {
        connect(Transport.Kind.NIO);
        assertThat(splice(10)).isNull();
        sender.getOutputStream().write(1);
        Eventually.holds("it is read", () -> readByHandlers.get() == 1);
    }

    private void connect(Transport.Kind kind) throws Exception {
        assumeTrue(kind != Transport.Kind.EPOLL || Epoll.isAvailable());
        transport = Transport.open(kind, 1);
        address = (InetSocketAddress) transport
                .serverBootstrap()
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Counting());
                        accepted.add(channel);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel()
                .localAddress();
        connect();
    }

    private void connect() throws Exception {
        sender = socket();
        source = accepted.poll(10, TimeUnit.SECONDS);
        taker = socket();
        sink = accepted.poll(10, TimeUnit.SECONDS);
    }

    private Socket socket() throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        sockets.add(socket);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private @Nullable Splice splice(long length) throws Exception {
        CompletableFuture<@Nullable Splice> begun = new CompletableFuture<>();
        onLoop(() -> begun.complete(transport.splice(source, sink, length, told)));
        return begun.get(10, TimeUnit.SECONDS);
    }

    private void onLoop(Runnable action) {
        source.eventLoop().execute(action);
    }

    private static byte[] random() {
        byte[] bytes = new byte[LENGTH];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    private void send(byte[] bytes) {
        Socket from = sender;
        CompletableFuture.runAsync(() -> {
            try {
                from.getOutputStream().write(bytes);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static final class Told implements Splice.Listener {

        final AtomicLong moved = new AtomicLong();
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        volatile @Nullable AssertionError failure;

        @Override
        public void moved(long bytes) {
            moved.addAndGet(bytes);
            AssertionError failing = failure;
            if (failing != null) {
                throw failing;
            }
        }

        @Override
        public void ended() {
            ended.complete(null);
        }
    }

    private final class Counting extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            readByHandlers.addAndGet(bytes.readableBytes());
            bytes.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failures.add(cause);
        }
    }
}
