package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.DiscoveryException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The catalogs that a proxy has applied, one by one; the newest is the first, if there is any. */
final class AppliedCatalogs implements CatalogListener {

    private final Semaphore applied = new Semaphore(0);

    private AppliedCatalogs() {}

    static AppliedCatalogs of(MarathonLbProxy proxy) {
        AppliedCatalogs catalogs = new AppliedCatalogs();
        proxy.loadBalancer().watch(catalogs); // after the proxy itself
        return catalogs;
    }

    void awaitNext() throws InterruptedException {
        assertThat(applied.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void onCatalog(Catalog catalog) {
        applied.release();
    }

    @Override
    public void onFailure(DiscoveryException problem) {
        throw problem;
    }
}
