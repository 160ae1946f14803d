package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Subscription;
import java.util.function.UnaryOperator;

/**
 * A source each of whose catalogs is made into another, a function of it and nothing else. Thread-safe; works on the threads of
 * the source, which it owns.
 */
final class MappedDiscovery implements Discovery {

    private final Discovery source;
    private final UnaryOperator<Catalog> mapping;

    MappedDiscovery(Discovery source, UnaryOperator<Catalog> mapping) {
        this.source = source;
        this.mapping = mapping;
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        return source.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                listener.onCatalog(mapping.apply(catalog));
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                listener.onFailure(problem);
            }
        });
    }

    @Override
    public void request(String service) {
        source.request(service);
    }

    @Override
    public boolean readAgain() {
        return source.readAgain();
    }

    @Override
    public void close() {
        source.close();
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
