package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Health;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The last verdict on each task, for the seconds in which Marathon has none. Used by the fetching thread.
 *
 * <p>A leader that has just been elected lists every task as running and without a single health check result. Who takes
 * that for unhealthy takes everything down at once; who takes it for healthy sends traffic to what is broken. So a task
 * that is known keeps its verdict, and only a new one has none.
 */
final class HealthMemory {

    private final Map<String, Health> verdicts = new HashMap<>();

    Health judge(App app, Task task) {
        if (app.checks().isEmpty()) {
            return Health.UNCHECKED;
        }
        if (task.verdict() == null) {
            return verdicts.getOrDefault(task.id(), Health.UNKNOWN);
        }
        verdicts.put(task.id(), task.verdict());
        return task.verdict();
    }

    /** Forgets the tasks that are gone. */
    void retain(Set<String> tasks) {
        verdicts.keySet().retainAll(tasks);
    }
}
