package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One app, or pod, as Marathon keeps it: definition, tasks and deployment in progress. Guarded by the state's lock. */
class AppState {
    private final String id;
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private final KeptJson json = new KeptJson();
    private final Deque<Scheduled> scheduled = new ArrayDeque<>();
    private ObjectNode definition;
    private @Nullable Deployment deployment;
    private boolean deleted;

    /* Asked for each task at each of its changes. */
    private boolean healthChecks;
    private boolean readinessChecks;
    private String configVersion = "";
    private List<Integer> servicePorts = List.of();

    AppState(ObjectNode definition) {
        this.id = definition.path("id").asText();
        definition(definition);
    }

    String id() {
        return id;
    }

    ObjectNode definition() {
        return definition;
    }

    final void definition(ObjectNode next) {
        definition = next;
        healthChecks = !next.path("healthChecks").isEmpty();
        readinessChecks = !next.path("readinessChecks").isEmpty();
        configVersion = next.path("versionInfo").path("lastConfigChangeAt").asText();
        servicePorts = AppDefinition.servicePorts(next);
        json.changed();
    }

    int instances() {
        return deleted ? 0 : definition.path("instances").asInt();
    }

    /** What deployments call it: Application or Pod. */
    String kind() {
        return "Application";
    }

    /** The change that scales it. */
    ObjectNode scaled(int instances) {
        return Json.object().put("instances", instances);
    }

    /** The app whose definition says where a task listens. */
    ObjectNode asApp() {
        return definition;
    }

    /** The names of the containers of a task, as task ids have them. */
    List<String> containers() {
        return List.of("_app");
    }

    /** The container that each port belongs to; empty when there is but one container. */
    List<String> portContainers() {
        return List.of();
    }

    /** Takes on a change; true when tasks have to be replaced for it. */
    boolean accept(ObjectNode change, String version, List<AppState> others) {
        ObjectNode merged = definition.deepCopy().setAll(change);
        return replace(AppDefinition.normalise(merged.put("id", id), version), version, others);
    }

    /** Takes on a whole new definition; true when tasks have to be replaced for it. */
    boolean replace(ObjectNode next, String version, List<AppState> others) {
        AppDefinition.keepPorts(next, servicePorts);
        boolean restart = AppDefinition.differ(definition, next);
        definition(AppDefinition.settled(next, version, restart ? version : configVersion(), others));
        return restart;
    }

    /** Whether a definition is another than the app has, in that or in the number of instances. */
    boolean wouldChange(ObjectNode next) {
        AppDefinition.keepPorts(next, servicePorts);
        return AppDefinition.differ(definition, next) || next.path("instances").asInt() != instances();
    }

    ObjectNode createdEvent(Deployer.Caller caller, ObjectNode posted) {
        return Events.apiPost(caller.clientIp(), caller.uri(), posted);
    }

    ObjectNode changedEvent(Deployer.Caller caller) {
        return Events.apiPost(caller.clientIp(), caller.uri(), definition);
    }

    boolean hasHealthChecks() {
        return healthChecks;
    }

    String version() {
        return definition.path("version").asText();
    }

    String configVersion() {
        return configVersion;
    }

    List<Integer> servicePorts() {
        return servicePorts;
    }

    /** What was told of it; to be told of each change of it and of its tasks. */
    KeptJson json() {
        return json;
    }

    /** The live tasks, oldest first. */
    List<SimulatedTask> tasks() {
        return Collections.unmodifiableList(tasks);
    }

    void add(SimulatedTask task) {
        tasks.add(task);
        json.changed();
    }

    boolean remove(SimulatedTask task) {
        json.changed();
        return tasks.remove(task);
    }

    /** What will be launched when the app may launch again, longest waiting first. */
    Deque<Scheduled> scheduled() {
        return scheduled;
    }

    Backoff backoff() {
        return Backoff.ofApp(definition);
    }

    @Nullable
    Deployment deployment() {
        return deployment;
    }

    void deployment(@Nullable Deployment next) {
        deployment = next;
        json.changed();
    }

    boolean deleted() {
        return deleted;
    }

    void markDeleted() {
        deleted = true;
    }

    /** The group the app is in, such as {@code /shop} for {@code /shop/web}. */
    String group() {
        int slash = id.lastIndexOf('/');
        return slash <= 0 ? "/" : id.substring(0, slash);
    }

    boolean settled() {
        return tasks.size() == instances()
                && tasks.stream().allMatch(task -> task.configVersion().equals(configVersion()) && ready(task));
    }

    boolean hasReadinessChecks() {
        return readinessChecks;
    }

    /** Whether a deployment counts the task as done: it runs, is healthy, and is ready if this deployment started it. */
    boolean ready(SimulatedTask task) {
        return task.is("TASK_RUNNING")
                && (!hasHealthChecks() || task.check().health() == TaskHealth.ALIVE)
                && (!hasReadinessChecks() || !task.startedBy(deployment) || task.readinessPassed());
    }

    /** A copy that stays as the app is at this moment. */
    AppState frozen() {
        return freeze(new AppState(definition));
    }

    final AppState freeze(AppState copy) {
        copy.deployment = deployment;
        copy.deleted = deleted;
        copy.scheduled.addAll(scheduled);
        tasks.forEach(task -> copy.tasks.add(task.frozen(copy)));
        return copy;
    }

    JsonNode upgradeStrategy() {
        return definition.path("upgradeStrategy");
    }
}
