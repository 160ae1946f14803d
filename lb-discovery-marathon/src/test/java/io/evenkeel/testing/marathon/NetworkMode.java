package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** How an app's tasks are connected, read from the shapes of every Marathon since 0.7. */
enum NetworkMode {
    HOST,
    BRIDGE,
    CONTAINER;

    static NetworkMode of(JsonNode app) {
        JsonNode networks = app.path("networks");
        if (!networks.isEmpty()) {
            return switch (networks.path(0).path("mode").asText()) {
                case "container" -> CONTAINER;
                case "container/bridge" -> BRIDGE;
                default -> HOST;
            };
        }
        return switch (app.path("container").path("docker").path("network").asText()) {
            case "BRIDGE" -> BRIDGE;
            case "USER" -> CONTAINER;
            default -> app.path("ipAddress").isObject() ? CONTAINER : HOST;
        };
    }

    /** The ports of an app: its port mappings, or in host mode its port definitions. */
    static JsonNode ports(JsonNode app) {
        if (of(app) == HOST) {
            JsonNode definitions = app.path("portDefinitions");
            return definitions.isArray() ? definitions : app.path("ports");
        }
        JsonNode mappings = app.path("container").path("portMappings");
        if (!mappings.isArray()) {
            mappings = app.path("container").path("docker").path("portMappings");
        }
        if (!mappings.isArray()) {
            mappings = app.path("ipAddress").path("discovery").path("ports");
        }
        return mappings.isArray() ? mappings : JsonNodeFactory.instance.arrayNode();
    }
}
