package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a proxy, kept equal to a wanted set.
 *
 * <p>Thread-safe; all methods return at once. A listener that cannot be opened is retried on its own, 1 s later and then
 * at growing distances of at most 10 s, and hurts no other; it says so once in the log, and once more when it succeeds.
 * Connections that exist are never touched, neither by removing their listener nor by closing the set.
 */
public final class ListenerSet implements AutoCloseable {

    private final Transport transport;
    private final ScheduledExecutorService scheduler;
    private final ConnectionLimits limits;
    private final Map<InetSocketAddress, Listener> listeners = new LinkedHashMap<>();
    private final OpenConnections connections = new OpenConnections();
    private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);
    private boolean closed;

    /**
     * A set without listeners.
     *
     * @param transport what to listen with
     */
    public ListenerSet(Transport transport) {
        this(transport, ConnectionLimits.none());
    }

    /**
     * A set without listeners that keeps to limits.
     *
     * @param transport what to listen with
     * @param limits how many connections there may be, in this set and in others that keep to the same
     */
    public ListenerSet(Transport transport, ConnectionLimits limits) {
        this(transport, transport.eventLoops(), limits);
    }

    /**
     * A set without listeners that retries on a scheduler of the caller's.
     *
     * @param transport what to listen with
     * @param scheduler runs the retries; not closed by the set
     */
    public ListenerSet(Transport transport, ScheduledExecutorService scheduler) {
        this(transport, scheduler, ConnectionLimits.none());
    }

    private ListenerSet(Transport transport, ScheduledExecutorService scheduler, ConnectionLimits limits) {
        this.limits = requireNonNull(limits, "limits");
        this.transport = requireNonNull(transport, "transport");
        this.scheduler = requireNonNull(scheduler, "scheduler");
    }

    /**
     * Makes the set equal to what is wanted: opens what is new, stops what is not wanted any more, and gives those that
     * stay their new acceptor, which counts for connections accepted from now on.
     *
     * @param wanted an acceptor for each address; port 0 stands for any free one
     * @return completes, never exceptionally, when every new listener was tried once and every removed one is closed
     */
    public synchronized CompletableFuture<Void> apply(Map<InetSocketAddress, ConnectionAcceptor> wanted) {
        if (closed) {
            return closing.copy();
        }
        List<CompletableFuture<Void>> closes = new ArrayList<>(List.of(closing));
        listeners.values().removeIf(listener -> {
            boolean gone = !wanted.containsKey(listener.wanted());
            if (gone) {
                closes.add(listener.close());
            }
            return gone;
        });
        // What is removed lets go of its port before anything new is tried: they may overlap (0.0.0.0:80, 10.0.0.1:80).
        closing = all(closes);
        List<CompletableFuture<Void>> attempts = new ArrayList<>(List.of(closing));
        wanted.forEach((address, acceptor) -> {
            Listener known = listeners.get(address);
            if (known != null) {
                known.acceptor(acceptor);
                return;
            }
            Listener fresh = new Listener(transport, scheduler, address, acceptor, connections, limits);
            listeners.put(address, fresh);
            attempts.add(closing.thenCompose(done -> fresh.open()));
        });
        return all(attempts);
    }

    /**
     * How every wanted listener is doing.
     *
     * @return one status each, in the order in which they were first wanted
     */
    public synchronized List<ListenerStatus> statuses() {
        return listeners.values().stream().map(Listener::status).toList();
    }

    /**
     * Where a wanted listener listens: the way to learn the port when any was asked for.
     *
     * @param wanted the address as given to {@link #apply}
     * @return the address with its real port, or null if it is not wanted or not open
     */
    public synchronized @Nullable InetSocketAddress boundAddress(InetSocketAddress wanted) {
        Listener listener = listeners.get(wanted);
        return listener == null ? null : listener.status().bound();
    }

    /**
     * Stops listening and waits for the connections that were accepted, which go on undisturbed.
     *
     * @param patience how long to wait
     * @return completes, never exceptionally, when the last connection has ended or the time is over; with the number of
     *     those that are still open
     */
    public CompletableFuture<Integer> drain(Duration patience) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        ScheduledFuture<?> end =
                scheduler.schedule(() -> over.complete(null), patience.toNanos(), TimeUnit.NANOSECONDS);
        // Only when the ports are closed does having no connection mean that none will come.
        stop().thenCompose(closed -> connections.whenNone()).thenRun(() -> over.complete(null));
        return over.thenApply(done -> {
            end.cancel(false);
            return connections.count();
        });
    }

    /**
     * Connections that were accepted and have not ended.
     *
     * @return the exact number at this moment, those of removed listeners included
     */
    public int openConnections() {
        return connections.count();
    }

    /** Stops listening. Connections that exist go on; whoever owns the transport decides about them. Idempotent. */
    @Override
    public void close() {
        stop();
    }

    private synchronized CompletableFuture<Void> stop() {
        closed = true;
        List<CompletableFuture<Void>> closes = new ArrayList<>(List.of(closing));
        listeners.values().forEach(listener -> closes.add(listener.close()));
        listeners.clear();
        closing = all(closes);
        return closing;
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
    }
}
