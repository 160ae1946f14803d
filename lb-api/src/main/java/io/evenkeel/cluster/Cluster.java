package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.health.CheckState;
import io.evenkeel.strategy.PickContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live view of one service.
 *
 * <p>{@link #pick} and {@link #acquire} may be called by any thread and neither lock nor block; {@code pick} allocates
 * nothing. {@link #update} and {@link #remove} belong to whoever owns the cluster, usually a {@code LoadBalancer}, and are
 * called by one thread at a time.
 */
public final class Cluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    private final String name;
    private final ClusterRuntime runtime;
    private final Ticker ticker;
    private final Listeners listeners;
    private final LongAdder emptyPicks = new LongAdder();
    private volatile ClusterState state = ClusterState.UNKNOWN;
    private volatile boolean closed;

    /* Under the control lock. Alarms are set only while there is something to wait for. */
    private final Object control = new Object();
    private final Assembler assembler;
    private final Alarm ramping;
    private final Alarm draining;
    private boolean failsOpen;
    private long failedOpen;

    private final Monitors monitors;
    private final Waiters waiters;
    private final LeaseTracker tracker;
    private final RetryBudget retryBudget;
    private final LatencyWindow latencies = new LatencyWindow();
    private volatile int leakSampling = ClusterConfig.defaults().leakSampling();

    /**
     * A cluster about which nothing is known yet.
     *
     * @param name whose view it is
     * @param runtime what it lives on
     */
    public Cluster(String name, ClusterRuntime runtime) {
        this(name, runtime, new HashSet<>());
    }

    /**
     * A cluster about which nothing is known yet, for an owner that lets go of clusters nobody uses.
     *
     * @param name whose view it is
     * @param runtime what it lives on
     * @param listenedTo a thread-safe set that this cluster is in for as long as it has a listener
     */
    public Cluster(String name, ClusterRuntime runtime, Set<Cluster> listenedTo) {
        this.name = requireNonNull(name, "name");
        this.runtime = requireNonNull(runtime, "runtime");
        this.ticker = runtime.ticker();
        this.listeners = new Listeners(this, listenedTo);
        this.waiters = new Waiters(this, runtime, this::tryAcquire);
        this.tracker = new LeaseTracker(name);
        this.retryBudget = new RetryBudget(0.2, 10, ticker);
        this.monitors = new Monitors(new Monitored(this, runtime), waiters::wake);
        this.assembler = new Assembler(runtime, monitors);
        this.ramping = new Alarm(runtime.control(), this::ramp);
        this.draining = new Alarm(runtime.control(), this::look);
    }

    /**
     * Whose view it is.
     *
     * @return the name it was asked for by
     */
    public String name() {
        return name;
    }

    /**
     * The newest state.
     *
     * @return one volatile read
     */
    public ClusterState state() {
        return state;
    }

    /**
     * What the endpoints of this cluster have done together, those that are gone included.
     *
     * @return the sums since the cluster exists; costs one read of every endpoint's counters
     */
    public Usage usage() {
        return assembler.usage();
    }

    /**
     * Chooses an endpoint and begins a use of it: the path without allocation. The caller owes exactly one
     * {@link EndpointStats#complete}.
     *
     * @param context what is known of the use
     * @return the endpoint's stats, or null if no endpoint takes work (or every one that does was tried)
     */
    public @Nullable EndpointStats pick(PickContext context) {
        ClusterState current = state;
        return counted(current.start(context, current.usesTime() ? ticker.nanos() : 0));
    }

    /**
     * Like {@link #pick(PickContext)}, for callers that have read the clock already and would not have it read again.
     *
     * @param context what is known of the use
     * @param now what the cluster's ticker said
     * @return the endpoint's stats, or null if no endpoint takes work (or every one that does was tried)
     */
    public @Nullable EndpointStats pick(PickContext context, long now) {
        return counted(state.start(context, now));
    }

    /**
     * Begins a use of an endpoint that the caller has chosen, unless that takes none. If it has begun, the caller owes
     * exactly one {@link EndpointStats#complete}. Allocates nothing.
     *
     * @param endpoint one that is {@linkplain ClusterState#active active}
     * @return whether the use has begun
     */
    public boolean tryStart(EndpointStats endpoint) {
        return endpoint.tryStart(state.usesTime() ? ticker.nanos() : 0);
    }

    private @Nullable EndpointStats counted(@Nullable EndpointStats chosen) {
        if (chosen == null) {
            emptyPicks.increment();
        }
        return chosen;
    }

    /**
     * How often nobody could be picked.
     *
     * @return picks without an endpoint since the cluster exists
     */
    public long emptyPicks() {
        return emptyPicks.sum();
    }

    /**
     * Chooses an endpoint and begins a use of it.
     *
     * @return the lease, to be completed or closed
     * @throws NoEndpointException if no endpoint takes work; the message says why
     */
    public Lease acquire() {
        return acquire(PickContext.none());
    }

    /**
     * Chooses an endpoint and begins a use of it.
     *
     * @param context what is known of the use
     * @return the lease, to be completed or closed
     * @throws NoEndpointException if no endpoint takes work (or every one that does was tried); the message says why
     */
    public Lease acquire(PickContext context) {
        Lease lease = tryAcquire(context);
        if (lease == null) {
            emptyPicks.increment();
            throw new NoEndpointException(whyNone(context));
        }
        return lease;
    }

    /**
     * Chooses an endpoint and begins a use of it, as soon as there is one: at once if one takes work, else when a bar, a
     * limit or a new report lets one. Those who wait are served in order.
     *
     * @param context what is known of the use; not to be changed before the future is complete
     * @param maxWait how long to wait, 0 or more
     * @return the lease, to be completed or closed; fails with a {@link NoEndpointException} when the time is over or too
     *     many wait. Cancel it to wait no longer. Completes at once, or on the control thread or that of another who comes to
     *     wait: neither must be blocked
     */
    public CompletableFuture<Lease> acquireAsync(PickContext context, Duration maxWait) {
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("maxWait: " + maxWait + " (expected: 0 or more)");
        }
        Lease lease = maxWait.isZero() || waiters.isEmpty() ? tryAcquire(context) : null;
        if (lease != null) {
            return CompletableFuture.completedFuture(lease);
        }
        if (maxWait.isZero() || closed) {
            emptyPicks.increment();
            return CompletableFuture.failedFuture(new NoEndpointException(whyNone(context)));
        }
        return waiters.add(context, Ticker.toNanos(maxWait));
    }

    /**
     * Chooses an endpoint and begins a use of it, for callers who know what to do without one.
     *
     * @param context what is known of the use
     * @return the lease, to be completed or closed; null if no endpoint takes work (or every one that does was tried),
     *     which does not count as an {@linkplain #emptyPicks empty pick}
     */
    public @Nullable Lease tryAcquire(PickContext context) {
        long now = ticker.nanos();
        EndpointStats chosen = state.start(context, now);
        if (chosen == null && tracker.sweep()) {
            chosen = state.start(context, now); // forgotten uses may have been all that filled an endpoint
        }
        return chosen == null ? null : lease(chosen, now);
    }

    private Lease lease(EndpointStats chosen, long now) {
        Lease lease = new Lease(chosen, ticker, now);
        int sampling = leakSampling;
        if (sampling > 0 && (sampling == 1 || runtime.random().nextInt(sampling) == 0)) {
            tracker.watch(lease);
        }
        return lease;
    }

    /**
     * How many of the leases that are watched for it were neither completed nor closed before nobody could any more. Each
     * was ended then.
     *
     * @return the leaks found so far; of those that are not watched nothing is known
     */
    public long leakedLeases() {
        return tracker.leaks();
    }

    /**
     * How many calls of {@link #acquireAsync} wait for an endpoint.
     *
     * @return the length of the queue
     */
    public int waiting() {
        return waiters.size();
    }

    /** How many uses an endpoint may have in flight by the configuration. Under the control lock. */
    int limit() {
        return assembler.config().maxInFlight();
    }

    /**
     * What all who call this service may retry together.
     *
     * @return always the same budget: 20 % of what is executed, and 10 a second
     */
    public RetryBudget retryBudget() {
        return retryBudget;
    }

    /**
     * How long recent calls of this service took that succeeded.
     *
     * @return always the same window, which those who execute calls fill
     */
    public LatencyWindow latencies() {
        return latencies;
    }

    /**
     * Follows the changes of this cluster, from now on; {@link #state} tells what it is already.
     *
     * @param listener who wants to know
     * @return ends the interest when closed
     */
    public Subscription listen(ClusterListener listener) {
        synchronized (control) {
            Listeners.Registration registration = listeners.add(listener);
            if (closed) {
                registration.tell(ClusterListener::closed);
            }
            return registration;
        }
    }

    /**
     * The changes of this cluster, from what it is now on, for those who would rather be told of the whole now and then
     * than of every step. Subscribers are called on the control thread and must not block.
     *
     * @param window changes that follow a first one within this time come together with it; 0 or more
     * @return a publisher for any number of subscribers; completes when the cluster is closed
     */
    public Flow.Publisher<ClusterChange> changes(Duration window) {
        return new ClusterChanges(this, this::now, runtime.control(), window);
    }

    /**
     * What this cluster is now, with what changes between states.
     *
     * @return state, available endpoints and whether bars are ignored, as one
     */
    public ClusterChange now() {
        synchronized (control) {
            return new ClusterChange(name, state, assembler.free(), failsOpen);
        }
    }

    /**
     * Takes over a new snapshot. By one thread at a time, as {@link #remove}; all other changes are thread-safe.
     *
     * @param snapshot all endpoints of the service
     * @param newConfig how to balance over them
     */
    public void update(Snapshot snapshot, ClusterConfig newConfig) {
        synchronized (control) {
            if (!closed) {
                show(assembler.take(state, snapshot, newConfig));
            }
        }
    }

    /* Publishes what differs from what is, and tells those whom it concerns. */
    private void show(ClusterState next) {
        ClusterState before = state;
        boolean same = next.active() == before.active()
                && next.picker() == before.picker()
                && next.draining().equals(before.draining())
                && next.service().equals(before.service())
                && before.generation() > 0;
        monitors.follow(
                same ? before.active() : next.active(), assembler.config().monitors());
        if (!same) {
            state = next;
            waiters.wake();
            listeners.tell(listener -> listener.stateChanged(before, next));
        }
        leakSampling = assembler.config().leakSampling();
        tellFailOpen();
        setAlarms();
    }

    private void setAlarms() {
        long ramp = assembler.nanosToNextRamp();
        if (ramp >= 0) {
            ramping.in(ramp);
        }
        Drains drains = assembler.drains();
        if (drains.count() > 0 && !draining.isSet()) {
            draining.in(drains.nanosToNextLook());
        }
    }

    /** The source does not know the service (any more). Control thread only. */
    public void remove() {
        synchronized (control) {
            if (!closed) {
                show(assembler.forget(state));
            }
        }
    }

    /**
     * Puts a bar in the way of an endpoint: it takes no new work until {@link #unbar}, unless too few are left and the
     * cluster fails open. Rebuilds nothing and costs the same however many endpoints there are. Thread-safe.
     *
     * @param endpoint one of this cluster's
     * @param bar the reason
     */
    public void bar(EndpointStats endpoint, Bar bar) {
        synchronized (control) {
            if (endpoint.isBarred(bar)) {
                return;
            }
            boolean first = endpoint.bar(bar);
            listeners.tell(listener -> listener.barred(endpoint, bar));
            assembler.barred(endpoint, first);
            tellFailOpen();
        }
    }

    /**
     * Takes a bar away. Rebuilds nothing and costs the same however many endpoints there are; where that lets the endpoint
     * ramp up, the weights are made anew on the control thread soon after. Thread-safe.
     *
     * @param endpoint one of this cluster's, or one that was
     * @param bar the reason that no longer holds
     */
    public void unbar(EndpointStats endpoint, Bar bar) {
        synchronized (control) {
            if (!endpoint.isBarred(bar)) {
                return;
            }
            boolean last = endpoint.unbar(bar);
            listeners.tell(listener -> listener.unbarred(endpoint, bar));
            if (assembler.unbarred(endpoint, bar, last)) {
                ramping.soon(); // however many endpoints return together, weights are made anew once
            }
            tellFailOpen();
            waiters.wake();
        }
    }

    private void tellFailOpen() {
        boolean open = assembler.failsOpen();
        if (open != failsOpen) {
            failsOpen = open;
            failedOpen += open ? 1 : 0;
            waiters.wake();
            listeners.tell(listener -> listener.failOpenChanged(open));
        }
    }

    /**
     * Lets an endpoint drain, whatever the source says: it takes no new work until {@link #undrain}, or until it is gone and
     * comes back, and that is not ignored when the cluster fails open. Thread-safe; costs as much as an update.
     *
     * @param endpoint one of this cluster's
     * @param timeout how long to wait until its uses in flight have ended, 0 or more; {@link ClusterListener#drained} tells
     *     when they have, or when the time is over
     * @return false if the source reports the endpoint no longer
     */
    public boolean drain(EndpointStats endpoint, Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: >= 0)");
        }
        synchronized (control) {
            return showIfAny(closed ? null : assembler.drain(state, endpoint, timeout));
        }
    }

    /**
     * Takes back a {@link #drain}. Thread-safe; costs as much as an update.
     *
     * @param endpoint one of this cluster's
     * @return false if the source reports the endpoint no longer, or nobody has drained it
     */
    public boolean undrain(EndpointStats endpoint) {
        synchronized (control) {
            return showIfAny(closed ? null : assembler.undrain(state, endpoint));
        }
    }

    private boolean showIfAny(@Nullable ClusterState next) {
        if (next == null) {
            return false;
        }
        show(next);
        return true;
    }

    /**
     * What the layers between the endpoints and the picker do, and have done. Thread-safe; waits while the cluster is being
     * changed.
     *
     * @return the numbers of this moment
     */
    public ClusterLayers layers() {
        synchronized (control) {
            return assembler.layers(failsOpen, failedOpen);
        }
    }

    /**
     * How an endpoint fares under this cluster's health check. Thread-safe; waits while the cluster is being changed.
     *
     * @param endpoint one of this cluster's
     * @return its state of this moment; nothing if nobody checks it
     */
    public Optional<CheckState> checkState(EndpointStats endpoint) {
        synchronized (control) {
            return Optional.ofNullable(monitors.checkState(endpoint));
        }
    }

    /* Other weights are no other state: listeners are not told. */
    private void ramp() {
        synchronized (control) {
            ramping.came();
            if (closed) {
                return;
            }
            try {
                state = assembler.ramp(state);
            } catch (RuntimeException e) {
                LOG.error("{}: no picker could be made with new weights; the last one stands", name, e);
            }
            setAlarms();
        }
    }

    private void look() {
        synchronized (control) {
            draining.came();
            if (closed) {
                return;
            }
            for (Drains.Drained one : assembler.drains().look()) {
                listeners.tell(listener -> listener.drained(one.endpoint(), one.timedOut()));
            }
            setAlarms();
        }
    }

    /**
     * Stops everything that works beside this cluster. It keeps its last state and takes no more updates. Closing again
     * has no effect.
     */
    @Override
    public void close() {
        synchronized (control) {
            if (!closed) {
                closed = true;
                monitors.close();
                waiters.close();
                ramping.cancel();
                draining.cancel();
                assembler.drains().clear();
                listeners.tell(ClusterListener::closed);
            }
        }
    }

    /** Why there is nobody for a use. */
    String whyNone(PickContext context) {
        return name + ": " + state.whyNone(context);
    }

    @Override
    public String toString() {
        return name + " (" + state + ")";
    }
}
