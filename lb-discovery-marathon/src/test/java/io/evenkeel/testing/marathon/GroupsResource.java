package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The calls under {@code /v2/groups}: each change is one deployment of all apps of the group. Pods stay as they are. */
final class GroupsResource {
    private final MarathonState state;
    private final Deployer deployer;

    GroupsResource(MarathonState state, Deployer deployer) {
        this.state = state;
        this.deployer = deployer;
    }

    /** Answers a call; {@code rest} is what follows {@code /v2/groups} in its path. */
    Response answer(Request request, String rest) {
        String id = AppDefinition.canonicalId(rest);
        Deployer.Caller caller = AppsResource.caller(request);
        return state.locked(() -> switch (request.method()) {
            case "GET", "HEAD" -> Response.json(200, found(id, AppsResource.embed(request, "group.apps.")));
            case "POST" -> create(id, Json.parseObject(request.bodyText()), caller);
            case "PUT" -> AppsResource.result(put(id, Json.parseObject(request.bodyText()), caller));
            case "DELETE" -> {
                found(id, Set.of());
                yield AppsResource.result(deploy(GroupDefinition.of(id, Json.object()), true, caller));
            }
            default -> Response.html(405, request.path());
        });
    }

    private JsonNode found(String id, Set<String> embed) {
        String version = state.apps().stream()
                .map(AppState::version)
                .max(String::compareTo)
                .orElse("1970-01-01T00:00:00.000Z");
        JsonNode group = find(AppView.groups(state.apps(), state.groups(), embed, version), id);
        if (group == null) {
            throw new MarathonException(404, "Group '" + id + "' does not exist");
        }
        return group;
    }

    private static @Nullable JsonNode find(JsonNode group, String id) {
        if (group.path("id").asText().equals(id)) {
            return group;
        }
        for (JsonNode child : group.path("groups")) {
            JsonNode found = find(child, id);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private Response create(String parent, ObjectNode given, Deployer.Caller caller) {
        String id = GroupDefinition.absolute(given.path("id").asText(), parent);
        boolean taken = state.groups().containsKey(id)
                || state.apps().stream().anyMatch(app -> GroupDefinition.within(app.id(), id));
        if (taken) {
            throw new MarathonException(409, "Group " + id + " is already created. Use PUT to change this group.");
        }
        Deployment deployment = deploy(GroupDefinition.of(id, given), false, caller);
        return AppsResource.result(201, deployment).with("Location", "/v2/groups" + id);
    }

    private Deployment put(String path, ObjectNode given, Deployer.Caller caller) {
        String id = given.has("id") ? GroupDefinition.absolute(given.path("id").asText(), path) : path;
        if (!given.has("scaleBy")) {
            return deploy(GroupDefinition.of(path.equals("/") ? id : path, given), false, caller);
        }
        GroupDefinition scaled = new GroupDefinition(path, new LinkedHashMap<>(state.groups()), new LinkedHashMap<>());
        for (AppState app : state.apps()) {
            if (GroupDefinition.within(app.id(), path)) {
                int instances =
                        (int) Math.ceil(app.instances() * given.path("scaleBy").asDouble());
                scaled.apps().put(app.id(), app.definition().deepCopy().put("instances", instances));
            }
        }
        return deploy(scaled, false, caller);
    }

    private Deployment deploy(GroupDefinition target, boolean delete, Deployer.Caller caller) {
        String version = state.versions.nextVersion();
        Map<String, ObjectNode> wanted = new LinkedHashMap<>();
        target.apps().forEach((id, app) -> wanted.put(id, AppDefinition.normalise(app, version)));
        Map<String, List<String>> groups = new TreeMap<>(state.groups());
        groups.keySet().removeIf(id -> GroupDefinition.within(id, target.id()));
        if (!delete) {
            groups.putAll(target.groups());
        }
        order(target, wanted, groups); // refuses before anything is changed
        List<AppState> inGroup = state.apps().stream()
                .filter(app -> GroupDefinition.within(app.id(), target.id()))
                .toList();
        inGroup.forEach(app -> deployer.unlock(app, caller.force()));
        state.groups().clear();
        state.groups().putAll(groups);

        Map<AppState, @Nullable ObjectNode> before = new LinkedHashMap<>();
        List<Deployment.Action> stops = new ArrayList<>();
        List<Deployment.Action> starts = new ArrayList<>();
        List<Deployment.Action> rest = new ArrayList<>();
        for (AppState app : inGroup) {
            if (!wanted.containsKey(app.id())) {
                before.put(app, app.definition());
                stops.add(new Deployment.Action("Stop", app));
                app.markDeleted();
                state.remove(app);
            }
        }
        wanted.forEach((id, definition) -> {
            AppState known = state.find(id).orElse(null);
            if (known == null) {
                state.checkVacant(id, false);
                AppState app = new AppState(AppDefinition.settled(definition, version, version, state.apps()));
                state.add(app);
                before.put(app, null);
                starts.add(new Deployment.Action("Start", app));
                rest.add(new Deployment.Action("Scale", app));
            } else if (known.wouldChange(definition)) {
                before.put(known, known.definition());
                List<AppState> others = new ArrayList<>(state.apps());
                others.remove(known);
                rest.add(
                        new Deployment.Action(known.replace(definition, version, others) ? "Restart" : "Scale", known));
            }
        });
        DependencyOrder order = new DependencyOrder(state.apps(), groups);
        TreeMap<Integer, List<Deployment.Action>> layers = new TreeMap<>();
        rest.forEach(action -> layers.computeIfAbsent(order.of(action.app()), layer -> new ArrayList<>())
                .add(action));
        List<List<Deployment.Action>> steps = new ArrayList<>(List.of(stops, starts));
        steps.addAll(layers.values());
        steps.removeIf(List::isEmpty);
        return deployer.begin(new Deployment(UUID.randomUUID().toString(), version, steps, before), target.id());
    }

    private void order(GroupDefinition target, Map<String, ObjectNode> wanted, Map<String, List<String>> groups) {
        List<AppState> all = new ArrayList<>(state.apps());
        all.removeIf(app -> GroupDefinition.within(app.id(), target.id()));
        wanted.values().forEach(definition -> all.add(new AppState(definition)));
        DependencyOrder order = new DependencyOrder(all, groups);
        all.forEach(order::of);
    }
}
