package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The calls on tasks: {@code /v2/tasks}, {@code /v2/tasks/delete} and {@code /v2/apps/{id}/tasks}. */
final class TasksResource {
    private final MarathonState state;
    private final Deployer deployer;

    TasksResource(MarathonState state, Deployer deployer) {
        this.state = state;
        this.deployer = deployer;
    }

    Response all(Request request) {
        if (!request.headerHas("Accept", "application/json")) {
            return Response.json(406, Json.object().put("message", "HTTP 406 Not Acceptable"));
        }
        List<String> statuses = request.query("status");
        return state.locked(() -> {
            ObjectNode body = Json.object();
            ArrayNode tasks = body.putArray("tasks");
            for (AppState app : state.apps()) {
                List<Integer> servicePorts = app.servicePorts();
                app.tasks().stream()
                        .filter(task -> statuses.isEmpty() || statuses.contains(status(task)))
                        .forEach(task -> tasks.add(TaskView.of(task, servicePorts)));
            }
            return Response.json(200, body);
        });
    }

    private static String status(SimulatedTask task) {
        return task.is("TASK_STAGING", "TASK_STARTING") ? "staging" : "running";
    }

    Response delete(Request request) {
        List<String> ids = new ArrayList<>();
        Json.parseObject(request.bodyText()).path("ids").forEach(id -> ids.add(id.asText()));
        List<SimulatedTask> tasks = state.locked(() -> state.allTasks().stream()
                .filter(task -> ids.contains(task.id()))
                .toList());
        return kill(request, tasks);
    }

    Response ofApp(Request request, String appId, String taskId) {
        List<SimulatedTask> tasks = state.locked(() -> {
            List<SimulatedTask> found = new ArrayList<>(state.app(appId).tasks());
            found.removeIf(task -> !taskId.isEmpty() && !taskId.equals(task.id()));
            return found;
        });
        return switch (request.method()) {
            case "GET", "HEAD" -> state.locked(() -> list(tasks));
            case "DELETE" -> killOf(request, taskId, tasks);
            default -> Response.html(405, request.path());
        };
    }

    private Response killOf(Request request, String taskId, List<SimulatedTask> tasks) {
        if (taskId.isEmpty()) {
            return kill(request, tasks);
        }
        if (tasks.isEmpty()) {
            throw new MarathonException(404, "Task '" + taskId + "' does not exist");
        }
        return killOne(request, tasks);
    }

    private Response killOne(Request request, List<SimulatedTask> tasks) {
        if (request.flag("scale")) {
            return kill(request, tasks);
        }
        ObjectNode body = Json.object();
        state.locked(() -> body.set("task", TaskView.of(tasks.get(0), List.of())));
        deployer.kill(tasks);
        return Response.json(200, body);
    }

    private Response kill(Request request, List<SimulatedTask> tasks) {
        if (!request.flag("scale") || tasks.isEmpty()) {
            Response listed = state.locked(() -> list(tasks));
            deployer.kill(tasks);
            return listed;
        }
        Map<String, List<SimulatedTask>> byApp = new LinkedHashMap<>();
        tasks.forEach(task ->
                byApp.computeIfAbsent(task.appId(), id -> new ArrayList<>()).add(task));
        Deployment last = null;
        for (Map.Entry<String, List<SimulatedTask>> app : byApp.entrySet()) {
            last = deployer.killAndScale(app.getKey(), app.getValue(), AppsResource.caller(request));
        }
        return AppsResource.result(last);
    }

    private static Response list(List<SimulatedTask> tasks) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("tasks");
        tasks.forEach(task -> list.add(TaskView.of(task, List.of())));
        return Response.json(200, body);
    }
}
