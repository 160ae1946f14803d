package io.evenkeel.l4;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What became of one relayed connection: whom it came from and went to, when, and how it ended.
 *
 * <p>Filled by its session, on its event loop, if there is a {@link RelayListener}; times are a ticker's nanoseconds.
 */
public final class RelayedConnection {

    /** How a connection ends. */
    public enum End {
        /** Both sides have ended it. */
        COMPLETE,
        /** The client has broken it off. */
        CLIENT,
        /** The endpoint has broken it off. */
        SERVER,
        /** There was no endpoint, or none that could be reached. */
        UNREACHABLE,
        /** Nothing came from either side for too long. */
        SILENCE
    }

    private final InetSocketAddress client;
    private final boolean tls;
    private final Ticker ticker;
    private final long started;
    private long chosen;
    private long connected;
    private long endedAt;
    private boolean isConnected;
    private @Nullable EndpointStats endpoint;
    private End end = End.COMPLETE;
    private long bytesIn;
    private long bytesOut;
    private int attempts;
    private boolean elsewhere;

    RelayedConnection(InetSocketAddress client, boolean tls, Ticker ticker) {
        this.client = client;
        this.tls = tls;
        this.ticker = ticker;
        this.started = ticker.nanos();
    }

    void tried(EndpointStats newEndpoint) {
        elsewhere |= endpoint != null && endpoint != newEndpoint;
        endpoint = newEndpoint;
        chosen = ticker.nanos();
        attempts++;
    }

    void connected() {
        isConnected = true;
        connected = ticker.nanos();
    }

    void addBytesIn(long bytes) {
        bytesIn += bytes;
    }

    void addBytesOut(long bytes) {
        bytesOut += bytes;
    }

    void ended(End how) {
        end = how;
        endedAt = ticker.nanos();
    }

    /** Who connected. */
    public InetSocketAddress client() {
        return client;
    }

    /** Whether it came over TLS that ended here. */
    public boolean isTls() {
        return tls;
    }

    /** When it began. */
    public long startedNanos() {
        return started;
    }

    /** When an endpoint was last chosen; only if there is one. */
    public long chosenNanos() {
        return chosen;
    }

    /** When that could be connected to; only if it could. */
    public long connectedNanos() {
        return connected;
    }

    /** When it ended. */
    public long endedNanos() {
        return endedAt;
    }

    /** Whether an endpoint could be connected to. */
    public boolean isConnected() {
        return isConnected;
    }

    /** The endpoint that was last tried; null if there was none. */
    public @Nullable EndpointStats endpoint() {
        return endpoint;
    }

    /** How it ended. */
    public End end() {
        return end;
    }

    /** Bytes from the client. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Bytes to the client. */
    public long bytesOut() {
        return bytesOut;
    }

    /** How often an endpoint was tried after the first time. */
    public int retries() {
        return Math.max(0, attempts - 1);
    }

    /** Whether more than one endpoint was tried. */
    public boolean isRedispatched() {
        return elsewhere;
    }
}
