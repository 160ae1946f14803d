package io.evenkeel.l4;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Lets a listener accept no more connections than it may have at once: what comes beyond waits in the kernel's backlog.
 * Thread-safe; where there is no limit it costs one read of it per connection.
 */
@ChannelHandler.Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

    private final IntSupplier limit;
    private final AtomicInteger counted = new AtomicInteger();
    private final Queue<Channel> paused = new ConcurrentLinkedQueue<>();

    /** A limit that may change; 0 is none. Connections that were accepted without one do not count. */
    ConnectionLimit(IntSupplier limit) {
        this.limit = limit;
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object connection) {
        int most = limit.getAsInt();
        if (most > 0) {
            int now = counted.incrementAndGet();
            ((Channel) connection).closeFuture().addListener(this);
            if (now >= most) {
                AcceptHold.of(listener.channel()).hold(this);
                paused.add(listener.channel());
                resumeIfBelow(); // the last one may have gone meanwhile
            }
        }
        listener.fireChannelRead(connection);
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        counted.decrementAndGet();
        resumeIfBelow();
    }

    private void resumeIfBelow() {
        int most = limit.getAsInt();
        while (most == 0 || counted.get() < most) {
            Channel listener = paused.poll();
            if (listener == null) {
                return;
            }
            AcceptHold.of(listener).release(this);
        }
    }
}
