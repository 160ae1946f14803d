package io.evenkeel.l4;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One end of a relayed connection: passes on what it reads to the other end, no faster than that can send it.
 *
 * <p>Lives on its channel's event loop, which is the other end's too. Reading allocates nothing but the buffer, writes
 * with the shared void promise and flushes once per burst; reading pauses while the other end has 64 KiB waiting and goes
 * on when 32 KiB are left. Where much comes at once, it is moved by a {@link Splice} for as long as that lasts.
 */
final class RelayHalf extends ChannelInboundHandlerAdapter implements Splice.Listener {

    private static final int BIG_READ = 16 * 1024;
    private static final int BULK = 256 * 1024; // so much in big reads that more of it is worth a pipe
    private static final int DRIBBLES = 16; // so many small parts that it is not any more

    private final RelaySession session;
    private final SocketChannel channel;
    private @Nullable SocketChannel peer;
    private @Nullable ByteBuf held;
    private @Nullable Splice splice;
    private long unreported;
    private int bulk;
    private int dribbles;
    private boolean inputEnded;
    private boolean outputEnded;

    RelayHalf(RelaySession session, SocketChannel channel) {
        this.session = session;
        this.channel = channel;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Whether nothing more will be passed on in this direction. */
    boolean isOver() {
        return inputEnded && outputEnded;
    }

    /** The other end is there: passes on what came early, and begins to read. */
    void connect(SocketChannel other) {
        peer = other;
        if (held != null) {
            other.write(held, other.voidPromise());
            held = null;
            report();
            other.flush();
        }
        if (inputEnded) {
            endOutput(other);
        }
        // Whoever wrote too much is woken by the writability that is restored later.
        channel.config().setAutoRead(other.isWritable());
    }

    /** Drops what was never passed on. */
    void discard() {
        ReferenceCountUtil.release(held);
        held = null;
        report();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        session.active(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        unreported += bytes.readableBytes();
        SocketChannel other = peer;
        if (other == null) {
            // Auto-read is off, but epoll reads once when it learns that the client has sent its last byte.
            held = held == null ? bytes : Unpooled.wrappedBuffer(held, bytes);
            return;
        }
        int length = bytes.readableBytes();
        other.write(bytes, other.voidPromise());
        if (!other.isWritable()) {
            channel.config().setAutoRead(false);
        }
        bulk = length < BIG_READ ? 0 : bulk + length;
        if (bulk >= BULK) {
            bulk = 0;
            splice(other);
        }
    }

    private void splice(SocketChannel other) {
        Splice current = splice;
        if (current != null && !current.isOver()) {
            return; // these are the last bytes, which are read all the same
        }
        if (channel.pipeline().get(SslHandler.class) == null && other.pipeline().get(SslHandler.class) == null) {
            splice = session.splice(channel, other, this);
            if (splice != null) {
                report(); // nothing more will be read that would do so, or flush
                dribbles = 0;
            }
        }
    }

    @Override
    public void moved(long bytes) {
        session.passedOn(this, bytes);
        dribbles = bytes < BIG_READ ? dribbles + 1 : 0;
        Splice current = splice;
        if (dribbles > DRIBBLES && current != null && current.stopIfEmpty()) {
            splice = null;
        }
    }

    @Override
    public void ended() {
        splice = null;
    }

    @Override
    public void sourceFailed() {
        session.broken(this);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (peer != null && unreported > 0) {
            report();
            peer.flush();
        }
    }

    private void report() {
        if (unreported > 0) {
            session.passedOn(this, unreported);
            unreported = 0;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (peer != null && channel.isWritable()) {
            peer.config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        boolean said = event instanceof SslCloseCompletionEvent tls && tls.isSuccess();
        if ((said || event instanceof ChannelInputShutdownEvent) && !inputEnded) {
            inputEnded = true;
            if (peer != null) {
                endOutput(peer);
            }
        } else if (event instanceof ChannelInputShutdownReadComplete) {
            channel.config().setAutoRead(false); // nothing more will come, so there is nothing to wait for
        }
    }

    /* The end of input becomes the peer's end of output, behind everything that still waits to be sent to it. */
    private void endOutput(SocketChannel other) {
        other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (sent.isSuccess()) {
                SslHandler tls = other.pipeline().get(SslHandler.class);
                if (tls == null) {
                    shutOutput(other);
                } else {
                    tls.closeOutbound().addListener(told -> shutOutput(other));
                }
            }
        });
    }

    private void shutOutput(SocketChannel other) {
        other.shutdownOutput().addListener(shut -> {
            outputEnded = true;
            session.directionEnded();
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.broken(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        session.broken(this);
    }
}
