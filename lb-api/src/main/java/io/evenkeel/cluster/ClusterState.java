package io.evenkeel.cluster;

import io.evenkeel.discovery.Service;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster is at one moment: its endpoints by what they may be used for, and the picker built for them.
 *
 * <p>Immutable; safe for use by any thread for as long as it likes.
 */
public final class ClusterState {

    static final ClusterState UNKNOWN = new ClusterState(0, null, List.of(), List.of(), null);

    private final long generation;
    private final @Nullable Service service;
    private final List<EndpointStats> active;
    private final List<EndpointStats> draining;
    private final @Nullable Picker picker;

    ClusterState(
            long generation,
            @Nullable Service service,
            List<EndpointStats> active,
            List<EndpointStats> draining,
            @Nullable Picker picker) {
        this.generation = generation;
        this.service = service;
        this.active = active;
        this.draining = draining;
        this.picker = picker;
    }

    /**
     * Counts the states of a cluster.
     *
     * @return 0 for the state before anything was known, one more for each change
     */
    public long generation() {
        return generation;
    }

    /**
     * What the source says of the service.
     *
     * @return the service, or nothing if the source does not know it (or nothing is known yet)
     */
    public Optional<Service> service() {
        return Optional.ofNullable(service);
    }

    /**
     * The endpoints that take new work.
     *
     * @return an immutable list
     */
    public List<EndpointStats> active() {
        return active;
    }

    /**
     * The endpoints that take no new work but keep what they have.
     *
     * @return an immutable list
     */
    public List<EndpointStats> draining() {
        return draining;
    }

    @Nullable
    Picker picker() {
        return picker;
    }

    /** Chooses an endpoint without beginning a use; null if there is none, or none that was not tried. */
    @Nullable
    EndpointStats choose(PickContext context) {
        Picker current = picker;
        if (current == null) {
            return null;
        }
        EndpointStats chosen = current.pick(context);
        return context.excludes(chosen) ? chooseOther(current, context) : chosen;
    }

    /* A retry: let the strategy choose again a few times, then take whoever is left, beginning where it pointed last. */
    private @Nullable EndpointStats chooseOther(Picker current, PickContext context) {
        EndpointStats last = current.pick(context);
        for (int attempt = 0; attempt < 3 && context.excludes(last); attempt++) {
            last = current.pick(context);
        }
        int start = active.indexOf(last);
        for (int i = 0; i < active.size(); i++) {
            EndpointStats candidate = active.get((start + i) % active.size());
            if (!context.excludes(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "generation " + generation + ", " + active.size() + " active, " + draining.size() + " draining";
    }
}
