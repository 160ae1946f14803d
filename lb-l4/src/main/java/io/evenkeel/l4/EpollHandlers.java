package io.evenkeel.l4;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Netty's epoll handlers, kept from forgetting half-closed connections, and open to whoever moves bytes past the channels.
 *
 * <p>A channel that waits for nothing, which is one whose input has ended while all it had to send is sent, asks for no
 * event at all. Netty (4.2.18; pull request 16689 brought it) then takes its descriptor out of the epoll set but remembers
 * it as added, so that the next wait for room to write fails with ENOENT, and what was to be written is lost behind a reset
 * or a clean end of stream. Here such a channel asks for edges instead: it stays in the set, and an error or hang-up,
 * which epoll reports unasked, wakes the loop once rather than without end.
 *
 * <p>A new channel asks for events twice: for the end of its input when it is registered, for its input when it is active,
 * which mostly follows at once. The first is held back until the second comes, or until the loop waits for events, which
 * saves a system call per connection.
 *
 * <p>While a {@link Splice} goes from one channel to another, its events come before the channels' own, which get theirs back
 * when it is over.
 */
final class EpollHandlers implements IoHandlerFactory {

    private final IoHandlerFactory epoll = EpollIoHandler.newFactory();
    private final Map<ThreadAwareExecutor, Handler> handlers = new ConcurrentHashMap<>();
    private final LongAdder splicedBytes = new LongAdder();
    private final int pipes;

    /**
     * No handlers.
     *
     * @param pipes how many each of them may have open for those who splice
     */
    EpollHandlers(int pipes) {
        this.pipes = pipes;
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        Handler handler = new Handler(epoll.newHandler(executor), new Pipes(pipes), splicedBytes);
        handlers.put(executor, handler);
        return handler;
    }

    @Override
    public boolean isChangingThreadSupported() {
        return epoll.isChangingThreadSupported();
    }

    /** How many bytes have been moved without copying them. */
    long splicedBytes() {
        return splicedBytes.sum();
    }

    /** What waits for events of an event loop's channels; null if it is none of these. */
    @Nullable
    Handler of(EventLoop loop) {
        return handlers.get(loop);
    }

    /** One event loop's. */
    static final class Handler extends ForwardingIoHandler {

        private final IntObjectHashMap<EpollRegistration> registrations = new IntObjectHashMap<>();
        private final Pipes pipes;
        private final LongAdder splicedBytes;
        private @Nullable EpollRegistration heldBack;

        private Handler(IoHandler epoll, Pipes pipes, LongAdder splicedBytes) {
            super(epoll);
            this.pipes = pipes;
            this.splicedBytes = splicedBytes;
        }

        void spliced(long bytes) {
            splicedBytes.add(bytes);
        }

        Pipes pipes() {
            return pipes;
        }

        /** The registration of a channel on this loop; null if it is not open any more. */
        @Nullable
        EpollRegistration of(UnixChannel channel) {
            return registrations.get(channel.fd().intValue());
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            if (!(handle instanceof EpollIoHandle socket)) {
                return super.register(handle);
            }
            EpollRegistration registration = new EpollRegistration(socket, this);
            registration.begin(super.register(registration));
            registrations.put(socket.fd().intValue(), registration);
            return registration;
        }

        @Override
        public int run(IoHandlerContext context) {
            release();
            return super.run(context);
        }

        @Override
        public void destroy() {
            try {
                super.destroy();
            } finally {
                pipes.close();
            }
        }

        void remove(EpollRegistration registration) {
            int fd = registration.fd().intValue();
            if (registrations.get(fd) == registration) {
                registrations.remove(fd);
            }
        }

        void holdBack(EpollRegistration registration) {
            release();
            heldBack = registration;
        }

        private void release() {
            EpollRegistration held = heldBack;
            if (held != null) {
                heldBack = null;
                held.release();
            }
        }
    }
}
