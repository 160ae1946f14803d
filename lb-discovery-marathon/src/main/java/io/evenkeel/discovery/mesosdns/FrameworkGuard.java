package io.evenkeel.discovery.mesosdns;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Snapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule that a framework which has lost all of its applications at once, or most of them, is believed only after a
 * while. Used by one thread.
 *
 * <p>A Mesos master that has just been elected knows agents and frameworks only as they register again, one by one, and
 * Mesos-DNS publishes what it knows. So applications that one answer has no endpoint of any more are held, with what was
 * known of them, if nothing of their framework is left, or if they are more than half of its applications and three at
 * least: until they return, or have been away for the whole time of confirmation. Whatever is there counts as it is, and
 * an application that goes alone, or with one other, is not held back as long as its framework has more.
 */
final class FrameworkGuard {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworkGuard.class);
    private static final int FEWEST = 3;

    private final Duration confirmation;
    private final Map<String, Long> heldSince = new HashMap<>();
    private Catalog known = Catalog.empty();

    FrameworkGuard(Duration confirmation) {
        this.confirmation = confirmation;
    }

    /** The applications of one framework that had endpoints and were not held, and those that have lost them. */
    private static final class Tally {

        private final Set<String> had = new HashSet<>();
        private final Set<String> lost = new HashSet<>();

        boolean isDoubtful() {
            return lost.size() >= FEWEST && 2 * lost.size() > had.size();
        }
    }

    /**
     * What is to be published when this has been read.
     *
     * @param answer what was read
     * @param standing what was known and has not been asked for, which says nothing of anybody's absence
     */
    Catalog judge(Catalog answer, List<Snapshot> standing, long now) {
        Map<String, Snapshot> all = new LinkedHashMap<>();
        standing.forEach(snapshot -> all.put(snapshot.service().name(), snapshot));
        Set<String> notAsked = Set.copyOf(all.keySet());
        answer.snapshots().forEach(snapshot -> all.put(snapshot.service().name(), snapshot));
        Set<String> serving = new HashSet<>();
        Set<String> present = new HashSet<>();
        for (Snapshot snapshot : answer.snapshots()) {
            if (!snapshot.endpoints().isEmpty()) {
                serving.add(application(snapshot));
                present.add(framework(snapshot));
            }
        }
        List<Snapshot> before = known.snapshots().stream()
                .filter(snapshot -> !snapshot.endpoints().isEmpty()
                        && !notAsked.contains(snapshot.service().name()))
                .toList();
        Set<String> doubted = doubted(before, serving, present);
        Set<String> held = new HashSet<>();
        for (Snapshot snapshot : before) {
            String name = snapshot.service().name();
            if (serving.contains(application(snapshot))) {
                continue;
            }
            Long since = heldSince.get(name);
            if (since == null && doubted.contains(framework(snapshot))) {
                since = now;
                heldSince.put(name, now);
            }
            if (since != null && now - since < confirmation.toNanos()) {
                all.put(name, snapshot);
                held.add(name);
            }
        }
        heldSince.keySet().removeIf(name -> !held.contains(name) && !notAsked.contains(name));
        known = held.isEmpty() && standing.isEmpty()
                ? answer
                : Catalog.of(List.copyOf(all.values()), answer.problems());
        return known;
    }

    /** The frameworks whose losses are too many to be believed at once. */
    private Set<String> doubted(List<Snapshot> before, Set<String> serving, Set<String> present) {
        Map<String, Tally> tallies = new HashMap<>();
        for (Snapshot snapshot : before) {
            String id = snapshot.service().application();
            // under its Marathon id an application is known once more
            if (!id.startsWith("/") && !heldSince.containsKey(snapshot.service().name())) {
                Tally tally = tallies.computeIfAbsent(framework(snapshot), key -> new Tally());
                tally.had.add(id);
                if (!serving.contains(application(snapshot))) {
                    tally.lost.add(id);
                }
            }
        }
        Set<String> doubted = new HashSet<>();
        tallies.forEach((framework, tally) -> {
            if (!present.contains(framework) || tally.isDoubtful()) {
                doubted.add(framework);
                LOG.warn(
                        "Mesos-DNS has no task of {} of the {} applications of {}; what was known of them stands for {} s",
                        tally.lost.size(),
                        tally.had.size(),
                        framework,
                        confirmation.toSeconds());
            }
        });
        return doubted;
    }

    /**
     * What is to be published when some names have been read that were not known, or not under these names. It says
     * nothing of the others, and nobody's absence.
     */
    Catalog add(Catalog answer) {
        Map<String, Snapshot> all = new LinkedHashMap<>();
        known.snapshots().forEach(snapshot -> all.put(snapshot.service().name(), snapshot));
        answer.snapshots().forEach(snapshot -> {
            all.put(snapshot.service().name(), snapshot);
            heldSince.remove(snapshot.service().name());
        });
        Set<Problem> problems = new LinkedHashSet<>(known.problems());
        problems.addAll(answer.problems());
        known = Catalog.of(List.copyOf(all.values()), List.copyOf(problems));
        return known;
    }

    /** There was no answer, and the next one may be somebody else's: what is held must be gone for the whole time again. */
    void failed(long now) {
        heldSince.replaceAll((name, since) -> now);
    }

    /** Whether something is held back, so that even an unchanged zone must be judged again. */
    boolean isDoubting() {
        return !heldSince.isEmpty();
    }

    Catalog known() {
        return known;
    }

    private static String application(Snapshot snapshot) {
        return framework(snapshot) + " " + snapshot.service().application();
    }

    private static String framework(Snapshot snapshot) {
        return snapshot.service().namespace().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
