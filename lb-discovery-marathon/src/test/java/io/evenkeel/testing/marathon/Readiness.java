package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the readiness checks of an app found, as answers tell it: a result for each task that the deployment in progress
 * has started, from the first check on, and nothing at all without a deployment. Called with the state's lock held.
 */
final class Readiness {
    private Readiness() {}

    static ArrayNode results(AppState app) {
        ArrayNode results = Json.array();
        for (SimulatedTask task : app.tasks()) {
            if (app.deployment() != null
                    && task.startedBy(app.deployment())
                    && task.readinessChecked()
                    && task.is("TASK_RUNNING")) {
                app.definition().path("readinessChecks").forEach(check -> results.add(result(task, check)));
            }
        }
        return results;
    }

    private static ObjectNode result(SimulatedTask task, JsonNode check) {
        ObjectNode result = Json.object()
                .put("name", check.path("name").asText("readinessCheck"))
                .put("taskId", task.id())
                .put("ready", task.readinessPassed());
        if (check.path("preserveLastResponse").asBoolean()) {
            ObjectNode response = result.putObject("lastResponse");
            if (task.readinessPassed()) {
                response.put("status", check.at("/httpStatusCodesForReady/0").asInt(200))
                        .put("contentType", "text/plain")
                        .put("body", "ready");
            } else {
                response.put("status", 504).put("contentType", "text/plain").put("body", notListening(task, check));
            }
        }
        return result;
    }

    private static String notListening(SimulatedTask task, JsonNode check) {
        JsonNode ports = NetworkMode.ports(task.app().definition());
        int index = 0;
        for (int i = 0; i < ports.size(); i++) {
            index = ports.get(i).path("name").equals(check.path("portName")) ? i : index;
        }
        String authority = index < task.addresses().size()
                ? task.addresses().get(index).getHostString() + ":"
                        + task.addresses().get(index).getPort()
                : task.host();
        return "Marathon could not query http://" + authority
                + check.path("path").asText("/") + ": None timed out after "
                + check.path("timeoutSeconds").asInt(10) + " seconds";
    }
}
