package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of the agents' names, looked up by workers of its own.
 *
 * <p>The fetching thread waits a moment for names that it has never seen; for everything else it takes what is known. A
 * name that was found once keeps its last address however often it cannot be found again; one that was never found is
 * tried again with growing pauses. Whoever gave it the names is told when an address appears or changes later.
 */
final class HostResolver {

    private static final Logger LOG = LoggerFactory.getLogger(HostResolver.class);

    static final Duration FRESH = Duration.ofSeconds(60);
    static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final HostLookup lookup;
    private final Executor workers;
    private final ScheduledExecutorService timers;
    private final Ticker ticker;
    private final Runnable onChange;
    private final boolean sixFirst;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    HostResolver(
            HostLookup lookup,
            Executor workers,
            ScheduledExecutorService timers,
            Ticker ticker,
            boolean sixFirst,
            Runnable onChange) {
        this.sixFirst = sixFirst;
        this.lookup = lookup;
        this.workers = workers;
        this.timers = timers;
        this.ticker = ticker;
        this.onChange = onChange;
    }

    /** Looks names up, and gives those that are new a moment to be found. Fetching thread only. */
    void prepare(Set<String> hosts) {
        List<Entry> awaited = new ArrayList<>();
        List<CompletableFuture<?>> lookups = new ArrayList<>();
        for (String host : hosts) {
            Entry entry = entries.computeIfAbsent(host, Entry::new);
            if (entry.tried == null) {
                entry.awaited = true;
                awaited.add(entry);
                lookups.add(entry.start());
            }
        }
        if (lookups.isEmpty()) {
            return;
        }
        try {
            CompletableFuture.allOf(lookups.toArray(new CompletableFuture<?>[0]))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("Some agents' names take their time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        awaited.forEach(entry -> entry.awaited = false);
    }

    /** Forgets all names but these, and looks the old ones of these up again. Fetching thread only. */
    void retain(Set<String> hosts) {
        entries.keySet().retainAll(hosts);
        for (Entry entry : entries.values()) {
            if (entry.isOld()) {
                entry.start();
            }
        }
    }

    /** Grows with each address that is found or changes. */
    long changes() {
        return changes.get();
    }

    /** The address of a literal or of a name that was found; null if there is none. */
    @Nullable
    InetAddress find(String host) {
        InetAddress literal = literal(host);
        if (literal != null) {
            return literal;
        }
        Entry entry = entries.get(host);
        return entry == null ? null : entry.address;
    }

    /** The address that a text is, or null if it is a name. Never looks anything up. */
    static @Nullable InetAddress literal(String host) {
        try {
            if (LiteralAddress.isV6(host)) {
                return InetAddress.getByAddress(
                        host, InetAddress.getByName(host).getAddress());
            }
            byte[] four = LiteralAddress.v4(host);
            return four == null ? null : InetAddress.getByAddress(host, four);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** One name. Its flags are written by the fetching thread and the worker that has it, never by two workers. */
    private final class Entry {

        private final String host;
        private volatile @Nullable InetAddress address;
        private volatile boolean awaited;
        private volatile @Nullable Long tried;
        private volatile boolean running;
        private int failures;

        Entry(String host) {
            this.host = host;
        }

        boolean isOld() {
            Long then = tried;
            return then != null && address != null && ticker.nanos() - then > FRESH.toNanos();
        }

        CompletableFuture<?> start() {
            if (running) {
                return CompletableFuture.completedFuture(null);
            }
            running = true;
            tried = ticker.nanos();
            try {
                return CompletableFuture.runAsync(this::look, workers);
            } catch (RejectedExecutionException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private void look() {
            InetAddress before = address;
            try {
                InetAddress found = preferred(lookup.lookup(host));
                address = InetAddress.getByAddress(host, found.getAddress());
                failures = 0;
                running = false;
                if (!address.equals(before)) {
                    changes.incrementAndGet();
                    if (!awaited) {
                        onChange.run();
                    }
                }
            } catch (UnknownHostException | RuntimeException e) {
                running = false;
                if (before == null) {
                    tryAgain();
                }
            }
        }

        private void tryAgain() {
            long pause = RETRY.toSeconds() << Math.min(failures++, 4);
            try {
                timers.schedule(
                        () -> {
                            if (entries.get(host) == this) {
                                start();
                            }
                        },
                        pause,
                        TimeUnit.SECONDS);
            } catch (RejectedExecutionException e) {
                LOG.trace("Closed while looking up {}", host, e);
            }
        }

        private InetAddress preferred(List<InetAddress> all) throws UnknownHostException {
            for (InetAddress one : all) {
                if (one instanceof Inet4Address != sixFirst) {
                    return one;
                }
            }
            if (all.isEmpty()) {
                throw new UnknownHostException("no address");
            }
            return all.get(0);
        }
    }
}
