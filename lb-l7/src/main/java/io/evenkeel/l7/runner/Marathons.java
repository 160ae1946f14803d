package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.discovery.file.FileDiscovery;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * Everything that one Marathon or several know, and a file of services that none of them knows. Of several, each keeps its
 * last good state while it is away, whatever becomes of the others, and problems tell which of the further ones they are of.
 * Thread-safe; owns its sources.
 */
final class Marathons implements Discovery {

    private final List<MarathonDiscovery> all;
    private final List<Discovery> named;
    private final Discovery source;
    private final long begun = System.nanoTime();

    private Marathons(List<MarathonDiscovery> all, List<Discovery> named) {
        this.all = List.copyOf(all);
        this.named = List.copyOf(named);
        this.source = named.size() == 1 ? named.get(0) : Discovery.union(named);
    }

    /** The Marathon of these settings, and the further ones. */
    static Marathons of(L7Settings settings) {
        List<MarathonDiscovery> all = new ArrayList<>(List.of(MarathonDiscovery.of(settings.marathon())));
        List<Discovery> named = new ArrayList<>(all);
        for (MarathonConfig config : settings.otherMarathons()) {
            MarathonDiscovery discovery = MarathonDiscovery.of(config);
            all.add(discovery);
            String name = config.namespace().orElseThrow();
            named.add(new Named(name, discovery, service -> service.withName(service.name() + "@" + name)));
        }
        settings.routes()
                .ifPresent(file ->
                        named.add(new Named(RoutesFlag.NAMESPACE, FileDiscovery.of(file), RoutesFlag::serviceOfFile)));
        return new Marathons(all, named);
    }

    /** The age of what is known longest without news; empty if one has never answered. */
    Optional<Duration> sinceLastGoodAnswer() {
        List<Optional<Duration>> ages = all.stream()
                .map(marathon -> marathon.status().sinceLastGoodAnswer())
                .toList();
        return ages.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : ages.stream().flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** The same, but what has never answered counts from its beginning: what is served then comes from who knows when. */
    Duration age() {
        Duration sinceBegin = Duration.ofNanos(System.nanoTime() - begun);
        return all.stream()
                .map(marathon -> marathon.status().sinceLastGoodAnswer().orElse(sinceBegin))
                .max(Comparator.naturalOrder())
                .orElse(sinceBegin);
    }

    /** What all of them know together; fails with the first that cannot be read. For who does not watch. */
    CompletionStage<Catalog> once() {
        List<CompletableFuture<Catalog>> answers =
                named.stream().map(Marathons::answer).toList();
        CompletableFuture<Catalog> all = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        merged(answers.stream().map(CompletableFuture::join).toList()));
        answers.forEach(answer -> answer.whenComplete((catalog, failure) -> {
            if (failure != null) {
                all.completeExceptionally(failure);
            }
        }));
        return all;
    }

    private static CompletableFuture<Catalog> answer(Discovery source) {
        CompletableFuture<Catalog> answer = new CompletableFuture<>();
        Subscription watching = source.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                answer.complete(catalog);
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                answer.completeExceptionally(problem);
            }
        });
        answer.whenComplete((catalog, failure) -> watching.close());
        return answer;
    }

    private static Catalog merged(List<Catalog> catalogs) {
        return Catalog.of(
                catalogs.stream().flatMap(one -> one.snapshots().stream()).toList(),
                catalogs.stream().flatMap(one -> one.problems().stream()).toList());
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        return source.watch(listener);
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

    /**
     * A source whose services and problems tell whose they are: {@code /web@NAME}, also while nobody else has a {@code /web}, so
     * that it does not matter who answers first.
     */
    private static final class Named implements Discovery {

        private final String name;
        private final Discovery source;
        private final UnaryOperator<Service> renaming;

        Named(String name, Discovery source, UnaryOperator<Service> renaming) {
            this.name = name;
            this.source = source;
            this.renaming = renaming;
        }

        @Override
        public Subscription watch(CatalogListener listener) {
            return source.watch(new Renaming(name, renaming, listener));
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
            return name + "=" + source;
        }
    }

    /** Hands a source's words on with its name; called by one thread at a time. */
    private static final class Renaming implements CatalogListener {

        private final String name;
        private final UnaryOperator<Service> renaming;
        private final CatalogListener listener;
        private IdentityHashMap<Snapshot, Snapshot> known =
                new IdentityHashMap<>(); // what did not change stays the same

        Renaming(String name, UnaryOperator<Service> renaming, CatalogListener listener) {
            this.name = name;
            this.renaming = renaming;
            this.listener = listener;
        }

        @Override
        public void onCatalog(Catalog catalog) {
            IdentityHashMap<Snapshot, Snapshot> renamed = new IdentityHashMap<>();
            List<Snapshot> snapshots = new ArrayList<>(catalog.snapshots().size());
            for (Snapshot snapshot : catalog.snapshots()) {
                Snapshot before = known.get(snapshot);
                Snapshot now = before == null ? rename(snapshot) : before;
                renamed.put(snapshot, now);
                snapshots.add(now);
            }
            known = renamed;
            listener.onCatalog(Catalog.of(
                    snapshots,
                    catalog.problems().stream()
                            .map(problem -> new Problem(problem.subject() + "@" + name, problem.reason()))
                            .toList()));
        }

        private Snapshot rename(Snapshot snapshot) {
            return new Snapshot(renaming.apply(snapshot.service()), snapshot.endpoints());
        }

        @Override
        public void onFailure(DiscoveryException problem) {
            listener.onFailure(new DiscoveryException(name + ": " + problem.getMessage(), problem));
        }
    }
}
