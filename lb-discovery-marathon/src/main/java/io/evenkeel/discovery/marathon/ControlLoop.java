package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    /** How long a stream may take to open; its head needs no computation. */
    static final Duration STREAM_OPEN = Duration.ofSeconds(10);
    /** After how long an answer that is suddenly empty is read again. */
    static final Duration DOUBT = Duration.ofMillis(500);

    /** How often tasks are looked at that end, as events say, to see whether it was wrong. */
    static final Duration LEAVING = Duration.ofSeconds(1);
    /** For how long a read may be without an answer when a new stream shows that Marathon is there. */
    static final Duration SLOW = Duration.ofSeconds(1);

    /** What reads Marathon, on the fetching thread. */
    interface Reader {

        /** Reads what has changed. */
        Result read(Change what);

        /** These tasks end, an event says; none if only time has passed. Any thread; does not block. */
        void leaving(Set<String> tasks);

        /** Ends the read that is under way, which then fails. Any thread. */
        void abandon();

        /** Who is the leader, as the newest answer has it; empty if it says nothing. Any thread. */
        String leader();
    }

    /**
     * How a read ended.
     *
     * @param kind whether it can be relied on
     * @param what what it gave, or why it failed
     * @param again after which time what is known must be judged again though nothing happens; null for never
     * @param known how many applications and pods are known
     * @param podsAgain whether the pods could not be read and must be asked for again
     */
    record Result(Kind kind, String what, @Nullable Duration again, int known, boolean podsAgain) {

        enum Kind {
            GOOD,
            UNCLEAR,
            DOUBTED,
            FAILED
        }

        static Result good(String what, @Nullable Duration again, int known) {
            return new Result(Kind.GOOD, what, again, known, false);
        }

        Result withoutPods() {
            return new Result(kind, what, again, known, true);
        }

        /** Of some that were to be read by themselves it cannot be told what has become of them; the lists will. */
        static Result unclear() {
            return new Result(Kind.UNCLEAR, "", null, 0, false);
        }

        static Result doubted() {
            return new Result(Kind.DOUBTED, "", null, 0, false);
        }

        static Result failed(String why) {
            return new Result(Kind.FAILED, why, null, 0, false);
        }
    }

    private final MarathonConfig config;
    private final ScheduledExecutorService control;
    private final Executor fetching;
    private final Reader reader;
    private final Runnable onReconnect;
    private final RefreshTrigger trigger;
    private final ReadPlanner planner;
    private final Ticker ticker;
    private final EventStream stream;
    private final Backoff backoff;
    private final Backoff podBackoff;
    private final Availability availability;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable URI connected;

    private Change pending = Change.NONE;
    private boolean mayAbandon = true;
    private String leader = "";
    private long readStart;
    private boolean someLeave;
    private long newestLeaving;
    private @Nullable Future<?> again;

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
        this.planner = new ReadPlanner(config.incrementalAbove(), config.reconcileInterval(), ticker);
        this.ticker = ticker;
        this.backoff = new Backoff(config.maxBackoff(), random);
        this.podBackoff = new Backoff(config.maxBackoff(), random);
        this.availability = new Availability("Marathon at " + config.hosts());
        this.stream = new EventStream(
                transport,
                control,
                ticker,
                new Backoff(config.maxBackoff(), random),
                config.responseTimeout().compareTo(STREAM_OPEN) < 0 ? config.responseTimeout() : STREAM_OPEN,
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
        if (again != null) {
            again.cancel(false);
        }
        connected = null;
    }

    /** Something outside of Marathon changed what its answers mean. Control thread. */
    void judgeAgain() {
        changed(Change.JUDGEMENT);
    }

    /** Somebody wants everything to be read anew. Control thread. */
    void readAgain() {
        pending = pending.and(Change.ALL);
        trigger.demand();
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
    public void opened(URI host, String itsLeader) {
        LOG.debug("Event stream open to {}", host);
        connected = host;
        leader = itsLeader;
        availability.streamOpened();
        onReconnect.run();
        pending = pending.and(Change.ALL);
        if (mayAbandon && trigger.isReading() && ticker.nanos() - readStart > SLOW.toNanos()) {
            mayAbandon = false; // the next one may have every reason to be slow
            reader.abandon();
        }
        trigger.demand();
    }

    @Override
    public void changed(Change change) {
        if (!change.leaving().isEmpty()) {
            newestLeaving = ticker.nanos();
            reader.leaving(change.leaving());
            if (!someLeave) {
                someLeave = true;
                lookAtLeavingSoon();
            }
        }
        pending = pending.and(change.leaving(Set.of()));
        trigger.signal(planner.pauseBefore(pending));
    }

    private void lookAtLeavingSoon() {
        control.schedule(
                () -> {
                    reader.leaving(Set.of());
                    someLeave = ticker.nanos() - newestLeaving
                            <= Departures.HOLD.plus(LEAVING).toNanos();
                    if (someLeave) {
                        lookAtLeavingSoon();
                    }
                },
                LEAVING.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public void down(String reason) {
        connected = null;
        availability.streamDown(reason);
        trigger.within(reads.get() == 0 ? Duration.ZERO : config.pollInterval());
    }

    private void read() {
        Change what = planner.next(pending);
        if (what == null) {
            trigger.postponed(planner.pauseBefore(pending));
            return;
        }
        readStart = ticker.nanos();
        if (!what.equals(Change.JUDGEMENT)) {
            reads.incrementAndGet();
        }
        pending = Change.NONE;
        fetching.execute(() -> {
            Result result;
            try {
                result = reader.read(what);
            } catch (RuntimeException | Error e) { // whatever it is, it must not be the last read
                LOG.error("A defect kept Marathon's answer from being used", e);
                result = Result.failed(e.toString());
            }
            report(what, result);
        });
    }

    private void report(Change what, Result result) {
        try {
            control.execute(() -> ended(what, result));
        } catch (RejectedExecutionException e) {
            LOG.trace("Closed during a read", e);
        }
    }

    private void ended(Change what, Result result) {
        switch (result.kind()) {
            case GOOD -> good(what, result);
            case UNCLEAR -> {
                pending = pending.and(Change.LISTS);
                trigger.succeeded(Duration.ofNanos(Math.max(0, planner.untilList())));
            }
            case DOUBTED -> {
                pending = pending.and(what);
                availability.doubted();
                trigger.doubted(DOUBT);
            }
            case FAILED -> {
                pending = what.ids().isEmpty()
                        ? pending.and(what)
                        : pending.and(what).and(Change.LISTS);
                failures.incrementAndGet();
                availability.failed(result.what());
                trigger.retryAfter(backoff.next());
            }
        }
    }

    private void good(Change what, Result result) {
        availability.read(result.what());
        planner.succeeded(what, ticker.nanos() - readStart, result.known());
        trigger.succeeded(
                connected == null ? config.pollInterval() : Duration.ofNanos(Math.max(0, planner.untilNext())));
        if (!pending.isNone()) {
            trigger.signal(planner.pauseBefore(pending));
        }
        if (result.podsAgain()) {
            pending = pending.and(connected == null ? Change.LISTS : Change.PODS);
            trigger.within(podBackoff.next());
        } else {
            podBackoff.reset();
        }
        backoff.reset();
        mayAbandon = true;
        judgeAgainAfter(result.again());
        checkLeader();
    }

    /* A leader that has lost its office may keep its streams open and say nothing of importance on them any more. */
    private void checkLeader() {
        String newest = reader.leader();
        if (connected == null || newest.isEmpty() || newest.equals(leader)) {
            return;
        }
        if (leader.isEmpty()) {
            leader = newest;
        } else {
            stream.reopen("there is another leader");
        }
    }

    private void judgeAgainAfter(@Nullable Duration delay) {
        if (again != null) {
            again.cancel(false);
        }
        again = delay == null ? null : control.schedule(this::judgeAgain, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
