package io.evenkeel.l4;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections that are open, and tells when there are none left. Thread-safe; two atomic adds a connection.
 *
 * <p>Sits in the pipelines of listeners, so that a connection is counted before it is handed to its own event loop: once a
 * listener is closed, none is on its way to be counted.
 */
@ChannelHandler.Sharable
final class OpenConnections extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable CompletableFuture<Void> none;

    @Override
    public void channelRead(ChannelHandlerContext listener, Object connection) {
        count.incrementAndGet();
        ((Channel) connection).closeFuture().addListener(this);
        listener.fireChannelRead(connection);
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        count.decrementAndGet();
        completeIfNone();
    }

    int count() {
        return count.get();
    }

    /** Completes once there are none. To be called when the listeners are closed. */
    CompletableFuture<Void> whenNone() {
        CompletableFuture<Void> wanted = new CompletableFuture<>();
        none = wanted;
        completeIfNone();
        return wanted;
    }

    private void completeIfNone() {
        CompletableFuture<Void> wanted = none;
        if (wanted != null && count.get() == 0) {
            wanted.complete(null);
        }
    }
}
