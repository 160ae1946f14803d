package io.evenkeel.l4.dns;

import io.evenkeel.l4.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One query on its way to its upstreams and back. Confined to the event loop that the query came on.
 *
 * <p>Every query has sockets of its own, so that somebody off the path would have to guess the port as well as the id.
 * An answer counts only if it comes from whom was asked, with the id, and repeats the question byte for byte.
 */
final class ForwardedQuery {

    /*
     * What does not fit is cut off without a word, so there is room for one byte more than any client is sent: an answer
     * that fills it all is seen to be too long, and goes out as truncated, for the client to ask again over TCP.
     */
    private static final int RECEIVED = DnsReply.MAX_UDP + 1;

    private final DnsQuery query;
    private final byte[] message;
    private final int id;
    private final List<Upstream> pending;
    private final Runnable done;
    private final List<Channel> channels = new ArrayList<>(2);
    private @Nullable ByteBuf refusal;
    private @Nullable Future<?> timer;
    private Consumer<ByteBuf> answer = ByteBuf::release;
    private Runnable failure = () -> {};
    private boolean ended;

    ForwardedQuery(DnsQuery query, ByteBuf asked, int id, List<Upstream> upstreams, Runnable done) {
        this.query = query;
        this.message = new byte[asked.readableBytes()];
        asked.getBytes(asked.readerIndex(), message);
        message[0] = (byte) (id >>> 8);
        message[1] = (byte) id;
        this.id = id;
        this.pending = new ArrayList<>(upstreams);
        this.done = done;
    }

    void send(
            Transport transport,
            boolean tcp,
            EventLoop loop,
            long timeoutMillis,
            Consumer<ByteBuf> newAnswer,
            Runnable newFailure) {
        answer = newAnswer;
        failure = newFailure;
        timer = loop.schedule(this::timedOut, timeoutMillis, TimeUnit.MILLISECONDS);
        for (Upstream upstream : List.copyOf(pending)) {
            ChannelFuture open =
                    tcp ? connect(transport, loop, upstream, (int) timeoutMillis) : bind(transport, loop, upstream);
            channels.add(open.channel());
            open.addListener((ChannelFuture result) -> {
                if (!result.isSuccess()) {
                    lost(upstream);
                    return;
                }
                ByteBuf copy = Unpooled.wrappedBuffer(message);
                Object out = tcp ? copy : new DatagramPacket(copy, upstream.address());
                result.channel().writeAndFlush(out).addListener(sent -> {
                    if (!sent.isSuccess()) {
                        lost(upstream);
                    }
                });
            });
        }
    }

    private ChannelFuture bind(Transport transport, EventLoop loop, Upstream upstream) {
        return new Bootstrap()
                .group(loop)
                .channel(transport.datagramChannel())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVED))
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                        if (packet.sender().equals(upstream.address())) {
                            answered(upstream, packet.content());
                        }
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        lost(upstream);
                    }
                })
                .bind(new InetSocketAddress(0));
    }

    private ChannelFuture connect(Transport transport, EventLoop loop, Upstream upstream, int timeoutMillis) {
        return new Bootstrap()
                .group(loop)
                .channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(65_537, 0, 2, 0, 2))
                                .addLast(new LengthFieldPrepender(2))
                                .addLast(new TcpAnswers(upstream));
                    }
                })
                .connect(upstream.address());
    }

    private void answered(Upstream upstream, ByteBuf bytes) {
        if (ended || !isAnswer(bytes)) {
            return; // keep waiting: the true answer may still come
        }
        upstream.answered();
        int rcode = bytes.getByte(bytes.readerIndex() + 3) & 0x0F;
        if ((rcode == DnsQuery.SERVER_FAILURE || rcode == DnsQuery.REFUSED) && pending.size() > 1) {
            // Unhelpful and quick: good enough only if the other does no better.
            if (refusal == null) {
                refusal = bytes.retain();
            }
            remove(upstream);
            return;
        }
        deliver(bytes.retain());
    }

    private boolean isAnswer(ByteBuf bytes) {
        int start = bytes.readerIndex();
        int known = DnsQuery.HEADER + query.questionLength();
        if (bytes.readableBytes() < known
                || bytes.getUnsignedShort(start) != id
                || (bytes.getUnsignedShort(start + 2) & DnsQuery.RESPONSE) == 0
                || bytes.getUnsignedShort(start + 4) != 1) {
            return false;
        }
        for (int i = DnsQuery.HEADER; i < known; i++) {
            if (bytes.getByte(start + i) != message[i]) {
                return false;
            }
        }
        return true;
    }

    private void lost(Upstream upstream) {
        if (!ended && pending.contains(upstream)) {
            upstream.failed();
            remove(upstream);
        }
    }

    private void remove(Upstream upstream) {
        pending.remove(upstream);
        if (pending.isEmpty()) {
            deliverRefusal();
        }
    }

    private void timedOut() {
        if (!ended) {
            pending.forEach(Upstream::failed);
            deliverRefusal();
        }
    }

    private void deliverRefusal() {
        ByteBuf last = refusal;
        refusal = null;
        deliver(last);
    }

    private void deliver(@Nullable ByteBuf bytes) {
        if (ended) {
            return;
        }
        ended = true;
        if (timer != null) {
            timer.cancel(false);
        }
        channels.forEach(Channel::close);
        if (refusal != null) {
            refusal.release();
            refusal = null;
        }
        done.run();
        if (bytes == null) {
            failure.run();
        } else {
            bytes.setShort(bytes.readerIndex(), query.id());
            answer.accept(bytes);
        }
    }

    private final class TcpAnswers extends SimpleChannelInboundHandler<ByteBuf> {

        private final Upstream upstream;

        TcpAnswers(Upstream upstream) {
            this.upstream = upstream;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            answered(upstream, bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            lost(upstream);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            lost(upstream);
        }
    }
}
