package io.evenkeel.discovery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything a source knows at one moment: one {@link Snapshot} per service, and what could not be read.
 *
 * <p>Immutable and safe for use by any thread. Look-ups cost one hash look-up; the first one by a port's
 * name costs a look at every service.
 */
public final class Catalog {

    private static final Catalog EMPTY = new Catalog(List.of(), List.of());

    private final List<Snapshot> snapshots;
    private final List<Problem> problems;
    private final Map<String, Snapshot> byName;
    private volatile @Nullable Map<String, Snapshot> byPortName; // most are never asked for, and come often

    private Catalog(List<Snapshot> snapshots, List<Problem> problems) {
        this.snapshots = List.copyOf(snapshots);
        this.problems = List.copyOf(problems);
        Map<String, Snapshot> names = new HashMap<>(snapshots.size() * 2);
        for (Snapshot snapshot : this.snapshots) {
            if (names.put(snapshot.service().name(), snapshot) != null) {
                throw new IllegalArgumentException(
                        "service: " + snapshot.service().name() + " (expected: once)");
            }
        }
        this.byName = names;
    }

    private Map<String, Snapshot> portNames() {
        Map<String, Snapshot> known = byPortName;
        if (known == null) {
            known = new HashMap<>(snapshots.size() * 2);
            for (Snapshot snapshot : snapshots) {
                String portName = snapshot.service().portName();
                if (!portName.isEmpty()) {
                    String name = snapshot.service().application() + ":" + portName;
                    if (known.putIfAbsent(name, snapshot) != null) {
                        known.putIfAbsent(name + "@" + snapshot.service().namespace(), snapshot);
                    }
                }
            }
            byPortName = known;
        }
        return known;
    }

    private @Nullable Snapshot named(String name) {
        Snapshot found = byName.get(name);
        return found != null || name.indexOf(':') < 0 ? found : portNames().get(name);
    }

    /**
     * A catalog of these snapshots.
     *
     * @param snapshots one per service
     * @return the catalog
     * @throws IllegalArgumentException if two snapshots name the same service
     */
    public static Catalog of(List<Snapshot> snapshots) {
        return new Catalog(snapshots, List.of());
    }

    /**
     * A catalog of these snapshots, with what could not be read beside them.
     *
     * @param snapshots one per service
     * @param problems what was left out, and why
     * @return the catalog
     * @throws IllegalArgumentException if two snapshots name the same service
     */
    public static Catalog of(List<Snapshot> snapshots, List<Problem> problems) {
        return new Catalog(snapshots, problems);
    }

    /**
     * A catalog without services.
     *
     * @return the one empty catalog
     */
    public static Catalog empty() {
        return EMPTY;
    }

    /**
     * Every service's snapshot, in the source's order.
     *
     * @return an immutable list
     */
    public List<Snapshot> snapshots() {
        return snapshots;
    }

    /**
     * What could not be read.
     *
     * @return an immutable list
     */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Whether the source knows no service at all.
     *
     * @return true if there is no snapshot
     */
    public boolean isEmpty() {
        return snapshots.isEmpty();
    }

    /**
     * The snapshot of a service.
     *
     * @param name a service's name, or {@code application:portName}; either with {@code @namespace} behind it
     * @return the snapshot, or null if the source does not know the service
     */
    public @Nullable Snapshot find(String name) {
        Snapshot found = named(name);
        int at = found == null ? name.lastIndexOf('@') : -1;
        if (at < 0) {
            return found;
        }
        Snapshot anywhere = named(name.substring(0, at));
        boolean there = anywhere != null && anywhere.service().namespace().equals(name.substring(at + 1));
        return there ? anywhere : null;
    }

    /**
     * Which services are not what they were in an earlier catalog. Costs a comparison of two references for each service, and
     * more only between the first that differs and the last.
     *
     * @param earlier what was known before
     * @return the names of those that are new, gone, or have another snapshot than before, which is told by the object; where
     *     some came or went, also of those between them
     */
    @SuppressWarnings("ReferenceEquality") // sources report what has not changed as the same object
    public Set<String> changedSince(Catalog earlier) {
        List<Snapshot> before = earlier.snapshots;
        int end = snapshots.size();
        int endBefore = before.size();
        int from = 0;
        while (from < end && from < endBefore && snapshots.get(from) == before.get(from)) {
            from++;
        }
        while (from < end && from < endBefore && snapshots.get(end - 1) == before.get(endBefore - 1)) {
            end--;
            endBefore--;
        }
        boolean inPlace = end == endBefore;
        Set<String> changed = new HashSet<>();
        for (int i = from; i < end; i++) {
            if (!inPlace || snapshots.get(i) != before.get(i)) {
                changed.add(snapshots.get(i).service().name());
            }
        }
        for (int i = from; i < endBefore; i++) {
            if (!inPlace || snapshots.get(i) != before.get(i)) {
                changed.add(before.get(i).service().name());
            }
        }
        return changed;
    }

    @Override
    public String toString() {
        return snapshots.size() + " services, " + problems.size() + " problems";
    }
}
