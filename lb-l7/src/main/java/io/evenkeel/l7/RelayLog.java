package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.RelayListener;
import io.evenkeel.l4.RelayedConnection;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l7.log.AccessRecord;
import io.evenkeel.l7.log.AccessRing;
import java.util.concurrent.TimeUnit;

/** Tells an engine's access log of connections that bytes pass through. Thread-safe. */
final class RelayLog implements RelayListener {

    private final HttpEngine engine;
    private final String name;
    private final TrafficStats traffic;

    RelayLog(HttpEngine engine, String name, TrafficStats traffic) {
        this.engine = engine;
        this.name = name;
        this.traffic = traffic;
    }

    /** {@inheritDoc} As HAProxy does it by {@code option dontlognull}, of those only that brought something. */
    @Override
    public void ended(RelayedConnection c) {
        AccessRing ring = engine.accessRing();
        if (ring == null || isNull(c)) {
            return;
        }
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
                millis(c.endedNanos() - c.startedNanos()));
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
        return (int) TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
