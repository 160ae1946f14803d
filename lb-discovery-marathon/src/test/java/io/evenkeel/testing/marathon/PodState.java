package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One pod as Marathon keeps it; each of its tasks is an instance with all its containers. Guarded by the state's lock. */
final class PodState extends AppState {
    private final Map<String, ObjectNode> versions = new LinkedHashMap<>();
    private String configVersion;

    PodState(ObjectNode definition) {
        super(definition);
        configVersion = version();
        versions.put(version(), definition);
    }

    @Override
    String kind() {
        return "Pod";
    }

    @Override
    int instances() {
        return deleted() ? 0 : definition().at("/scaling/instances").asInt();
    }

    @Override
    ObjectNode scaled(int instances) {
        ObjectNode change = definition().deepCopy();
        change.withObject("/scaling").put("instances", instances);
        return change;
    }

    @Override
    boolean hasHealthChecks() {
        for (var container : definition().path("containers")) {
            if (!container.path("healthCheck").isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Override
    String configVersion() {
        return configVersion;
    }

    @Override
    Backoff backoff() {
        return Backoff.ofPod(definition());
    }

    @Override
    JsonNode upgradeStrategy() {
        return definition().at("/scheduling/upgrade");
    }

    @Override
    AppState frozen() {
        PodState copy = new PodState(definition());
        copy.configVersion = configVersion;
        copy.versions.putAll(versions);
        return freeze(copy);
    }

    /** Every version so far, oldest first. */
    Map<String, ObjectNode> versions() {
        return versions;
    }

    @Override
    boolean accept(ObjectNode change, String version, List<AppState> others) {
        ObjectNode next = PodDefinition.normalise(change.put("id", id()), version);
        boolean restart = PodDefinition.differ(definition(), next);
        configVersion = restart ? version : configVersion;
        definition(next);
        versions.put(version, next);
        return restart;
    }

    @Override
    ObjectNode asApp() {
        return PodDefinition.asApp(definition());
    }

    @Override
    List<String> containers() {
        List<String> names = new ArrayList<>();
        definition()
                .path("containers")
                .forEach(container -> names.add(container.path("name").asText()));
        return names;
    }

    @Override
    List<String> portContainers() {
        return PodDefinition.endpoints(definition()).stream()
                .map(PodDefinition.Endpoint::container)
                .toList();
    }

    /** The definition of which the task is an instance. */
    ObjectNode definitionOf(SimulatedTask task) {
        return versions.getOrDefault(task.version(), definition());
    }

    @Override
    ObjectNode createdEvent(Deployer.Caller caller, ObjectNode posted) {
        return Events.pod("created", caller);
    }

    @Override
    ObjectNode changedEvent(Deployer.Caller caller) {
        return Events.pod(deleted() ? "deleted" : "updated", caller);
    }
}
