package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One deployment of one app: its plan, the step it has come to, and what the app was before. Guarded by the state's lock. */
final class Deployment {
    private final String id;
    private final String version;
    private final AppState app;
    private final List<String> actions;
    private final @Nullable ObjectNode before;
    private int current;

    Deployment(String id, String version, AppState app, List<String> actions, @Nullable ObjectNode before) {
        this.id = id;
        this.version = version;
        this.app = app;
        this.actions = List.copyOf(actions);
        this.before = before;
    }

    String id() {
        return id;
    }

    String version() {
        return version;
    }

    AppState app() {
        return app;
    }

    /** The definition to go back to, or null when there was no such app. */
    @Nullable
    ObjectNode before() {
        return before;
    }

    void nextStep() {
        current++;
    }

    ObjectNode plan() {
        ObjectNode plan = Json.object().put("id", id);
        plan.set("steps", steps());
        return plan.put("version", version);
    }

    ObjectNode step() {
        return step(actions.get(current));
    }

    ObjectNode view() {
        ObjectNode view = Json.object().put("id", id);
        view.set("steps", steps());
        view.put("version", version);
        boolean pod = app instanceof PodState;
        ArrayNode apps = view.putArray("affectedApps");
        (pod ? view.putArray("affectedPods") : apps).add(app.id());
        view.withArray("affectedPods");
        ObjectNode action = action(actions.get(current));
        action.set("readinessCheckResults", Readiness.results(app));
        view.putArray("currentActions").add(action);
        return view.put("currentStep", current + 1).put("totalSteps", actions.size());
    }

    /** What a call that started the deployment answers. */
    ObjectNode result() {
        return Json.object().put("deploymentId", id).put("version", version);
    }

    private ArrayNode steps() {
        ArrayNode steps = Json.array();
        actions.forEach(action -> steps.add(step(action)));
        return steps;
    }

    private ObjectNode step(String action) {
        ObjectNode step = Json.object();
        step.putArray("actions").add(action(action));
        return step;
    }

    private ObjectNode action(String name) {
        return Json.object().put("action", name + app.kind()).put(app instanceof PodState ? "pod" : "app", app.id());
    }
}
