package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Health;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The last verdict on each task, for the seconds in which Marathon has none. Used by the fetching thread.
 *
 * <p>A leader that has just been elected lists every task as running and without a single health check result. Who takes
 * that for unhealthy takes everything down at once; who takes it for healthy sends traffic to what is broken. So a task
 * that is known keeps its verdict, and only a new one has none. The same holds while some of its checks have no result
 * yet: what is known stands, and of a new one it is known that it is not whole.
 *
 * <p>A task that began when its application had no checks is never checked. It stays unchecked while the application's first
 * checks are deployed.
 */
final class HealthMemory {

    private static final int EVERY_PORT = -1;

    private final Map<String, Map<Integer, Health>> verdicts = new HashMap<>();
    private final Set<String> unchecked = new HashSet<>();

    Health judge(App app, Task task, int port) {
        Health ofPort = task.portVerdicts().get(port);
        if (app.checks().isEmpty()) {
            beganUnchecked(task.id());
        }
        if (ofPort == Health.UNCHECKED || app.checks().isEmpty()) {
            return Health.UNCHECKED;
        }
        Health verdict = ofPort == null ? task.verdict() : ofPort;
        Map<Integer, Health> known = verdicts.getOrDefault(task.id(), Map.of());
        int key = task.portVerdicts().isEmpty() ? EVERY_PORT : port;
        Health before = known.getOrDefault(key, known.getOrDefault(EVERY_PORT, Health.UNKNOWN));
        if (verdict == null) {
            return before == Health.UNKNOWN && app.isOld(task) && unchecked.contains(task.id())
                    ? Health.UNCHECKED
                    : before;
        }
        if (!task.complete() && verdict == Health.HEALTHY) {
            return before == Health.UNKNOWN ? Health.DEGRADED : before;
        }
        if (!task.id().isEmpty()) {
            verdicts.computeIfAbsent(task.id(), id -> new HashMap<>(2)).put(key, verdict);
        }
        return verdict;
    }

    /** Takes over what somebody knew of a port of a task before there was this memory. */
    void recall(String task, int port, Health verdict) {
        boolean isVerdict = verdict == Health.HEALTHY || verdict == Health.DEGRADED || verdict == Health.UNHEALTHY;
        if (isVerdict && !task.isEmpty()) {
            Map<Integer, Health> known = verdicts.computeIfAbsent(task, id -> new HashMap<>(2));
            known.putIfAbsent(EVERY_PORT, verdict);
            known.putIfAbsent(port, verdict);
        }
    }

    /** Notes that a task began without checks. */
    void beganUnchecked(String task) {
        if (!task.isEmpty()) {
            unchecked.add(task);
        }
    }

    /** Forgets the tasks that are gone. */
    void retain(Set<String> tasks) {
        verdicts.keySet().retainAll(tasks);
        unchecked.retainAll(tasks);
    }
}
