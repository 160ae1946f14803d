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
 * <p>Immutable; safe for use by any thread for as long as it likes. What changes from use to use, bars and limits included,
 * is in the endpoints' stats.
 */
public final class ClusterState {

    private static final int MORE_CHOICES = 3;

    static final ClusterState UNKNOWN = new ClusterState(0, null, List.of(), List.of(), null);

    private final long generation;
    private final @Nullable Service service;
    private final List<EndpointStats> active;
    private final List<EndpointStats> draining;
    private final @Nullable Picker picker;
    private final boolean usesTime;
    private final boolean usesKey;

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
        this.usesTime = picker != null && picker.usesTime();
        this.usesKey = picker != null && picker.usesKey();
    }

    /** The same with another picker for the same endpoints. */
    ClusterState withPicker(Picker newPicker) {
        return new ClusterState(generation, service, active, draining, newPicker);
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

    boolean usesTime() {
        return usesTime;
    }

    /**
     * Whether picks go by the key of their context.
     *
     * @return false if a key makes no difference, so that nobody need find one
     */
    public boolean usesKey() {
        return usesKey;
    }

    @Nullable
    Picker picker() {
        return picker;
    }

    /** Chooses an endpoint and begins a use of it; null if nobody takes one, or nobody who was not tried. */
    @Nullable
    EndpointStats start(PickContext context, long now) {
        Picker current = picker;
        if (current == null) {
            return null;
        }
        EndpointStats chosen = current.pick(context, now, 0);
        return !context.excludes(chosen) && chosen.tryStart(now) ? chosen : startOther(current, context, now, chosen);
    }

    /*
     * Let the strategy choose again a few times (four choices miss with a chance of 1 in 16 if half of all are out, where
     * bars begin to be ignored), then take whoever is left, beginning behind where it pointed last.
     */
    private @Nullable EndpointStats startOther(Picker current, PickContext context, long now, EndpointStats first) {
        EndpointStats last = first;
        for (int attempt = 1; attempt <= MORE_CHOICES; attempt++) {
            last = current.pick(context, now, attempt);
            if (!context.excludes(last) && last.tryStart(now)) {
                return last;
            }
        }
        int start = active.indexOf(last) + 1;
        for (int i = 0; i < active.size(); i++) {
            EndpointStats candidate = active.get((start + i) % active.size());
            if (!context.excludes(candidate) && candidate.tryStart(now)) {
                return candidate;
            }
        }
        return null;
    }

    /** Why there is nobody for a use. */
    String whyNone(PickContext context) {
        if (generation == 0) {
            return "nothing is known of this service yet";
        }
        if (service == null) {
            return "the source knows no such service";
        }
        if (active.isEmpty()) {
            return "no endpoint takes work (" + draining.size() + " draining)";
        }
        int tried = context.triedCount();
        if (tried >= active.size()) {
            return "all " + tried + " endpoints were tried";
        }
        long barred = active.stream().filter(EndpointStats::isBarred).count();
        return "of " + active.size() + " endpoints none takes work (" + tried + " tried, " + barred
                + " barred, the others at their limits)";
    }

    @Override
    public String toString() {
        return "generation " + generation + ", " + active.size() + " active, " + draining.size() + " draining";
    }
}
