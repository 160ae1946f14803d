package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is decided about a task when it is launched.
 *
 * @param agent the number of the agent it runs on
 * @param version the version of the app that it is launched of
 * @param configVersion the last version at which more than the number of instances changed
 * @param containers the names of its containers
 * @param portContainers the container of each port; empty when there is but one container
 * @param definition the definition that it is launched of
 * @param by the deployment that launches it, or null when it replaces another
 */
record TaskLaunch(
        String instanceId,
        int incarnation,
        int agent,
        String version,
        String configVersion,
        List<String> containers,
        List<String> portContainers,
        JsonNode definition,
        Instant stagedAt,
        @Nullable Deployment by) {
    static TaskLaunch of(AppState app, Scheduled scheduled, int agent) {
        return new TaskLaunch(
                scheduled.instanceId(),
                scheduled.incarnation(),
                agent,
                app.version(),
                app.configVersion(),
                app.containers(),
                app.portContainers(),
                app.definition(),
                Instant.now(),
                app.deployment());
    }
}
