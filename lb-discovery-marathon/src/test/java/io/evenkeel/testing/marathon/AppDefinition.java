package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The app definition as Marathon 1.11 writes it back: defaults filled in, fields in its order, checked for what it
 * refuses. A legacy shape ({@code ports}, {@code docker.network}, {@code ipAddress}) stays as it was given, so that a
 * client meets the shapes of every era.
 */
final class AppDefinition {
    private static final String SEGMENT =
            "^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$";
    private static final Pattern ID =
            Pattern.compile("(/(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9]))+");
    private static final int FIRST_SERVICE_PORT = 10000;
    private static final List<String> ORDER = List.of(
            "id",
            "acceptedResourceRoles",
            "args",
            "backoffFactor",
            "backoffSeconds",
            "check",
            "cmd",
            "constraints",
            "container",
            "cpus",
            "dependencies",
            "disk",
            "env",
            "executor",
            "fetch",
            "healthChecks",
            "instances",
            "ipAddress",
            "labels",
            "maxLaunchDelaySeconds",
            "mem",
            "gpus",
            "networks",
            "ports",
            "portDefinitions",
            "readinessChecks",
            "residency",
            "requirePorts",
            "secrets",
            "taskKillGracePeriodSeconds",
            "upgradeStrategy",
            "user");
    private static final List<String> TAIL =
            List.of("version", "versionInfo", "killSelection", "unreachableStrategy", "role");
    private static final Set<String> ANSWER_ONLY = Set.of(
            "tasksStaged",
            "tasksRunning",
            "tasksHealthy",
            "tasksUnhealthy",
            "deployments",
            "readinessCheckResults",
            "tasks",
            "version",
            "versionInfo",
            "uris",
            "lastTaskFailure");

    private AppDefinition() {}

    static String canonicalId(String id) {
        String joined = ("/" + id).replaceAll("/+", "/");
        return joined.length() > 1 && joined.endsWith("/") ? joined.substring(0, joined.length() - 1) : joined;
    }

    /** The definition with defaults and in order; throws what Marathon would answer to a bad one. */
    static ObjectNode normalise(ObjectNode given, String version) {
        ObjectNode app = given.deepCopy();
        app.remove(ANSWER_ONLY);
        checkId(app);
        if (app.has("instances") && !app.path("instances").isInt()) {
            throw MarathonException.invalid("/instances", "error.expected.jsnumber");
        }
        if (app.path("instances").asInt() < 0) {
            throw MarathonException.invalid(
                    "/instances", "got " + app.path("instances").asInt() + ", expected 0 or more");
        }
        defaults(app);
        networking(app);
        healthChecks(app);
        app.put("version", version);
        return Json.ordered(app, ORDER, TAIL);
    }

    /** Makes the id of an app or a pod absolute; throws what Marathon would answer to a bad one. */
    static void checkId(ObjectNode spec) {
        JsonNode id = spec.path("id");
        spec.put("id", canonicalId(id.asText()));
        if (!id.isTextual() || !ID.matcher(spec.path("id").asText()).matches()) {
            throw MarathonException.invalid("/id", "must fully match regular expression '" + SEGMENT + "'");
        }
    }

    private static void defaults(ObjectNode app) {
        decimal(app, "backoffFactor", 1.15);
        decimal(app, "cpus", 1);
        decimal(app, "disk", 0);
        decimal(app, "mem", 128);
        putIfAbsent(app, "backoffSeconds", 1);
        putIfAbsent(app, "instances", 1);
        putIfAbsent(app, "maxLaunchDelaySeconds", 300);
        putIfAbsent(app, "gpus", 0);
        for (String name : List.of("executor", "role", "killSelection")) {
            if (!app.hasNonNull(name)) {
                app.put(name, name.equals("role") ? "*" : name.equals("executor") ? "" : "YOUNGEST_FIRST");
            }
        }
        if (!app.path("labels").isObject()) {
            app.putObject("labels");
        }
        if (!app.has("requirePorts")) {
            app.put("requirePorts", false);
        }
        ObjectNode upgrade = app.withObject("/upgradeStrategy");
        decimal(upgrade, "maximumOverCapacity", 1);
        decimal(upgrade, "minimumHealthCapacity", 1);
        if (!app.has("unreachableStrategy")) {
            app.putObject("unreachableStrategy").put("inactiveAfterSeconds", 0).put("expungeAfterSeconds", 0);
        }
    }

    private static void networking(ObjectNode app) {
        boolean legacy = app.path("container").path("docker").has("network")
                || app.path("ports").isArray()
                || app.path("ipAddress").isObject();
        if (!legacy && app.path("networks").isEmpty()) {
            app.putArray("networks").addObject().put("mode", "host");
        }
        if (!legacy
                && NetworkMode.of(app) == NetworkMode.HOST
                && !app.path("portDefinitions").isArray()) {
            app.putArray("portDefinitions")
                    .addObject()
                    .put("port", 0)
                    .put("name", "default")
                    .put("protocol", "tcp");
        }
        app.path("portDefinitions").forEach(port -> {
            if (port instanceof ObjectNode definition && !definition.has("protocol")) {
                definition.put("protocol", "tcp");
            }
        });
        if (app.path("container").path("portMappings") instanceof ArrayNode mappings) {
            for (int i = 0; i < mappings.size(); i++) {
                mappings.set(i, mapping(mappings.get(i), NetworkMode.of(app)));
            }
        }
    }

    private static ObjectNode mapping(JsonNode given, NetworkMode mode) {
        ObjectNode mapping = Json.object();
        mapping.put("containerPort", given.path("containerPort").asInt());
        if (given.hasNonNull("hostPort") || mode == NetworkMode.BRIDGE) {
            mapping.put("hostPort", given.path("hostPort").asInt());
        }
        mapping.set("labels", given.path("labels").isObject() ? given.path("labels") : Json.object());
        if (given.has("name")) {
            mapping.set("name", given.path("name"));
        }
        mapping.put("protocol", given.path("protocol").asText("tcp"));
        mapping.put("servicePort", given.path("servicePort").asInt());
        given.properties().forEach(field -> {
            if (!mapping.has(field.getKey())) {
                mapping.set(field.getKey(), field.getValue());
            }
        });
        return mapping;
    }

    private static void healthChecks(ObjectNode app) {
        if (app.path("healthChecks") instanceof ArrayNode checks) {
            for (int i = 0; i < checks.size(); i++) {
                ObjectNode check = Json.object();
                JsonNode given = checks.get(i);
                String protocol = given.path("protocol").asText("HTTP");
                check.put("gracePeriodSeconds", given.path("gracePeriodSeconds").asInt(300));
                if (!protocol.startsWith("MESOS")) {
                    check.put("ignoreHttp1xx", given.path("ignoreHttp1xx").asBoolean());
                }
                check.put("intervalSeconds", given.path("intervalSeconds").asInt(60));
                check.put(
                        "maxConsecutiveFailures",
                        given.path("maxConsecutiveFailures").asInt(3));
                for (String name : List.of("command", "path", "port", "portIndex")) {
                    if (given.hasNonNull(name)) {
                        check.set(name, given.path(name));
                    }
                }
                check.put("protocol", protocol);
                check.put("ipProtocol", given.path("ipProtocol").asText("IPv4"));
                check.put("timeoutSeconds", given.path("timeoutSeconds").asInt(20));
                check.put("delaySeconds", given.path("delaySeconds").asInt(15));
                checks.set(i, check);
            }
        }
    }

    /** The definition with its versionInfo and with a service port in place of every 0. */
    static ObjectNode settled(ObjectNode app, String scaledAt, String configuredAt, List<AppState> others) {
        ObjectNode settled = app.deepCopy();
        settled.putObject("versionInfo").put("lastScalingAt", scaledAt).put("lastConfigChangeAt", configuredAt);
        Set<Integer> used = new HashSet<>(servicePorts(settled));
        others.forEach(other -> used.addAll(other.servicePorts()));
        JsonNode ports = NetworkMode.ports(settled);
        String field = NetworkMode.of(settled) == NetworkMode.HOST ? "port" : "servicePort";
        int next = FIRST_SERVICE_PORT;
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).path(field).asInt() == 0 && ports.get(i).asInt() == 0) {
                while (!used.add(next)) {
                    next++;
                }
                if (ports.get(i) instanceof ObjectNode port) {
                    port.put(field, next);
                } else if (ports instanceof ArrayNode array) {
                    array.set(i, next);
                }
            }
        }
        return Json.ordered(settled, ORDER, TAIL);
    }

    /** Has ports that are to be assigned, which are 0, be what they were. */
    static void keepPorts(ObjectNode app, List<Integer> assigned) {
        JsonNode ports = NetworkMode.ports(app);
        String field = NetworkMode.of(app) == NetworkMode.HOST ? "port" : "servicePort";
        for (int i = 0; i < Math.min(ports.size(), assigned.size()); i++) {
            if (ports.get(i) instanceof ObjectNode port && port.path(field).asInt() == 0) {
                port.put(field, assigned.get(i));
            }
        }
    }

    /** The service port of each of the app's ports. */
    static List<Integer> servicePorts(JsonNode app) {
        List<Integer> ports = new ArrayList<>();
        String field = NetworkMode.of(app) == NetworkMode.HOST ? "port" : "servicePort";
        NetworkMode.ports(app)
                .forEach(port -> ports.add(port.isObject() ? port.path(field).asInt() : port.asInt()));
        return ports;
    }

    /** Whether two definitions differ in more than the number of instances. */
    static boolean differ(ObjectNode one, ObjectNode other) {
        List<String> ignored = List.of("instances", "version", "versionInfo");
        return !one.deepCopy().remove(ignored).equals(other.deepCopy().remove(ignored));
    }

    private static void decimal(ObjectNode node, String name, double otherwise) {
        node.put(name, node.path(name).asDouble(otherwise));
    }

    private static void putIfAbsent(ObjectNode node, String name, int value) {
        if (!node.hasNonNull(name)) {
            node.put(name, value);
        }
    }
}
