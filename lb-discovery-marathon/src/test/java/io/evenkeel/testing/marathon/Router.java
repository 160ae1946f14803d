package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.function.Supplier;

/** The table of REST calls: which path is answered by what. Errors are already answers when they leave here. */
final class Router {
    private final MarathonState state;
    private final Deployer deployer;
    private final AppsResource apps;
    private final TasksResource tasks;
    private final PodsResource pods;
    private final QueueResource queue;
    private final GroupsResource groups;
    private final Supplier<URI> uri;
    private final Runnable abdicate;

    Router(MarathonState state, Deployer deployer, QueueResource queue, Supplier<URI> uri, Runnable abdicate) {
        this.state = state;
        this.deployer = deployer;
        this.tasks = new TasksResource(state, deployer);
        this.apps = new AppsResource(state, deployer, tasks, () -> uri.get().toString());
        this.pods = new PodsResource(state, deployer);
        this.queue = queue;
        this.groups = new GroupsResource(state, deployer);
        this.uri = uri;
        this.abdicate = abdicate;
    }

    Response answer(Request request) {
        try {
            return route(request);
        } catch (MarathonException e) {
            return e.response();
        }
    }

    private Response route(Request request) {
        String path = request.path();
        if (path.equals("/v2/apps") || path.startsWith("/v2/apps/")) {
            return apps.answer(request, path.substring("/v2/apps".length()));
        }
        if (path.equals("/v2/pods") || path.startsWith("/v2/pods/")) {
            return pods.answer(request, path.substring("/v2/pods".length()));
        }
        if (path.equals("/v2/groups") || path.startsWith("/v2/groups/")) {
            return groups.answer(request, path.substring("/v2/groups".length()));
        }
        String call = request.method().equals("HEAD") ? "GET" : request.method();
        if (path.startsWith("/v2/deployments/") && call.equals("DELETE")) {
            return cancel(request, path.substring("/v2/deployments/".length()));
        }
        if (path.startsWith("/v2/queue/") && path.endsWith("/delay") && call.equals("DELETE")) {
            String id = path.substring("/v2/queue".length(), path.length() - "/delay".length());
            return queue.resetDelay(AppDefinition.canonicalId(id));
        }
        return switch (call + " " + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path)) {
            case "GET /ping" ->
                new Response(200, java.util.List.of(), new byte[0])
                        .with("Content-Type", "text/plain")
                        .with("Vary", "Accept")
                        .withBody(new byte[] {'p', 'o', 'n', 'g'});
            case "GET /v2/info" -> Response.json(200, info());
            case "GET /v2/leader" -> Response.json(200, Json.object().put("leader", authority()));
            case "DELETE /v2/leader" -> {
                abdicate.run();
                yield Response.json(200, Json.object().put("message", "Leadership abdicated"));
            }
            case "GET /v2/tasks" -> tasks.all(request);
            case "POST /v2/tasks/delete" -> tasks.delete(request);
            case "GET /v2/deployments" -> deployments();
            case "GET /v2/queue" -> queue.list();
            default -> throw new MarathonException(404, "HTTP 404 Not Found");
        };
    }

    private Response cancel(Request request, String id) {
        Deployment rollback = deployer.cancel(id, AppsResource.caller(request));
        return rollback == null ? Response.of(202, "application/json", new byte[0]) : AppsResource.result(rollback);
    }

    private Response deployments() {
        return state.locked(() -> {
            ArrayNode list = Json.array();
            state.deployments().forEach(deployment -> list.add(deployment.view()));
            return Response.json(200, list);
        });
    }

    private ObjectNode info() {
        ObjectNode info = Json.resource("info.json");
        info.put("name", "marathon").put("leader", authority());
        ObjectNode settings = (ObjectNode) info.path("marathon_config");
        settings.put("framework_name", state.config.frameworkName());
        if (state.config.taskKilling()) {
            settings.withArray("features").add("task_killing");
        }
        ((ObjectNode) info.path("http_config")).put("http_port", uri.get().getPort());
        return info;
    }

    private String authority() {
        return uri.get().getAuthority();
    }
}
