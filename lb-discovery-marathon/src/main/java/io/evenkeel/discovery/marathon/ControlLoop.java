package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who decides what happens when: the event stream, the moments to read, the pauses after failures.
 *
 * <p>The stream is opened first and Marathon is read once its head is there, so that no change falls between the two; if
 * it does not open soon, Marathon is read all the same. Everything here runs on the control thread and never blocks; the
 * reads run on the fetching thread.
 */
final class ControlLoop implements EventStream.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

    /** How long the first read waits for the event stream. */
    static final Duration STREAM_FIRST = Duration.ofSeconds(1);
    /** After how long an answer that is suddenly empty is read again. */
    static final Duration DOUBT = Duration.ofMillis(500);

    /** What reads Marathon, on the fetching thread. */
    @FunctionalInterface
    interface Reader {

        Result read();
    }

    /** How a read ended. */
    record Result(Kind kind, String what) {

        enum Kind {
            GOOD,
            DOUBTED,
            FAILED
        }

        static Result good(String what) {
            return new Result(Kind.GOOD, what);
        }

        static Result doubted() {
            return new Result(Kind.DOUBTED, "");
        }

        static Result failed(String why) {
            return new Result(Kind.FAILED, why);
        }
    }

    private final MarathonConfig config;
    private final ScheduledExecutorService control;
    private final Executor fetching;
    private final Reader reader;
    private final Runnable onReconnect;
    private final RefreshTrigger trigger;
    private final EventStream stream;
    private final Backoff backoff;
    private final Availability availability;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable URI connected;

    ControlLoop(
            MarathonConfig config,
            ScheduledExecutorService control,
            Executor fetching,
            Ticker ticker,
            RandomGenerator random,
            EventTransport transport,
            Reader reader,
            Runnable onReconnect) {
        this.config = config;
        this.control = control;
        this.fetching = fetching;
        this.reader = reader;
        this.onReconnect = onReconnect;
        this.trigger = new RefreshTrigger(control, ticker, this::read);
        this.backoff = new Backoff(config.maxBackoff(), random);
        this.availability = new Availability("Marathon at " + config.hosts());
        this.stream = new EventStream(
                transport,
                control,
                ticker,
                new Backoff(config.maxBackoff(), random),
                config.responseTimeout(),
                config.idleTimeout(),
                this);
    }

    void start() {
        trigger.within(STREAM_FIRST);
        stream.start();
    }

    void stop() {
        stream.stop();
        trigger.stop();
        connected = null;
    }

    /** Something outside of Marathon changed what its answers mean. Control thread. */
    void refresh() {
        trigger.signal();
    }

    MarathonStatus status(long generation, Optional<Duration> sinceLastGood) {
        URI host = connected;
        return new MarathonStatus(
                generation,
                sinceLastGood,
                host == null ? Optional.empty() : Optional.of(host.getRawAuthority()),
                reads.get(),
                failures.get());
    }

    @Override
    public void opened(URI host) {
        LOG.debug("Event stream open to {}", host);
        connected = host;
        availability.streamOpened();
        onReconnect.run();
        trigger.demand();
    }

    @Override
    public void event() {
        trigger.signal();
    }

    @Override
    public void down(String reason) {
        connected = null;
        availability.streamDown(reason);
        trigger.within(reads.get() == 0 ? Duration.ZERO : config.pollInterval());
    }

    private void read() {
        reads.incrementAndGet();
        fetching.execute(() -> {
            Result result;
            try {
                result = reader.read();
            } catch (RuntimeException | Error e) { // whatever it is, it must not be the last read
                LOG.error("A defect kept Marathon's answer from being used", e);
                result = Result.failed(e.toString());
            }
            report(result);
        });
    }

    private void report(Result result) {
        try {
            control.execute(() -> ended(result));
        } catch (RejectedExecutionException e) {
            LOG.trace("Closed during a read", e);
        }
    }

    private void ended(Result result) {
        switch (result.kind()) {
            case GOOD -> {
                backoff.reset();
                availability.read(result.what());
                trigger.succeeded(connected == null ? config.pollInterval() : config.reconcileInterval());
            }
            case DOUBTED -> {
                availability.doubted();
                trigger.doubted(DOUBT);
            }
            case FAILED -> {
                failures.incrementAndGet();
                availability.failed(result.what());
                trigger.retryAfter(backoff.next());
            }
        }
    }
}
