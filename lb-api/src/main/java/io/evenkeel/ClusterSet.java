package io.evenkeel;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.vip.VipTable;
import io.evenkeel.vip.VirtualIp;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clusters that somebody asked for, by the name they asked with.
 *
 * <p>Look-ups come from any thread, {@link #apply} from the control thread. A cluster whose service is gone is kept only
 * as long as somebody holds it or listens to it, so that services that come and go do not pile up.
 */
final class ClusterSet {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSet.class);

    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
    /* Those that any change may concern: who do not show the service of their own name, but a virtual IP, for instance. */
    private final Set<Entry> indirect = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Cluster> forgotten = new ReferenceQueue<>();
    private final Set<Cluster> listenedTo = ConcurrentHashMap.newKeySet();
    private final List<Consumer<Cluster>> opened = new CopyOnWriteArrayList<>();
    private final Function<Service, ClusterConfig> configs;
    private final ClusterRuntime runtime;
    private volatile State state = new State(Catalog.empty(), VipTable.empty(), false);

    /** What was applied last, seen as one. */
    private record State(Catalog catalog, VipTable vips, boolean known) {

        @Nullable
        Snapshot find(String name) {
            Snapshot service = catalog.find(name);
            if (service != null) {
                return service;
            }
            VirtualIp vip = vips.find(name);
            return vip == null ? null : vips.snapshot(vip);
        }

        /** Whether this is the snapshot of the service of that very name, so that nothing but its own change concerns it. */
        @SuppressWarnings("ReferenceEquality") // else it is of another
        boolean isDirect(String name, Snapshot snapshot) {
            return snapshot.service().name().equals(name) && catalog.find(name) == snapshot;
        }
    }

    ClusterSet(Function<Service, ClusterConfig> configs, ClusterRuntime runtime) {
        this.configs = configs;
        this.runtime = runtime;
    }

    Catalog catalog() {
        return state.catalog();
    }

    VipTable vips() {
        return state.vips();
    }

    @Nullable
    Cluster get(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : entry.get();
    }

    /**
     * Makes the cluster of a name and shows it what is known, so that the first pick after the first answer succeeds. Waits
     * for nobody.
     */
    Cluster open(String name) {
        dropForgotten();
        while (true) {
            Cluster known = get(name);
            if (known != null) {
                return known;
            }
            Cluster cluster = new Cluster(name, runtime, listenedTo);
            Entry entry = new Entry(cluster, forgotten);
            synchronized (entry) {
                show(entry, cluster);
                Entry before = entries.putIfAbsent(name, entry);
                if (before == null) {
                    show(entry, cluster); // once more, since what was applied meanwhile did not find it
                    opened.forEach(watcher -> watcher.accept(cluster));
                    return cluster;
                }
                indirect.remove(entry);
                if (before.get() == null) {
                    entries.remove(name, before);
                }
            }
        }
    }

    /** Takes over a catalog. Control thread only; one cluster after the other, so that nobody waits for all of them. */
    void apply(Catalog catalog, VipTable vips) {
        Set<String> changed = catalog.changedSince(state.catalog());
        state = new State(catalog, vips, true);
        dropForgotten();
        for (String name : changed) {
            Entry entry = entries.get(name);
            if (entry != null) {
                show(entry);
            }
        }
        indirect.forEach(this::show);
    }

    private void show(Entry entry) {
        Cluster cluster = entry.get();
        if (cluster != null) {
            synchronized (entry) {
                show(entry, cluster);
            }
        }
    }

    /*
     * Under the entry's lock: a cluster is updated by one thread at a time, and never with what is older. Sources report
     * what has not changed as the same object: of thousands of services one is new as a rule.
     */
    @SuppressWarnings("ReferenceEquality")
    private void show(Entry entry, Cluster cluster) {
        State now = state;
        Snapshot snapshot = now.find(cluster.name());
        entry.strong = snapshot == null ? null : cluster;
        if (snapshot == null) {
            entry.shown = null;
            if (now.known()) {
                cluster.remove();
            }
        } else if (snapshot != entry.shown) {
            entry.shown = update(cluster, snapshot) ? snapshot : null;
        }
        if (snapshot != null && snapshot == entry.shown && now.isDirect(cluster.name(), snapshot)) {
            indirect.remove(entry);
        } else {
            indirect.add(entry);
        }
    }

    /* Configurations, filters and strategies may be the embedder's code: where one fails, the other services go on. */
    private boolean update(Cluster cluster, Snapshot snapshot) {
        try {
            cluster.update(snapshot, configs.apply(snapshot.service()));
            return true;
        } catch (RuntimeException | Error e) {
            LOG.error("{}: a new snapshot could not be applied; what was known before stands", cluster.name(), e);
            return false;
        }
    }

    /** Shows somebody every cluster there is, and every new one: some perhaps twice. */
    Subscription watch(Consumer<Cluster> watcher) {
        Consumer<Cluster> own = cluster -> {
            try {
                watcher.accept(cluster);
            } catch (RuntimeException | Error e) {
                LOG.error("{}: a watcher of new clusters failed", cluster.name(), e);
            }
        };
        opened.add(own);
        for (Entry entry : entries.values()) {
            Cluster cluster = entry.get();
            if (cluster != null) {
                own.accept(cluster);
            }
        }
        return () -> opened.remove(own);
    }

    /** Stops what works beside the clusters; they keep their last state. */
    void close() {
        for (Entry entry : entries.values()) {
            Cluster cluster = entry.get();
            if (cluster != null) {
                cluster.close();
            }
        }
    }

    private void dropForgotten() {
        for (Reference<?> gone = forgotten.poll(); gone != null; gone = forgotten.poll()) {
            if (gone instanceof Entry entry) {
                entries.remove(entry.name, entry);
                indirect.remove(entry);
            }
        }
    }

    /** A cluster, held strongly while its service exists. */
    private static final class Entry extends WeakReference<Cluster> {

        private final String name;

        @SuppressWarnings("unused") // written to keep the cluster reachable
        private volatile @Nullable Cluster strong;

        /** What the cluster shows; guarded by this. */
        private @Nullable Snapshot shown;

        Entry(Cluster cluster, ReferenceQueue<Cluster> forgotten) {
            super(cluster, forgotten);
            this.name = cluster.name();
        }
    }
}
