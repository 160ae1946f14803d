package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.EndpointFilter;

/**
 * A source in which each deployment is one service, as {@link DeploymentGroups} makes it of its applications. Thread-safe;
 * works on the threads of the source, which it owns.
 */
final class DeploymentDiscovery implements Discovery {

    private final Discovery source;
    private final EndpointFilter filter;

    DeploymentDiscovery(Discovery source, EndpointFilter filter) {
        this.source = source;
        this.filter = filter;
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        return source.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                listener.onCatalog(DeploymentGroups.merge(catalog, filter));
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
