package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A pod's status as REST answers tell it. Called with the state's lock held. */
final class PodView {
    private PodView() {}

    static ObjectNode status(PodState pod) {
        ArrayNode instances = Json.array();
        int stable = 0;
        String since = pod.version();
        for (SimulatedTask task : pod.tasks()) {
            ObjectNode instance = instance(pod, task);
            stable += instance.path("status").asText().equals("STABLE") ? 1 : 0;
            since = instance.path("statusSince").asText();
            instances.add(instance);
        }
        ObjectNode status = Json.object().put("id", pod.id());
        status.set("spec", pod.definition());
        status.put("status", pod.deleted() ? "TERMINAL" : stable >= pod.instances() ? "STABLE" : "DEGRADED");
        status.put("statusSince", since);
        status.set("instances", instances);
        status.putArray("terminationHistory");
        return status.put("lastUpdated", Timestamps.now()).put("lastChanged", since);
    }

    static ObjectNode instance(PodState pod, SimulatedTask task) {
        String since = since(task);
        ArrayNode containers = Json.array();
        ObjectNode definition = pod.definitionOf(task);
        Map<String, ObjectNode> endpoints = endpoints(definition, task);
        boolean healthy = true;
        for (JsonNode spec : definition.path("containers")) {
            ObjectNode container = container(spec, task, endpoints, since);
            healthy &= !container.at("/conditions/0/value").asText().equals("false");
            containers.add(container);
        }
        String status = status(task, healthy);
        ObjectNode view =
                Json.object().put("id", task.instanceId()).put("status", status).put("statusSince", since);
        view.putArray("conditions");
        view.put("agentHostname", task.host()).put("agentId", task.agentId());
        view.set("resources", total(definition));
        view.set("networks", networks(definition, task));
        view.set("containers", containers);
        if (status.equals("DEGRADED")) {
            view.put(
                    "message",
                    healthy ? "pod instance has become unreachable" : "at least one container is not healthy");
        }
        return view.put("specReference", "/v2/pods" + pod.id() + "::versions/" + task.version())
                .put("lastUpdated", since)
                .put("lastChanged", since)
                .put("role", definition.path("role").asText());
    }

    private static String since(SimulatedTask task) {
        var startedAt = task.startedAt();
        return Timestamps.text(startedAt == null ? task.stagedAt() : startedAt);
    }

    private static String status(SimulatedTask task, boolean healthy) {
        return switch (task.state()) {
            case "TASK_STAGING", "TASK_STARTING" -> "STAGING";
            case "TASK_RUNNING" -> healthy ? "STABLE" : "DEGRADED";
            case "TASK_UNREACHABLE" -> "DEGRADED";
            default -> "TERMINAL";
        };
    }

    private static ArrayNode networks(JsonNode definition, SimulatedTask task) {
        ArrayNode networks = Json.array();
        if (!task.placement().ipAddress().isEmpty()) {
            ObjectNode network = networks.addObject();
            JsonNode name = definition.at("/networks/0/name");
            if (name.isTextual()) {
                network.set("name", name);
            }
            ArrayNode addresses = network.putArray("addresses");
            task.placement().addresses().forEach(addresses::add);
        }
        return networks;
    }

    private static ObjectNode container(
            JsonNode spec, SimulatedTask task, Map<String, ObjectNode> endpoints, String since) {
        String name = spec.path("name").asText();
        ObjectNode view =
                Json.object().put("name", name).put("status", task.state()).put("statusSince", since);
        ArrayNode conditions = view.putArray("conditions");
        if (!spec.path("healthCheck").isEmpty() && !task.is("TASK_STAGING", "TASK_STARTING")) {
            TaskHealth found = found(task, name);
            conditions
                    .addObject()
                    .put("name", "healthy")
                    .put("lastChanged", since)
                    .put("lastUpdated", since)
                    .put("value", Boolean.toString(found == TaskHealth.ALIVE))
                    .put(
                            "reason",
                            found == TaskHealth.UNKNOWN ? "health-unreported-by-mesos" : "health-reported-by-mesos");
        }
        view.put("containerId", task.instanceId() + "." + name + "." + task.incarnation());
        ArrayNode list = view.putArray("endpoints");
        if (task.is("TASK_STAGING", "TASK_STARTING", "TASK_RUNNING", "TASK_KILLING", "TASK_UNREACHABLE")) {
            inOrder(spec, endpoints, name).values().forEach(list::add);
        }
        if (spec.has("resources")) {
            view.set("resources", spec.path("resources"));
        }
        return view.put("lastUpdated", since).put("lastChanged", since);
    }

    private static TaskHealth found(SimulatedTask task, String container) {
        return task.check().health() == TaskHealth.UNKNOWN ? TaskHealth.UNKNOWN : task.containerHealth(container);
    }

    /* Marathon lists endpoints with a host port before those without, and the checked one after all of them. */
    private static Map<String, ObjectNode> inOrder(JsonNode spec, Map<String, ObjectNode> endpoints, String container) {
        Map<String, ObjectNode> ordered = new LinkedHashMap<>();
        String checked = PodDefinition.checkedEndpoint(spec);
        BiConsumer<Boolean, Boolean> take =
                (withPort, last) -> spec.path("endpoints").forEach(endpoint -> {
                    String name = endpoint.path("name").asText();
                    if (endpoint.path("hostPort").isNumber() == withPort && name.equals(checked) == last) {
                        ordered.put(name, endpoints.get(container + "/" + name));
                    }
                });
        take.accept(true, false);
        take.accept(false, false);
        take.accept(true, true);
        take.accept(false, true);
        return ordered;
    }

    private static Map<String, ObjectNode> endpoints(JsonNode definition, SimulatedTask task) {
        Map<String, ObjectNode> views = new LinkedHashMap<>();
        Iterator<Integer> ports = task.placement().ports().iterator();
        boolean onHost = NetworkMode.of(definition) == NetworkMode.HOST;
        for (PodDefinition.Endpoint endpoint : PodDefinition.endpoints(definition)) {
            String name = endpoint.definition().path("name").asText();
            ObjectNode view = Json.object().put("name", name);
            if ((onHost || endpoint.hasHostPort()) && ports.hasNext()) {
                view.put("allocatedHostPort", ports.next());
            }
            views.put(endpoint.container() + "/" + name, view);
        }
        definition.path("containers").forEach(container -> {
            String name = container.path("name").asText();
            ObjectNode checked = views.get(name + "/" + PodDefinition.checkedEndpoint(container));
            TaskHealth found = found(task, name);
            if (checked != null && found != TaskHealth.UNKNOWN) {
                checked.put("healthy", found == TaskHealth.ALIVE);
            }
        });
        return views;
    }

    private static ObjectNode total(JsonNode definition) {
        ObjectNode total = Json.object();
        for (String name : new String[] {"cpus", "mem", "disk", "gpus"}) {
            double sum = definition.at("/executorResources/" + name).asDouble();
            for (JsonNode container : definition.path("containers")) {
                sum += container.at("/resources/" + name).asDouble();
            }
            total.put(name, sum);
        }
        return total;
    }
}
