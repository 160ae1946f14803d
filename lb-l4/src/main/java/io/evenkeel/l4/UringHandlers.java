package io.evenkeel.l4;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's io_uring handlers, kept from waiting without end for room to write to a peer that has ended its half.
 *
 * <p>Whatever a poll asks for, the kernel answers it with {@code POLLRDHUP} as soon as that is true. So a poll for room on
 * a connection whose peer has ended its half, and reads slowly, completes at once without room. Netty (4.2.18) takes the
 * answer for news of the peer's end and goes on waiting for the poll that is no more. Here such a channel gets a poll that
 * stays after an answer, and Netty is told when it finds room.
 */
final class UringHandlers implements IoHandlerFactory {

    private static final byte POLL_ADD = 6;
    private static final byte ASYNC_CANCEL = 14;
    private static final byte CLOSE = 19;
    private static final int POLL_ADD_MULTI = 1;
    private static final int CQE_MORE = 1 << 1;
    private static final int POLLIN = 0x1;
    private static final int POLLOUT = 0x4;
    private static final int POLLRDHUP = 0x2000;
    private static final int ECANCELED = -125;
    private static final long OURS = 0; // Netty's own operations never have this number

    private final IoHandlerFactory uring = IoUringIoHandler.newFactory();

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new ForwardingIoHandler(uring.newHandler(executor)) {
            @Override
            public IoRegistration register(IoHandle handle) throws Exception {
                return super.register(handle instanceof Channel.Unsafe unsafe ? new Handle(handle, unsafe) : handle);
            }
        };
    }

    @Override
    public boolean isChangingThreadSupported() {
        return uring.isChangingThreadSupported();
    }

    /** A channel's handle. Lives on its event loop. */
    @SuppressWarnings("try") // Netty's close() may throw anything
    private static final class Handle implements IoUringIoHandle {

        private final IoHandle netty;
        private final Channel.Unsafe channel;
        private long poll; // the operation that waits for room, 0 if there is none

        Handle(IoHandle netty, Channel.Unsafe channel) {
            this.netty = netty;
            this.channel = channel;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            IoUringIoEvent completion = (IoUringIoEvent) event;
            if (completion.opcode() == POLL_ADD && completion.userData() == OURS) {
                answered(registration, completion.res(), completion.flags());
                return;
            }
            int result = completion.res();
            boolean closed = completion.opcode() == CLOSE;
            boolean ended = completion.opcode() == POLL_ADD
                    && result > 0
                    && (result & (POLLIN | POLLOUT | POLLRDHUP)) == POLLRDHUP;
            boolean awaited = poll != 0;
            if (closed) {
                cancel(registration); // as long as the registration takes it
            }
            netty.handle(registration, event);
            if (closed && awaited) {
                room(registration); // Netty waits for its own poll to end, which has ended long ago
            } else if (ended && poll == 0 && hasUnsent()) {
                await(registration);
            }
        }

        private boolean hasUnsent() {
            ChannelOutboundBuffer unsent = channel.outboundBuffer();
            return unsent != null && !unsent.isEmpty();
        }

        private void await(IoRegistration registration) {
            int socket = ((UnixChannel) channel.voidPromise().channel()).fd().intValue();
            poll = registration.submit(new IoUringIoOps(
                    POLL_ADD,
                    (byte) 0,
                    (short) 0,
                    socket,
                    0L,
                    0L,
                    POLL_ADD_MULTI,
                    POLLOUT,
                    OURS,
                    (short) 0,
                    (short) 0,
                    0,
                    0L));
        }

        private void answered(IoRegistration registration, int result, int flags) {
            if (result == ECANCELED) {
                return; // the end of one that was cancelled; another may have begun since
            }
            if ((flags & CQE_MORE) == 0) {
                poll = 0;
            }
            if (result > 0 && (result & POLLOUT) != 0) {
                cancel(registration);
                room(registration);
            } else if (poll == 0 && hasUnsent()) {
                await(registration); // the kernel may end it early
            }
        }

        private void room(IoRegistration registration) {
            netty.handle(registration, new IoUringIoEvent(POLLOUT, 0, POLL_ADD, OURS));
        }

        /* The kernel keeps the socket while the poll lasts. */
        private void cancel(IoRegistration registration) {
            if (poll != 0) {
                registration.submit(new IoUringIoOps(
                        ASYNC_CANCEL, (byte) 0, (short) 0, -1, 0L, poll, 0, 0, OURS, (short) 0, (short) 0, 0, 0L));
                poll = 0;
            }
        }

        @Override
        public void registered() {
            netty.registered();
        }

        @Override
        public void unregistered() {
            netty.unregistered();
        }

        @Override
        public void close() throws Exception {
            netty.close();
        }
    }
}
