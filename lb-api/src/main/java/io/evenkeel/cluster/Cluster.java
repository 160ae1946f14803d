package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
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
public final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    private final String name;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterState state = ClusterState.UNKNOWN;

    /* Control thread only: what the current state was built from. */
    private final Roster roster;
    private @Nullable Strategy strategy;
    private boolean unfinished; // an update failed after it had changed the roster
    private @Nullable Picker lastPicker; // outlives moments without endpoints, so that its cursor does too

    /* Holds this cluster while somebody listens. */
    private final Set<Cluster> listenedTo;

    /**
     * A cluster about which nothing is known yet.
     *
     * @param name whose view it is
     * @param ticker the clock for leases
     * @param random for strategies, usable from any thread
     */
    public Cluster(String name, Ticker ticker, RandomGenerator random) {
        this(name, ticker, random, new HashSet<>());
    }

    /**
     * A cluster about which nothing is known yet, for an owner that lets go of clusters nobody uses.
     *
     * @param name whose view it is
     * @param ticker the clock for leases
     * @param random for strategies, usable from any thread
     * @param listenedTo a thread-safe set that this cluster is in for as long as it has a listener
     */
    public Cluster(String name, Ticker ticker, RandomGenerator random, Set<Cluster> listenedTo) {
        this.name = requireNonNull(name, "name");
        this.ticker = requireNonNull(ticker, "ticker");
        this.random = requireNonNull(random, "random");
        this.listenedTo = requireNonNull(listenedTo, "listenedTo");
        this.roster = new Roster(ticker);
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
        EndpointStats chosen = state.choose(context);
        if (chosen != null) {
            chosen.start();
        }
        return chosen;
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
        ClusterState now = state;
        EndpointStats chosen = now.choose(context);
        if (chosen == null) {
            throw new NoEndpointException(whyNone(now, context));
        }
        chosen.start();
        return new Lease(chosen, ticker);
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
        return registration;
    }

    /**
     * Takes over a new snapshot. Control thread only.
     *
     * @param snapshot all endpoints of the service
     * @param newConfig how to balance over them
     */
    public void update(Snapshot snapshot, ClusterConfig newConfig) {
        ClusterState before = state;
        List<Endpoint> reports = snapshot.endpoints();
        List<Eligibility> eligibilities = new ArrayList<>(reports.size());
        for (Endpoint reported : reports) {
            eligibilities.add(newConfig.filter().judge(reported)); // may throw, so before anything is changed
        }
        List<EndpointStats> active = new ArrayList<>(reports.size());
        List<EndpointStats> draining = new ArrayList<>();
        boolean rebuild = unfinished;
        unfinished = true;
        EndpointStats[] stats = roster.take(reports);
        for (int i = 0; i < stats.length; i++) {
            EndpointStats one = stats[i];
            if (one == null) {
                continue; // named twice: the first one counts
            }
            Endpoint reported = reports.get(i);
            Eligibility eligibility = eligibilities.get(i);
            boolean takesWork = eligibility == Eligibility.ACTIVE && reported.weight() > 0;
            rebuild |= takesWork && !reported.isPickedLike(one.endpoint());
            one.refresh(reported);
            if (takesWork) {
                active.add(one);
            } else if (eligibility != Eligibility.ABSENT) {
                draining.add(one);
            }
        }
        boolean sameSet = active.equals(before.active());
        List<EndpointStats> takers = sameSet ? before.active() : List.copyOf(active);
        Picker picker = before.picker();
        if (takers.isEmpty()) {
            picker = null;
        } else if (picker == null
                || !sameSet
                || rebuild
                || !newConfig.strategy().equals(strategy)) {
            picker = newConfig.strategy().newPicker(takers, lastPicker, random);
            lastPicker = picker;
        }
        strategy = newConfig.strategy();
        unfinished = false;
        Service service = snapshot.service();
        boolean same = sameSet
                && picker == before.picker()
                && draining.equals(before.draining())
                && service.equals(before.service().orElse(null));
        if (!same) {
            publish(new ClusterState(before.generation() + 1, service, takers, List.copyOf(draining), picker));
        }
    }

    /** The source does not know the service (any more). Control thread only. */
    public void remove() {
        ClusterState before = state;
        roster.take(List.of());
        if (before.generation() == 0 || before.service().isPresent()) {
            publish(new ClusterState(before.generation() + 1, null, List.of(), List.of(), null));
        }
    }

    private void publish(ClusterState next) {
        ClusterState previous = state;
        state = next;
        for (Registration registration : listeners) {
            registration.tell(previous, next);
        }
    }

    private String whyNone(ClusterState now, PickContext context) {
        if (now.generation() == 0) {
            return name + ": nothing is known of this service yet";
        }
        if (now.service().isEmpty()) {
            return name + ": the source knows no such service";
        }
        if (now.active().isEmpty()) {
            return name + ": no endpoint takes work (" + now.draining().size() + " draining)";
        }
        return name + ": all " + context.triedCount() + " endpoints were tried";
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

        synchronized void tell(ClusterState previous, ClusterState current) {
            if (closed) {
                return;
            }
            try {
                listener.stateChanged(previous, current);
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
}
