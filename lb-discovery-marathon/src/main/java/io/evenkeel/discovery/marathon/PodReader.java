package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Scale;
import io.evenkeel.discovery.Service;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the status of one pod. A pod's ports are the endpoints of its containers, in the order of its specification, and
 * its tasks are its instances: the containers of one live and die together, but their health is told one by one.
 */
final class PodReader {

    private PodReader() {}

    /**
     * Reads a pod's status.
     *
     * @throws IllegalArgumentException if it cannot be understood; the message says what is wrong
     */
    static App read(JsonNode pod) {
        String id = Json.text(pod, "id");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id: missing (expected: a path)");
        }
        JsonNode spec = pod.path("spec");
        List<JsonNode> networks = Json.objects(spec, "networks");
        List<Slot> slots = slots(spec);
        List<AppPort> ports = new ArrayList<>();
        List<DeclaredCheck> checks = new ArrayList<>();
        for (Slot slot : slots) {
            ports.add(port(slot, networks));
        }
        for (JsonNode container : Json.objects(spec, "containers")) {
            if (container.path("healthCheck").isObject()) {
                checks.add(check(container.path("healthCheck"), slots));
            }
        }
        List<Task> tasks = new ArrayList<>();
        for (JsonNode instance : Json.objects(pod, "instances")) {
            tasks.add(task(instance, slots, networks));
        }
        Readiness always = new Readiness(false, "", Set.of(), Set.of(), Duration.ZERO);
        return new App(
                id,
                NetworkMode.of(spec),
                networks.size(),
                ports,
                tasks,
                checks,
                Json.labels(spec),
                always,
                Scale.UNKNOWN);
    }

    /**
     * One endpoint of the specification.
     *
     * @param container the name of its container
     * @param checked whether the container has a health check
     * @param endpoint the endpoint
     */
    private record Slot(String container, boolean checked, JsonNode endpoint) {

        String name() {
            return Json.text(endpoint, "name");
        }
    }

    private static List<Slot> slots(JsonNode spec) {
        List<Slot> slots = new ArrayList<>();
        for (JsonNode container : Json.objects(spec, "containers")) {
            boolean checked = container.path("healthCheck").isObject();
            for (JsonNode endpoint : Json.objects(container, "endpoints")) {
                slots.add(new Slot(Json.text(container, "name"), checked, endpoint));
            }
        }
        return slots;
    }

    private static AppPort port(Slot slot, List<JsonNode> networks) {
        JsonNode endpoint = slot.endpoint();
        List<String> protocols = new ArrayList<>();
        Json.elements(endpoint, "protocol")
                .forEach(one -> protocols.add(Json.text(one).toLowerCase(Locale.ROOT)));
        boolean udp = protocols.contains("udp");
        boolean tcp = !udp || protocols.size() > 1;
        Map<String, String> labels = new HashMap<>(Json.labels(endpoint));
        labels.put(Service.POD_LABEL, "");
        return new AppPort(
                slot.name(),
                tcp,
                udp,
                0,
                PortReader.valid(Json.integer(endpoint, "containerPort", 0)),
                Json.integer(endpoint.path("hostPort")) != null,
                PortReader.network(networks, endpoint),
                labels);
    }

    private static DeclaredCheck check(JsonNode check, List<Slot> slots) {
        String kind = check.has("http") ? "http" : check.has("tcp") ? "tcp" : "exec";
        JsonNode detail = check.path(kind);
        boolean secure = Json.text(detail, "scheme").equalsIgnoreCase("https");
        int index = -1;
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).name().equals(Json.text(detail, "endpoint"))) {
                index = i;
            }
        }
        return new DeclaredCheck(
                kind.equals("exec") ? "COMMAND" : secure ? "HTTPS" : kind.toUpperCase(Locale.ROOT),
                Json.text(detail, "path"),
                index,
                0,
                Duration.ofSeconds(Json.integer(check, "intervalSeconds", 60)),
                Duration.ofSeconds(Json.integer(check, "timeoutSeconds", 20)),
                Json.integer(check, "maxConsecutiveFailures", 3));
    }

    private static Task task(JsonNode instance, List<Slot> slots, List<JsonNode> networks) {
        Map<String, JsonNode> endpoints = new HashMap<>();
        EndpointState state = state(Json.text(instance, "status"));
        for (JsonNode container : Json.objects(instance, "containers")) {
            EndpointState own = TaskReader.state(Json.text(container, "status"));
            if (state == EndpointState.RUNNING && own != EndpointState.UNSPECIFIED) {
                state = own;
            }
            for (JsonNode endpoint : Json.objects(container, "endpoints")) {
                endpoints.put(Json.text(container, "name") + "/" + Json.text(endpoint, "name"), endpoint);
            }
        }
        List<Integer> ports = new ArrayList<>();
        Map<Integer, Health> verdicts = new HashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            JsonNode endpoint = endpoints.get(slot.container() + "/" + slot.name());
            ports.add(endpoint == null ? 0 : Json.integer(endpoint, "allocatedHostPort", 0));
            Boolean healthy = endpoint == null ? null : Json.truth(endpoint, "healthy");
            if (!slot.checked()) {
                verdicts.put(i, Health.UNCHECKED);
            } else if (healthy != null) {
                verdicts.put(i, healthy ? Health.HEALTHY : Health.UNHEALTHY);
            }
        }
        String host = Json.text(instance, "agentHostname");
        String agent = Json.text(instance, "agentId");
        return new Task(
                Json.text(instance, "id"),
                host,
                ports,
                addresses(instance, networks),
                state,
                null,
                true,
                verdicts,
                Json.text(instance, "specReference"),
                new Locality(
                        Json.text(instance, "agentRegion"),
                        Json.text(instance, "agentZone"),
                        agent.isEmpty() ? host : agent));
    }

    private static EndpointState state(String pod) {
        return switch (pod) {
            case "PENDING", "STAGING" -> EndpointState.STARTING;
            case "STABLE", "DEGRADED" -> EndpointState.RUNNING;
            case "TERMINAL" -> EndpointState.STOPPED;
            default -> EndpointState.UNSPECIFIED;
        };
    }

    /* One for each network of the specification if each is found, so that a port can name its own; else all there are. */
    private static List<String> addresses(JsonNode instance, List<JsonNode> networks) {
        Map<String, String> byName = new HashMap<>();
        List<String> all = new ArrayList<>();
        for (JsonNode network : Json.objects(instance, "networks")) {
            List<String> own = TaskReader.familiesInOrder(Json.elements(network, "addresses"));
            all.addAll(own);
            if (!own.isEmpty()) {
                byName.putIfAbsent(Json.text(network, "name"), own.get(0));
            }
        }
        List<String> inOrder = new ArrayList<>();
        for (JsonNode network : networks) {
            String address = byName.get(Json.text(network, "name"));
            if (address == null) {
                return all;
            }
            inOrder.add(address);
        }
        return inOrder.isEmpty() ? all : inOrder;
    }
}
