package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The life of tasks: staging, starting, running, killing, and what the health checks find.
 *
 * <p>Each step takes the state's lock, tells the event bus, and then asks the deployer to look at the app again.
 */
final class TaskLifecycle {
    private final MarathonState state;
    private Consumer<AppState> reconcile = app -> {};

    TaskLifecycle(MarathonState state) {
        this.state = state;
    }

    void onChange(Consumer<AppState> listener) {
        reconcile = listener;
    }

    void launch(AppState app) {
        String name = app.id().substring(1).replace('/', '_');
        schedule(app, new Scheduled(name + ".instance-" + UUID.randomUUID(), 1));
    }

    private void schedule(AppState app, Scheduled next) {
        if (state.queue.left(app).isZero()) {
            launch(app, next);
        } else {
            app.scheduled().add(next);
        }
    }

    /** Does what a Marathon that is elected does: it knows neither delays nor health. */
    void elected() {
        state.queue.clear();
        state.everything().forEach(this::launchWaiting);
        state.allTasks().forEach(task -> {
            task.check(CheckResult.NONE);
            checkLater(task);
        });
    }

    /** Launches what had to wait, once the app may launch again. */
    void launchWaiting(AppState app) {
        if (state.queue.left(app).isZero()) {
            while (!app.scheduled().isEmpty()) {
                schedule(app, app.scheduled().remove());
            }
            List.copyOf(app.tasks()).stream()
                    .filter(task -> task.is("TASK_FAILED"))
                    .forEach(this::removed);
            reconcile.accept(app);
        }
    }

    private void launch(AppState app, Scheduled next) {
        SimulatedTask task = new SimulatedTask(this, app, TaskLaunch.of(app, next, state.pool.nextAgent()));
        app.add(task);
        state.emit(Events.instanceChanged(task, "Scheduled"));
        state.emit(Events.instanceChanged(task, "Provisioned"));
        after(state.config.launchDelay().dividedBy(2), () -> starting(task));
    }

    private void starting(SimulatedTask task) {
        if (!task.is("TASK_STAGING")) {
            return;
        }
        try {
            TaskProcess process =
                    new TaskProcess(state.pool, task.app().asApp(), task.host(), state.config.realTasks());
            task.process(process);
            process.start(task, state.workers);
        } catch (IOException e) {
            failed(task, "Cannot bind: " + e.getMessage());
            return;
        }
        change(task, "TASK_STARTING", "", "Starting");
        after(state.config.launchDelay().dividedBy(2), () -> running(task));
    }

    private void running(SimulatedTask task) {
        if (!task.is("TASK_STARTING")) {
            return;
        }
        change(task, "TASK_RUNNING", "", "Running");
        checkLater(task);
        if (task.app().hasReadinessChecks() && task.startedBy(task.app().deployment())) {
            after(state.config.readinessDelay(), () -> checkReadiness(task));
        }
        reconcile.accept(task.app());
    }

    /** Has the health checks of a running task find their first result after the usual delay. */
    void checkLater(SimulatedTask task) {
        if (task.app().hasHealthChecks()) {
            after(state.config.healthDelay(), () -> check(task));
        }
    }

    void readinessAgain(SimulatedTask task) {
        state.locked(() -> {
            if (task.readinessChecked()) {
                checkReadiness(task);
            }
        });
    }

    private void checkReadiness(SimulatedTask task) {
        task.checkReadiness();
        reconcile.accept(task.app());
    }

    void checkAgain(SimulatedTask task) {
        state.locked(() -> check(task));
    }

    private void check(SimulatedTask task) {
        TaskHealth found = task.health();
        if (!task.is("TASK_RUNNING")
                || !task.app().hasHealthChecks()
                || found == task.check().health()) {
            return;
        }
        task.check(new CheckResult(found, Instant.now()));
        if (found != TaskHealth.UNKNOWN && !(task.app() instanceof PodState)) {
            state.emit(Events.healthStatusChanged(task, found == TaskHealth.ALIVE));
        }
        state.emit(Events.instanceHealthChanged(task, found));
        reconcile.accept(task.app());
    }

    /** Kills politely; the caller holds the lock. */
    void kill(SimulatedTask task, boolean relaunch) {
        if (task.is("TASK_KILLING", "TASK_KILLED")) {
            task.relaunch(task.relaunch() && relaunch);
            return;
        }
        task.relaunch(relaunch);
        if (task.is("TASK_FAILED")) {
            removed(task);
        } else if (task.is("TASK_STAGING")) {
            killed(task);
        } else if (state.config.taskKilling()) {
            change(task, "TASK_KILLING", "", "Killing");
            after(state.config.killGrace(), () -> stop(task));
        } else {
            task.state("TASK_KILLING");
            stop(task);
        }
    }

    private void stop(SimulatedTask task) {
        TaskProcess process = task.process();
        if (process != null && task.is("TASK_KILLING")) {
            after(state.config.killTimeout(), process::close);
            state.workers.run(() -> process.drain(() -> state.locked(() -> killed(task))));
        }
    }

    private void killed(SimulatedTask task) {
        if (task.is("TASK_KILLED", "TASK_FAILED")) {
            return;
        }
        task.state("TASK_KILLED");
        statusUpdate(task, "TASK_KILLED", "Command terminated with signal Terminated");
        state.emit(Events.instanceChanged(task, "Killed"));
        removed(task);
    }

    private void removed(SimulatedTask task) {
        AppState app = task.app();
        if (app.remove(task) && task.relaunch() && !app.deleted()) {
            schedule(app, new Scheduled(task.instanceId(), task.incarnation() + 1));
        }
        reconcile.accept(app);
    }

    void crash(SimulatedTask task) {
        state.locked(() -> {
            TaskProcess process = task.process();
            if (process != null && task.is("TASK_STARTING", "TASK_RUNNING", "TASK_KILLING")) {
                boolean dying = task.is("TASK_KILLING");
                task.relaunch(task.relaunch() || !dying);
                process.reset();
                failed(task, "Command exited with status 1");
            }
        });
    }

    /**
     * Cuts the agent off: the task is listed as unreachable if its app waits for it, and is replaced at once if it does
     * not, which is the default. Its process goes on either way.
     */
    void unreachable(SimulatedTask task) {
        state.locked(() -> {
            if (!task.is("TASK_RUNNING")) {
                return;
            }
            change(task, "TASK_UNREACHABLE", "Agent is unreachable", "Unreachable");
            if (task.app()
                            .definition()
                            .path("unreachableStrategy")
                            .path("inactiveAfterSeconds")
                            .asInt()
                    == 0) {
                task.relaunch(true);
                removed(task);
            }
        });
    }

    /** Brings the agent of an unreachable task back. */
    void reachable(SimulatedTask task) {
        state.locked(() -> {
            if (task.is("TASK_UNREACHABLE")) {
                change(task, "TASK_RUNNING", "Agent is back", "Running");
                checkLater(task);
            }
        });
    }

    private void failed(SimulatedTask task, String message) {
        boolean dying = task.is("TASK_KILLING") && !task.relaunch();
        task.state("TASK_FAILED");
        statusUpdate(task, "TASK_FAILED", message);
        state.emit(Events.instanceChanged(task, "Failed"));
        task.gone();
        AppState app = task.app();
        if (task.configVersion().equals(app.configVersion())) {
            state.queue.failed(app);
        }
        state.queue.afterDelay(app, () -> state.locked(() -> launchWaiting(app)));
        task.relaunch(!dying);
        if (dying) {
            removed(task);
        }
    }

    private void change(SimulatedTask task, String next, String message, String condition) {
        task.state(next);
        statusUpdate(task, next, message);
        state.emit(Events.instanceChanged(task, condition));
    }

    private void statusUpdate(SimulatedTask task, String status, String message) {
        for (String container : task.containers()) {
            state.emit(Events.statusUpdate(task, container, status, message));
        }
    }

    private void after(Duration delay, Runnable step) {
        state.workers.after(delay, () -> state.locked(step));
    }
}
