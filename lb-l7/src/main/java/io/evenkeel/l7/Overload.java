package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ConnectionLimits;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at how much of the memory for buffers is in use, and has the proxy do less before there is none left: from {@link
 * #SPARES} of it on, clients and endpoints are read no further ahead than a read at a time, so that what is kept is what is
 * being sent; from {@link #REFUSES} on, new requests are answered with 503; from {@link #SUSPENDS} on, no connection is
 * accepted, either, until it is below {@link #REFUSES} again.
 *
 * <p>The memory is that of the JVM: all proxies in one see the same, and each acts for itself.
 *
 * <p>Thread-safe. It looks four times a second, and whoever serves a request reads one field.
 */
public final class Overload implements AutoCloseable {

    /** The share of the memory that makes the proxy read nothing ahead. */
    public static final double SPARES = 0.75;

    /** The share of the memory that makes the proxy refuse requests. */
    public static final double REFUSES = 0.85;

    /** The share of the memory that makes the proxy accept no connections. */
    public static final double SUSPENDS = 0.95;

    private static final double SLACK = 0.05;
    private static final long PERIOD_MILLIS = 250;
    private static final Logger LOG = LoggerFactory.getLogger(Overload.class);

    private final HttpEngine engine;
    private final ConnectionLimits limits;
    private final LongSupplier used;
    private final long most;
    private final ScheduledFuture<?> looking;
    private volatile int level;
    private boolean closed; // guarded by this

    Overload(
            HttpEngine engine,
            ConnectionLimits limits,
            LongSupplier used,
            long most,
            ScheduledExecutorService scheduler) {
        this.engine = requireNonNull(engine, "engine");
        this.limits = requireNonNull(limits, "limits");
        this.used = used;
        this.most = most;
        this.looking =
                scheduler.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Begins to look at the memory that the buffers of an engine come from.
     *
     * @param engine what refuses requests; of one watcher only
     * @param limits what accepts no connections; others may watch for the same, and then it accepts none while one of them says so
     * @return the watcher, to be closed with the proxy
     */
    public static Overload watch(HttpEngine engine, ConnectionLimits limits) {
        return new Overload(
                engine,
                limits,
                PooledByteBufAllocator.DEFAULT::pinnedDirectMemory,
                PlatformDependent.maxDirectMemory(),
                engine.transport().eventLoops());
    }

    private synchronized void look() {
        double share = most <= 0 ? 0 : (double) used.getAsLong() / most;
        int now = level(share, level);
        if (now == level || closed) {
            return;
        }
        level = now;
        act(now);
        problem()
                .ifPresentOrElse(
                        problem -> LOG.warn("Memory: {}", problem), () -> LOG.info("Enough memory for buffers again"));
    }

    /* What each level does lowers the share, so that it is left only some way below where it began. */
    private static int level(double share, int before) {
        if (share >= SUSPENDS || (before == 3 && share >= REFUSES)) {
            return 3;
        }
        if (share >= REFUSES || (before >= 2 && share >= REFUSES - SLACK)) {
            return 2;
        }
        return share >= SPARES || (before >= 1 && share >= SPARES - SLACK) ? 1 : 0;
    }

    private void act(int now) {
        engine.spareMemory(now > 0);
        engine.refuseRequests(now > 1);
        limits.suspend(this, now > 2);
    }

    /**
     * How far it has come: 0 for not at all, 1 if nothing is read ahead, 2 if requests are refused, 3 if no connections are
     * accepted, either.
     */
    public int level() {
        return level;
    }

    /** Bytes in use by buffers. */
    public long usedBytes() {
        return used.getAsLong();
    }

    /** Bytes that buffers may have, as the JVM is set. */
    public long maxBytes() {
        return most;
    }

    /** What is wrong, if something is. */
    public Optional<String> problem() {
        return switch (level) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of("buffers have more than 75 % of it; nothing is read ahead");
            case 2 -> Optional.of("buffers have more than 85 % of it; new requests are refused");
            default -> Optional.of("buffers have more than 95 % of it; no connections are accepted");
        };
    }

    /** Looks no more, and has nothing be refused any more. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            looking.cancel(false);
            act(0);
        }
    }
}
