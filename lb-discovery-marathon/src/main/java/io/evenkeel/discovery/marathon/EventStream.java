package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event stream as a thing that is always there or being reopened.
 *
 * <p>Methods and the listener's calls belong to the control thread. Bytes are parsed where they arrive and become at most
 * one waiting signal, so neither a burst of events nor a busy control thread ever holds the connection up: Marathon cuts
 * off readers that are slow.
 */
final class EventStream {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final int LONGEST_LINE = 64 * 1024;

    /** What happens to the stream. */
    interface Listener {

        /** It is open; who the leader is, as it says itself, or empty. */
        void opened(URI host, String leader);

        void changed(Change change);

        /** It is down and will be reopened; told once for every attempt that fails or ends. */
        void down(String reason);
    }

    private final EventTransport transport;
    private final ScheduledExecutorService control;
    private final Ticker ticker;
    private final Backoff backoff;
    private final Duration openTimeout;
    private final Duration idleTimeout;
    private final Listener listener;

    private @Nullable Attempt current;
    private boolean stopped;

    EventStream(
            EventTransport transport,
            ScheduledExecutorService control,
            Ticker ticker,
            Backoff backoff,
            Duration openTimeout,
            Duration idleTimeout,
            Listener listener) {
        this.transport = transport;
        this.control = control;
        this.ticker = ticker;
        this.backoff = backoff;
        this.openTimeout = openTimeout;
        this.idleTimeout = idleTimeout;
        this.listener = listener;
    }

    void start() {
        if (!stopped) {
            Attempt attempt = new Attempt();
            current = attempt;
            attempt.begin();
        }
    }

    /** Gives up on the stream that is open, if one is, for another. */
    void reopen(String reason) {
        if (current != null && current.open) {
            current.end(reason);
        }
    }

    void stop() {
        stopped = true;
        Attempt attempt = current;
        current = null;
        if (attempt != null) {
            attempt.giveUp();
        }
    }

    private void onControl(Runnable work) {
        try {
            control.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.trace("The stream spoke after it was closed", e);
        }
    }

    /** One connection, from the first packet to its end. */
    private final class Attempt implements EventTransport.Receiver {

        private final SseParser parser = new SseParser(LONGEST_LINE, this::event);
        private final AtomicReference<Change> waiting = new AtomicReference<>(Change.NONE);
        private volatile long lastByte;

        private @Nullable Runnable cancel;
        private @Nullable Future<?> watchdog;
        private long openedAt;
        private boolean open;

        void begin() {
            watchdog = control.schedule(
                    () -> end("no answer within " + openTimeout.toMillis() + " ms"),
                    openTimeout.toNanos(),
                    TimeUnit.NANOSECONDS);
            cancel = transport.open(this);
        }

        void giveUp() {
            if (watchdog != null) {
                watchdog.cancel(false);
            }
            if (cancel != null) {
                cancel.run();
            }
        }

        @Override
        public void opened(URI host, String leader) {
            lastByte = ticker.nanos();
            onControl(() -> {
                if (current == this) {
                    open = true;
                    openedAt = ticker.nanos();
                    watch(idleTimeout.toNanos());
                    listener.opened(host, leader);
                }
            });
        }

        @Override
        public void received(ByteBuffer bytes) {
            lastByte = ticker.nanos();
            parser.feed(bytes);
        }

        @Override
        public void closed(String reason) {
            onControl(() -> end(reason));
        }

        private void event(SseEvent event) {
            LOG.debug("Event {} of {} characters", event.type(), event.data().length()); // it may hold secrets
            Change change = ChangeReader.read(event);
            if (!change.isNone()
                    && waiting.getAndUpdate(before -> before.and(change)).isNone()) {
                onControl(() -> {
                    Change all = waiting.getAndSet(Change.NONE);
                    if (current == this) {
                        listener.changed(all);
                    }
                });
            }
        }

        private void watch(long delay) {
            if (watchdog != null) {
                watchdog.cancel(false);
            }
            watchdog = control.schedule(this::checkIdle, delay, TimeUnit.NANOSECONDS);
        }

        private void checkIdle() {
            long left = idleTimeout.toNanos() - (ticker.nanos() - lastByte);
            if (left <= 0) {
                end("not a byte for " + idleTimeout.toMillis() + " ms");
            } else {
                watch(left);
            }
        }

        /* A stream that lived longer than the longest pause was a good one; the next pause is short again. */
        private void end(String reason) {
            if (current != this) {
                return;
            }
            current = null;
            giveUp();
            if (open && ticker.nanos() - openedAt > idleTimeout.toNanos() / 2) {
                backoff.reset();
            }
            control.schedule(EventStream.this::start, backoff.next().toNanos(), TimeUnit.NANOSECONDS);
            listener.down(reason);
        }
    }
}
