package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

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

    private final List<Registration> registrations = new ArrayList<>();
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
        Registration registration = new Registration(requireNonNull(listener, "listener"));
        if (!closed) {
            registrations.add(registration);
            if (newest != null) {
                registration.deliver(newest);
            }
        }
        return registration;
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
        for (Registration registration : List.copyOf(registrations)) {
            if (newest == catalog) { // else a listener has published a newer one, and everybody has it by now
                registration.deliver(catalog);
            }
        }
    }

    /**
     * Tells every listener of a failure; the newest catalog stays.
     *
     * @param problem what went wrong
     */
    public synchronized void fail(DiscoveryException problem) {
        for (Registration registration : List.copyOf(registrations)) {
            registration.fail(problem);
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
        registrations.clear();
    }

    /** One interest of one listener; it ends by leaving the list, which may be in the middle of a delivery. */
    private final class Registration implements Subscription {

        private final CatalogListener listener;

        Registration(CatalogListener listener) {
            this.listener = listener;
        }

        void deliver(Catalog catalog) {
            if (!registrations.contains(this)) {
                return;
            }
            try {
                listener.onCatalog(catalog);
            } catch (RuntimeException e) {
                LOG.error("A catalog listener failed; the others are served", e);
            }
        }

        void fail(DiscoveryException problem) {
            if (!registrations.contains(this)) {
                return;
            }
            try {
                listener.onFailure(problem);
            } catch (RuntimeException e) {
                LOG.error("A catalog listener failed on a failure report; the others are served", e);
            }
        }

        @Override
        public void close() {
            synchronized (CatalogPublisher.this) {
                registrations.remove(this);
            }
        }
    }
}
