package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One app as Marathon keeps it: definition, tasks and the deployment in progress. Guarded by the state's lock. */
final class AppState {
    private final String id;
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private ObjectNode definition;
    private @Nullable Deployment deployment;
    private boolean deleted;

    AppState(ObjectNode definition) {
        this.id = definition.path("id").asText();
        this.definition = definition;
    }

    String id() {
        return id;
    }

    ObjectNode definition() {
        return definition;
    }

    void definition(ObjectNode next) {
        definition = next;
    }

    int instances() {
        return deleted ? 0 : definition.path("instances").asInt();
    }

    boolean hasHealthChecks() {
        return !definition.path("healthChecks").isEmpty();
    }

    String version() {
        return definition.path("version").asText();
    }

    String configVersion() {
        return definition.path("versionInfo").path("lastConfigChangeAt").asText();
    }

    /** The live list, oldest first. */
    List<SimulatedTask> tasks() {
        return tasks;
    }

    @Nullable
    Deployment deployment() {
        return deployment;
    }

    void deployment(@Nullable Deployment next) {
        deployment = next;
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
                && tasks.stream()
                        .allMatch(
                                task -> task.configVersion().equals(configVersion()) && task.ready(hasHealthChecks()));
    }
}
