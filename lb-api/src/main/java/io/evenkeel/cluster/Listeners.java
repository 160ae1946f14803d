package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Subscription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who listen to one cluster, and keep it alive by that. Thread-safe. */
final class Listeners {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Cluster cluster;
    private final Set<Cluster> listenedTo;
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();

    /**
     * Nobody.
     *
     * @param cluster whom they listen to
     * @param listenedTo holds the cluster while somebody does
     */
    Listeners(Cluster cluster, Set<Cluster> listenedTo) {
        this.cluster = cluster;
        this.listenedTo = requireNonNull(listenedTo, "listenedTo");
    }

    Registration add(ClusterListener listener) {
        Registration registration = new Registration(listener);
        synchronized (registrations) {
            registrations.add(registration);
            listenedTo.add(cluster);
        }
        return registration;
    }

    void tell(Consumer<ClusterListener> news) {
        for (Registration registration : registrations) {
            registration.tell(news);
        }
    }

    /** One who listens. The lock is what lets close() promise that no call begins after it returns. */
    final class Registration implements Subscription {

        private final ClusterListener listener;
        private boolean closed;

        Registration(ClusterListener listener) {
            this.listener = requireNonNull(listener, "listener");
        }

        synchronized void tell(Consumer<ClusterListener> news) {
            if (closed) {
                return;
            }
            try {
                news.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.error("{}: a listener failed; the others are served", cluster.name(), e);
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
            }
            synchronized (registrations) {
                registrations.remove(this);
                if (registrations.isEmpty()) {
                    listenedTo.remove(cluster);
                }
            }
        }
    }
}
