package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an application says about the readiness of its tasks. It only ever says something while a deployment is under way.
 *
 * @param gating whether a deployment lists the application and the application has readiness checks
 * @param version the application's newest version
 * @param ready the tasks whose every check passes
 * @param notReady the tasks of which a check does not pass yet
 * @param patience within which Marathon has a first result of a task that runs, if it checks it at all
 */
record Readiness(boolean gating, String version, Set<String> ready, Set<String> notReady, Duration patience) {

    static Readiness of(JsonNode app) {
        boolean deploying = !Json.elements(app, "deployments").isEmpty();
        List<JsonNode> checks = Json.objects(app, "readinessChecks");
        Map<String, Boolean> verdicts = new HashMap<>();
        if (deploying) {
            for (JsonNode result : Json.objects(app, "readinessCheckResults")) {
                boolean fine = !Boolean.FALSE.equals(Json.truth(result, "ready"));
                verdicts.merge(Json.text(result, "taskId"), fine, Boolean::logicalAnd);
            }
        }
        Set<String> ready = new HashSet<>();
        Set<String> notReady = new HashSet<>();
        verdicts.forEach((task, fine) -> (fine ? ready : notReady).add(task));
        int seconds = 0;
        for (JsonNode check : checks) {
            int one = Json.integer(check, "intervalSeconds", 30) + Json.integer(check, "timeoutSeconds", 10);
            seconds = Math.max(seconds, one);
        }
        return new Readiness(
                deploying && !checks.isEmpty(),
                Json.text(app, "version"),
                ready,
                notReady,
                Duration.ofSeconds(Math.max(0, seconds)));
    }
}
