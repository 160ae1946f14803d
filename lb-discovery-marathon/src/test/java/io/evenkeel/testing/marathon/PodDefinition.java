package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The pod definition as Marathon writes it back, and the app whose process would listen where the pod's does. */
final class PodDefinition {
    private static final List<String> ORDER = List.of(
            "id",
            "labels",
            "version",
            "user",
            "environment",
            "containers",
            "secrets",
            "volumes",
            "networks",
            "scaling",
            "scheduling",
            "executorResources",
            "role");

    /** One endpoint and the container it belongs to. */
    record Endpoint(String container, ObjectNode definition) {
        boolean hasHostPort() {
            return definition.path("hostPort").isNumber();
        }
    }

    private PodDefinition() {}

    /** The definition with defaults and in order; throws what Marathon would answer to a bad one. */
    static ObjectNode normalise(ObjectNode given, String version) {
        ObjectNode pod = given.deepCopy();
        AppDefinition.checkId(pod);
        checkNames(pod);
        for (String name : List.of("labels", "environment", "secrets", "scheduling")) {
            if (!pod.path(name).isObject()) {
                pod.putObject(name);
            }
        }
        if (!pod.path("volumes").isArray()) {
            pod.putArray("volumes");
        }
        if (pod.path("networks").isEmpty()) {
            pod.putArray("networks").addObject().put("mode", "host");
        }
        ObjectNode scaling = pod.withObject("/scaling");
        scaling.put("kind", "fixed").put("instances", scaling.path("instances").asInt(1));
        if (scaling.path("instances").asInt() < 0) {
            throw MarathonException.invalid("/scaling/instances", "must be greater than or equal to 0");
        }
        if (!pod.has("executorResources")) {
            pod.putObject("executorResources").put("cpus", 0.1).put("mem", 32).put("disk", 10);
        }
        pod.put("role", pod.path("role").asText("*")).put("version", version);
        return Json.ordered(pod, ORDER, List.of());
    }

    private static void checkNames(ObjectNode pod) {
        if (!(pod.path("containers") instanceof ArrayNode containers) || containers.isEmpty()) {
            throw MarathonException.invalid("/containers", "must not be empty");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            ObjectNode container = (ObjectNode) containers.get(i);
            if (!names.add(container.path("name").asText(""))) {
                throw MarathonException.invalid("/containers", "container names must be unique");
            }
            container.withArray("endpoints").forEach(endpoint -> {
                if (!endpoint.path("name").isTextual()) {
                    throw MarathonException.invalid("/containers/endpoints/name", "error.path.missing");
                }
            });
        }
    }

    static List<Endpoint> endpoints(JsonNode pod) {
        List<Endpoint> endpoints = new ArrayList<>();
        pod.path("containers")
                .forEach(container -> container
                        .path("endpoints")
                        .forEach(endpoint -> endpoints.add(
                                new Endpoint(container.path("name").asText(), (ObjectNode) endpoint))));
        return endpoints;
    }

    /** The name of the endpoint that the container's health check looks at, or an empty string. */
    static String checkedEndpoint(JsonNode container) {
        JsonNode check = container.path("healthCheck");
        return check.at("/http/endpoint").asText(check.at("/tcp/endpoint").asText());
    }

    /** An app with a port for each endpoint in their order, on the same networks. */
    static ObjectNode asApp(JsonNode pod) {
        ObjectNode app = Json.object();
        app.set("networks", pod.path("networks"));
        app.set("labels", pod.path("labels"));
        ArrayNode ports = NetworkMode.of(app) == NetworkMode.HOST
                ? app.putArray("portDefinitions")
                : app.putObject("container").putArray("portMappings");
        endpoints(pod).forEach(endpoint -> ports.add(endpoint.definition()));
        return app;
    }

    /** Whether two definitions differ in more than the number of instances. */
    static boolean differ(ObjectNode one, ObjectNode other) {
        List<String> ignored = List.of("scaling", "version");
        return !one.deepCopy().remove(ignored).equals(other.deepCopy().remove(ignored));
    }
}
