package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coarse clock for one event loop, and the deadlines of everything that lives on it.
 *
 * <p>Setting a deadline is one field write: no timer per request, no clock read. A tick every quarter of a second walks
 * over all that is registered, which for ten thousand connections costs tens of microseconds. Used on its loop only.
 *
 * <p>What is to be measured finer than that goes by {@link #nanos}, which is read when something comes from outside and
 * stands still while that is dealt with.
 */
final class LoopClock implements Runnable {

    static final long TICK_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(LoopClock.class);

    /** Something with a deadline. Linked into the clock's list, so that registering allocates nothing. */
    abstract static class Timed {

        private @Nullable Timed previous;
        private @Nullable Timed next;
        private long deadline = Long.MAX_VALUE;

        /** The deadline has passed; it is cleared before this is called. */
        abstract void expired();

        /** The proxy is about to end. */
        void draining() {}

        /** Another amount is too much for a connection to have unsent. */
        void bound(WriteBufferWaterMark tooMuch) {}

        /** Nobody is to be connected to an endpoint any more. */
        void cut(EndpointStats endpoint) {}
    }

    private final EventLoop loop;
    private final Ticker ticker;
    private final Head head = new Head();
    private @Nullable Future<?> ticking;
    private @Nullable Timed following;
    private long millis;
    private long nanos;

    LoopClock(EventLoop loop, Ticker ticker) {
        this.loop = loop;
        this.ticker = ticker;
        mark();
    }

    /** Something has come up: reads the time. */
    void mark() {
        nanos = ticker.nanos();
    }

    /** The time when something last came up, in the ticker's nanoseconds. */
    long nanos() {
        return nanos;
    }

    void register(Timed timed) {
        Timed first = head.next();
        timed.previous = head;
        timed.next = first;
        if (first != null) {
            first.previous = timed;
        }
        head.next(timed);
        if (ticking == null) {
            ticking = loop.scheduleAtFixedRate(this, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void unregister(Timed timed) {
        Timed before = timed.previous;
        if (before == null) {
            return;
        }
        if (following == timed) {
            following = timed.next;
        }
        before.next = timed.next;
        if (timed.next != null) {
            timed.next.previous = before;
        }
        timed.previous = null;
        timed.next = null;
        if (head.next() == null && ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
    }

    /** Sets a deadline at least this far away, and at most a tick further. */
    void deadline(Timed timed, long delayMillis) {
        timed.deadline = millis + delayMillis + TICK_MILLIS;
    }

    void clear(Timed timed) {
        timed.deadline = Long.MAX_VALUE;
    }

    /** Does something with all that is registered; whatever of it may be unregistered on that. */
    void forEach(Consumer<Timed> action) {
        Timed timed = head.next();
        while (timed != null) {
            following = timed.next;
            action.accept(timed);
            timed = following;
        }
    }

    @Override
    public void run() {
        millis += TICK_MILLIS;
        mark();
        forEach(timed -> {
            if (timed.deadline <= millis) {
                timed.deadline = Long.MAX_VALUE;
                expire(timed);
            }
        });
    }

    /* What escaped from here would end the ticking, and with it every timeout of the loop. */
    private static void expire(Timed timed) {
        try {
            timed.expired();
        } catch (Throwable e) {
            LOG.warn("A deadline could not be acted upon", e);
        }
    }

    private static final class Head extends Timed {

        @Nullable
        Timed next() {
            return super.next;
        }

        void next(Timed first) {
            super.next = first;
        }

        @Override
        void expired() {}
    }
}
