package io.evenkeel.l4;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handlers, kept from forgetting half-closed connections.
 *
 * <p>A channel that waits for nothing, which is one whose input has ended while all it had to send is sent, asks for no
 * event at all. Netty (4.2.18; pull request 16689 brought it) then takes its descriptor out of the epoll set but remembers
 * it as added, so that the next wait for room to write fails with ENOENT, and what was to be written is lost behind a reset
 * or a clean end of stream. Here such a channel asks for edges instead: it stays in the set, and an error or hang-up,
 * which epoll reports unasked, wakes the loop once rather than without end.
 */
final class EpollHandlers implements IoHandlerFactory {

    private final IoHandlerFactory epoll = EpollIoHandler.newFactory();

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new ForwardingIoHandler(epoll.newHandler(executor)) {
            @Override
            public IoRegistration register(IoHandle handle) throws Exception {
                return new Registration(super.register(handle));
            }
        };
    }

    @Override
    public boolean isChangingThreadSupported() {
        return epoll.isChangingThreadSupported();
    }

    private record Registration(IoRegistration epoll) implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            return epoll.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            return epoll.cancel();
        }
    }
}
