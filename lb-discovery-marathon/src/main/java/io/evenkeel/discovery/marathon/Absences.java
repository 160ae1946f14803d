package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which tasks are still worth remembering: those that are there, and for some minutes those that were. Used by the fetching
 * thread.
 *
 * <p>A leader that has just been elected may list a task only seconds after the others, and without a verdict.
 */
final class Absences {

    static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final Ticker ticker;
    private final Map<String, Long> since = new HashMap<>();
    private Set<String> there = new HashSet<>();

    Absences(Ticker ticker) {
        this.ticker = ticker;
    }

    /** This task was there before anybody looked. */
    void was(String task) {
        there.add(task);
    }

    /** Those that are remembered, now that these are there. */
    Set<String> remembered(Set<String> present) {
        long now = ticker.nanos();
        there.removeAll(present);
        there.forEach(task -> since.put(task, now));
        since.keySet().removeAll(present);
        since.values().removeIf(gone -> now - gone > REMEMBERED.toNanos());
        there = new HashSet<>(present);
        Set<String> all = new HashSet<>(present);
        all.addAll(since.keySet());
        return all;
    }
}
