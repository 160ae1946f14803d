package io.evenkeel.l4;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts connections that are open, and tells when there are none left. Thread-safe; two atomic adds a connection. */
final class OpenConnections implements ChannelFutureListener {

    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable CompletableFuture<Void> none;

    void add(SocketChannel connection) {
        count.incrementAndGet();
        connection.closeFuture().addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        count.decrementAndGet();
        completeIfNone();
    }

    int count() {
        return count.get();
    }

    /** Completes once there are none; from now on none are added, but for those that were being accepted. */
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
