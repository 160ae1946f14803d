package io.evenkeel.testing.marathon;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How many steps must come before an app can have its turn, by its dependencies and those of the groups it is in. */
final class DependencyOrder {
    private final List<AppState> apps;
    private final Map<String, List<String>> groups;
    private final Map<AppState, Integer> known = new HashMap<>();
    private final Set<AppState> open = new HashSet<>();

    DependencyOrder(List<AppState> apps, Map<String, List<String>> groups) {
        this.apps = apps;
        this.groups = groups;
    }

    /** Throws what Marathon answers when apps depend on each other in a circle. */
    int of(AppState app) {
        Integer found = known.get(app);
        if (found != null) {
            return found;
        }
        if (!open.add(app)) {
            throw MarathonException.invalid("/", "Dependency graph has cyclic dependencies.");
        }
        int order = 0;
        for (AppState other : apps) {
            if (other != app && dependsOn(app, other)) {
                order = Math.max(order, of(other) + 1);
            }
        }
        known.put(app, order);
        return order;
    }

    private boolean dependsOn(AppState app, AppState other) {
        return GroupDefinition.paths(app.definition().path("dependencies"), app.group()).stream()
                        .anyMatch(path -> GroupDefinition.within(other.id(), path))
                || groups.entrySet().stream()
                        .filter(group -> GroupDefinition.within(app.id(), group.getKey()))
                        .flatMap(group -> group.getValue().stream())
                        .anyMatch(path -> GroupDefinition.within(other.id(), path));
    }
}
