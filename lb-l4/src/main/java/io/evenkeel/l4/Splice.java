package io.evenkeel.l4;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.Native;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves bytes from one connection to another without copying them through the process, by splice(2) and a pipe between.
 *
 * <p>For long stretches only, since short ones are copied in less time than it takes to move them. While it lasts, nothing
 * else is read from the one or written to the other; whatever ends a channel ends it, too. Allocates nothing but itself,
 * has a pipe only while something is on its way, and lives on the event loop of both channels.
 */
public final class Splice {

    /** Whom a splice tells how it goes, on its event loop. */
    public interface Listener {

        /**
         * Some bytes have gone on.
         *
         * @param bytes how many
         */
        void moved(long bytes);

        /** There is no room for more at the moment, or there is again. */
        default void waiting() {}

        /**
         * The source was reset while there is no room, though what it said before may still be there. That it has said its last
         * is not told as long as there is none.
         */
        default void sourceFailed() {}

        /**
         * It is over, and the channels are as before: all has been moved, or the source has something else to say, which it is
         * about to be read for. Not called after {@link #stop}, nor if one of the channels is closed.
         */
        void ended();
    }

    /*
     * Bytes are taken from the source only when the pipe is empty, so that taking none never means that it is full. Ending too
     * early does no harm, since the handlers read then and may begin anew.
     */
    private static final long BURST = 1024 * 1024; // then it is another connection's turn
    private static final long MOST = 1024 * 1024;
    private static final long SHORT = 16 * 1024; // so little that there will hardly be more yet

    private static final Logger LOG = LoggerFactory.getLogger(Splice.class);
    private static final Set<Integer> CANNOT = Set.of(-1, -22, -38); // EPERM, EINVAL, ENOSYS

    private static volatile boolean unsupported;

    private final SocketChannel source;
    private final SocketChannel sink;
    private final EpollRegistration from;
    private final EpollRegistration to;
    private final EpollHandlers.Handler handler;
    private final Listener listener;
    private Pipes.@Nullable Pipe pipe; // only while there is something in it, or about to be
    private long remaining;
    private long inPipe;
    private boolean waitsForRoom;
    private boolean over;

    private Splice(
            SocketChannel source,
            SocketChannel sink,
            EpollRegistration from,
            EpollRegistration to,
            EpollHandlers.Handler handler,
            long length,
            Listener listener) {
        this.source = source;
        this.sink = sink;
        this.from = from;
        this.to = to;
        this.handler = handler;
        this.remaining = length;
        this.listener = listener;
    }

    /**
     * Begins to move what comes from one channel on to the other, behind all that was written there. Neither may have a
     * handler that changes bytes, TLS for instance.
     *
     * @param handlers of the channels' loops
     * @param length how many bytes
     * @return what moves them, or null if this cannot be done here
     */
    static @Nullable Splice begin(
            EpollHandlers handlers, SocketChannel source, SocketChannel sink, long length, Listener listener) {
        EpollHandlers.Handler handler = unsupported ? null : handlers.of(source.eventLoop());
        if (handler == null
                || source.eventLoop() != sink.eventLoop()
                || !(source instanceof UnixChannel first)
                || !(sink instanceof UnixChannel second)
                || !handler.pipes().hasOne()) {
            return null;
        }
        sink.flush();
        EpollRegistration from = handler.of(first);
        EpollRegistration to = handler.of(second);
        if (from == null
                || to == null
                || from.isSource()
                || to.isSink()
                || sink.unsafe().outboundBuffer() == null) {
            return null;
        }
        Splice splice = new Splice(source, sink, from, to, handler, length, listener);
        splice.waitsForRoom = splice.isBehind();
        from.from(splice);
        to.to(splice);
        source.config()
                .setAutoRead(false); // no further read, unless the input's end is known: then it is read as far as that
        from.ask();
        to.ask();
        return splice;
    }

    /** Whether it is the taker that it waits for. */
    public boolean isWaitingForRoom() {
        return waitsForRoom && !over;
    }

    /** Whether it has ended, for whatever reason. */
    public boolean isOver() {
        return over;
    }

    /** Whether the channel has yet to send what was flushed before. */
    boolean isBehind() {
        ChannelOutboundBuffer unsent = sink.unsafe().outboundBuffer();
        return unsent != null && !unsent.isEmpty();
    }

    /** Ends it, whatever is left; nothing happens if it is over. */
    public void stop() {
        if (over) {
            return;
        }
        over = true;
        givePipe();
        from.from(null);
        to.to(null);
        if (source.isActive()) {
            source.config().setAutoRead(true);
            from.ask();
        }
        if (sink.isActive()) {
            to.ask();
        }
    }

    /**
     * Ends it if nothing is on its way, so that nothing is lost.
     *
     * @return whether it is over
     */
    public boolean stopIfEmpty() {
        if (inPipe == 0) {
            stop();
        }
        return over;
    }

    private void givePipe() {
        Pipes.Pipe used = pipe;
        if (used != null) {
            pipe = null;
            handler.pipes().give(used, inPipe == 0);
        }
    }

    /** The source has something to say, or has failed. */
    void input(boolean failed) {
        try {
            if (waitsForRoom) {
                if (failed) {
                    listener.sourceFailed();
                }
            } else if (isBehind()) {
                settle(0, true);
            } else {
                move(true);
            }
        } catch (Throwable t) {
            failed(t);
        }
    }

    /** The sink takes more. */
    void room() {
        try {
            if (!isBehind()) {
                move(false);
            }
        } catch (Throwable t) {
            failed(t);
        }
    }

    /* What nobody has foreseen ends these two connections, as it would if a handler threw it, and not the event loop. */
    private void failed(Throwable cause) {
        stop();
        source.pipeline().fireExceptionCaught(cause);
        sink.pipeline().fireExceptionCaught(cause);
        source.close();
        sink.close();
    }

    /* Goes on until there is nothing more to be had, or no room for it. A source that has said that there is something, and has
     * nothing, has ended. */
    private void move(boolean told) {
        Pipes.Pipe through = pipe == null ? handler.pipes().take() : pipe;
        if (through == null) {
            end(0);
            return;
        }
        pipe = through;
        long moved = 0;
        long last = MOST;
        while (true) {
            if (inPipe > 0) {
                moved += send(through, moved);
                if (over) {
                    return;
                }
                if (inPipe > 0) {
                    settle(moved, true);
                    return;
                }
            }
            if (remaining == 0) {
                end(moved);
                return;
            }
            if (moved >= BURST || last < SHORT) {
                break;
            }
            last = receive(through, moved);
            if (over) {
                return;
            }
            if (last == 0) {
                if (told && moved == 0) {
                    end(0);
                    return;
                }
                break;
            }
        }
        givePipe();
        settle(moved, false);
    }

    private long send(Pipes.Pipe through, long moved) {
        try {
            int sent = Native.splice(through.out().intValue(), -1, to.fd().intValue(), -1, inPipe);
            inPipe -= sent;
            return sent;
        } catch (IOException e) {
            stop();
            report(moved);
            if (sink.config().isAutoClose()) { // what a channel does by itself when a write fails
                sink.close();
            } else {
                sink.shutdownOutput();
            }
            return 0;
        }
    }

    private long receive(Pipes.Pipe through, long moved) {
        try {
            int received =
                    Native.splice(from.fd().intValue(), -1, through.in().intValue(), -1, Math.min(remaining, MOST));
            remaining -= received;
            inPipe = received;
            return received;
        } catch (IOException e) {
            if (e instanceof Errors.NativeIoException error && CANNOT.contains(error.expectedErr())) {
                LOG.info("No splice: {}", e.getMessage());
                unsupported = true;
                end(moved);
            } else {
                stop();
                report(moved);
                source.pipeline().fireExceptionCaught(e);
                source.close();
            }
            return 0;
        }
    }

    private void settle(long moved, boolean wait) {
        if (waitsForRoom != wait) {
            waitsForRoom = wait;
            from.ask();
            to.ask();
            listener.waiting();
        }
        report(moved);
    }

    private void end(long moved) {
        stop();
        report(moved);
        listener.ended();
    }

    private void report(long moved) {
        if (moved > 0) {
            handler.spliced(moved);
            listener.moved(moved);
        }
    }
}
