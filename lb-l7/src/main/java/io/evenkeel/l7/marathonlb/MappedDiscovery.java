package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A source each of whose catalogs is made into another, a function of it and nothing else; a snapshot that comes out as it
 * did before is the same object again. Thread-safe; works on the threads of the source, which it owns.
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
            private volatile Map<String, Snapshot> last = Map.of(); // by name

            @Override
            @SuppressWarnings("ReferenceEquality") // as it came
            public void onCatalog(Catalog catalog) {
                Catalog mapped = mapping.apply(catalog);
                if (mapped == catalog) {
                    last = Map.of();
                    listener.onCatalog(mapped);
                } else {
                    listener.onCatalog(known(mapped));
                }
            }

            /* Whoever comes later tells by the identity what has not changed. */
            private Catalog known(Catalog mapped) {
                Map<String, Snapshot> before = last;
                Map<String, Snapshot> next = new HashMap<>(mapped.snapshots().size() * 2);
                List<Snapshot> snapshots = new ArrayList<>(mapped.snapshots().size());
                for (Snapshot snapshot : mapped.snapshots()) {
                    String name = snapshot.service().name();
                    Snapshot known = before.get(name);
                    Snapshot kept = known != null && known.equals(snapshot) ? known : snapshot;
                    next.put(name, kept);
                    snapshots.add(kept);
                }
                last = next;
                return Catalog.of(snapshots, mapped.problems());
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
