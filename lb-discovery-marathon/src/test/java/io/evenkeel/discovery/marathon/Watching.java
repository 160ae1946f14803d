package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A listener that lets a test wait for what it hears. */
final class Watching implements CatalogListener {

    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private volatile Catalog newest;

    @Override
    public void onCatalog(Catalog catalog) {
        newest = catalog;
        heard.add(catalog);
    }

    @Override
    public void onFailure(DiscoveryException problem) {
        heard.add(problem);
    }

    Catalog newest() {
        return newest;
    }

    /** Waits for a catalog, skipping what does not fit. */
    Catalog await(Predicate<Catalog> wanted) throws InterruptedException {
        while (true) {
            Object next = next();
            if (next instanceof Catalog catalog && wanted.test(catalog)) {
                return catalog;
            }
        }
    }

    /** Waits until a service has so many endpoints. */
    List<Endpoint> awaitEndpoints(String service, int count) throws InterruptedException {
        return await(catalog -> endpoints(catalog, service).size() == count)
                .find(service)
                .endpoints();
    }

    DiscoveryException awaitFailure() throws InterruptedException {
        while (true) {
            if (next() instanceof DiscoveryException failure) {
                return failure;
            }
        }
    }

    /** What was heard and not waited for. */
    boolean silent() {
        return heard.isEmpty();
    }

    static List<Endpoint> endpoints(Catalog catalog, String service) {
        Snapshot snapshot = catalog.find(service);
        return snapshot == null ? List.of() : snapshot.endpoints();
    }

    private Object next() throws InterruptedException {
        Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing heard for " + PATIENCE_SECONDS + " s; newest: " + newest);
        }
        return next;
    }
}
