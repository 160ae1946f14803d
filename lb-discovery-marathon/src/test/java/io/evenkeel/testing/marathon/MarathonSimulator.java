package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * A Marathon 1.11 in this process: REST, event stream and tasks that are real servers on loopback addresses.
 *
 * <p>Every method may be called from any thread. Changes made here are the same deployments that REST calls make, only
 * that they override one in progress. Closing it ends every socket and thread.
 */
public final class MarathonSimulator implements AutoCloseable {
    private final SimulatorConfig config;
    private final Workers workers = new Workers();
    private final Faults faults = new Faults(this::faultChanged);
    private final EventBus bus;
    private final MarathonState state;
    private final TaskLifecycle lifecycle;
    private final Deployer deployer;
    private final ControlResource control;
    private final LeaderHandler handler;
    private final Servers servers;

    MarathonSimulator(SimulatorConfig config) {
        this.config = config;
        this.bus = new EventBus(workers, faults, config.maxOutstanding(), config.heartbeat());
        this.state = new MarathonState(config, workers, bus);
        this.lifecycle = new TaskLifecycle(state);
        this.deployer = new Deployer(state, lifecycle);
        QueueResource queue = new QueueResource(state, lifecycle);
        Router router = new Router(state, deployer, queue, this::uri, this::abdicate);
        this.control = new ControlResource(this, state);
        this.handler = new LeaderHandler(config, faults, bus, router::answer, control::answer, this::uri);
        this.servers = new Servers(config, workers, faults, handler);
    }

    /** Settings to start from. */
    public static SimulatorConfig.Builder builder() {
        return new SimulatorConfig.Builder();
    }

    /** Opens the port; returns this simulator. */
    public MarathonSimulator start() {
        servers.start();
        return this;
    }

    /** Where it listens, such as {@code http://127.0.0.1:18080}. */
    public URI uri() {
        return servers.uri();
    }

    /** Creates an app from Marathon's JSON. */
    public SimulatedApp createApp(String json) {
        return createApp(Json.parseObject(json));
    }

    public SimulatedApp createApp(Map<String, ?> definition) {
        return createApp(Json.fromMap(definition));
    }

    public SimulatedApp createApp(JsonNode definition) {
        Deployer.Created created = deployer.create((ObjectNode) definition, caller("/v2/apps"));
        return app(created.posted().path("id").asText());
    }

    /**
     * Creates a cluster at once: apps {@code /team-n/service-m} on the host, on a bridge and on a container network, with
     * labels, virtual IPs and health checks. Meant for simulators without real tasks and without delays.
     */
    public void populate(int apps, int tasksEach) {
        for (int i = 0; i < apps; i++) {
            createApp(GeneratedApp.definition(i, tasksEach));
        }
    }

    /** A handle on an app, whether there is one by that id or not. */
    public SimulatedApp app(String id) {
        return new SimulatedApp(this, AppDefinition.canonicalId(id));
    }

    /** The ids of all apps. */
    public List<String> apps() {
        return state.locked(() -> state.apps().stream().map(AppState::id).toList());
    }

    JsonNode definition(String id) {
        return state.locked(() -> state.app(id).definition().deepCopy());
    }

    public void scale(String id, int instances) {
        update(id, Json.object().put("instances", instances));
    }

    /** Changes an app by the fields given; anything but the number of instances replaces its tasks, one version by the next. */
    public void update(String id, JsonNode change) {
        String app = AppDefinition.canonicalId(id);
        deployer.update(app, (ObjectNode) change, caller("/v2/apps/" + app));
    }

    public void restart(String id) {
        String app = AppDefinition.canonicalId(id);
        deployer.restart(app, caller("/v2/apps/" + app + "/restart"));
    }

    public void deleteApp(String id) {
        String app = AppDefinition.canonicalId(id);
        deployer.delete(app, caller("/v2/apps/" + app));
    }

    /** Creates a pod from Marathon's JSON. */
    public SimulatedPod createPod(String json) {
        Deployer.Created created = deployer.createPod(Json.parseObject(json), caller("/v2/pods"));
        return pod(created.posted().path("id").asText());
    }

    /** A handle on a pod, whether there is one by that id or not. */
    public SimulatedPod pod(String id) {
        return new SimulatedPod(this, state, deployer, AppDefinition.canonicalId(id));
    }

    /** Kills a task politely; it is replaced unless the app is scaled down with it. */
    public void kill(String taskId, boolean scale) {
        SimulatedTask task = task(taskId);
        if (scale) {
            deployer.killAndScale(task.appId(), List.of(task), caller("/v2/tasks/delete"));
        } else {
            deployer.kill(List.of(task));
        }
    }

    /** The tasks of an app at this moment, oldest first; dying ones, and those of a deleted app, included. */
    public List<SimulatedTask> tasks(String id) {
        return state.locked(() -> state.tasks(AppDefinition.canonicalId(id)));
    }

    /** The tasks of all apps, those of deleted ones that still die included; without those of pods. */
    public List<SimulatedTask> tasks() {
        return state.locked(() -> state.allTasks().stream()
                .filter(task -> !(task.app() instanceof PodState))
                .toList());
    }

    /** What its running tasks are to Mesos, those of pods included. */
    public List<MesosTask> mesosTasks() {
        return state.locked(() -> state.allTasks().stream()
                .filter(task -> task.is("TASK_RUNNING"))
                .flatMap(task -> MesosTask.of(task).stream())
                .toList());
    }

    /** The name under which it is registered at Mesos. */
    public String frameworkName() {
        return config.frameworkName();
    }

    public SimulatedTask task(String taskId) {
        return state.locked(() -> state.task(taskId)).orElseThrow(() -> new NoSuchElementException(taskId));
    }

    /** Waits until the app has exactly so many tasks, all of them TASK_RUNNING; throws when it has not in time. */
    public List<SimulatedTask> awaitTasks(String id, int count, Duration timeout) {
        String app = AppDefinition.canonicalId(id);
        boolean reached = state.await(timeout, () -> {
            List<SimulatedTask> tasks = state.tasks(app);
            return tasks.size() == count && tasks.stream().allMatch(task -> task.is("TASK_RUNNING"));
        });
        List<SimulatedTask> tasks = tasks(app);
        if (!reached) {
            throw new IllegalStateException(app + " has " + tasks + " (expected: " + count + " running)");
        }
        return tasks;
    }

    /** Waits until no deployment is in progress, which for apps with health checks includes that they pass. */
    public void awaitDeployments(Duration timeout) {
        if (!state.await(timeout, () -> state.deployments().isEmpty())) {
            throw new IllegalStateException("a deployment goes on");
        }
    }

    /** The switches for what is wrong with it. */
    public Faults faults() {
        return faults;
    }

    /** Ends every event stream with a plain end of file. */
    public void cutStreams() {
        bus.cut();
    }

    /** Gives up leadership and takes it again: streams end, and health results are gone until the next checks. */
    public void abdicate() {
        bus.cut();
        state.locked(lifecycle::elected);
    }

    /**
     * Dies and is succeeded, as the real one is: event streams end; for a while every call is answered with 502, then none
     * is answered at all; then everything is as before, but that no task has a health check result for another while.
     */
    public void failover(Duration unavailable, Duration silent, Duration healthGap) {
        faults.html502(true);
        bus.cut();
        after(unavailable, () -> {
            faults.hang(true);
            faults.html502(false);
        });
        after(unavailable.plus(silent), () -> {
            state.locked(() -> state.allTasks().forEach(task -> task.check(CheckResult.NONE)));
            faults.hang(false);
        });
        after(
                unavailable.plus(silent).plus(healthGap),
                () -> state.locked(state::allTasks).forEach(lifecycle::checkAgain));
    }

    /** Starts another server that is not the leader. */
    public StandbyServer standby() {
        return servers.standby();
    }

    /**
     * Has a standby elected while the leader goes on without knowing: it ends neither streams nor connections, and tells
     * what it knew until it is closed. The new one, which is where {@link #uri} is from now on, has no health check
     * results before its first checks.
     */
    public FormerLeader elect(StandbyServer next) {
        return state.locked(() -> {
            FormerLeader former =
                    servers.elect(next, (uri, server) -> new FormerLeader(uri, server, state, control::answer));
            lifecycle.elected();
            return former;
        });
    }

    /** The requests received so far, oldest first; the newest ten thousand are kept. */
    public List<ReceivedRequest> requests() {
        return handler.requests();
    }

    /** How many event streams are attached. */
    public int eventStreams() {
        return bus.size();
    }

    /** How many events wait for the slowest stream's client; the stream ends at {@link SimulatorConfig#maxOutstanding()}. */
    public int backlog() {
        return bus.backlog();
    }

    /** Sends an event to every stream that wants its type; eventType and timestamp are added. */
    public void emit(String type, String json) {
        bus.emit(Events.typed(Json.parseObject(json), type));
    }

    void after(Duration delay, Runnable step) {
        workers.after(delay, step);
    }

    static Deployer.Caller caller(String uri) {
        return new Deployer.Caller("127.0.0.1", uri, true);
    }

    private void faultChanged(Fault fault, boolean on) {
        if (fault == Fault.DOWN) {
            servers.down(on);
        }
    }

    @Override
    public void close() {
        servers.close();
        bus.cut();
        state.locked(() -> state.allTasks().forEach(task -> {
            TaskProcess process = task.process();
            task.state("TASK_KILLED");
            if (process != null) {
                process.close();
            }
        }));
        workers.close();
    }

    Set<Fault> activeFaults() {
        return faults.active();
    }
}
