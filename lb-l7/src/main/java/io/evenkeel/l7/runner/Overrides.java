package io.evenkeel.l7.runner;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.endpoint.EndpointStats;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has decided about servers by hand, whatever the source says: they take no new requests, what they have goes
 * on. An override ends when its time is over, when it is taken back, or with its server. Thread-safe.
 */
final class Overrides {

    /** Why a server takes nothing new. To requests it is the same; the statistics tell which. */
    enum Kind {
        DRAIN,
        MAINT
    }

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private record Decision(
            Kind kind, Cluster cluster, @Nullable Future<?> end) {

        void cancelEnd() {
            if (end != null) {
                end.cancel(false);
            }
        }
    }

    private final ScheduledExecutorService clock;
    private final Map<EndpointStats, Decision> overrides = new ConcurrentHashMap<>();

    Overrides(ScheduledExecutorService clock) {
        this.clock = clock;
    }

    /** What was decided about a server; null if nothing was. */
    @Nullable
    Kind of(EndpointStats server) {
        Decision decision = overrides.get(server);
        return decision == null ? null : decision.kind();
    }

    /**
     * Takes a server out.
     *
     * @param drainTimeout how long what it has may go on, if there is a limit
     * @param ttl after which time it is back; null for never by itself
     * @return false if its cluster does not have it any more
     */
    synchronized boolean takeOut(
            Cluster cluster, EndpointStats server, Kind kind, @Nullable Duration ttl, Optional<Duration> drainTimeout) {
        if (!cluster.drain(server, drainTimeout.orElse(ttl == null ? PATIENCE : ttl))) {
            return false;
        }
        Future<?> end = ttl == null
                ? null
                : clock.schedule(() -> putBack(cluster, server), ttl.toNanos(), TimeUnit.NANOSECONDS);
        Decision before = overrides.put(server, new Decision(kind, cluster, end));
        if (before != null) {
            before.cancelEnd();
        }
        return true;
    }

    /** Takes a decision back; nothing happens if there is none. */
    synchronized void putBack(Cluster cluster, EndpointStats server) {
        Decision decision = overrides.remove(server);
        if (decision != null) {
            decision.cancelEnd();
            cluster.undrain(server);
        }
    }

    /** Forgets decisions about servers that are gone. */
    synchronized void sweep() {
        overrides.entrySet().removeIf(entry -> {
            Decision decision = entry.getValue();
            boolean gone = !decision.cluster().state().draining().contains(entry.getKey());
            if (gone) {
                decision.cancelEnd();
            }
            return gone;
        });
    }
}
