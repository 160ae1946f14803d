package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The calls under {@code /v2/apps}. */
final class AppsResource {
    private static final byte[] LIST = "{\"apps\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMA = {','};
    private static final byte[] NOTHING = {};
    private static final byte[] END = {']', '}'};

    private final MarathonState state;
    private final Deployer deployer;
    private final TasksResource tasks;
    private final Supplier<String> leader;

    AppsResource(MarathonState state, Deployer deployer, TasksResource tasks, Supplier<String> leader) {
        this.state = state;
        this.deployer = deployer;
        this.tasks = tasks;
        this.leader = leader;
    }

    /** Answers a call; {@code rest} is what follows {@code /v2/apps} in its path. */
    Response answer(Request request, String rest) {
        String id = AppDefinition.canonicalId(rest);
        if (id.equals("/")) {
            return switch (request.method()) {
                case "GET", "HEAD" -> list(request);
                case "POST" -> create(request);
                default -> Response.html(405, request.path());
            };
        }
        int marker = id.lastIndexOf("/tasks/");
        if (marker > 0) {
            return tasks.ofApp(request, id.substring(0, marker), id.substring(marker + "/tasks/".length()));
        }
        if (id.endsWith("/tasks")) {
            return tasks.ofApp(request, id.substring(0, id.length() - "/tasks".length()), "");
        }
        if (id.endsWith("/restart") && request.method().equals("POST")) {
            String app = id.substring(0, id.length() - "/restart".length());
            return result(deployer.restart(app, caller(request)));
        }
        return one(request, id);
    }

    private Response one(Request request, String id) {
        return switch (request.method()) {
            case "GET", "HEAD" ->
                state.locked(() -> {
                    ObjectNode body = Json.object();
                    Set<String> embed = embed(request, "app.");
                    embed.addAll(embed(request, "apps."));
                    embed.addAll(AppView.EVERYTHING);
                    body.set("app", AppView.of(state.app(id), embed));
                    return Response.json(200, body);
                });
            case "PUT" -> put(request, id);
            case "PATCH" -> result(deployer.update(id, Json.parseObject(request.bodyText()), caller(request)));
            case "DELETE" -> result(deployer.delete(id, caller(request)));
            default -> Response.html(405, request.path());
        };
    }

    private Response list(Request request) {
        Set<String> embed = embed(request, "apps.");
        return state.locked(() -> {
            ByteArrayOutputStream list = new ByteArrayOutputStream();
            list.writeBytes(LIST);
            state.apps().stream()
                    .filter(app -> request.query("label").stream()
                            .allMatch(selector -> new LabelSelector(selector)
                                    .test(app.definition().path("labels"))))
                    .filter(app -> request.query("id").stream().allMatch(app.id()::contains))
                    .filter(app -> request.query("cmd").stream()
                            .allMatch(app.definition().path("cmd").asText()::contains))
                    .forEach(app -> {
                        list.writeBytes(list.size() > LIST.length ? COMMA : NOTHING);
                        list.writeBytes(app.json().of(app, embed));
                    });
            list.writeBytes(END);
            return Response.of(200, "application/json", list.toByteArray());
        });
    }

    private Response create(Request request) {
        Deployer.Created created = deployer.create(Json.parseObject(request.bodyText()), caller(request));
        ObjectNode body = created.posted().deepCopy();
        body.put("tasksStaged", 0).put("tasksRunning", 0).put("tasksHealthy", 0).put("tasksUnhealthy", 0);
        String deployment = created.deployment().id();
        body.putArray("deployments").addObject().put("id", deployment);
        return new Response(201, List.of(), new byte[0])
                .with("Location", leader.get() + body.path("id").asText())
                .with("Marathon-Deployment-Id", deployment)
                .with("Content-Type", "application/json")
                .withBody(Json.bytes(body));
    }

    private Response put(Request request, String id) {
        ObjectNode body = Json.parseObject(request.bodyText());
        boolean known = state.locked(() -> state.find(id).isPresent());
        if (known) {
            return result(deployer.update(id, body, caller(request)));
        }
        if (!body.has("cmd") && !body.has("args") && !body.has("container")) {
            throw MarathonException.invalid(
                    "/", "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
        }
        Deployer.Created created = deployer.create(body.put("id", id), caller(request));
        return result(201, created.deployment());
    }

    static Deployer.Caller caller(Request request) {
        return new Deployer.Caller(request.remoteAddress(), request.rawPath(), request.flag("force"));
    }

    static Response result(Deployment deployment) {
        return result(200, deployment);
    }

    static Response result(int status, Deployment deployment) {
        return new Response(status, List.of(), Json.bytes(deployment.result()))
                .with("Marathon-Deployment-Id", deployment.id())
                .with("Content-Type", "application/json");
    }

    static Set<String> embed(Request request, String prefix) {
        Set<String> embed = new HashSet<>();
        for (String value : request.query("embed")) {
            for (String name : value.split(",", -1)) {
                if (name.startsWith(prefix)) {
                    embed.add(name.substring(prefix.length()));
                }
            }
        }
        return embed;
    }
}
