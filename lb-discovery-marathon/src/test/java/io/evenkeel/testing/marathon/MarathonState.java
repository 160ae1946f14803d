package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Everything one simulated Marathon knows, and the one lock that guards it. */
final class MarathonState {
    final SimulatorConfig config;
    final Workers workers;
    final EventBus bus;
    final Timestamps versions = new Timestamps();
    final AddressPool pool;
    final LaunchQueue queue;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, AppState> apps = new LinkedHashMap<>();
    private final Set<AppState> terminating = new LinkedHashSet<>();
    private final Map<String, List<String>> groups = new TreeMap<>();

    MarathonState(SimulatorConfig config, Workers workers, EventBus bus) {
        this.config = config;
        this.workers = workers;
        this.bus = bus;
        this.pool = new AddressPool(config.agents());
        this.queue = new LaunchQueue(config, workers);
    }

    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            T result = work.get();
            changed.signalAll();
            return result;
        } finally {
            lock.unlock();
        }
    }

    void locked(Runnable work) {
        locked(() -> {
            work.run();
            return true;
        });
    }

    /** Waits until the condition, evaluated under the lock, holds; false when it did not in time. */
    boolean await(Duration timeout, BooleanSupplier condition) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)))
                        + Math.max(0, left - TimeUnit.SECONDS.toNanos(1));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    void emit(ObjectNode event) {
        if (config.oldServer() && event.path("plan") instanceof ObjectNode plan) {
            for (String when : List.of("original", "target")) {
                plan.set(when, AppView.groups(apps(), groups, Set.of(), ""));
            }
        }
        bus.emit(event);
    }

    AppState app(String id) {
        return find(id).orElseThrow(() -> MarathonException.noApp(id));
    }

    Optional<AppState> find(String id) {
        return Optional.ofNullable(apps.get(id)).filter(app -> !(app instanceof PodState));
    }

    PodState pod(String id) {
        if (apps.get(id) instanceof PodState pod) {
            return pod;
        }
        throw MarathonException.noPod(id);
    }

    /** Throws what Marathon answers when something by the id of a new app or pod exists. */
    void checkVacant(String id, boolean pod) {
        AppState taken = apps.get(id);
        if (taken != null && taken instanceof PodState != pod) {
            throw MarathonException.invalid("/", "Applications and Pods may not share the same id");
        }
        if (taken != null) {
            throw new MarathonException(409, (pod ? "A pod" : "An app") + " with id [" + id + "] already exists.");
        }
    }

    /** The apps without the pods. */
    List<AppState> apps() {
        return apps.values().stream().filter(app -> !(app instanceof PodState)).toList();
    }

    List<PodState> pods() {
        return apps.values().stream()
                .filter(PodState.class::isInstance)
                .map(PodState.class::cast)
                .toList();
    }

    /** Apps and pods. */
    List<AppState> everything() {
        return List.copyOf(apps.values());
    }

    /** What a Marathon goes on to tell that hears of no more changes. */
    MarathonState frozen(EventBus silent) {
        MarathonState copy = new MarathonState(config, workers, silent);
        apps.forEach((id, app) -> copy.apps.put(id, app.frozen()));
        terminating.forEach(app -> copy.terminating.add(app.frozen()));
        copy.groups.putAll(groups);
        return copy;
    }

    void add(AppState app) {
        apps.put(app.id(), app);
    }

    void remove(AppState app) {
        apps.remove(app.id(), app);
        terminating.add(app);
    }

    void terminated(AppState app) {
        terminating.remove(app);
        queue.reset(app);
    }

    /** The groups that were made as such, with what they depend on. */
    Map<String, List<String>> groups() {
        return groups;
    }

    /** The tasks of an app or pod, those of a deleted one that still die included. */
    List<SimulatedTask> tasks(String id) {
        List<SimulatedTask> tasks = new ArrayList<>();
        AppState known = apps.get(id);
        if (known != null) {
            tasks.addAll(known.tasks());
        }
        terminating.stream().filter(app -> app.id().equals(id)).forEach(app -> tasks.addAll(app.tasks()));
        return List.copyOf(tasks);
    }

    List<SimulatedTask> allTasks() {
        List<SimulatedTask> tasks = new ArrayList<>();
        apps.values().forEach(app -> tasks.addAll(app.tasks()));
        terminating.forEach(app -> tasks.addAll(app.tasks()));
        return List.copyOf(tasks);
    }

    Optional<SimulatedTask> task(String taskId) {
        return allTasks().stream().filter(task -> task.id().equals(taskId)).findFirst();
    }

    Set<Deployment> deployments() {
        Set<Deployment> deployments = new LinkedHashSet<>();
        apps.values().forEach(app -> Optional.ofNullable(app.deployment()).ifPresent(deployments::add));
        terminating.forEach(app -> Optional.ofNullable(app.deployment()).ifPresent(deployments::add));
        return deployments;
    }
}
