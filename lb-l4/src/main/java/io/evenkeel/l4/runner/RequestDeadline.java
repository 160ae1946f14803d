package io.evenkeel.l4.runner;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request is not there whole, or whose answer is not taken whole, in time. Time runs from the
 * request's first byte, so that a client that sends a byte now and then gains nothing. One per connection, before the codec.
 */
final class RequestDeadline extends ChannelDuplexHandler {

    private final long nanos;
    private @Nullable Future<?> deadline;
    private int unwritten;

    RequestDeadline(Duration limit) {
        nanos = limit.toNanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (deadline == null) {
            deadline = context.executor().schedule(() -> context.close(), nanos, TimeUnit.NANOSECONDS);
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void write(ChannelHandlerContext context, Object bytes, ChannelPromise promise) {
        unwritten++;
        context.write(bytes, promise.unvoid()).addListener(done -> {
            if (--unwritten == 0) {
                cancel();
            }
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
