package io.evenkeel.discovery.mesosdns;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Snapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule that a framework which had tasks and has none is believed only after a while. Used by one thread.
 *
 * <p>A Mesos master that has just been elected knows agents and frameworks only as they register again, and Mesos-DNS
 * publishes what it knows. One application that goes is not held back.
 */
final class FrameworkGuard {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworkGuard.class);

    private final Duration confirmation;
    private final Map<String, Long> emptySince = new HashMap<>();
    private Catalog known = Catalog.empty();

    FrameworkGuard(Duration confirmation) {
        this.confirmation = confirmation;
    }

    /**
     * What is to be published when this has been read.
     *
     * @param answer what was read
     * @param standing what was known and has not been asked for, which says nothing of anybody's absence
     */
    Catalog judge(Catalog answer, List<Snapshot> standing, long now) {
        Set<String> present = new HashSet<>();
        for (Snapshot snapshot : answer.snapshots()) {
            if (!snapshot.endpoints().isEmpty()) {
                present.add(framework(snapshot));
            }
        }
        Map<String, Snapshot> all = new LinkedHashMap<>();
        standing.forEach(snapshot -> all.put(snapshot.service().name(), snapshot));
        Set<String> notAsked = Set.copyOf(all.keySet());
        answer.snapshots().forEach(snapshot -> all.put(snapshot.service().name(), snapshot));
        Set<String> doubted = new HashSet<>();
        for (Snapshot snapshot : known.snapshots()) {
            String framework = framework(snapshot);
            boolean asked = !notAsked.contains(snapshot.service().name());
            if (asked && !snapshot.endpoints().isEmpty() && !present.contains(framework)) {
                Long since = emptySince.get(framework);
                if (since == null) {
                    since = now;
                    emptySince.put(framework, now);
                    LOG.warn(
                            "Mesos-DNS has no task of {}; what was known stands for {} s",
                            framework,
                            confirmation.toSeconds());
                }
                if (now - since < confirmation.toNanos()) {
                    all.put(snapshot.service().name(), snapshot);
                    doubted.add(framework);
                }
            }
        }
        emptySince.keySet().retainAll(doubted);
        known = doubted.isEmpty() && standing.isEmpty()
                ? answer
                : Catalog.of(List.copyOf(all.values()), answer.problems());
        return known;
    }

    /** Whether something is held back, so that even an unchanged zone must be judged again. */
    boolean isDoubting() {
        return !emptySince.isEmpty();
    }

    Catalog known() {
        return known;
    }

    private static String framework(Snapshot snapshot) {
        return snapshot.service().namespace().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
