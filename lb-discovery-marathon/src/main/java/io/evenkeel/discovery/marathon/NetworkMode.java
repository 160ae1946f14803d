package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** How an application's tasks are attached to the network, whichever version of the API says so. */
enum NetworkMode {
    /** The agent's own address and ports. */
    HOST,
    /** Ports of the agent, mapped into the container. */
    BRIDGE,
    /** An address of the task's own. */
    CONTAINER;

    /*
     * Marathon 1.5 and later: "networks", whose modes cannot be mixed, so the last one counts, and no mode means container.
     * Before: container.docker.network. From 0.14 to 1.4 also "ipAddress", without or together with docker's USER.
     */
    static NetworkMode of(JsonNode app) {
        List<JsonNode> networks = Json.objects(app, "networks");
        if (!networks.isEmpty()) {
            return switch (Json.text(networks.get(networks.size() - 1), "mode")) {
                case "host" -> HOST;
                case "container/bridge" -> BRIDGE;
                default -> CONTAINER;
            };
        }
        return switch (Json.text(app.path("container").path("docker"), "network")) {
            case "USER" -> CONTAINER;
            case "BRIDGE" -> BRIDGE;
            default -> app.path("ipAddress").isObject() ? CONTAINER : HOST;
        };
    }
}
