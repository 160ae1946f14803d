package io.evenkeel.discovery.dns;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Ticker;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * A source that follows services by their names in DNS: SRV records with their targets' addresses (RFC 2782), or the
 * addresses of a name with a port that everybody knows.
 *
 * <p>Thread-safe. It follows the configured services from the first watcher on, and each name it is
 * {@linkplain #request asked} for: {@code host.name:port} is looked up as addresses, any other name with a dot in it as
 * SRV, and what cannot be a name in DNS is left to other sources. Names are absolute: there is no search list.
 *
 * <p>A name is read again when its shortest TTL is over, within the configured floor and ceiling and up to a tenth
 * earlier. While it cannot be read (SERVFAIL, REFUSED, silence of all servers) its last good state stands, for which
 * listeners hear one failure and, when it is over, the catalog again. A name that had endpoints and has none, be it by
 * NXDOMAIN or by an empty answer, is believed after a second such read some seconds later. Each endpoint's id is
 * {@code target:port}, or {@code address:port} for targets with several addresses and for names without SRV; every address
 * of a target weighs as the target's record says, where RFC 2782's 0 counts as 1. Of SRV priorities the lowest number with
 * an address is served, or all with labels. Listeners are called on a thread of this source.
 */
public final class DnsDiscovery implements Discovery {

    private final DnsConfig config;
    private final CatalogPublisher publisher = new CatalogPublisher();
    private final Set<DnsService> asked = new LinkedHashSet<>();
    private @Nullable Work work;
    private boolean closed;

    /** What there is while it works. */
    private record Work(ScheduledThreadPoolExecutor control, DnsLookup lookup, Follower follower) {}

    private DnsDiscovery(DnsConfig config) {
        this.config = requireNonNull(config, "config");
    }

    /**
     * A source that follows names.
     *
     * @param config which, where and how patiently
     * @return the source, at work from the first watcher on
     */
    public static DnsDiscovery of(DnsConfig config) {
        return new DnsDiscovery(config);
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        Subscription subscription = publisher.subscribe(listener);
        synchronized (this) {
            if (work == null && !closed) {
                work = start();
            }
        }
        return subscription;
    }

    private Work start() {
        ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "evenkeel-dns-control");
            thread.setDaemon(true);
            return thread;
        });
        DnsLookup lookup =
                new DnsLookup(config.servers(), config.timeout(), config.attempts(), config.tcp(), config.family());
        Follower follower = new Follower(config, lookup, control, Ticker.system(), new SplittableRandom(), publisher);
        config.services().forEach(follower::follow);
        asked.forEach(follower::follow);
        follower.startWithNothing();
        return new Work(control, lookup, follower);
    }

    /**
     * Begins to follow a name. One that is configured is followed already; {@code host.name:port} asks for the addresses
     * of {@code host.name}, {@code a.name} for its SRV records; anything else is ignored.
     *
     * @param service the name
     */
    @Override
    public void request(String service) {
        if (config.services().stream().anyMatch(known -> known.name().equals(service))) {
            return;
        }
        DnsService named = DnsService.named(service).orElse(null);
        if (named == null) {
            return;
        }
        synchronized (this) {
            if (closed || asked.size() >= Follower.MOST_NAMES || !asked.add(named)) {
                return;
            }
            if (work != null) {
                work.follower().follow(named);
            }
        }
    }

    @Override
    public void close() {
        publisher.close();
        Work last;
        synchronized (this) {
            closed = true;
            last = work;
            work = null;
        }
        if (last != null) {
            last.control().shutdownNow();
            last.lookup().close();
        }
    }

    @Override
    public String toString() {
        return "DnsDiscovery" + config.services().stream().map(DnsService::name).toList();
    }
}
