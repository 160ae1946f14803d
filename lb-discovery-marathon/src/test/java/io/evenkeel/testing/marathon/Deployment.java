package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One deployment: its plan, the step it has come to, and what its apps were before. Guarded by the state's lock.
 *
 * <p>The actions of a step are carried out at the same time, and the next step begins when all of them are done.
 */
final class Deployment {
    private final String id;
    private final String version;
    private final List<List<Action>> steps;
    private final Map<AppState, @Nullable ObjectNode> before;
    private int current;

    /** Something to be done to an app: Start (which launches nothing yet), Scale, Restart or Stop. */
    record Action(String name, AppState app) {
        ObjectNode view() {
            return Json.object()
                    .put("action", name + app.kind())
                    .put(app instanceof PodState ? "pod" : "app", app.id());
        }

        boolean done() {
            return name.equals("Start") || app.settled();
        }
    }

    /** One of several apps, each with its definition so far, or null if it is new. */
    Deployment(String id, String version, List<List<Action>> steps, Map<AppState, @Nullable ObjectNode> before) {
        this.id = id;
        this.version = version;
        this.steps = List.copyOf(steps);
        this.before = new LinkedHashMap<>(before);
    }

    /** One of a single app, each action being a step. */
    static Deployment of(String id, String version, AppState app, List<String> names, @Nullable ObjectNode before) {
        List<List<Action>> steps = new ArrayList<>();
        names.forEach(name -> steps.add(List.of(new Action(name, app))));
        Map<AppState, @Nullable ObjectNode> only = new LinkedHashMap<>();
        only.put(app, before);
        return new Deployment(id, version, steps, only);
    }

    String id() {
        return id;
    }

    String version() {
        return version;
    }

    Set<AppState> apps() {
        return before.keySet();
    }

    /** The definition of an app to go back to, or null when there was no such app. */
    @Nullable
    ObjectNode before(AppState app) {
        return before.get(app);
    }

    /** Goes on to the next step; false when there is none. */
    boolean nextStep() {
        if (current == steps.size() - 1) {
            return false;
        }
        current++;
        return true;
    }

    /** The apps that the step at hand is about. */
    Set<AppState> atHand() {
        Set<AppState> apps = new LinkedHashSet<>();
        steps.get(current).forEach(action -> apps.add(action.app()));
        return apps;
    }

    boolean stepIsDone() {
        return steps.get(current).stream().allMatch(Action::done);
    }

    /** Whether the app's turn is yet to come. */
    boolean holdsBack(AppState app) {
        return steps.subList(current + 1, steps.size()).stream()
                .flatMap(List::stream)
                .anyMatch(action -> action.app() == app);
    }

    ObjectNode plan() {
        ObjectNode plan = Json.object().put("id", id);
        plan.set("steps", views());
        return plan.put("version", version);
    }

    ObjectNode step() {
        return view(steps.get(current));
    }

    ObjectNode view() {
        ObjectNode view = Json.object().put("id", id);
        view.set("steps", views());
        view.put("version", version);
        ArrayNode apps = view.putArray("affectedApps");
        ArrayNode pods = view.putArray("affectedPods");
        apps().forEach(app -> (app instanceof PodState ? pods : apps).add(app.id()));
        ArrayNode actions = view.putArray("currentActions");
        for (Action action : steps.get(current)) {
            ObjectNode told = action.view();
            told.set("readinessCheckResults", Readiness.results(action.app()));
            actions.add(told);
        }
        return view.put("currentStep", current + 1).put("totalSteps", steps.size());
    }

    /** What a call that started the deployment answers. */
    ObjectNode result() {
        return Json.object().put("deploymentId", id).put("version", version);
    }

    private ArrayNode views() {
        ArrayNode views = Json.array();
        steps.forEach(step -> views.add(view(step)));
        return views;
    }

    private static ObjectNode view(List<Action> step) {
        ObjectNode view = Json.object();
        ArrayNode actions = view.putArray("actions");
        step.forEach(action -> actions.add(action.view()));
        return view;
    }
}
