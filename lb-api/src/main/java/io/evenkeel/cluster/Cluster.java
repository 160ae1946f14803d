package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The live view of one service.
 *
 * <p>{@link #pick} and {@link #acquire} may be called by any thread and neither lock nor block; {@code pick} allocates
 * nothing. {@link #update} and {@link #remove} belong to the one control thread of whoever owns the cluster, usually a
 * {@code LoadBalancer}.
 */
public final class Cluster {

    private final String name;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterState state = ClusterState.UNKNOWN;

    /* Control thread only: what the current state was built with, and everyone the source reports, by id. */
    private @Nullable ClusterConfig config;
    private Map<String, EndpointStats> statsById = Map.of();
    private @Nullable Picker lastPicker; // outlives moments without endpoints, so that its cursor does too

    /**
     * A cluster about which nothing is known yet.
     *
     * @param name whose view it is
     * @param ticker the clock for leases
     * @param random for strategies, usable from any thread
     */
    public Cluster(String name, Ticker ticker, RandomGenerator random) {
        this.name = requireNonNull(name, "name");
        this.ticker = requireNonNull(ticker, "ticker");
        this.random = requireNonNull(random, "random");
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
        EndpointStats chosen = pick(context);
        if (chosen == null) {
            throw new NoEndpointException(whyNone(context));
        }
        return new Lease(chosen, ticker);
    }

    /**
     * Follows the changes of this cluster.
     *
     * @param listener who wants to know
     * @return ends the interest when closed
     */
    public Subscription listen(ClusterListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * Takes over a new snapshot. Control thread only.
     *
     * @param snapshot all endpoints of the service
     * @param newConfig how to balance over them
     */
    public void update(Snapshot snapshot, ClusterConfig newConfig) {
        Map<String, EndpointStats> known = statsById;
        Map<String, EndpointStats> seen = new HashMap<>(snapshot.endpoints().size() * 2);
        List<EndpointStats> active = new ArrayList<>(snapshot.endpoints().size());
        List<EndpointStats> draining = new ArrayList<>();
        ClusterState before = state;
        boolean reweighted = false;
        for (Endpoint reported : snapshot.endpoints()) {
            Eligibility eligibility = newConfig.filter().judge(reported);
            EndpointStats stats = known.get(reported.id());
            if (stats == null || !stats.isAbout(reported)) {
                stats = new EndpointStats(reported);
            } else {
                reweighted |= stats.endpoint().weight() != reported.weight();
                stats.refresh(reported);
            }
            if (seen.putIfAbsent(reported.id(), stats) != null || eligibility == Eligibility.ABSENT) {
                continue;
            }
            boolean takesWork = eligibility == Eligibility.ACTIVE && reported.weight() > 0;
            (takesWork ? active : draining).add(stats);
        }
        statsById = seen;
        boolean sameSet = active.equals(before.active());
        ClusterConfig oldConfig = config;
        config = newConfig;
        boolean sameStrategy = oldConfig != null && oldConfig.strategy().equals(newConfig.strategy());
        Picker picker = before.picker();
        if (active.isEmpty()) {
            picker = null;
        } else if (picker == null || !sameSet || reweighted || !sameStrategy) {
            picker = newConfig.strategy().newPicker(List.copyOf(active), lastPicker, random);
            lastPicker = picker;
        }
        Service service = snapshot.service();
        boolean same = sameSet
                && picker == before.picker()
                && draining.equals(before.draining())
                && service.equals(before.service().orElse(null));
        if (!same) {
            publish(new ClusterState(
                    before.generation() + 1, service, List.copyOf(active), List.copyOf(draining), picker));
        }
    }

    /** The source does not know the service (any more). Control thread only. */
    public void remove() {
        ClusterState before = state;
        statsById = Map.of();
        if (before.service().isPresent()) {
            publish(new ClusterState(before.generation() + 1, null, List.of(), List.of(), null));
        }
    }

    private void publish(ClusterState next) {
        ClusterState previous = state;
        state = next;
        for (ClusterListener listener : listeners) {
            listener.stateChanged(previous, next);
        }
    }

    private String whyNone(PickContext context) {
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
        return name + ": all " + context.triedCount() + " endpoints were tried";
    }

    @Override
    public String toString() {
        return name + " (" + state + ")";
    }
}
