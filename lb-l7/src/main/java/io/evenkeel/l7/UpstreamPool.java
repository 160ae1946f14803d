package io.evenkeel.l7;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.EndpointStats;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Idle connections to endpoints, of one event loop, the most recently used first: those are the ones the endpoint is least
 * likely to be closing. Used on that loop only.
 *
 * <p>Connections to an endpoint that takes no new work any more are closed within two ticks of the loop's clock, so that it
 * can end in peace. While the cluster is what it was, a tick compares one reference per endpoint.
 */
final class UpstreamPool {

    private static final int MAX_IDLE_PER_ENDPOINT = 1024;

    /** The connections to one endpoint, and the last state of its cluster in which it was seen to be active. */
    private static final class Idle {

        private final Cluster cluster;
        private final ArrayDeque<UpstreamConnection> connections = new ArrayDeque<>(4);
        private @Nullable ClusterState seen;

        Idle(Cluster cluster) {
            this.cluster = cluster;
        }

        boolean isStillOf(EndpointStats endpoint) {
            ClusterState now = cluster.state();
            if (now != seen) {
                if (!now.active().contains(endpoint)) {
                    return false;
                }
                seen = now;
            }
            return true;
        }
    }

    private final LoopClock clock;
    private final IdentityHashMap<EndpointStats, Idle> idle = new IdentityHashMap<>();
    private final LoopClock.Timed sweep = new LoopClock.Timed() {
        @Override
        void expired() {
            dropThoseOfFormerEndpoints();
        }
    };
    private boolean closed;

    UpstreamPool(LoopClock clock) {
        this.clock = clock;
    }

    /** A connection to an endpoint that was made by this; others are of no use any more. */
    @Nullable
    UpstreamConnection take(EndpointStats endpoint, @Nullable UpstreamTls tls) {
        Idle known = idle.get(endpoint);
        if (known == null) {
            return null;
        }
        UpstreamConnection connection = known.connections.pollFirst();
        while (connection != null && !(connection.channel().isActive() && connection.isMadeBy(tls))) {
            connection.channel().close(); // if it is not yet, which it is yet to be told
            connection = known.connections.pollFirst();
        }
        if (connection != null) {
            connection.pooled(false);
        }
        return connection;
    }

    /** Keeps a connection to an endpoint of a cluster, unless there are enough already. */
    boolean put(UpstreamConnection connection, Cluster cluster) {
        if (closed) {
            return false;
        }
        Idle known = idle.get(connection.endpoint());
        if (known == null) {
            if (idle.isEmpty()) {
                clock.register(sweep);
                clock.deadline(sweep, 0);
            }
            known = new Idle(cluster);
            idle.put(connection.endpoint(), known);
        }
        if (known.connections.size() >= MAX_IDLE_PER_ENDPOINT) {
            return false;
        }
        known.connections.addFirst(connection);
        connection.pooled(true);
        return true;
    }

    /**
     * Closes the connection that was used the longest time ago, since a request opens one of its own that will come here:
     * there never are more than were in use at the same time.
     */
    void makeRoom(EndpointStats endpoint) {
        Idle known = idle.get(endpoint);
        UpstreamConnection coldest = known == null ? null : known.connections.pollLast();
        if (coldest != null) {
            coldest.pooled(false);
            coldest.channel().close();
        }
    }

    /** Forgets a connection that is closed, and its endpoint with the last of them. */
    void remove(UpstreamConnection connection) {
        Idle known = idle.get(connection.endpoint());
        if (known != null) {
            if (connection.isPooled()) { // else there would be a search through all of them
                known.connections.remove(connection);
            }
            if (known.connections.isEmpty()) {
                idle.remove(connection.endpoint());
                restIfEmpty();
            }
        }
    }

    /** Closes what is idle, and keeps nothing from now on. */
    void close() {
        closed = true;
        List<Idle> all = List.copyOf(idle.values());
        idle.clear();
        restIfEmpty();
        for (Idle known : all) {
            known.connections.forEach(connection -> connection.channel().close());
        }
    }

    private void dropThoseOfFormerEndpoints() {
        clock.deadline(sweep, 0);
        Iterator<Map.Entry<EndpointStats, Idle>> entries = idle.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<EndpointStats, Idle> entry = entries.next();
            Idle known = entry.getValue();
            if (!known.isStillOf(entry.getKey())) {
                entries.remove();
                known.connections.forEach(connection -> connection.channel().close());
            }
        }
        restIfEmpty();
    }

    private void restIfEmpty() {
        if (idle.isEmpty()) {
            clock.unregister(sweep);
        }
    }
}
