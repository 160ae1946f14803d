package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.RetryBudget;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.strategy.KeySource;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as HTTP sees it: whom requests go to, and what is done to them on the way.
 *
 * <p>Lives as long as the service it stands for, so that its counters do; its {@link BackendOptions} are replaced in place when
 * labels change. Thread-safe.
 */
public final class HttpBackend {

    /** What limits come to under those of one engine. */
    private record Effective(BackendLimits own, HttpConfig general, HttpConfig limits) {}

    private final String name;
    private final Cluster cluster;
    private final HttpStats stats = new HttpStats();
    private final TimeHistogram durations = new TimeHistogram();
    private final AtomicInteger logged = new AtomicInteger();
    private final AtomicLongArray retries = new AtomicLongArray(RetryReason.values().length);
    private final RetryBudget retryBudget = new RetryBudget(0.2, 0, Ticker.system());
    private final ReentrantLock serversLock = new ReentrantLock();
    private final Map<EndpointStats, HttpStats> servers = new WeakHashMap<>();
    private volatile BackendTerms terms =
            new BackendTerms(BackendOptions.NONE, null, null, new RequestKey(KeySource.NONE));
    private volatile TlsProvider tlsProvider = TlsProvider.AUTO;
    private volatile @Nullable ErrorPages errorPages;
    private volatile @Nullable Split split;
    private volatile @Nullable Mirror mirror;
    private volatile @Nullable Effective effective;

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

    /** How long its requests took, from their first byte to the end of the response, or until they had failed. */
    public TimeHistogram durations() {
        return durations;
    }

    /** How often its requests were tried again. */
    public long retries(RetryReason reason) {
        return retries.get(reason.ordinal());
    }

    void retried(RetryReason reason) {
        retries.incrementAndGet(reason.ordinal());
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
        return options().policy().protocol();
    }

    /** What is done to requests and responses now. */
    public BackendOptions options() {
        return terms.options();
    }

    /** How a request that begins now is served. */
    BackendTerms terms() {
        return terms;
    }

    /**
     * Replaces the options for requests that begin from now on; each goes by all of the old ones or all of the new ones.
     *
     * @throws IllegalArgumentException if what they say of TLS cannot be loaded; then nothing has changed
     */
    public synchronized void options(BackendOptions newOptions) {
        BackendTerms before = terms;
        BackendTls wanted = newOptions.tls();
        BackendPolicy policy = newOptions.policy();
        UpstreamTls tls = before.tls();
        if (!Objects.equals(wanted, before.options().tls()) || policy.protocol() != protocol()) {
            tls = wanted == null ? null : UpstreamTls.load(wanted, policy.protocol(), tlsProvider);
        }
        Gate gate = policy.equals(before.options().policy()) ? before.gate() : Gate.of(name, policy, before.gate());
        RequestKey key =
                before.key().source().equals(newOptions.key()) ? before.key() : new RequestKey(newOptions.key());
        terms = new BackendTerms(newOptions, tls, gate, key);
    }

    /** The limits of its requests by these terms, under those of the engine that serves them; made once for the same two. */
    @SuppressWarnings("ReferenceEquality") // the same again, as a rule
    HttpConfig limits(BackendTerms by, HttpConfig general) {
        BackendLimits own = by.options().limits();
        Effective known = effective;
        if (known == null || known.own != own || known.general != general) {
            effective = known = new Effective(own, general, own.over(general));
        }
        return known.limits;
    }

    /**
     * Takes over files that have changed, for connections from now on. Reads files, so not for event loops.
     *
     * @throws IllegalArgumentException if they cannot be read; then nothing has changed
     */
    public synchronized void refreshTls() {
        BackendTerms before = terms;
        UpstreamTls current = before.tls();
        BackendTls wanted = before.options().tls();
        if (current != null && wanted != null && current.isOutdated()) {
            UpstreamTls tls = UpstreamTls.load(wanted, protocol(), tlsProvider);
            terms = new BackendTerms(before.options(), tls, before.gate(), before.key());
        }
    }

    /** Whose TLS is spoken with endpoints; to be said before options that ask for it. */
    public void tlsProvider(TlsProvider provider) {
        tlsProvider = requireNonNull(provider, "provider");
    }

    /** How many requests wait for an endpoint. */
    public int waiting() {
        WaitingRoom room = terms.room();
        return room == null ? 0 : room.waiting();
    }

    /** The largest number of requests that waited together. */
    public int mostWaiting() {
        WaitingRoom room = terms.room();
        return room == null ? 0 : room.mostWaiting();
    }

    /** How its circuit breaker stands: {@code closed}, {@code open} or {@code half-open}; nothing if it has none. */
    public Optional<String> circuit() {
        Gate current = terms.gate();
        return Optional.ofNullable(current == null ? null : current.circuit()).map(Circuit::toString);
    }

    /** Answers a client in place of an endpoint; after how many seconds it may ask again, 0 to say nothing of it. */
    void reply(Downstream client, int status, boolean headOnly, long retryAfter) {
        ErrorPages own = errorPages;
        ByteBuf page = own == null ? null : own.page(client.alloc(), status, headOnly, retryAfter);
        client.replyPage(status, page == null ? Replies.error(client.alloc(), status, headOnly, retryAfter) : page);
    }

    /** Has clients be shown these pages from now on; the usual ones if there are none. */
    public void errorPages(@Nullable ErrorPages newPages) {
        errorPages = newPages;
    }

    /** Who else gets requests; null if nobody. */
    public @Nullable Split split() {
        return split;
    }

    /** Has others get a share of the requests from now on; null for nobody. */
    public void split(@Nullable Split newSplit) {
        split = newSplit;
    }

    /** Who gets copies of requests; null if nobody. */
    public @Nullable Mirror mirror() {
        return mirror;
    }

    /** Has somebody get copies of requests from now on; null for nobody. */
    public void mirror(@Nullable Mirror newMirror) {
        mirror = newMirror;
    }

    /** Whether the request's cookie names one of its endpoints. */
    boolean isOwnerOf(RequestHead request) {
        StickyCookie sticky = options().sticky();
        return sticky != null && sticky.owner(request, cluster.state()) != null;
    }

    @Override
    public String toString() {
        return name;
    }
}
