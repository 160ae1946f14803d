package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** The events of Marathon 1.11, field by field and in the order in which it writes them. */
final class Events {
    private Events() {}

    static ObjectNode stream(String type, String remoteAddress) {
        return typed(Json.object().put("remoteAddress", remoteAddress), type);
    }

    static ObjectNode deployment(String type, Deployment deployment) {
        ObjectNode event = Json.object();
        event.set("plan", deployment.plan());
        event.set("currentStep", deployment.step());
        return typed(event, type);
    }

    static ObjectNode deploymentEnd(String type, Deployment deployment) {
        ObjectNode event = Json.object().put("id", deployment.id());
        event.set("plan", deployment.plan());
        return typed(event, type);
    }

    static ObjectNode healthCheckAdded(String appId, JsonNode check, String version) {
        ObjectNode event = Json.object().put("appId", appId).put("eventType", "add_health_check_event");
        event.set("healthCheck", check);
        return event.put("timestamp", Timestamps.now()).put("version", version);
    }

    static ObjectNode healthCheckRemoved(String appId) {
        return typed(Json.object().put("appId", appId), "remove_health_check_event");
    }

    static ObjectNode appTerminated(String appId) {
        return typed(Json.object().put("appId", appId), "app_terminated_event");
    }

    static ObjectNode groupChanged(String groupId, String version) {
        return typed(Json.object().put("groupId", groupId).put("version", version), "group_change_success");
    }

    static ObjectNode apiPost(String clientIp, String uri, JsonNode definition) {
        ObjectNode event = Json.object().put("clientIp", clientIp).put("uri", uri);
        event.set("appDefinition", Json.withoutFractions(definition));
        return typed(event, "api_post_event");
    }

    static ObjectNode pod(String what, Deployer.Caller caller) {
        ObjectNode event = Json.object().put("clientIp", caller.clientIp()).put("uri", caller.uri());
        return typed(event, "pod_" + what + "_event");
    }

    static ObjectNode instanceChanged(SimulatedTask task, String condition) {
        boolean placed = !condition.equals("Scheduled");
        return Json.object()
                .put("instanceId", task.instanceId())
                .put("condition", condition)
                .put("runSpecId", task.appId())
                .put("agentId", placed ? task.agentId() : null)
                .put("host", placed ? task.host() : null)
                .put("runSpecVersion", task.version())
                .put("timestamp", Timestamps.now())
                .put("eventType", "instance_changed_event");
    }

    static ObjectNode statusUpdate(SimulatedTask task, String container, String status, String message) {
        ObjectNode event = Json.object()
                .put("slaveId", task.agentId())
                .put("taskId", task.idOf(container))
                .put("taskStatus", status)
                .put("message", message)
                .put("appId", task.appId())
                .put("host", task.host());
        event.set("ipAddresses", TaskView.ipAddresses(task.placement()));
        event.set("ports", TaskView.ports(task.placement()));
        return typed(event.put("version", task.version()), "status_update_event");
    }

    static ObjectNode healthStatusChanged(SimulatedTask task, boolean alive) {
        ObjectNode event = Json.object()
                .put("appId", task.appId())
                .put("instanceId", task.instanceId())
                .put("version", task.version())
                .put("alive", alive);
        return typed(event, "health_status_changed_event");
    }

    static ObjectNode instanceHealthChanged(SimulatedTask task, TaskHealth health) {
        ObjectNode event = Json.object().put("instanceId", task.instanceId()).put("runSpecId", task.appId());
        if (health == TaskHealth.UNKNOWN) {
            event.putNull("healthy");
        } else {
            event.put("healthy", health == TaskHealth.ALIVE);
        }
        return event.put("runSpecVersion", task.version())
                .put("timestamp", Timestamps.now())
                .put("eventType", "instance_health_changed_event");
    }

    static ObjectNode typed(ObjectNode event, String type) {
        event.put("eventType", type);
        return event.has("timestamp") ? event : event.put("timestamp", Timestamps.text(Instant.now()));
    }
}
