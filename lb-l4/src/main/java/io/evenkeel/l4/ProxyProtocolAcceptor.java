package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The acceptor that takes a PROXY header off connections and hands them on with the addresses that it tells. Immutable.
 *
 * <p>From senders that are trusted the header is demanded: a connection without one is closed, and so is one whose header
 * has not come in time. Others have nothing to tell, so what they send goes on as it is. The next acceptor is called when
 * the header is read, with a connection that is active already and tells it so once more.
 */
public final class ProxyProtocolAcceptor implements ConnectionAcceptor {

    private final Predicate<InetAddress> trusted;
    private final Duration timeout;
    private final ConnectionAcceptor next;

    /**
     * An acceptor in front of another.
     *
     * @param trusted whose word counts; called on event loops
     * @param timeout how long a header may take
     * @param next who takes the connection behind it
     */
    public ProxyProtocolAcceptor(Predicate<InetAddress> trusted, Duration timeout, ConnectionAcceptor next) {
        this.trusted = requireNonNull(trusted, "trusted");
        this.timeout = requireNonNull(timeout, "timeout");
        this.next = requireNonNull(next, "next");
    }

    @Override
    public int maxConnections() {
        return next.maxConnections();
    }

    @Override
    public int backlog() {
        return next.backlog();
    }

    @Override
    public void refused() {
        next.refused();
    }

    @Override
    public void accept(SocketChannel channel) {
        InetSocketAddress sender = channel.remoteAddress();
        if (sender == null || !trusted.test(sender.getAddress())) {
            next.accept(channel);
        } else {
            channel.pipeline().addLast(new Reader(channel));
        }
    }

    /** Collects the header of one connection. */
    private final class Reader extends ChannelInboundHandlerAdapter {

        private final SocketChannel channel;
        private @Nullable ByteBuf received;
        private @Nullable Future<?> limit;

        Reader(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            limit = ctx.executor().schedule(() -> channel.close(), timeout.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf in = (ByteBuf) msg;
            ByteBuf held = received;
            if (held != null) {
                held.writeBytes(in);
                in.release();
                in = held;
            }
            ProxyHeader.Result result = ProxyHeader.read(in);
            if (result instanceof ProxyHeader.Result.Incomplete) {
                if (held == null) {
                    received = ctx.alloc().buffer(in.readableBytes()).writeBytes(in);
                    in.release();
                }
                return;
            }
            received = null;
            if (result instanceof ProxyHeader.Result.Read read) {
                if (read.addresses() != null) {
                    read.addresses().tell(channel);
                }
                handOn(ctx, in.skipBytes(read.length()));
            } else {
                in.release();
                channel.close();
            }
        }

        private void handOn(ChannelHandlerContext ctx, ByteBuf rest) {
            next.accept(channel);
            ctx.fireChannelActive();
            if (rest.isReadable()) {
                ctx.fireChannelRead(rest);
                ctx.fireChannelReadComplete();
            } else {
                rest.release();
            }
            ctx.pipeline().remove(this);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                channel.close();
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            Future<?> waiting = limit;
            if (waiting != null) {
                waiting.cancel(false);
            }
            ByteBuf held = received;
            received = null;
            if (held != null) {
                held.release();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            channel.close();
        }
    }
}
