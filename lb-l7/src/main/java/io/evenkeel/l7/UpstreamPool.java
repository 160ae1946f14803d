package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Idle connections to endpoints, of one event loop, the most recently used first: those are the ones the endpoint is least
 * likely to be closing. Used on that loop only.
 */
final class UpstreamPool {

    private static final int MAX_IDLE_PER_ENDPOINT = 128;

    private final IdentityHashMap<EndpointStats, ArrayDeque<UpstreamConnection>> idle = new IdentityHashMap<>();

    @Nullable
    UpstreamConnection take(EndpointStats endpoint) {
        ArrayDeque<UpstreamConnection> connections = idle.get(endpoint);
        if (connections == null) {
            return null;
        }
        UpstreamConnection connection = connections.pollFirst();
        while (connection != null && !connection.channel().isActive()) {
            connection = connections.pollFirst(); // closed just now, which it is yet to be told
        }
        return connection;
    }

    /** Keeps a connection, unless there are enough already. */
    boolean put(UpstreamConnection connection) {
        ArrayDeque<UpstreamConnection> connections =
                idle.computeIfAbsent(connection.endpoint(), e -> new ArrayDeque<>(4));
        if (connections.size() >= MAX_IDLE_PER_ENDPOINT) {
            return false;
        }
        connections.addFirst(connection);
        return true;
    }

    /** Forgets a connection that is closed, and its endpoint with the last of them. */
    void remove(UpstreamConnection connection) {
        ArrayDeque<UpstreamConnection> connections = idle.get(connection.endpoint());
        if (connections != null) {
            connections.remove(connection);
            if (connections.isEmpty()) {
                idle.remove(connection.endpoint());
            }
        }
    }
}
