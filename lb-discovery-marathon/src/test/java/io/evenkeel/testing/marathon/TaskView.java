package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A task as REST answers tell it. Called with the state's lock held. */
final class TaskView {
    private TaskView() {}

    static ObjectNode of(SimulatedTask task, List<Integer> servicePorts) {
        ObjectNode view = Json.object().put("appId", task.appId());
        view.set("healthCheckResults", healthCheckResults(task));
        view.put("host", task.host()).put("id", task.id());
        view.set("ipAddresses", ipAddresses(task.placement()));
        view.set("ports", ports(task.placement()));
        ArrayNode services = view.putArray("servicePorts");
        servicePorts.forEach(services::add);
        view.put("slaveId", task.agentId()).put("state", task.state());
        view.put("stagedAt", Timestamps.text(task.stagedAt()));
        Instant startedAt = task.startedAt();
        if (startedAt != null) {
            view.put("startedAt", Timestamps.text(startedAt));
        }
        view.put("version", task.version()).putArray("localVolumes");
        return view.put("role", task.app().definition().path("role").asText("*"));
    }

    static ArrayNode ipAddresses(Placement placement) {
        ArrayNode addresses = Json.array();
        placement
                .addresses()
                .forEach(address -> addresses
                        .addObject()
                        .put("ipAddress", address)
                        .put("protocol", address.contains(":") ? "IPv6" : "IPv4"));
        return addresses;
    }

    static ArrayNode ports(Placement placement) {
        ArrayNode ports = Json.array();
        placement.ports().forEach(ports::add);
        return ports;
    }

    private static ArrayNode healthCheckResults(SimulatedTask task) {
        ArrayNode results = Json.array();
        CheckResult found = task.check();
        if (found.health() != TaskHealth.UNKNOWN) {
            task.app().definition().path("healthChecks").forEach(check -> {
                Duration interval = interval(check);
                long checks = checks(found, interval, Instant.now());
                String last = Timestamps.text(found.since().plus(interval.multipliedBy(checks)));
                results.add(result(task, found, checks + 1, last));
            });
        }
        return results;
    }

    private static Duration interval(JsonNode check) {
        return Duration.ofSeconds(Math.max(1, check.path("intervalSeconds").asInt()));
    }

    private static long checks(CheckResult found, Duration interval, Instant now) {
        return Duration.between(found.since(), now).dividedBy(interval);
    }

    /** When a health check is next due, which changes what is told of the app. */
    static Instant nextCheck(AppState app, Instant now) {
        Instant next = Instant.MAX;
        for (JsonNode check : app.definition().path("healthChecks")) {
            Duration interval = interval(check);
            for (SimulatedTask task : app.tasks()) {
                CheckResult found = task.check();
                Instant due = found.since().plus(interval.multipliedBy(checks(found, interval, now) + 1));
                if (found.health() != TaskHealth.UNKNOWN && due.isBefore(next)) {
                    next = due;
                }
            }
        }
        return next;
    }

    private static ObjectNode result(SimulatedTask task, CheckResult found, long failures, String last) {
        boolean alive = found.health() == TaskHealth.ALIVE;
        ObjectNode result = Json.object().put("alive", alive).put("consecutiveFailures", alive ? 0 : failures);
        if (alive) {
            result.put("firstSuccess", Timestamps.text(found.since()));
        }
        result.put("instanceId", "instance [" + task.instanceId() + "]");
        if (alive) {
            return result.put("lastSuccess", last);
        }
        return result.put("lastFailure", last).put("lastFailureCause", "503 Service Unavailable");
    }
}
