package io.evenkeel.l4;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's epoll handlers, kept from forgetting half-closed connections.
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
 */
final class EpollHandlers implements IoHandlerFactory {

    private static final Logger LOG = LoggerFactory.getLogger(EpollHandlers.class);

    private final IoHandlerFactory epoll = EpollIoHandler.newFactory();

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new Handler(epoll.newHandler(executor));
    }

    @Override
    public boolean isChangingThreadSupported() {
        return epoll.isChangingThreadSupported();
    }

    private static final class Handler extends ForwardingIoHandler {

        private @Nullable Registration heldBack;

        Handler(IoHandler epoll) {
            super(epoll);
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new Registration(super.register(handle), handle, this);
        }

        @Override
        public int run(IoHandlerContext context) {
            release();
            return super.run(context);
        }

        void holdBack(Registration registration) {
            release();
            heldBack = registration;
        }

        private void release() {
            Registration held = heldBack;
            if (held != null) {
                heldBack = null;
                held.release();
            }
        }
    }

    /* Used on the loop. */
    private static final class Registration implements IoRegistration {

        private final IoRegistration epoll;
        private final IoHandle handle;
        private final Handler handler;
        private boolean begun;
        private boolean held;

        Registration(IoRegistration epoll, IoHandle handle, Handler handler) {
            this.epoll = epoll;
            this.handle = handle;
            this.handler = handler;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            if (!begun) {
                begun = true;
                if (ops.equals(EpollIoOps.EPOLLRDHUP)) {
                    held = true;
                    handler.holdBack(this);
                    return EpollIoOps.EPOLLRDHUP.value();
                }
            }
            held = false;
            return epoll.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
        }

        /* A kernel that takes no more of them ends this channel, and not the loop. */
        void release() {
            if (held) {
                held = false;
                try {
                    epoll.submit(EpollIoOps.EPOLLRDHUP);
                } catch (RuntimeException e) {
                    LOG.warn("epoll: {}", e.getMessage());
                    close();
                }
            }
        }

        private void close() {
            try {
                handle.close();
            } catch (Exception e) {
                LOG.debug("closing", e);
            }
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            held = false;
            return epoll.cancel();
        }
    }
}
