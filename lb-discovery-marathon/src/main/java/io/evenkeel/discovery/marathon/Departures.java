package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tasks that end, as events say while Marathon still lists them as running: they keep what they have and get nothing
 * new. Used under the {@link Publication}'s lock.
 *
 * <p>An answer that lists such a task in another state, or not at all, is believed, and one that lists it as running is so
 * once {@link #HOLD} has passed since the event: an event that was wrong costs a task no more than that.
 */
final class Departures {

    /** Longer than a Marathon that answers takes to be asked for everything again, see {@link ReadPlanner#LONGEST_PAUSE}. */
    static final Duration HOLD = Duration.ofSeconds(5);

    /** Of more than these within that time, some only cause a read. */
    static final int MOST = 1024;

    private final Ticker ticker;
    private final Map<String, Long> since = new HashMap<>();

    Departures(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Notes those of these tasks that are known; others are nobody's business. */
    void note(Set<String> tasks, Catalog known) {
        forgetOld();
        long now = ticker.nanos();
        for (Snapshot snapshot : known.snapshots()) {
            for (Endpoint endpoint : snapshot.endpoints()) {
                String id = endpoint.id();
                if (tasks.contains(id) && (since.size() < MOST || since.containsKey(id))) {
                    since.put(id, now);
                }
            }
        }
    }

    /** What Marathon says, but for those tasks; the snapshots without one are the same objects. */
    Catalog applyTo(Catalog read) {
        forgetOld();
        if (since.isEmpty()) {
            return read;
        }
        List<Snapshot> snapshots = new ArrayList<>(read.snapshots().size());
        for (Snapshot snapshot : read.snapshots()) {
            snapshots.add(snapshot.endpoints().stream().anyMatch(this::leaves) ? without(snapshot) : snapshot);
        }
        return Catalog.of(snapshots, read.problems());
    }

    private Snapshot without(Snapshot snapshot) {
        return new Snapshot(
                snapshot.service(),
                snapshot.endpoints().stream()
                        .map(one -> leaves(one) ? one.withState(EndpointState.STOPPING) : one)
                        .toList());
    }

    private boolean leaves(Endpoint endpoint) {
        boolean serves = endpoint.state() == EndpointState.RUNNING || endpoint.state() == EndpointState.UNSPECIFIED;
        return serves && since.containsKey(endpoint.id());
    }

    private void forgetOld() {
        long now = ticker.nanos();
        since.values().removeIf(noted -> now - noted >= HOLD.toNanos());
    }
}
