package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Ticker;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A source that follows everything a Marathon runs.
 *
 * <p>Thread-safe. It begins with the first watcher and never gives up: while Marathon is away its last good state stands.
 * Changes arrive within tens of milliseconds over Marathon's event stream, and within the reconcile interval whatever
 * happens. Listeners are called on a thread of this source.
 */
public final class MarathonDiscovery implements Discovery {

    private final MarathonConfig config;
    private final HostLookup lookup;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final CatalogPublisher publisher = new CatalogPublisher();

    /* Present from the first watcher to the close; dropped then, because an HTTP client's own thread ends only with it. */
    private @Nullable Connections connections;
    private MarathonStatus lastStatus = new MarathonStatus(0, Optional.empty(), Optional.empty(), 0, 0);
    private boolean closed;

    MarathonDiscovery(MarathonConfig config, HostLookup lookup, Ticker ticker, RandomGenerator random) {
        this.config = requireNonNull(config, "config");
        this.lookup = lookup;
        this.ticker = ticker;
        this.random = random;
    }

    /**
     * A source that follows a Marathon.
     *
     * @param config where it is and how patient to be
     * @return the source, at work from the first watcher on
     */
    public static MarathonDiscovery of(MarathonConfig config) {
        return new MarathonDiscovery(config, HostLookup.system(), Ticker.system(), new SplittableRandom());
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        Subscription subscription = publisher.subscribe(listener);
        synchronized (this) {
            if (connections == null && !closed) {
                connections = new Connections(config, lookup, ticker, random, publisher);
            }
        }
        return subscription;
    }

    @Override
    public synchronized boolean readAgain() {
        if (connections == null) {
            return false;
        }
        connections.readAgain();
        return true;
    }

    /**
     * How this source is doing.
     *
     * @return as of now, or as of the close
     */
    public synchronized MarathonStatus status() {
        if (connections != null) {
            lastStatus = connections.status();
        }
        return lastStatus;
    }

    @Override
    public void close() {
        publisher.close();
        Connections last;
        synchronized (this) {
            status();
            closed = true;
            last = connections;
            connections = null;
        }
        if (last != null) {
            last.close();
        }
    }

    @Override
    public String toString() {
        return "MarathonDiscovery" + config.hosts();
    }
}
