package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one task of the API's answer. */
final class TaskReader {

    private TaskReader() {}

    static Task read(JsonNode task) {
        String host = Json.text(task, "host");
        String agent = Json.text(task, "slaveId");
        return new Task(
                Json.text(task, "id"),
                host,
                Json.integers(task, "ports"),
                addresses(task),
                state(Json.text(task, "state")),
                verdict(task),
                Json.text(task, "version"),
                new Locality(Json.text(task, "region"), Json.text(task, "zone"), agent.isEmpty() ? host : agent));
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

    private static @Nullable Health verdict(JsonNode task) {
        int alive = 0;
        int dead = 0;
        for (JsonNode result : Json.objects(task, "healthCheckResults")) {
            if (Boolean.TRUE.equals(Json.truth(result, "alive"))) {
                alive++;
            } else {
                dead++;
            }
        }
        if (alive + dead == 0) {
            return null;
        }
        return dead == 0 ? Health.HEALTHY : alive == 0 ? Health.UNHEALTHY : Health.DEGRADED;
    }

    private static List<String> addresses(JsonNode task) {
        List<String> four = new ArrayList<>();
        List<String> six = new ArrayList<>();
        for (JsonNode entry : Json.elements(task, "ipAddresses")) {
            String address = entry.isObject() ? Json.text(entry, "ipAddress") : Json.text(entry);
            if (!address.isEmpty()) {
                (address.indexOf(':') >= 0 ? six : four).add(address);
            }
        }
        four.addAll(six);
        return four;
    }
}
