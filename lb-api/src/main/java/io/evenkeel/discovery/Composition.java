package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source made of other sources: it keeps the newest catalog of each and publishes one that is merged from them, service
 * by service.
 *
 * <p>Thread-safe. Each report costs one look at every endpoint of every source. Sources are owned: they are watched from
 * the first watcher on, and closed with the composition. What is merged is published only if it differs from what was
 * published before, or if a failure is over.
 */
final class Composition implements Discovery {

    private static final Logger LOG = LoggerFactory.getLogger(Composition.class);

    /*
     * Sources call under their own locks, so nothing here waits for anything: a thread that brings a report leaves it and
     * goes on if another is at work (see Rounds), and no lock is held while a listener is called. Everything that only
     * rounds touch needs no more than that. A failing source is reported again after each catalog, since a catalog by
     * itself tells listeners that all is well.
     */
    private final String kind;
    private final List<Source> sources;
    private final Merge merge;
    private final Rounds rounds = new Rounds(this::round);
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /* Rounds only. */
    private boolean watching;
    private @Nullable Catalog newest;
    private boolean mergeFailed;

    Composition(String kind, List<? extends Discovery> sources, Merge merge) {
        Set<Discovery> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Discovery source : sources) {
            if (!distinct.add(requireNonNull(source, "source"))) {
                throw new IllegalArgumentException("source: " + source + " (expected: once)");
            }
        }
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("sources: [] (expected: at least one)");
        }
        this.kind = kind;
        this.sources = sources.stream().map(Source::new).toList();
        this.merge = merge;
    }

    /** Merges once more, because something besides the sources has changed. */
    void refresh() {
        rounds.ask();
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        Registration registration = new Registration(requireNonNull(listener, "listener"));
        if (!closed.get()) {
            registrations.add(registration);
            rounds.ask();
        }
        return registration;
    }

    @Override
    public void request(String service) {
        for (Source source : sources) {
            source.discovery.request(service);
        }
    }

    @Override
    public boolean readAgain() {
        boolean any = false;
        for (Source source : sources) {
            any |= source.discovery.readAgain();
        }
        return any;
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        registrations.clear();
        RuntimeException failure = null;
        for (Source source : sources) {
            try {
                source.discovery.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void round() {
        if (!watching && !registrations.isEmpty()) {
            watching = true;
            sources.forEach(Source::watch); // those that answer at once are all in the first catalog
        }
        if (closed.get()) {
            return;
        }
        List<Report> reports = sources.stream().map(source -> source.report).toList();
        DiscoveryException unmerged = null;
        boolean news = false;
        if (reports.stream().anyMatch(Report::answered)) {
            try {
                Catalog merged = merge(reports);
                news = newest == null || isOver(reports) || !same(newest, merged);
                newest = news ? merged : newest;
            } catch (RuntimeException e) {
                unmerged = new DiscoveryException(this + ": cannot be merged: " + e.getMessage(), e);
            }
        }
        mergeFailed = unmerged != null;
        for (Registration registration : registrations) {
            registration.deliver(newest);
        }
        for (int i = 0; i < reports.size(); i++) {
            sources.get(i).tell(reports.get(i).failure(), news);
        }
        if (unmerged != null) {
            fail(unmerged);
        }
    }

    private Catalog merge(List<Report> reports) {
        Map<String, List<Offer>> offers = new LinkedHashMap<>();
        Map<String, String> namespaces = new HashMap<>();
        Set<Problem> problems = new LinkedHashSet<>();
        for (int i = 0; i < reports.size(); i++) {
            Catalog catalog = reports.get(i).catalog();
            problems.addAll(catalog.problems());
            for (Snapshot snapshot : catalog.snapshots()) {
                Snapshot named = merge.separatesNamespaces() ? separated(snapshot, namespaces) : snapshot;
                offers.computeIfAbsent(named.service().name(), name -> new ArrayList<>())
                        .add(new Offer(i, named));
            }
        }
        return Catalog.of(offers.values().stream().map(merge::merge).toList(), List.copyOf(problems));
    }

    /* The first namespace in which a name is met has it; in each other one it is called name@namespace. No namespace fits
     * them all. */
    private static Snapshot separated(Snapshot snapshot, Map<String, String> namespaces) {
        Service service = snapshot.service();
        if (service.namespace().isEmpty()) {
            return snapshot;
        }
        String first = namespaces.putIfAbsent(service.name(), service.namespace());
        boolean same = first == null || first.equals(service.namespace());
        return same
                ? snapshot
                : new Snapshot(service.withName(service.name() + "@" + service.namespace()), snapshot.endpoints());
    }

    /* Whether something failed that listeners were told of, and it is well again. */
    private boolean isOver(List<Report> reports) {
        boolean over = mergeFailed;
        for (int i = 0; i < reports.size(); i++) {
            over |= sources.get(i).told != null && reports.get(i).failure() == null;
        }
        return over;
    }

    private static boolean same(Catalog one, Catalog other) {
        return one.snapshots().equals(other.snapshots()) && one.problems().equals(other.problems());
    }

    private void fail(DiscoveryException problem) {
        for (Registration registration : registrations) {
            registration.fail(problem);
        }
    }

    @Override
    public String toString() {
        return kind + sources;
    }

    /**
     * What a source said last.
     *
     * @param answered false until the first catalog
     * @param catalog the newest; empty until the first
     * @param failure what it failed with since
     */
    private record Report(
            boolean answered, Catalog catalog, @Nullable DiscoveryException failure) {}

    /** One of the sources, and what came from it. */
    private final class Source implements CatalogListener {

        private final Discovery discovery;
        private volatile Report report = new Report(false, Catalog.empty(), null); // written by one thread at a time
        private @Nullable DiscoveryException told; // rounds only

        Source(Discovery discovery) {
            this.discovery = discovery;
        }

        void watch() {
            if (closed.get()) {
                return;
            }
            try {
                discovery.watch(this);
            } catch (RuntimeException e) {
                onFailure(new DiscoveryException(discovery + ": cannot be watched: " + e.getMessage(), e));
            }
        }

        @Override
        public void onCatalog(Catalog catalog) {
            report = new Report(true, catalog, null);
            rounds.ask();
        }

        @Override
        public void onFailure(DiscoveryException problem) {
            Report before = report;
            report = new Report(before.answered(), before.catalog(), problem);
            rounds.ask();
        }

        void tell(@Nullable DiscoveryException failure, boolean again) {
            if (failure != null && (again || failure != told)) {
                fail(failure);
            }
            told = failure;
        }

        @Override
        public String toString() {
            return discovery.toString();
        }
    }

    /** One interest of one listener. Closing does not wait for a call that another thread has begun. */
    private final class Registration implements Subscription {

        private final CatalogListener listener;
        private volatile boolean open = true;
        private @Nullable Catalog seen; // rounds only

        Registration(CatalogListener listener) {
            this.listener = listener;
        }

        void deliver(@Nullable Catalog catalog) {
            if (catalog != null && catalog != seen && hears()) {
                seen = catalog;
                call(() -> listener.onCatalog(catalog));
            }
        }

        void fail(DiscoveryException problem) {
            if (hears()) {
                call(() -> listener.onFailure(problem));
            }
        }

        private boolean hears() {
            return open && !closed.get();
        }

        private void call(Runnable delivery) {
            try {
                delivery.run();
            } catch (RuntimeException e) {
                if (hears()) { // else it has left during the call, and may have taken down what it needs
                    LOG.error("A catalog listener failed; the others are served", e);
                }
            }
        }

        @Override
        public void close() {
            open = false;
            registrations.remove(this);
        }
    }
}
