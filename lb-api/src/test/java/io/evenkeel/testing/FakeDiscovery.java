package io.evenkeel.testing;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A source that says what a test tells it to, on the test's thread, and remembers what it was asked. */
public final class FakeDiscovery implements Discovery {

    private final CatalogPublisher publisher = new CatalogPublisher();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger watchers = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
    private final AtomicInteger readings = new AtomicInteger();

    /** Publishes one snapshot per service as all there is. */
    public void publish(Snapshot... snapshots) {
        publish(Catalog.of(List.of(snapshots)));
    }

    /** Publishes a catalog. */
    public void publish(Catalog catalog) {
        publisher.publish(catalog);
    }

    /** Reports a failure. */
    public DiscoveryException fail(String message) {
        DiscoveryException problem = new DiscoveryException(message);
        publisher.fail(problem);
        return problem;
    }

    /** The names that were asked for, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** How many listeners follow this source now. */
    public int watchers() {
        return watchers.get();
    }

    /** How often this source was told to read everything anew. */
    public int readings() {
        return readings.get();
    }

    /** How often this source was closed. */
    public int closes() {
        return closes.get();
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        watchers.incrementAndGet();
        Subscription subscription = publisher.subscribe(listener);
        return () -> {
            watchers.decrementAndGet();
            subscription.close();
        };
    }

    @Override
    public void request(String service) {
        requests.add(service);
    }

    @Override
    public boolean readAgain() {
        readings.incrementAndGet();
        return true;
    }

    @Override
    public void close() {
        closes.incrementAndGet();
        publisher.close();
    }
}
