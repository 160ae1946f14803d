package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.RetryBudget;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.KeySource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A cluster as HTTP sees it: whom requests go to, and what is done to them on the way.
 *
 * <p>Lives as long as the service it stands for, so that its counters do; its {@link Options} are replaced in place when
 * labels change. Thread-safe.
 */
public final class HttpBackend {

    /**
     * What is done to requests and responses of a backend. Immutable.
     *
     * @param hsts whether responses carry Strict-Transport-Security
     * @param allowed who may use the backend at all
     * @param key what the key is made from by which hashing and sticky strategies choose
     */
    public record Options(boolean hsts, AllowedNetworks allowed, KeySource key) {

        /** Nothing is done, and everybody may. */
        public static final Options NONE = new Options(false, AllowedNetworks.ALL, KeySource.NONE);
    }

    private final String name;
    private final Cluster cluster;
    private final HttpStats stats = new HttpStats();
    private final RetryBudget retryBudget = new RetryBudget(0.2, 0, Ticker.system());
    private final ReentrantLock serversLock = new ReentrantLock();
    private final Map<EndpointStats, HttpStats> servers = new WeakHashMap<>();
    private volatile BackendProtocol protocol = BackendProtocol.HTTP1;
    private volatile Options options = Options.NONE;
    private volatile RequestKey key = new RequestKey(KeySource.NONE);

    /**
     * A backend without options.
     *
     * @param name as statistics show it
     * @param cluster whom requests go to
     */
    public HttpBackend(String name, Cluster cluster) {
        this.name = requireNonNull(name, "name");
        this.cluster = requireNonNull(cluster, "cluster");
    }

    /** As statistics show it. */
    public String name() {
        return name;
    }

    /** Whom requests go to. */
    public Cluster cluster() {
        return cluster;
    }

    /** What this backend as a whole has seen. */
    public HttpStats stats() {
        return stats;
    }

    /** How many of its requests may be sent twice. */
    RetryBudget retryBudget() {
        return retryBudget;
    }

    /** What one of its servers has seen. Not for the path of every request: connections keep what they get here. */
    public HttpStats stats(EndpointStats server) {
        serversLock.lock();
        try {
            return servers.computeIfAbsent(server, s -> new HttpStats());
        } finally {
            serversLock.unlock();
        }
    }

    /** How its endpoints are spoken to. */
    public BackendProtocol protocol() {
        return protocol;
    }

    /** Has its endpoints be spoken to in another way, for requests that begin from now on. */
    public void protocol(BackendProtocol newProtocol) {
        protocol = requireNonNull(newProtocol, "protocol");
    }

    /** What is done to requests and responses now. */
    public Options options() {
        return options;
    }

    /** Replaces the options for requests that begin from now on. */
    public void options(Options newOptions) {
        options = requireNonNull(newOptions, "options");
        if (!key.source().equals(newOptions.key())) {
            key = new RequestKey(newOptions.key());
        }
    }

    /** How to find a request's key. */
    RequestKey key() {
        return key;
    }

    boolean allows(InetSocketAddress client) {
        AllowedNetworks allowed = options.allowed();
        InetAddress address = client.getAddress();
        return allowed.isEverybody() || (address != null && allowed.contains(address));
    }

    @Override
    public String toString() {
        return name;
    }
}
