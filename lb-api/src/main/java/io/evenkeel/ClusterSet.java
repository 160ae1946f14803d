package io.evenkeel;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.vip.VipTable;
import io.evenkeel.vip.VirtualIp;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The clusters that somebody asked for, by the name they asked with.
 *
 * <p>Look-ups come from any thread, {@link #apply} from the control thread. A cluster whose service is gone is kept only
 * as long as somebody holds it, so that services that come and go do not pile up.
 */
final class ClusterSet {

    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final Function<Service, ClusterConfig> configs;
    private final Ticker ticker;
    private final RandomGenerator random;
    private volatile Catalog catalog = Catalog.empty();
    private volatile VipTable vips = VipTable.empty();

    ClusterSet(Function<Service, ClusterConfig> configs, Ticker ticker, RandomGenerator random) {
        this.configs = configs;
        this.ticker = ticker;
        this.random = random;
    }

    Catalog catalog() {
        return catalog;
    }

    VipTable vips() {
        return vips;
    }

    @Nullable
    Cluster get(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : entry.cluster();
    }

    /**
     * Makes the cluster of a name and shows it what is known, so that the first pick after the first answer succeeds.
     * Takes the lock that {@link #apply} holds; this happens once per name.
     */
    synchronized Cluster open(String name) {
        Cluster known = get(name);
        if (known != null) {
            return known;
        }
        Cluster cluster = new Cluster(name, ticker, random);
        Entry entry = new Entry(cluster);
        entries.put(name, entry);
        show(entry, cluster);
        return cluster;
    }

    synchronized void apply(Catalog newCatalog, VipTable newVips) {
        catalog = newCatalog;
        vips = newVips;
        entries.forEach((name, entry) -> {
            Cluster cluster = entry.cluster();
            if (cluster == null) {
                entries.remove(name, entry);
            } else {
                show(entry, cluster);
            }
        });
    }

    private void show(Entry entry, Cluster cluster) {
        Snapshot snapshot = catalog.find(cluster.name());
        if (snapshot == null) {
            VirtualIp vip = vips.find(cluster.name());
            snapshot = vip == null ? null : vips.snapshot(vip);
        }
        if (snapshot == null) {
            cluster.remove();
            entry.release();
        } else {
            cluster.update(snapshot, configs.apply(snapshot.service()));
            entry.retain(cluster);
        }
    }

    /** A cluster, held strongly while its service exists. */
    private static final class Entry {

        private final WeakReference<Cluster> weak;

        @SuppressWarnings("unused") // written to keep the cluster reachable
        private volatile @Nullable Cluster strong;

        Entry(Cluster cluster) {
            this.weak = new WeakReference<>(cluster);
        }

        @Nullable
        Cluster cluster() {
            return weak.get();
        }

        void retain(Cluster cluster) {
            strong = cluster;
        }

        void release() {
            strong = null;
        }
    }
}
