package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.RelayListener;
import io.evenkeel.l4.RelayedConnection;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l7.log.AccessRecord;
import io.evenkeel.l7.log.AccessRing;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the accounts of a listener whose connections bytes pass through: how long they took, and the engine's access log if
 * it has one. Thread-safe.
 */
public final class RelayAccounts implements RelayListener {

    private final HttpEngine engine;
    private final String name;
    private final TrafficStats traffic;
    private final RequestTimes times = new RequestTimes();
    private final ReentrantLock serversLock = new ReentrantLock();
    private final Map<EndpointStats, RequestTimes> servers = new WeakHashMap<>();

    RelayAccounts(HttpEngine engine, String name, TrafficStats traffic) {
        this.engine = engine;
        this.name = name;
        this.traffic = traffic;
    }

    /** How long its connections took of late, as if they were requests. */
    public RequestTimes times() {
        return times;
    }

    /** How long those took that went to one of its servers. */
    public RequestTimes times(EndpointStats server) {
        serversLock.lock();
        try {
            return servers.computeIfAbsent(server, s -> new RequestTimes());
        } finally {
            serversLock.unlock();
        }
    }

    @Override
    public void ended(RelayedConnection c) {
        EndpointStats server = c.endpoint();
        if (c.isConnected() && server != null) {
            measure(times, c);
            measure(times(server), c);
        }
        AccessRing ring = engine.accessRing();
        if (ring != null && !isNull(c)) {
            log(c, ring);
        }
    }

    private static void measure(RequestTimes times, RelayedConnection c) {
        times.add(
                c.chosenNanos() - c.startedNanos(),
                c.connectedNanos() - c.chosenNanos(),
                0,
                c.endedNanos() - c.startedNanos());
    }

    private void log(RelayedConnection c, AccessRing ring) {
        EndpointStats endpoint = c.endpoint();
        AccessRecord record = ring.take();
        record.begin(false, c.client(), name, c.isTls());
        record.routed(name, endpoint == null ? null : endpoint.endpoint());
        record.timed(
                c.startedNanos(),
                AccessRecord.NEVER,
                endpoint == null ? AccessRecord.NEVER : millis(c.chosenNanos() - c.startedNanos()),
                c.isConnected() ? millis(c.connectedNanos() - c.chosenNanos()) : AccessRecord.NEVER,
                AccessRecord.NEVER,
                TimeUnit.NANOSECONDS.toMillis(c.endedNanos() - c.startedNanos()));
        record.ended(cause(c.end()), phase(c), AccessRecord.NO_STATUS, c.bytesOut());
        int connections = traffic.currentConnections();
        int uses = endpoint == null ? 0 : endpoint.inFlight();
        record.counted(
                ring.log().connections(connections),
                connections,
                connections - 1,
                uses,
                c.retries(),
                c.isRedispatched());
        ring.put(record);
    }

    /* HAProxy's "option dontlognull", which is marathon-lb's: connections that brought nothing are none. */
    private static boolean isNull(RelayedConnection c) {
        return c.bytesIn() == 0
                && c.bytesOut() == 0
                && c.end() != RelayedConnection.End.SERVER
                && c.end() != RelayedConnection.End.UNREACHABLE;
    }

    private static char cause(RelayedConnection.End end) {
        return switch (end) {
            case COMPLETE -> '-';
            case CLIENT -> 'C';
            case SERVER, UNREACHABLE -> 'S';
            case SILENCE -> 'c';
        };
    }

    private static char phase(RelayedConnection c) {
        return c.end() == RelayedConnection.End.COMPLETE ? '-' : c.isConnected() ? 'D' : 'C';
    }

    private static int millis(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
