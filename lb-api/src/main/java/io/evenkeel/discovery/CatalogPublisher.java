package io.evenkeel.discovery;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publishing half of a {@link Discovery}: keeps the newest catalog and tells the listeners, in order.
 *
 * <p>For authors of sources. Thread-safe; delivery happens on the publishing (or subscribing) thread under this object's
 * lock, which is what keeps the order, so listeners must not block.
 */
public final class CatalogPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogPublisher.class);

    private final List<CatalogListener> listeners = new ArrayList<>();
    private @Nullable Catalog newest;
    private boolean closed;

    /** A publisher that has published nothing yet. */
    public CatalogPublisher() {}

    /**
     * Adds a listener and hands it the newest catalog, if there is one.
     *
     * @param listener who wants to know
     * @return removes the listener when closed
     */
    public synchronized Subscription subscribe(CatalogListener listener) {
        if (!closed) {
            listeners.add(listener);
            if (newest != null) {
                deliver(listener, newest);
            }
        }
        return () -> unsubscribe(listener);
    }

    private synchronized void unsubscribe(CatalogListener listener) {
        listeners.remove(listener);
    }

    /**
     * Makes a catalog the newest and delivers it.
     *
     * @param catalog everything the source knows
     */
    public synchronized void publish(Catalog catalog) {
        if (closed) {
            return;
        }
        newest = catalog;
        for (CatalogListener listener : List.copyOf(listeners)) {
            deliver(listener, catalog);
        }
    }

    /**
     * Tells every listener of a failure; the newest catalog stays.
     *
     * @param problem what went wrong
     */
    public synchronized void fail(DiscoveryException problem) {
        if (closed) {
            return;
        }
        for (CatalogListener listener : List.copyOf(listeners)) {
            try {
                listener.onFailure(problem);
            } catch (RuntimeException e) {
                LOG.error("A catalog listener failed on a failure report", e);
            }
        }
    }

    /**
     * The newest catalog.
     *
     * @return what was published last, or null before the first
     */
    public synchronized @Nullable Catalog newest() {
        return newest;
    }

    /** Drops all listeners and ignores whatever is published from now on. */
    public synchronized void close() {
        closed = true;
        listeners.clear();
    }

    private static void deliver(CatalogListener listener, Catalog catalog) {
        try {
            listener.onCatalog(catalog);
        } catch (RuntimeException e) {
            LOG.error("A catalog listener failed; the others are served", e);
        }
    }
}
