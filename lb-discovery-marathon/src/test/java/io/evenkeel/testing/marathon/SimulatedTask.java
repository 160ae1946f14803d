package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One task of a simulated app: its identity, where it serves, and the switches that make it misbehave.
 *
 * <p>Safe to use from any thread. A task that was relaunched is another {@code SimulatedTask} with another id.
 */
public final class SimulatedTask {
    private final TaskLifecycle lifecycle;
    private final AppState app;
    private final TaskLaunch launch;
    private final AtomicLong requests = new AtomicLong();

    private volatile TaskHealth health = TaskHealth.ALIVE;
    private volatile Map<String, TaskHealth> containerHealth = Map.of();
    private volatile boolean ready;
    private volatile TaskFailure failure = TaskFailure.NONE;
    private volatile Duration latency = Duration.ZERO;
    private volatile String state = "TASK_STAGING";
    private volatile Placement placement = Placement.NONE;
    private volatile CheckResult check = CheckResult.NONE;
    private volatile @Nullable Instant startedAt;
    private @Nullable TaskProcess process;
    private boolean readinessChecked;
    private boolean readinessPassed;
    private boolean relaunch;

    SimulatedTask(TaskLifecycle lifecycle, AppState app, TaskLaunch launch) {
        this.lifecycle = lifecycle;
        this.app = app;
        this.launch = launch;
        this.ready = !launch.definition().at("/labels/SIM_READY").asText().equals("false");
    }

    /** What is known of it at this moment, as a task of that copy of its app. */
    SimulatedTask frozen(AppState copyOfApp) {
        SimulatedTask copy = new SimulatedTask(lifecycle, copyOfApp, launch);
        copy.state = state;
        copy.placement = placement;
        copy.check = check;
        copy.health = health();
        copy.containerHealth = containerHealth;
        copy.startedAt = startedAt;
        copy.readinessChecked = readinessChecked;
        copy.readinessPassed = readinessPassed;
        return copy;
    }

    /** The task id, such as {@code shop_web.instance-<uuid>._app.1}; of a pod's instance, that of its first container. */
    public String id() {
        return idOf(containers().get(0));
    }

    List<String> containers() {
        return launch.containers();
    }

    String container(int port) {
        List<String> of = launch.portContainers();
        return of.isEmpty() ? containers().get(0) : of.get(port);
    }

    String idOf(String container) {
        return instanceId() + "." + container + "." + incarnation();
    }

    public String instanceId() {
        return launch.instanceId();
    }

    public String appId() {
        return app.id();
    }

    /** The address of the agent it runs on. */
    public String host() {
        return AddressPool.host(launch.agent());
    }

    /** The state as Mesos names it, such as {@code TASK_RUNNING}. */
    public String state() {
        return state;
    }

    /** The host ports, as Marathon tells them. */
    public List<Integer> ports() {
        return placement.ports();
    }

    /** Its own address as Mesos tells it, which on the host is the agent's; empty while it has none. */
    public String ipAddress() {
        return placement.ipAddress();
    }

    /** The definition of which it was launched. */
    JsonNode definition() {
        return launch.definition();
    }

    /** Where it serves: one address per port of the app, on the agent or in container mode on an own address. */
    public List<InetSocketAddress> addresses() {
        return placement.endpoints();
    }

    /** How many HTTP requests, Redis commands and TCP connections it has taken. */
    public long requests() {
        return requests.get();
    }

    /** Of an instance of a pod, that of its least healthy container. */
    public TaskHealth health() {
        Collection<TaskHealth> all = containerHealth.values();
        return all.contains(TaskHealth.DEAD)
                ? TaskHealth.DEAD
                : all.contains(TaskHealth.UNKNOWN) ? TaskHealth.UNKNOWN : health;
    }

    /** Sets what {@code /health} answers from now on, and at once what Marathon's checks found if the app has any. */
    public void health(TaskHealth value) {
        health = value;
        containerHealth = Map.of();
        lifecycle.checkAgain(this);
    }

    /** Sets the health of one container of a pod's instance. */
    public synchronized void health(String container, TaskHealth value) {
        Map<String, TaskHealth> next = new HashMap<>(containerHealth);
        next.put(container, value);
        containerHealth = Map.copyOf(next);
        lifecycle.checkAgain(this);
    }

    /** Whether its readiness checks pass; the label {@code SIM_READY=false} of the app has it start with false. */
    public boolean ready() {
        return ready;
    }

    /** Sets what the readiness checks of the deployment that started it find from now on. */
    public void ready(boolean value) {
        ready = value;
        lifecycle.readinessAgain(this);
    }

    boolean startedBy(@Nullable Deployment deployment) {
        return deployment != null && deployment == launch.by();
    }

    /** Takes in a readiness check's result; like Marathon, it asks no more once the task was ready. */
    void checkReadiness() {
        readinessChecked = true;
        app.json().changed();
        readinessPassed |= ready;
    }

    boolean readinessChecked() {
        return readinessChecked;
    }

    boolean readinessPassed() {
        return readinessPassed;
    }

    TaskHealth containerHealth(String container) {
        return containerHealth.getOrDefault(container, health);
    }

    public Duration latency() {
        return latency;
    }

    /** Delays each HTTP answer. */
    public void latency(Duration value) {
        latency = value;
    }

    public TaskFailure failure() {
        return failure;
    }

    public void failure(TaskFailure value) {
        failure = value;
    }

    /** Ends the process abruptly: sockets are reset, TASK_FAILED, and after the backoff a relaunch with a new id. */
    public void crash() {
        lifecycle.crash(this);
    }

    /** Cuts its agent off from Mesos, but not from its clients. */
    public void unreachable() {
        lifecycle.unreachable(this);
    }

    /** Ends that. */
    public void reachable() {
        lifecycle.reachable(this);
    }

    void served() {
        requests.incrementAndGet();
    }

    AppState app() {
        return app;
    }

    int incarnation() {
        return launch.incarnation();
    }

    /** The id of the agent it runs on, such as {@code <uuid>-S0}. */
    public String agentId() {
        return AddressPool.agentId(launch.agent());
    }

    String version() {
        return launch.version();
    }

    String configVersion() {
        return launch.configVersion();
    }

    Instant stagedAt() {
        return launch.stagedAt();
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    Placement placement() {
        return placement;
    }

    CheckResult check() {
        return check;
    }

    void check(CheckResult result) {
        check = result;
        app.json().changed();
    }

    void state(String next) {
        state = next;
        app.json().changed();
        if (next.equals("TASK_RUNNING")) {
            startedAt = Instant.now();
        }
    }

    void process(TaskProcess started) {
        process = started;
        placement = started.placement();
        app.json().changed();
    }

    @Nullable
    TaskProcess process() {
        return process;
    }

    void gone() {
        placement = Placement.NONE;
        app.json().changed();
        check = CheckResult.NONE;
    }

    void relaunch(boolean wanted) {
        relaunch = wanted;
    }

    boolean relaunch() {
        return relaunch;
    }

    boolean is(String... states) {
        return List.of(states).contains(state);
    }

    @Override
    public String toString() {
        return id() + " " + state + " " + addresses();
    }
}
