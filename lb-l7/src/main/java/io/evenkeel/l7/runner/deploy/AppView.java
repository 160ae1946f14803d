package io.evenkeel.l7.runner.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.l7.marathonlb.DeploymentLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One application as Marathon tells of it at one moment. Immutable.
 *
 * @param id its id
 * @param instances how many tasks it is to have
 * @param deploying whether Marathon is changing it
 * @param checked whether it has health checks
 * @param labels its labels
 * @param tasks its tasks, in the order of their ids
 * @param json all of it
 */
record AppView(
        String id,
        int instances,
        boolean deploying,
        boolean checked,
        Map<String, String> labels,
        List<TaskView> tasks,
        JsonNode json) {

    static AppView of(JsonNode app) {
        Map<String, String> labels = new TreeMap<>();
        app.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<TaskView> tasks = new ArrayList<>();
        boolean checked = !app.path("healthChecks").isEmpty();
        app.path("tasks").forEach(task -> tasks.add(TaskView.of(task, app, checked)));
        tasks.sort((one, other) -> one.id().compareTo(other.id()));
        return new AppView(
                app.path("id").asText(),
                app.path("instances").asInt(),
                !app.path("deployments").isEmpty(),
                checked,
                labels,
                tasks,
                app);
    }

    String label(String name) {
        return labels.getOrDefault(name, "");
    }

    int number(String label, int otherwise) {
        try {
            return Integer.parseInt(label(label).trim());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** What it has in common with the other one; empty if it is part of no deployment. */
    String group() {
        String group = label(DeploymentLabels.GROUP);
        return group.startsWith("/") ? group.substring(1) : group;
    }

    /** The tasks that answer, as far as Marathon knows. */
    List<TaskView> usable() {
        return tasks.stream().filter(TaskView::usable).toList();
    }

    /** Whether all tasks that it is to have are there and answer. */
    boolean isWhole() {
        return usable().size() >= instances;
    }
}
