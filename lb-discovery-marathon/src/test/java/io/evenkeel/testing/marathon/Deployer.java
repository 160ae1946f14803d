package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What carries out changes of apps: each becomes a deployment, and every app is brought to its definition step by step.
 *
 * <p>Every method takes the state's lock.
 */
final class Deployer {
    private final MarathonState state;
    private final TaskLifecycle lifecycle;
    private final Deque<AppState> waiting = new ArrayDeque<>();

    /** Who asked for a change, as the event tells it. */
    record Caller(String clientIp, String uri, boolean force) {}

    Deployer(MarathonState state, TaskLifecycle lifecycle) {
        this.state = state;
        this.lifecycle = lifecycle;
        lifecycle.onChange(this::reconcile);
    }

    /** Creates an app; the answer is the definition before ports are assigned, which is what Marathon answers. */
    Created create(ObjectNode given, Caller caller) {
        return state.locked(() -> {
            String version = state.versions.nextVersion();
            ObjectNode posted = AppDefinition.normalise(given, version);
            state.checkVacant(posted.path("id").asText(), false);
            AppState app = new AppState(AppDefinition.settled(posted, version, version, state.apps()));
            return create(app, posted, version, caller);
        });
    }

    Created createPod(ObjectNode given, Caller caller) {
        return state.locked(() -> {
            String version = state.versions.nextVersion();
            ObjectNode posted = PodDefinition.normalise(given, version);
            state.checkVacant(posted.path("id").asText(), true);
            return create(new PodState(posted), posted, version, caller);
        });
    }

    private Created create(AppState app, ObjectNode posted, String version, Caller caller) {
        state.add(app);
        Deployment deployment = start(app, List.of("Start", "Scale"), version, null);
        healthCheckEvents(app);
        state.emit(Events.deployment("deployment_step_success", deployment));
        state.emit(Events.groupChanged(app.group(), version));
        deployment.nextStep();
        state.emit(Events.deployment("deployment_info", deployment));
        state.emit(app.createdEvent(caller, posted));
        reconcile(app);
        return new Created(posted, deployment);
    }

    /** What a creation answers. */
    record Created(ObjectNode posted, Deployment deployment) {}

    /** Changes an existing app by the fields given. */
    Deployment update(String id, ObjectNode change, Caller caller) {
        return state.locked(() -> update(state.app(id), change, caller));
    }

    /** Changes an app by the fields given, or replaces the definition of a pod. */
    Deployment update(AppState app, ObjectNode change, Caller caller) {
        return state.locked(() -> {
            unlock(app, caller.force());
            String version = state.versions.nextVersion();
            ObjectNode before = app.definition();
            List<AppState> others = new ArrayList<>(state.apps());
            others.remove(app);
            boolean restart = app.accept(change, version, others);
            return change(app, restart ? "Restart" : "Scale", version, before, caller);
        });
    }

    /** Replaces every task by one of a new version. */
    Deployment restart(String id, Caller caller) {
        return state.locked(() -> {
            AppState app = state.app(id);
            unlock(app, caller.force());
            String version = state.versions.nextVersion();
            ObjectNode before = app.definition();
            ObjectNode next = before.deepCopy().put("version", version);
            app.definition(AppDefinition.settled(next, version, version, List.of()));
            return change(app, "Restart", version, before, caller);
        });
    }

    private Deployment change(AppState app, String action, String version, ObjectNode before, Caller caller) {
        Deployment deployment = start(app, List.of(action), version, before);
        healthCheckEvents(app);
        state.emit(Events.groupChanged(app.group(), version));
        state.emit(app.changedEvent(caller));
        reconcile(app);
        return deployment;
    }

    Deployment delete(String id, Caller caller) {
        return state.locked(() -> delete(state.app(id), caller));
    }

    Deployment delete(AppState app, Caller caller) {
        return state.locked(() -> {
            unlock(app, caller.force());
            String version = state.versions.nextVersion();
            Deployment deployment = start(app, List.of("Stop"), version, app.definition());
            app.markDeleted();
            state.remove(app);
            if (app.hasHealthChecks() && !(app instanceof PodState)) {
                state.emit(Events.healthCheckRemoved(app.id()));
            }
            state.emit(Events.groupChanged(app.group(), version));
            if (app instanceof PodState) {
                state.emit(app.changedEvent(caller));
            }
            reconcile(app);
            return deployment;
        });
    }

    /** Kills tasks that are replaced by new ones. */
    void kill(Collection<SimulatedTask> tasks) {
        state.locked(() -> tasks.forEach(task -> lifecycle.kill(task, true)));
    }

    /** Kills tasks of one app and scales it down by as many. */
    Deployment killAndScale(String id, Collection<SimulatedTask> tasks, Caller caller) {
        return state.locked(() -> {
            AppState app = state.app(id);
            unlock(app, caller.force());
            String version = state.versions.nextVersion();
            ObjectNode before = app.definition();
            int left = Math.max(0, app.instances() - tasks.size());
            ObjectNode next = before.deepCopy().put("instances", left).put("version", version);
            app.definition(AppDefinition.settled(next, version, app.configVersion(), List.of()));
            tasks.forEach(task -> lifecycle.kill(task, false));
            return change(app, "Scale", version, before, caller);
        });
    }

    /** Ends a deployment; without force the app goes back to what it was, by another deployment. */
    @Nullable
    Deployment cancel(String deploymentId, Caller caller) {
        return state.locked(() -> {
            Deployment found = state.deployments().stream()
                    .filter(deployment -> deployment.id().equals(deploymentId))
                    .findFirst()
                    .orElseThrow(
                            () -> new MarathonException(404, "DeploymentPlan " + deploymentId + " does not exist"));
            fail(found);
            Deployment last = null;
            for (AppState app : caller.force() ? List.<AppState>of() : List.copyOf(found.apps())) {
                ObjectNode before = found.before(app);
                if (!app.deleted()) {
                    last = before == null ? delete(app, caller) : update(app, before.deepCopy(), caller);
                }
            }
            return last;
        });
    }

    private Deployment start(AppState app, List<String> actions, String version, @Nullable ObjectNode before) {
        return start(Deployment.of(UUID.randomUUID().toString(), version, app, actions, before));
    }

    private Deployment start(Deployment deployment) {
        deployment.apps().forEach(app -> app.deployment(deployment));
        state.emit(Events.deployment("deployment_info", deployment));
        return deployment;
    }

    /** Starts a deployment of several apps that have their new definitions already, in the order of its steps. */
    Deployment begin(Deployment deployment, String group) {
        start(deployment);
        deployment.apps().forEach(this::healthCheckEvents);
        state.emit(Events.groupChanged(group, deployment.version()));
        goOn(deployment);
        return deployment;
    }

    private void healthCheckEvents(AppState app) {
        app.definition()
                .path("healthChecks")
                .forEach(check -> state.emit(Events.healthCheckAdded(app.id(), check, app.version())));
    }

    void unlock(AppState app, boolean force) {
        Deployment running = app.deployment();
        if (running != null) {
            if (!force) {
                throw MarathonException.locked(running.id());
            }
            fail(running);
        }
    }

    private void fail(Deployment deployment) {
        deployment.apps().forEach(app -> app.deployment(null));
        state.emit(Events.deploymentEnd("deployment_failed", deployment));
    }

    /** Looks at the app now, or, when a kill within such a look asks for it, right after that. */
    private void reconcile(AppState app) {
        waiting.add(app);
        if (waiting.size() == 1) {
            while (!waiting.isEmpty()) {
                try {
                    step(waiting.element());
                } finally {
                    waiting.remove();
                }
            }
        }
    }

    /*
     * The same few lines serve creating, scaling, restarting, crashing and deleting: launch what is missing of the
     * current version, kill what is too much of it, and let old versions go as far as new tasks are ready.
     */
    private void step(AppState app) {
        Deployment running = app.deployment();
        if (running != null && running.holdsBack(app)) {
            return;
        }
        String version = app.configVersion();
        List<SimulatedTask> old = new ArrayList<>();
        List<SimulatedTask> current = new ArrayList<>();
        for (SimulatedTask task : app.tasks()) {
            if (!task.is("TASK_KILLING")) {
                (task.configVersion().equals(version) ? current : old).add(task);
            }
        }
        int ready = (int) current.stream().filter(app::ready).count();
        UpgradeStrategy strategy = UpgradeStrategy.of(app);
        scaleDown(app, old, old.size() - Math.max(0, strategy.atLeast() - ready));
        while (!app.scheduled().isEmpty() && current.size() + app.scheduled().size() > app.instances()) {
            app.scheduled().removeLast();
        }
        scaleDown(app, current, current.size() - app.instances());
        int room = old.isEmpty() ? app.instances() : strategy.atMost() - alive(app, old);
        for (int i = current.size() + app.scheduled().size(); i < Math.min(app.instances(), room); i++) {
            lifecycle.launch(app);
        }
        finish(app);
    }

    private static int alive(AppState app, List<SimulatedTask> tasks) {
        return (int) tasks.stream()
                .filter(task -> app.tasks().contains(task) && !task.is("TASK_KILLING"))
                .count();
    }

    private void finish(AppState app) {
        Deployment deployment = app.deployment();
        if (deployment != null && deployment.stepIsDone()) {
            goOn(deployment);
        }
        if (app.deleted() && app.tasks().isEmpty()) {
            state.terminated(app);
        }
    }

    private void goOn(Deployment deployment) {
        while (deployment.stepIsDone()) {
            deployment.atHand().stream().filter(AppState::deleted).forEach(app -> {
                state.emit(Events.appTerminated(app.id()));
                state.terminated(app);
            });
            state.emit(Events.deployment("deployment_step_success", deployment));
            if (!deployment.nextStep()) {
                deployment.apps().forEach(app -> app.deployment(null));
                state.emit(Events.deploymentEnd("deployment_success", deployment));
                return;
            }
            state.emit(Events.deployment("deployment_info", deployment));
        }
        deployment.atHand().forEach(this::reconcile);
    }

    private void scaleDown(AppState app, List<SimulatedTask> tasks, int surplus) {
        boolean oldest = app.definition().path("killSelection").asText().equals("OLDEST_FIRST");
        for (int i = 0; i < surplus; i++) {
            SimulatedTask task = tasks.get(oldest ? i : tasks.size() - 1 - i);
            if (task.is("TASK_RUNNING")) {
                state.emit(Events.instanceChanged(task, "Running"));
            }
            lifecycle.kill(task, false);
        }
    }
}
