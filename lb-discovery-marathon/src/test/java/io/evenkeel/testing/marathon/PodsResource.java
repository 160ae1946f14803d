package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/** The calls under {@code /v2/pods}. */
final class PodsResource {
    private final MarathonState state;
    private final Deployer deployer;

    PodsResource(MarathonState state, Deployer deployer) {
        this.state = state;
        this.deployer = deployer;
    }

    /** Answers a call; {@code rest} is what follows {@code /v2/pods} in its path. */
    Response answer(Request request, String rest) {
        return state.locked(() -> {
            int colons = rest.indexOf("::");
            String id = AppDefinition.canonicalId(colons < 0 ? rest : rest.substring(0, colons));
            if (colons >= 0) {
                return selected(request, id, rest.substring(colons + 2));
            }
            return id.equals("/") ? all(request) : one(request, id);
        });
    }

    private Response all(Request request) {
        return switch (request.method()) {
            case "GET" -> list(state.pods().stream().map(AppState::definition));
            case "HEAD" -> Response.of(200, "application/json", new byte[0]);
            case "POST" -> create(request, Json.parseObject(request.bodyText()));
            default -> Response.html(405, request.path());
        };
    }

    private Response create(Request request, ObjectNode given) {
        Deployer.Created created = deployer.createPod(given, AppsResource.caller(request));
        return new Response(201, List.of(), new byte[0])
                .with("Location", created.posted().path("id").asText())
                .with("Marathon-Deployment-Id", created.deployment().id())
                .with("Content-Type", "application/json")
                .withBody(Json.bytes(created.posted()));
    }

    private Response one(Request request, String id) {
        return switch (request.method()) {
            case "GET", "HEAD" -> Response.json(200, state.pod(id).definition());
            case "PUT" -> put(request, id);
            case "DELETE" -> {
                Deployment deployment = deployer.delete(state.pod(id), AppsResource.caller(request));
                yield new Response(202, List.of(), new byte[0])
                        .with("Location", deployment.id())
                        .with("Marathon-Deployment-Id", deployment.id());
            }
            default -> Response.html(405, request.path());
        };
    }

    private Response put(Request request, String id) {
        ObjectNode given = Json.parseObject(request.bodyText());
        String told = AppDefinition.canonicalId(given.path("id").asText());
        if (!told.equals(id)) {
            throw new MarathonException(400, "'" + id + "' does not match definition's id ('" + told + "')");
        }
        PodState pod = state.pod(id);
        Deployment deployment = deployer.update(pod, given, AppsResource.caller(request));
        return Response.json(200, pod.definition()).with("Marathon-Deployment-Id", deployment.id());
    }

    private Response selected(Request request, String id, String selector) {
        int slash = selector.indexOf('/');
        String name = slash < 0 ? selector : selector.substring(slash + 1);
        boolean delete = request.method().equals("DELETE");
        String noun = slash < 0 ? selector : selector.substring(0, slash);
        return switch ((delete ? "DELETE " : "GET ") + noun + (slash < 0 ? "" : "/")) {
            case "GET status" ->
                id.equals("/")
                        ? list(state.pods().stream().map(PodView::status))
                        : Response.json(200, PodView.status(state.pod(id)));
            case "GET versions" -> versions(state.pod(id));
            case "GET versions/" -> {
                ObjectNode version = state.pod(id).versions().get(name);
                if (version == null) {
                    throw MarathonException.noPod(id);
                }
                yield Response.json(200, version);
            }
            case "DELETE instances" -> Response.json(200, kill(state.pod(id), Json.parse(request.bodyText())));
            case "DELETE instances/" ->
                Response.json(200, kill(state.pod(id), Json.array().add(name)).get(0));
            default -> Response.html(405, request.path());
        };
    }

    private static Response versions(PodState pod) {
        ArrayNode list = Json.array();
        pod.versions().keySet().forEach(list::add);
        return Response.json(200, list);
    }

    private ArrayNode kill(PodState pod, JsonNode ids) {
        List<SimulatedTask> tasks = pod.tasks().stream()
                .filter(task -> contains(ids, task.instanceId()))
                .toList();
        if (tasks.isEmpty()) {
            throw new MarathonException(404, "Task '" + ids.path(0).asText() + "' does not exist");
        }
        ArrayNode killed = Json.array();
        tasks.forEach(task -> killed.add(PodView.instance(pod, task)));
        deployer.kill(tasks);
        return killed;
    }

    private static boolean contains(JsonNode ids, String id) {
        for (JsonNode one : ids) {
            if (one.asText().equals(id)) {
                return true;
            }
        }
        return false;
    }

    private static Response list(Stream<? extends JsonNode> nodes) {
        ArrayNode list = Json.array();
        nodes.forEach(list::add);
        return Response.json(200, list);
    }
}
