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
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as HTTP sees it: whom requests go to, and what is done to them on the way.
 *
 * <p>Lives as long as the service it stands for, so that its counters do; its {@link BackendOptions} are replaced in place when
 * labels change. Thread-safe.
 */
public final class HttpBackend {

    private final String name;
    private final Cluster cluster;
    private final HttpStats stats = new HttpStats();
    private final TimeHistogram durations = new TimeHistogram();
    private final AtomicInteger logged = new AtomicInteger();
    private final RetryBudget retryBudget = new RetryBudget(0.2, 0, Ticker.system());
    private final ReentrantLock serversLock = new ReentrantLock();
    private final Map<EndpointStats, HttpStats> servers = new WeakHashMap<>();
    private volatile BackendProtocol protocol = BackendProtocol.HTTP1;
    private volatile BackendOptions options = BackendOptions.NONE;
    private volatile TlsProvider tlsProvider = TlsProvider.AUTO;
    private volatile @Nullable UpstreamTls tls;
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

    /** How long its requests took, from their first byte to the end of the response. */
    public TimeHistogram durations() {
        return durations;
    }

    /** Counts a request of those that an access log will tell of; it is owed one {@link #loggedEnded}. */
    void loggedBegun() {
        logged.incrementAndGet();
    }

    /** Counts its end, and says how many others there are. */
    int loggedEnded() {
        return logged.decrementAndGet();
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
    public BackendOptions options() {
        return options;
    }

    /**
     * Replaces the options for requests that begin from now on.
     *
     * @throws IllegalArgumentException if what they say of TLS cannot be loaded; then nothing has changed
     */
    public synchronized void options(BackendOptions newOptions) {
        BackendTls wanted = newOptions.tls();
        if (!Objects.equals(wanted, options.tls())) {
            tls = wanted == null ? null : UpstreamTls.load(wanted, tlsProvider);
        }
        options = requireNonNull(newOptions, "options");
        if (!key.source().equals(newOptions.key())) {
            key = new RequestKey(newOptions.key());
        }
    }

    /**
     * Takes over files that have changed, for connections from now on. Reads files, so not for event loops.
     *
     * @throws IllegalArgumentException if they cannot be read; then nothing has changed
     */
    public synchronized void refreshTls() {
        UpstreamTls current = tls;
        BackendTls wanted = options.tls();
        if (current != null && wanted != null && current.isOutdated()) {
            tls = UpstreamTls.load(wanted, tlsProvider);
        }
    }

    /** Whose TLS is spoken with endpoints; to be said before options that ask for it. */
    public void tlsProvider(TlsProvider provider) {
        tlsProvider = requireNonNull(provider, "provider");
    }

    /** What speaks TLS with endpoints; null if nobody does. */
    @Nullable
    UpstreamTls tls() {
        return tls;
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
