package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Ticker;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What listeners are told and what is kept on disk. Thread-safe; listeners are called under its lock, one at a time.
 *
 * <p>What is known already is not published again, unless a failure was reported in between: then listeners learn that it is
 * over. What is on disk is published if the first thing that happens is a failure, or nothing happens for a while.
 */
final class Publication {

    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final CatalogPublisher publisher;
    private final @Nullable SnapshotFile file;
    private final AppFilter filter;
    private final Optional<String> namespace;
    private final Departures departures;
    private final AtomicLong generation = new AtomicLong();

    private @Nullable Catalog saved;
    /* What Marathon said last, or what was on disk; and what listeners know, in which some tasks may be on their way out. */
    private @Nullable Catalog read;
    private @Nullable Catalog published;
    private @Nullable DiscoveryException failure;

    Publication(CatalogPublisher publisher, @Nullable SnapshotFile file, MarathonConfig config, Ticker ticker) {
        this.publisher = publisher;
        this.file = file;
        this.filter = AppFilter.of(config);
        this.namespace = config.namespace();
        this.departures = new Departures(ticker);
    }

    /** How many catalogs were published. Any thread. */
    long generation() {
        return generation.get();
    }

    /** Reads what is on disk of what this source is about; null if there is nothing to begin with. */
    synchronized @Nullable SavedState lookAtDisk() {
        SavedState found = file == null ? null : file.load();
        if (found == null) {
            return null;
        }
        if (namespace.isPresent() && !namespace.get().equals(found.namespace())) {
            LOG.warn(
                    "What is on disk is of namespace {} (expected: {}); starting without it",
                    found.namespace(),
                    namespace.get());
            return null;
        }
        List<Snapshot> ours = found.catalog().snapshots().stream()
                .filter(snapshot -> filter.has(
                        snapshot.service().application(), snapshot.service().labels()))
                .toList();
        saved = Catalog.of(ours);
        return new SavedState(found.namespace(), saved, found.pods());
    }

    /** Begins with what was on disk, unless something is known already. */
    synchronized void publishSaved() {
        if (published == null && saved != null) {
            LOG.warn("Starting with what was known before: {}", saved);
            read = saved;
            tell(saved);
        }
    }

    /**
     * Tells that these tasks get nothing new, since an event says that they end, and that those of which it was said too
     * long ago do.
     */
    synchronized void leaving(Set<String> tasks) {
        if (read == null) {
            return;
        }
        departures.note(tasks, read);
        Catalog newest = departures.applyTo(read);
        if (!isSame(published, newest)) {
            tell(newest);
            if (failure != null) {
                publisher.fail(failure); // which is not over
            }
        }
    }

    /** Marathon could not be read. */
    synchronized void fail(DiscoveryException problem) {
        failure = problem;
        publishSaved();
        publisher.fail(problem);
    }

    /**
     * Tells what is known now.
     *
     * @param whole whether all of it was read anew
     */
    synchronized void publish(SavedState state, boolean whole) {
        Catalog newest = state.catalog();
        saved = null;
        boolean same = isSame(read, newest);
        read = newest;
        if (file != null && (!same || (whole && file.isAging()))) {
            file.save(state); // first, so that whoever has heard of it may close
        }
        Catalog told = departures.applyTo(newest);
        if (failure != null || !isSame(published, told)) {
            failure = null;
            tell(told);
        }
    }

    private void tell(Catalog newest) {
        published = newest;
        generation.incrementAndGet();
        publisher.publish(newest);
    }

    private static boolean isSame(@Nullable Catalog before, Catalog newest) {
        return before != null
                && before.snapshots().equals(newest.snapshots())
                && before.problems().equals(newest.problems());
    }
}
