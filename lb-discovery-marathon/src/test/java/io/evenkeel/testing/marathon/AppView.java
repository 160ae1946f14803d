package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An app as REST answers tell it, with what the call asked to embed. Called with the state's lock held. */
final class AppView {
    static final Set<String> EVERYTHING = Set.of("tasks", "counts", "deployments");

    private AppView() {}

    static ObjectNode of(AppState app, Set<String> embed) {
        ObjectNode view = app.definition().deepCopy();
        boolean tasks = embed.contains("tasks");
        if (embed.contains("counts")) {
            counts(view, app);
        }
        if (tasks || embed.contains("deployments")) {
            ArrayNode deployments = view.putArray("deployments");
            Deployment running = app.deployment();
            if (running != null) {
                deployments.addObject().put("id", running.id());
            }
        }
        if (embed.contains("readiness")) {
            view.set("readinessCheckResults", Readiness.results(app));
        }
        if (tasks) {
            ArrayNode list = view.putArray("tasks");
            app.tasks().forEach(task -> list.add(TaskView.of(task, List.of())));
        }
        return view;
    }

    static void counts(ObjectNode view, AppState app) {
        view.put("tasksStaged", count(app, "TASK_STAGING") + count(app, "TASK_STARTING"));
        view.put("tasksRunning", count(app, "TASK_RUNNING"));
        view.put("tasksHealthy", health(app, TaskHealth.ALIVE));
        view.put("tasksUnhealthy", health(app, TaskHealth.DEAD));
    }

    private static int count(AppState app, String state) {
        return (int) app.tasks().stream().filter(task -> task.is(state)).count();
    }

    private static int health(AppState app, TaskHealth health) {
        return (int) app.tasks().stream()
                .filter(task -> task.is("TASK_RUNNING") && task.check().health() == health)
                .count();
    }

    /** The tree of groups with the apps in them. */
    static ObjectNode groups(List<AppState> apps, Map<String, List<String>> made, Set<String> embed, String version) {
        Map<String, ObjectNode> groups = new TreeMap<>();
        ObjectNode root = group(groups, "/", version);
        made.keySet().forEach(id -> group(groups, id, version));
        apps.forEach(
                app -> group(groups, app.group(), version).withArray("apps").add(of(app, embed)));
        groups.values().forEach(group -> {
            ArrayNode dependencies = group.putArray("dependencies");
            made.getOrDefault(group.path("id").asText(), List.of()).forEach(dependencies::add);
            group.put("version", version);
            if (!group.path("id").asText().equals("/")) {
                group.put("enforceRole", false);
            }
        });
        return root;
    }

    private static ObjectNode group(Map<String, ObjectNode> groups, String id, String version) {
        ObjectNode known = groups.get(id);
        if (known != null) {
            return known;
        }
        ObjectNode group = Json.object().put("id", id);
        group.putArray("apps");
        group.putArray("pods");
        group.putArray("groups");
        groups.put(id, group);
        if (!id.equals("/")) {
            int slash = id.lastIndexOf('/');
            group(groups, slash == 0 ? "/" : id.substring(0, slash), version)
                    .withArray("groups")
                    .add(group);
        }
        return group;
    }
}
