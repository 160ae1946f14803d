package io.evenkeel.l7.log;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Ticker;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An access log at work: collects the records of all event loops and shows them to a receiver, on a thread of its own.
 *
 * <p>Event loops never wait for it. What it cannot keep up with, or the receiver cannot take, is dropped, counted, and said
 * once in the log of the program. Thread-safe; to be closed after whoever writes to it.
 */
public final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int FLUSH_AFTER = 256;
    private static final int DEFAULT_CAPACITY = 4096;
    private static final int DEFAULT_FIELD_LIMIT = 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String name;
    private final AccessLogReceiver receiver;
    private final int capacity;
    private final int fieldLimit;
    private final boolean capturesFields;
    private final Ticker ticker;
    private final InstantSource clock;
    private final FastThreadLocal<AccessRing> ringOfThread = new FastThreadLocal<>();
    private final List<AccessRing> rings = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile IntSupplier[] connections = {};
    private volatile @Nullable String failure;
    private volatile boolean reopening;
    private volatile boolean closed;
    private volatile boolean abandoned;
    private long droppedBefore;
    private int unflushed;

    private AccessLog(
            String name,
            AccessLogReceiver receiver,
            int capacity,
            int fieldLimit,
            boolean capturesFields,
            Ticker ticker,
            InstantSource clock) {
        this.name = name;
        this.receiver = requireNonNull(receiver, "receiver");
        this.capacity = capacity;
        this.fieldLimit = fieldLimit;
        this.capturesFields = capturesFields;
        this.ticker = ticker;
        this.clock = clock;
        this.thread = new Thread(this::run, "evenkeel-access-log");
        thread.setDaemon(true);
    }

    /**
     * Opens a log of lines.
     *
     * @param config which lines, and where they go
     * @return the log
     * @throws IllegalArgumentException if they cannot go there; the message says why
     */
    public static AccessLog open(AccessLogConfig config) {
        return open(
                config.toString(),
                config.receiver(),
                config.capacity(),
                config.fieldLimit(),
                config.format().namesFields(),
                Ticker.system(),
                InstantSource.system());
    }

    /**
     * Opens a log that shows its records to somebody.
     *
     * @param receiver whom; closed with the log
     * @return the log
     */
    public static AccessLog to(AccessLogReceiver receiver) {
        return open(
                receiver.toString(),
                receiver,
                DEFAULT_CAPACITY,
                DEFAULT_FIELD_LIMIT,
                true,
                Ticker.system(),
                InstantSource.system());
    }

    /** A log whose size and time are a test's. */
    static AccessLog open(
            String name,
            AccessLogReceiver receiver,
            int capacity,
            int fieldLimit,
            boolean capturesFields,
            Ticker ticker,
            InstantSource clock) {
        AccessLog log = new AccessLog(name, receiver, capacity, fieldLimit, capturesFields, ticker, clock);
        log.thread.start();
        return log;
    }

    /** The way into the log from the event loop that is calling, whoever writes on it. */
    public AccessRing ring() {
        AccessRing ring = ringOfThread.getIfExists();
        if (ring == null) {
            ring = new AccessRing(this, capacity, fieldLimit);
            ringOfThread.set(ring);
            rings.add(ring);
        }
        return ring;
    }

    /** Whether header fields are of interest, beyond the request line. */
    public boolean capturesFields() {
        return capturesFields;
    }

    /**
     * Says how many connections of clients are open at one of those who write here; whoever writes records asks.
     *
     * @param those how many
     * @return forgets it when closed
     */
    public synchronized Subscription connections(IntSupplier those) {
        requireNonNull(those, "those");
        connections = Stream.concat(Stream.of(connections), Stream.of(those)).toArray(IntSupplier[]::new);
        return () -> forget(those);
    }

    private synchronized void forget(IntSupplier those) {
        connections = Stream.of(connections).filter(each -> each != those).toArray(IntSupplier[]::new);
    }

    /** How many connections of clients are open at all who write here, if they know it better than the frontend that asks. */
    public int connections(int ofFrontend) {
        IntSupplier[] known = connections;
        int all = known.length == 0 ? ofFrontend : 0;
        for (IntSupplier each : known) {
            all += each.getAsInt();
        }
        return all;
    }

    /** Has what comes from now on go to a new file, after the old one was moved away. */
    public void reopen() {
        reopening = true;
        wake();
    }

    /** How many records were lost, since they came too fast or could not be written. */
    public long dropped() {
        return dropped.sum();
    }

    /** Why records cannot be written, if they cannot. */
    public Optional<String> problem() {
        return Optional.ofNullable(failure);
    }

    void drop(int records) {
        dropped.add(records);
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends after what has been put into it so far; if that takes too long, the rest is lost. Idempotent. */
    @Override
    public void close() {
        close(PATIENCE);
    }

    /** The same, with another patience. */
    void close(Duration patience) {
        closed = true;
        wake();
        Ticker time = Ticker.system();
        long end = time.nanos() + patience.toNanos();
        boolean interrupted = false;
        for (long left = end - time.nanos(); left > 0 && thread.isAlive(); left = end - time.nanos()) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (thread.isAlive() && !abandoned) {
            abandoned = true;
            int lost = rings.stream().mapToInt(AccessRing::waiting).sum();
            drop(lost);
            LOG.warn("The access log takes nothing any more: {} records are lost", lost);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean last;
        do {
            last = closed;
            if (!round() && !last) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        } while (!last);
        guarded(receiver::close);
    }

    /** Shows what is there; true if it was much, so that there may be more. */
    private boolean round() {
        List<AccessRing> all = new ArrayList<>(rings);
        long[] upTo = new long[all.size()];
        for (int i = 0; i < upTo.length; i++) {
            upTo[i] = all.get(i).written(); // whoever put a record after reopen() finds that in the new file
        }
        if (reopening) {
            reopening = false;
            guarded(receiver::reopen);
        }
        long offset = clock.millis() - TimeUnit.NANOSECONDS.toMillis(ticker.nanos());
        int shown = 0;
        for (int i = 0; i < upTo.length; i++) {
            AccessRing ring = all.get(i);
            while (ring.has(upTo[i]) && !abandoned) {
                shown++;
                show(ring, offset);
                if (unflushed >= FLUSH_AFTER) {
                    flush();
                }
            }
        }
        if (unflushed > 0) {
            flush();
        }
        sayWhatIsDropped();
        return shown >= FLUSH_AFTER;
    }

    private void show(AccessRing ring, long offset) {
        unflushed++;
        try {
            ring.showNext(receiver, offset);
        } catch (IOException | RuntimeException | Error e) {
            unflushed--; // those before it are as good as they were
            failed(e, 1);
        }
    }

    private void flush() {
        if (guarded(receiver::flush)) {
            unflushed = 0;
            if (failure != null) {
                LOG.info("The access log is written again");
                failure = null;
            }
        }
    }

    private void sayWhatIsDropped() {
        long now = dropped.sum();
        if (now > droppedBefore && droppedBefore == 0) {
            LOG.warn(
                    "The access log is incomplete: records come faster than they can be written, or cannot be written");
        }
        droppedBefore = now;
    }

    /** Which lines it has, and where they go. */
    @Override
    public String toString() {
        return name;
    }

    private interface Step {
        void run() throws IOException;
    }

    private boolean guarded(Step step) {
        try {
            step.run();
            return true;
        } catch (IOException | RuntimeException | Error e) { // an error of one record is no reason to end
            failed(e, unflushed);
            unflushed = 0;
            return false;
        }
    }

    private void failed(Throwable e, int lost) {
        drop(lost);
        if (failure == null) {
            LOG.warn("The access log cannot be written: {}", e.toString());
        }
        failure = "cannot be written: " + e.getMessage();
    }

    static long millis(long nanos, long offset) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) + offset;
    }
}
