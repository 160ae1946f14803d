package io.evenkeel.testing.dns;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A listener that lets a test wait for what it hears. */
public final class Hearing implements CatalogListener {

    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile @Nullable Catalog newest;

    @Override
    public void onCatalog(Catalog catalog) {
        newest = catalog;
        heard.add(catalog);
    }

    @Override
    public void onFailure(DiscoveryException problem) {
        failures.incrementAndGet();
        heard.add(problem);
    }

    public @Nullable Catalog newest() {
        return newest;
    }

    public int failures() {
        return failures.get();
    }

    /** Waits for a catalog, skipping what does not fit. */
    public Catalog await(Predicate<Catalog> wanted) throws InterruptedException {
        while (true) {
            if (next() instanceof Catalog catalog && wanted.test(catalog)) {
                return catalog;
            }
        }
    }

    /** Waits until a service is known and has so many endpoints. */
    public List<Endpoint> awaitEndpoints(String service, int count) throws InterruptedException {
        Catalog found = await(catalog -> {
            Snapshot snapshot = catalog.find(service);
            return snapshot != null && snapshot.endpoints().size() == count;
        });
        Snapshot snapshot = found.find(service);
        return snapshot == null ? List.of() : snapshot.endpoints();
    }

    public DiscoveryException awaitFailure() throws InterruptedException {
        while (true) {
            if (next() instanceof DiscoveryException failure) {
                return failure;
            }
        }
    }

    private Object next() throws InterruptedException {
        Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing heard for " + PATIENCE_SECONDS + " s; newest: " + newest);
        }
        return next;
    }
}
