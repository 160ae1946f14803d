package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.endpoint.EndpointStats;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The acceptor that relays each connection, byte for byte, to an endpoint picked from a cluster.
 *
 * <p>One relay serves one listener or many. Each connection counts as one use of its
 * endpoint, from the pick until both directions have ended.
 */
public final class TcpRelay implements ConnectionAcceptor {

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final Transport transport;
    private final Cluster cluster;
    private volatile TcpRelayConfig config;
    private final TrafficStats stats;
    private final @Nullable RelayListener listener;
    private final Set<RelaySession> sessions = ConcurrentHashMap.newKeySet();

    /**
     * A relay to a cluster.
     *
     * @param transport what to connect with; the one that accepts, so that both halves share a loop
     * @param cluster where endpoints come from
     * @param config timeouts and retries
     * @param stats where connections and bytes are counted
     */
    public TcpRelay(Transport transport, Cluster cluster, TcpRelayConfig config, TrafficStats stats) {
        this(transport, cluster, config, stats, null);
    }

    /**
     * A relay to a cluster that tells of its connections.
     *
     * @param transport what to connect with; the one that accepts, so that both halves share a loop
     * @param cluster where endpoints come from
     * @param config timeouts and retries
     * @param stats where connections and bytes are counted
     * @param listener who is told; null for nobody
     */
    public TcpRelay(
            Transport transport,
            Cluster cluster,
            TcpRelayConfig config,
            TrafficStats stats,
            @Nullable RelayListener listener) {
        this.transport = requireNonNull(transport, "transport");
        this.cluster = requireNonNull(cluster, "cluster");
        this.config = requireNonNull(config, "config");
        this.stats = requireNonNull(stats, "stats");
        this.listener = listener;
    }

    @Override
    public void accept(SocketChannel channel) {
        prepare(channel);
        new RelaySession(this, channel).begin();
    }

    /**
     * Replaces timeouts and retries.
     *
     * @param newConfig for what begins from then on
     */
    public void config(TcpRelayConfig newConfig) {
        config = requireNonNull(newConfig, "newConfig");
    }

    /**
     * Ends all connections to an endpoint.
     *
     * @param endpoint whose
     */
    public void cut(EndpointStats endpoint) {
        sessions.forEach(session -> session.cut(endpoint));
    }

    /** Whether it has a connection. */
    public boolean isInUse() {
        return !sessions.isEmpty();
    }

    void begun(RelaySession session) {
        sessions.add(session);
    }

    void ended(RelaySession session) {
        sessions.remove(session);
    }

    /** Nothing is read before both ends are there, and an end of input does not close the connection. */
    static void prepare(SocketChannel channel) {
        channel.config().setAutoRead(false).setAllowHalfClosure(true).setWriteBufferWaterMark(WATER_MARK);
    }

    Transport transport() {
        return transport;
    }

    Cluster cluster() {
        return cluster;
    }

    TcpRelayConfig config() {
        return config;
    }

    TrafficStats stats() {
        return stats;
    }

    @Nullable
    RelayListener listener() {
        return listener;
    }

    @Override
    public String toString() {
        return "relay to " + cluster.name();
    }
}
