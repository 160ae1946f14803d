package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.health.MonitoredCluster;
import io.evenkeel.layer.Groups;
import io.evenkeel.layer.SlowStart;
import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
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

    private static final long LEAST_RAMP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int RAMP_STEPS = 20;

    private final String name;
    private final ClusterRuntime runtime;
    private final Ticker ticker;
    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder emptyPicks = new LongAdder();
    private volatile ClusterState state = ClusterState.UNKNOWN;

    /* Under the control lock: what the current state was built from. */
    private final Object control = new Object();
    private final Roster roster;
    private ClusterConfig config = ClusterConfig.defaults();
    private @Nullable Snapshot snapshot; // null if the source does not know the service
    private Muster muster = Muster.NOBODY;
    private Groups groups = Groups.NONE;
    private @Nullable Strategy strategy; // null before the first picker
    private volatile boolean closed;
    private boolean unfinished; // an update failed after it had changed the roster
    private boolean everBarred;
    private boolean failsOpen;
    private long failedOpen;
    private @Nullable Picker lastPicker; // outlives moments without endpoints, so that its cursor does too

    /* Under the control lock, too: what takes time. Timers run only while there is something to wait for. */
    private final Ramps ramps = new Ramps();
    private final Drains drains;
    private @Nullable Future<?> rampTimer;
    private @Nullable Future<?> drainTimer;
    private boolean rampsSoon;

    private final Monitors monitors;
    private final Waiters waiters;
    private final LeaseTracker tracker;
    private final RetryBudget retryBudget;
    private final LatencyWindow latencies = new LatencyWindow();
    private volatile int leakSampling = ClusterConfig.defaults().leakSampling();

    /* Holds this cluster while somebody listens. */
    private final Set<Cluster> listenedTo;

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
        this.listenedTo = requireNonNull(listenedTo, "listenedTo");
        this.waiters = new Waiters(this, runtime, this::tryAcquire);
        this.tracker = new LeaseTracker(name);
        this.retryBudget = new RetryBudget(0.2, 10, ticker);
        this.monitors = new Monitors(new Monitored(), waiters::wake);
        this.roster = new Roster(ticker, monitors);
        this.drains = new Drains(ticker);
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
        return roster.total();
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
     *     many wait. Cancel it to wait no longer. Completes on the control thread, which must not be blocked, or at once
     */
    public CompletableFuture<Lease> acquireAsync(PickContext context, Duration maxWait) {
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("maxWait: " + maxWait + " (expected: 0 or more)");
        }
        Lease lease = waiters.size() == 0 ? tryAcquire(context) : null;
        if (lease != null) {
            return CompletableFuture.completedFuture(lease);
        }
        if (maxWait.isZero() || closed) {
            emptyPicks.increment();
            return CompletableFuture.failedFuture(new NoEndpointException(whyNone(context)));
        }
        return waiters.add(context, maxWait.toNanos());
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
        Registration registration = new Registration(listener);
        synchronized (listeners) {
            listeners.add(registration);
            listenedTo.add(this);
        }
        if (closed) {
            registration.tell(ClusterListener::closed);
        }
        return registration;
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
            return new ClusterChange(name, state, groups.free(), failsOpen);
        }
    }

    /**
     * Takes over a new snapshot. Control thread only, as are all changes but {@link #bar} and {@link #unbar}.
     *
     * @param snapshot all endpoints of the service
     * @param newConfig how to balance over them
     */
    public void update(Snapshot snapshot, ClusterConfig newConfig) {
        synchronized (control) {
            if (!closed) {
                apply(snapshot, newConfig);
            }
        }
    }

    private void apply(Snapshot newest, ClusterConfig newConfig) {
        ClusterState before = state;
        Endpoint[] reports = newest.endpoints().toArray(Endpoint[]::new);
        Eligibility[] verdicts = verdicts(reports, newConfig.filter()); // may throw, so before anything is changed
        boolean unlike = unfinished; // what stats show may not be what was taken over
        boolean rebuild = unlike;
        unfinished = true;
        @Nullable Member[] members = roster.take(reports);
        Muster next = Muster.of(members, verdicts, newConfig);
        boolean sameSet = next.active().equals(before.active());
        rebuild |= !sameSet
                || (roster.hasNews() && next.looksNew())
                || !Arrays.equals(next.weights(), muster.weights())
                || !newConfig.grouping().equals(config.grouping())
                || (ramps.count() > 0 && !newConfig.slowStart().equals(config.slowStart()));
        int limit = newConfig.maxInFlight();
        if (unlike || roster.hasNews() || limit != EndpointStats.UNLIMITED || config.maxInFlight() != limit) {
            take(members, limit);
        }
        if (rebuild) {
            enlist(next, newConfig, unlike);
        }
        followDraining(next, newConfig.drainTimeout());
        Picker picker = before.picker();
        muster = next;
        groups.judge(newConfig.panicThreshold());
        if (next.active().isEmpty()) {
            picker = null;
        } else if (picker == null || rebuild || !newConfig.strategy().equals(strategy)) {
            picker = newPicker(newConfig);
        }
        config = newConfig;
        leakSampling = newConfig.leakSampling();
        snapshot = newest;
        strategy = newConfig.strategy();
        unfinished = false;
        show(new ClusterState(
                before.generation() + 1,
                newest.service(),
                sameSet ? before.active() : next.active(),
                next.drainingStats(),
                picker));
    }

    private static Eligibility[] verdicts(Endpoint[] reports, EndpointFilter filter) {
        Eligibility[] verdicts = new Eligibility[reports.length];
        for (int i = 0; i < verdicts.length; i++) {
            verdicts[i] = filter.judge(reports[i]);
        }
        return verdicts;
    }

    private static void take(@Nullable Member[] members, int limit) {
        for (Member member : members) {
            if (member == null) {
                continue;
            }
            member.refresh();
            if (member.limit != limit) {
                member.limit = limit;
                member.stats.setLimit(limit);
            }
        }
    }

    /* Who takes work is known anew: sorts them into groups, and lets newcomers ramp up unless all are. */
    private void enlist(Muster next, ClusterConfig newConfig, boolean unlike) {
        long report = roster.report();
        boolean anyStays = false;
        List<Member> newcomers = new ArrayList<>();
        Member[] before = muster.takers();
        Member[] after = next.takers();
        for (int i = 0; i < after.length; i++) {
            Member member = after[i];
            if (i < before.length && before[i] == member && !unlike) {
                anyStays = true; // nor need anything of it be touched
                continue;
            }
            member.chosenIn = report;
            if (member.takesWork) {
                anyStays = true;
            } else {
                newcomers.add(member);
                member.takesWork = true;
                member.group = 0;
                member.draining = false;
                drains.cancel(member.stats);
            }
        }
        for (int i = 0; i < before.length; i++) {
            boolean stays = i < after.length && before[i] == after[i];
            if (!stays && before[i].chosenIn != report) {
                before[i].takesWork = false;
                before[i].stats.ignoreBars(false);
            }
        }
        groups = next.keys() == null
                ? Groups.single(next.active(), groups)
                : Groups.of(newConfig.grouping(), next.active(), next.keys(), groups);
        if (next.keys() != null || muster.keys() != null || unlike) {
            for (int i = 0; i < after.length; i++) {
                after[i].group = groups.groupOf(i);
            }
        }
        groups.count(everBarred);
        SlowStart slowStart = newConfig.slowStart().orElse(null);
        long now = slowStart == null ? 0 : ticker.nanos();
        if (slowStart != null && anyStays) {
            newcomers.forEach(member -> ramps.begin(member, now));
        }
        ramps.settle(slowStart, now, roster);
        rampOn(slowStart);
    }

    private void followDraining(Muster next, Duration timeout) {
        for (Member member : next.draining()) {
            if (!member.draining) {
                member.draining = true;
                waitFor(member, timeout);
            }
        }
        for (Member member : roster.gone()) {
            if (!member.draining) {
                waitFor(member, timeout);
            }
        }
    }

    private void waitFor(Member member, Duration timeout) {
        if (!timeout.isZero()) {
            drains.begin(member.stats, timeout);
            lookOn();
        }
    }

    private Picker newPicker(ClusterConfig by) {
        SlowStart slowStart = by.slowStart().orElse(null);
        double[] weights = ramps.weights(muster, slowStart, slowStart == null ? 0 : ticker.nanos());
        Candidates candidates =
                Candidates.of(muster.active(), weights, lastPicker, runtime.random(), runtime.background());
        Picker picker = groups.newPicker(by.strategy(), candidates);
        lastPicker = picker;
        return picker;
    }

    /* Publishes what differs from what is, and tells those whom it concerns. */
    private void show(ClusterState next) {
        ClusterState before = state;
        boolean same = next.active() == before.active()
                && next.picker() == before.picker()
                && next.draining().equals(before.draining())
                && next.service().equals(before.service())
                && before.generation() > 0;
        if (!same) {
            state = next;
            waiters.wake();
            tell(listener -> listener.stateChanged(before, next));
        }
        tellFailOpen();
        monitors.follow(state, config.monitors());
    }

    /** The source does not know the service (any more). Control thread only. */
    public void remove() {
        synchronized (control) {
            if (closed) {
                return;
            }
            ClusterState before = state;
            roster.take(new Endpoint[0]);
            followDraining(Muster.NOBODY, config.drainTimeout());
            snapshot = null;
            muster = Muster.NOBODY;
            groups = Groups.NONE;
            everBarred = false;
            ramps.clear();
            if (before.generation() == 0 || before.service().isPresent()) {
                show(new ClusterState(before.generation() + 1, null, List.of(), List.of(), null));
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
            everBarred = true;
            boolean changed = endpoint.bar(bar);
            tell(listener -> listener.barred(endpoint, bar));
            Member member = roster.find(endpoint);
            if (changed && member != null && member.takesWork) {
                judgeAgain(member, false);
            }
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
            boolean changed = endpoint.unbar(bar);
            tell(listener -> listener.unbarred(endpoint, bar));
            Member member = roster.find(endpoint);
            if (member == null || !member.takesWork) {
                return;
            }
            SlowStart slowStart = config.slowStart().orElse(null);
            member.rampsWhenFree |= slowStart != null && slowStart.after().contains(bar);
            if (changed) {
                judgeAgain(member, true);
                if (member.rampsWhenFree) {
                    member.rampsWhenFree = false;
                    ramps.begin(member, ticker.nanos());
                    rampSoon();
                }
                waiters.wake();
            }
        }
    }

    private void judgeAgain(Member member, boolean free) {
        groups.changed(member.group, member.stats, free);
        groups.judge(config.panicThreshold());
        tellFailOpen();
    }

    private void tellFailOpen() {
        boolean open = groups.failsOpen();
        if (open != failsOpen) {
            failsOpen = open;
            failedOpen += open ? 1 : 0;
            waiters.wake();
            tell(listener -> listener.failOpenChanged(open));
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
            Member member = roster.find(endpoint);
            Snapshot newest = snapshot;
            if (closed || member == null || newest == null) {
                return false;
            }
            member.drainedByHand = true;
            apply(newest, config);
            drains.begin(endpoint, timeout);
            lookOn();
            return true;
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
            Member member = roster.find(endpoint);
            Snapshot newest = snapshot;
            if (closed || member == null || newest == null || !member.drainedByHand) {
                return false;
            }
            member.drainedByHand = false;
            member.draining = false;
            drains.cancel(endpoint);
            apply(newest, config);
            return true;
        }
    }

    /**
     * What the layers between the endpoints and the picker do, and have done. Thread-safe; waits while the cluster is being
     * changed.
     *
     * @return the numbers of this moment
     */
    public ClusterLayers layers() {
        synchronized (control) {
            return new ClusterLayers(
                    muster.unused(),
                    groups.shares(),
                    failsOpen,
                    failedOpen,
                    ramps.count(),
                    drains.count(),
                    drains.drained(),
                    drains.timedOut());
        }
    }

    private void rampOn(@Nullable SlowStart slowStart) {
        if (slowStart != null && ramps.count() > 0 && rampTimer == null) {
            long step = Math.max(
                    LEAST_RAMP_NANOS, slowStart.window().dividedBy(RAMP_STEPS).toNanos());
            rampTimer = runtime.control().schedule(this::ramp, step, TimeUnit.NANOSECONDS);
        }
    }

    /* However many endpoints return together, weights are made anew once. */
    private void rampSoon() {
        if (!rampsSoon) {
            rampsSoon = true;
            runtime.control().execute(this::ramp);
        }
    }

    /* Other weights are no other state: listeners are not told, and the generation stays. */
    private void ramp() {
        synchronized (control) {
            rampsSoon = false;
            if (rampTimer != null) {
                rampTimer.cancel(false);
                rampTimer = null;
            }
            SlowStart slowStart = config.slowStart().orElse(null);
            if (closed || muster.active().isEmpty() || unfinished) {
                return;
            }
            ramps.settle(slowStart, ticker.nanos(), roster);
            try {
                state = state.withPicker(newPicker(config));
            } catch (RuntimeException e) {
                LOG.error("{}: no picker could be made with new weights; the last one stands", name, e);
            }
            rampOn(slowStart);
        }
    }

    private void lookOn() {
        if (drains.count() > 0 && drainTimer == null) {
            drainTimer = runtime.control().schedule(this::look, drains.nanosToNextLook(), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        synchronized (control) {
            drainTimer = null;
            if (closed) {
                return;
            }
            for (Drains.Drained one : drains.look()) {
                tell(listener -> listener.drained(one.endpoint(), one.timedOut()));
            }
            lookOn();
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
                cancel(rampTimer);
                cancel(drainTimer);
                drains.clear();
                tell(ClusterListener::closed);
            }
        }
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void tell(Consumer<ClusterListener> news) {
        for (Registration registration : listeners) {
            registration.tell(news);
        }
    }

    /** Why there is nobody for a use. */
    String whyNone(PickContext context) {
        ClusterState now = state;
        if (now.generation() == 0) {
            return name + ": nothing is known of this service yet";
        }
        if (now.service().isEmpty()) {
            return name + ": the source knows no such service";
        }
        if (now.active().isEmpty()) {
            return name + ": no endpoint takes work (" + now.draining().size() + " draining)";
        }
        int tried = context.triedCount();
        if (tried >= now.active().size()) {
            return name + ": all " + tried + " endpoints were tried";
        }
        long barred = now.active().stream().filter(EndpointStats::isBarred).count();
        return name + ": of " + now.active().size() + " endpoints none takes work (" + tried + " tried, " + barred
                + " barred, the others at their limits)";
    }

    @Override
    public String toString() {
        return name + " (" + state + ")";
    }

    /* The lock is what lets close() promise that no call begins after it returns; picks never come here. */
    private final class Registration implements Subscription {

        private final ClusterListener listener;
        private boolean closed;

        Registration(ClusterListener listener) {
            this.listener = requireNonNull(listener, "listener");
        }

        synchronized void tell(Consumer<ClusterListener> news) {
            if (closed) {
                return;
            }
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("{}: a listener failed; the others are served", name, e);
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
            }
            synchronized (listeners) {
                listeners.remove(this);
                if (listeners.isEmpty()) {
                    listenedTo.remove(Cluster.this);
                }
            }
        }
    }

    /** What monitors see of this cluster. */
    private final class Monitored implements MonitoredCluster {

        @Override
        public String name() {
            return name;
        }

        @Override
        public Ticker ticker() {
            return ticker;
        }

        @Override
        public RandomGenerator random() {
            return runtime.random();
        }

        @Override
        public ScheduledExecutorService control() {
            return runtime.control();
        }

        @Override
        public void bar(EndpointStats endpoint, Bar bar) {
            Cluster.this.bar(endpoint, bar);
        }

        @Override
        public void unbar(EndpointStats endpoint, Bar bar) {
            Cluster.this.unbar(endpoint, bar);
        }
    }
}
