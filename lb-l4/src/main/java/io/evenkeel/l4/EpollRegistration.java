package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's place in the epoll set of its loop: between Netty's handler and the channel, so that either sees this in
 * place of the other. Used on the loop.
 */
@SuppressWarnings("try") // Netty's close() may throw anything
final class EpollRegistration implements IoRegistration, EpollIoHandle {

    private static final Logger LOG = LoggerFactory.getLogger(EpollRegistration.class);

    private final EpollIoHandle channel;
    private final EpollHandlers.Handler handler;
    private @Nullable IoRegistration epoll;
    private EpollIoOps wanted = EpollIoOps.NONE;
    private EpollIoOps asked = EpollIoOps.NONE;
    private boolean begun;
    private boolean held;
    private @Nullable Splice from;
    private @Nullable Splice to;

    EpollRegistration(EpollIoHandle channel, EpollHandlers.Handler handler) {
        this.channel = channel;
        this.handler = handler;
    }

    void begin(IoRegistration registration) {
        epoll = registration;
    }

    private IoRegistration epoll() {
        return requireNonNull(epoll, "registered");
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
        return epoll().attachment();
    }

    @Override
    public long submit(IoOps ops) {
        wanted = (EpollIoOps) ops;
        if (!begun) {
            begun = true;
            if (ops.equals(EpollIoOps.EPOLLRDHUP)) {
                held = true;
                handler.holdBack(this);
                return EpollIoOps.EPOLLRDHUP.value();
            }
        }
        held = false;
        return ask();
    }

    /* A kernel that takes no more of them ends this channel, and not the loop. */
    void release() {
        if (held) {
            held = false;
            try {
                ask();
            } catch (RuntimeException e) {
                LOG.warn("epoll: {}", e.getMessage());
                end();
            }
        }
    }

    private void end() {
        try {
            channel.close();
        } catch (Exception e) {
            LOG.debug("closing", e);
        }
    }

    /** Has a splice take what comes in here; null for nobody any more. */
    void from(@Nullable Splice splice) {
        from = splice;
    }

    /** Has a splice send what goes out here; null for nobody any more. */
    void to(@Nullable Splice splice) {
        to = splice;
    }

    /** Whether a splice takes what comes in here. */
    boolean isSource() {
        return from != null;
    }

    /** Whether a splice sends what goes out here. */
    boolean isSink() {
        return to != null;
    }

    /** Waits for what the channel wants, or for what splices want in place of it. */
    long ask() {
        EpollIoOps ops = wanted;
        if (from != null) {
            ops = from.isWaitingForRoom()
                    // edges, since nobody listens to an error, which would be told without end
                    ? ops.without(EpollIoOps.EPOLLIN)
                            .without(EpollIoOps.EPOLLRDHUP)
                            .with(EpollIoOps.EPOLLET)
                    : ops.with(EpollIoOps.EPOLLIN);
        }
        if (to != null && to.isWaitingForRoom()) {
            ops = ops.with(EpollIoOps.EPOLLOUT).without(EpollIoOps.EPOLLET);
        }
        if (ops.equals(EpollIoOps.NONE)) {
            ops = EpollIoOps.EPOLLET;
        }
        if (ops.equals(asked)) {
            return ops.value();
        }
        long result = epoll().submit(ops);
        asked = ops;
        return result;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (from != null || to != null) {
            handleSpliced(((EpollIoEvent) event).ops());
        } else {
            channel.handle(this, event);
        }
    }

    private void handleSpliced(EpollIoOps ops) {
        Splice source = from;
        Splice sink = to;
        EpollIoOps own = ops; // the channel's
        if (source != null) {
            own = own.without(EpollIoOps.EPOLLIN).without(EpollIoOps.EPOLLRDHUP).without(EpollIoOps.EPOLLERR);
        }
        Splice awaiting = sink != null && sink.isWaitingForRoom() && ops.contains(EpollIoOps.EPOLLOUT) ? sink : null;
        if (awaiting != null && !awaiting.isBehind()) {
            own = own.without(EpollIoOps.EPOLLOUT);
        }
        if (!own.equals(EpollIoOps.NONE)) {
            channel.handle(this, new Event(own));
        }
        if (awaiting != null && to == awaiting) {
            awaiting.room();
        }
        boolean input = !ops.without(EpollIoOps.EPOLLOUT).equals(EpollIoOps.NONE);
        if (input && source != null && from == source) {
            source.input(ops.contains(EpollIoOps.EPOLLERR));
        }
    }

    @Override
    public FileDescriptor fd() {
        return channel.fd();
    }

    @Override
    public void registered() {
        channel.registered();
    }

    @Override
    public void unregistered() {
        channel.unregistered();
    }

    @Override
    public void close() throws Exception {
        channel.close();
    }

    @Override
    public boolean isValid() {
        return epoll().isValid();
    }

    @Override
    public boolean cancel() {
        held = false;
        handler.remove(this);
        if (from != null) {
            from.stop();
        }
        if (to != null) {
            to.stop();
        }
        return epoll().cancel();
    }

    private record Event(EpollIoOps ops) implements EpollIoEvent {}
}
