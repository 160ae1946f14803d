package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of one cluster as a stream: what comes within a window comes as one, and whoever is slow gets the newest.
 *
 * <p>Thread-safe. Subscribers are called on the control thread and must not block; each holds one change at most.
 */
final class ClusterChanges implements Flow.Publisher<ClusterChange> {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterChanges.class);

    private final Cluster cluster;
    private final Supplier<ClusterChange> now;
    private final ScheduledExecutorService control;
    private final long windowNanos;

    ClusterChanges(Cluster cluster, Supplier<ClusterChange> now, ScheduledExecutorService control, Duration window) {
        if (window.isNegative()) {
            throw new IllegalArgumentException("window: " + window + " (expected: 0 or more)");
        }
        this.cluster = cluster;
        this.now = now;
        this.control = control;
        this.windowNanos = Ticker.toNanos(window);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ClusterChange> subscriber) {
        Stream stream = new Stream(requireNonNull(subscriber, "subscriber"));
        stream.run(() -> subscriber.onSubscribe(stream));
        stream.begin();
    }

    /** One subscriber. Its fields are guarded by itself; it is called without that lock, by one thread at a time. */
    private final class Stream implements Flow.Subscription, ClusterListener {

        private final Flow.Subscriber<? super ClusterChange> subscriber;
        private @Nullable Subscription listening;
        private long demand;
        private boolean news = true; // at first, what is
        private boolean armed;
        private boolean over;

        Stream(Flow.Subscriber<? super ClusterChange> subscriber) {
            this.subscriber = subscriber;
        }

        void begin() {
            Subscription subscription = cluster.listen(this);
            boolean late;
            synchronized (this) {
                listening = subscription;
                late = over;
                arm(0); // what was asked for in onSubscribe, which is over now
            }
            if (late) {
                subscription.close();
            }
        }

        @Override
        public void request(long count) {
            if (count <= 0) {
                end(() -> subscriber.onError(new IllegalArgumentException("request: " + count + " (expected: > 0)")));
                return;
            }
            synchronized (this) {
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
                arm(0);
            }
        }

        @Override
        public void cancel() {
            end(() -> {});
        }

        @Override
        public void stateChanged(ClusterState previous, ClusterState current) {
            changed();
        }

        @Override
        public void barred(EndpointStats endpoint, Bar bar) {
            changed();
        }

        @Override
        public void unbarred(EndpointStats endpoint, Bar bar) {
            changed();
        }

        @Override
        public void failOpenChanged(boolean failsOpen) {
            changed();
        }

        @Override
        public void closed() {
            end(subscriber::onComplete);
        }

        private synchronized void changed() {
            news = true;
            arm(windowNanos);
        }

        /* With the lock held. */
        private void arm(long nanos) {
            if (!news || demand == 0 || armed || over || listening == null) {
                return;
            }
            try {
                control.schedule(this::emit, nanos, TimeUnit.NANOSECONDS);
                armed = true;
            } catch (RejectedExecutionException e) {
                over = true; // nothing will change any more
            }
        }

        private void emit() {
            synchronized (this) {
                armed = false;
                if (!news || demand == 0 || over) {
                    return;
                }
                news = false;
                demand -= demand == Long.MAX_VALUE ? 0 : 1;
            }
            ClusterChange change = now.get();
            run(() -> subscriber.onNext(change));
        }

        private void end(Runnable goodbye) {
            Subscription subscription;
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                subscription = listening;
            }
            try {
                control.execute(() -> run(goodbye));
            } catch (RejectedExecutionException e) {
                run(goodbye); // the control thread is gone, so nobody is being called
            }
            if (subscription != null) {
                subscription.close();
            }
        }

        private void run(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException | Error e) {
                LOG.error("{}: a subscriber failed and is told no more", cluster.name(), e);
                cancel();
            }
        }
    }
}
