package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one task of the API's answer. */
final class TaskReader {

    private TaskReader() {}

    /**
     * Reads a task.
     *
     * @param appVersion the newest version of the application
     * @param checks how many checks that version has
     */
    static Task read(JsonNode task, String appVersion, int checks) {
        String host = Json.text(task, "host");
        String version = Json.text(task, "version");
        List<Boolean> results = results(task);
        return new Task(
                Json.text(task, "id"),
                host,
                Json.integers(task, "ports"),
                addresses(task),
                state(Json.text(task, "state")),
                verdict(results),
                results.size() >= checks || !version.equals(appVersion),
                Map.of(),
                version,
                locality(task, host));
    }

    private static Locality locality(JsonNode task, String host) {
        String agent = Json.text(task, "slaveId");
        return new Locality(Json.text(task, "region"), Json.text(task, "zone"), agent.isEmpty() ? host : agent);
    }

    static EndpointState state(String mesos) {
        return switch (mesos) {
            case "TASK_STAGING", "TASK_STARTING" -> EndpointState.STARTING;
            case "TASK_RUNNING" -> EndpointState.RUNNING;
            case "TASK_KILLING" -> EndpointState.STOPPING;
            case "TASK_UNREACHABLE" -> EndpointState.UNREACHABLE;
            case "TASK_LOST" -> EndpointState.LOST;
            case "TASK_FINISHED",
                    "TASK_FAILED",
                    "TASK_KILLED",
                    "TASK_ERROR",
                    "TASK_DROPPED",
                    "TASK_GONE",
                    "TASK_GONE_BY_OPERATOR",
                    "TASK_UNKNOWN" -> EndpointState.STOPPED;
            default -> EndpointState.UNSPECIFIED;
        };
    }

    private static List<Boolean> results(JsonNode task) {
        List<Boolean> alive = new ArrayList<>();
        for (JsonNode result : Json.objects(task, "healthCheckResults")) {
            alive.add(Boolean.TRUE.equals(Json.truth(result, "alive")));
        }
        return alive;
    }

    private static @Nullable Health verdict(List<Boolean> alive) {
        if (alive.isEmpty()) {
            return null;
        }
        return !alive.contains(false) ? Health.HEALTHY : !alive.contains(true) ? Health.UNHEALTHY : Health.DEGRADED;
    }

    private static List<String> addresses(JsonNode task) {
        return familiesInOrder(Json.elements(task, "ipAddresses"));
    }

    /** The addresses, which are texts or objects that hold one; those of IPv4 first. */
    static List<String> familiesInOrder(List<JsonNode> entries) {
        List<String> four = new ArrayList<>();
        List<String> six = new ArrayList<>();
        for (JsonNode entry : entries) {
            String address = entry.isObject() ? Json.text(entry, "ipAddress") : Json.text(entry);
            if (!address.isEmpty()) {
                (address.indexOf(':') >= 0 ? six : four).add(address);
            }
        }
        four.addAll(six);
        return four;
    }
}
