package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * A source whose services are given by code and change only when the code says so.
 *
 * <p>Thread-safe. It is what a program uses that knows its endpoints, and what tests drive.
 */
public final class StaticDiscovery implements Discovery {

    private final CatalogPublisher publisher = new CatalogPublisher();

    private StaticDiscovery() {}

    /**
     * A source with a first state.
     *
     * @param snapshots one per service
     * @return the source
     */
    public static StaticDiscovery of(Snapshot... snapshots) {
        StaticDiscovery discovery = new StaticDiscovery();
        discovery.set(List.of(snapshots));
        return discovery;
    }

    /**
     * A source with one service of TCP endpoints.
     *
     * @param service its name
     * @param addresses each {@code host:port}; hosts are resolved here
     * @return the source
     * @throws IllegalArgumentException if an address is not {@code host:port}
     */
    public static StaticDiscovery of(String service, String... addresses) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String address : addresses) {
            endpoints.add(Endpoint.of(HostPort.parse("address", address)));
        }
        return of(new Snapshot(Service.named(service), endpoints));
    }

    /**
     * Replaces everything.
     *
     * @param snapshots one per service
     */
    public synchronized void set(List<Snapshot> snapshots) {
        publisher.publish(Catalog.of(snapshots));
    }

    /**
     * Replaces the endpoints of one service and leaves the others as they are.
     *
     * @param service the service, new or known
     * @param endpoints all its endpoints
     */
    public synchronized void set(Service service, List<Endpoint> endpoints) {
        Snapshot changed = new Snapshot(service, endpoints);
        Catalog known = publisher.newest();
        List<Snapshot> next = new ArrayList<>(known == null ? List.of() : known.snapshots());
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i).service().name().equals(service.name())) {
                next.set(i, changed);
                set(next);
                return;
            }
        }
        next.add(changed);
        set(next);
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        return publisher.subscribe(listener);
    }

    @Override
    public void close() {
        publisher.close();
    }
}
