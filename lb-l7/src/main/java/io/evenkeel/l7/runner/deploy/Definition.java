package io.evenkeel.l7.runner.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenkeel.l7.marathonlb.DeploymentLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** An application's definition as its owner wrote it, of which the blue or the green one is made. Not thread-safe. */
final class Definition {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern ID = Pattern.compile("/?[a-z0-9.-]+(/[a-z0-9.-]+)*");
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

    private final ObjectNode app;

    private Definition(ObjectNode app) {
        this.app = app;
    }

    /** Reads a file. */
    static Definition read(Path file) throws DeployException {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new DeployException(Exit.UNKNOWN, "--json: " + file + " cannot be read: " + e);
        }
        try {
            JsonNode json = JSON.readTree(text);
            if (!json.isObject()) {
                throw new DeployException(
                        Exit.UNKNOWN,
                        "--json: " + file + ": " + json.getNodeType()
                                + " (expected: an application, which is an object)");
            }
            return of(json);
        } catch (JsonProcessingException e) {
            throw new DeployException(
                    Exit.UNKNOWN, "--json: " + file + " (expected: an application as JSON): " + e.getOriginalMessage());
        }
    }

    static Definition of(JsonNode json) throws DeployException {
        if (!(json instanceof ObjectNode app)) {
            throw new DeployException(
                    Exit.UNKNOWN, "--json: " + json.getNodeType() + " (expected: an application, which is an object)");
        }
        if (!ID.matcher(app.path("id").asText()).matches()) {
            throw new DeployException(
                    Exit.MISSING_FIELD, "id: '" + app.path("id").asText() + "' (expected: an application's id)");
        }
        for (String label : new String[] {DeploymentLabels.GROUP, DeploymentLabels.ALT_PORT}) {
            if (app.path("labels").path(label).asText().isBlank()) {
                throw new DeployException(Exit.MISSING_FIELD, "label " + label + ": missing (expected: a value)");
            }
        }
        if (AppView.of(app).group().isBlank()) { // as applications have that are in no deployment
            throw new DeployException(
                    Exit.MISSING_FIELD,
                    "label " + DeploymentLabels.GROUP + ": "
                            + app.path("labels").path(DeploymentLabels.GROUP).asText() + " (expected: a name)");
        }
        JsonNode instances = app.path("instances");
        if (!instances.isMissingNode() && !(instances.isIntegralNumber() && instances.asInt(-1) >= 0)) {
            throw new DeployException(Exit.MISSING_FIELD, "instances: " + instances + " (expected: a number >= 0)");
        }
        port("label " + DeploymentLabels.ALT_PORT, app.path("labels").path(DeploymentLabels.ALT_PORT));
        return new Definition(app);
    }

    private static int port(String what, JsonNode value) throws DeployException {
        String text = value.asText().trim();
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw new DeployException(
                    Exit.MISSING_FIELD, what + ": " + (text.isEmpty() ? "missing" : text) + " (expected: 1 to 65535)");
        }
        return port;
    }

    /** The deployment it is part of. */
    String group() {
        return AppView.of(app).group();
    }

    /** The first application of a deployment. */
    ObjectNode first(LocalDateTime now) throws DeployException {
        int instances = app.path("instances").asInt(1);
        return made("blue", servicePort(), instances, instances, 0, now);
    }

    /** The application that takes the place of another. */
    ObjectNode after(AppView last, DeployPlan plan, LocalDateTime now) throws DeployException {
        int target =
                last.instances() > 0 ? last.instances() : app.path("instances").asInt(1);
        int kept = Math.min(plan.newInstances(), target);
        int first = Math.min(plan.initialInstances(), kept > 0 ? kept : target);
        String colour = last.label(DeploymentLabels.COLOUR).equals("blue") ? "green" : "blue";
        return made(colour, nextPort(last), first, target, kept, now);
    }

    /* The two take turns with the ports; it is HAPROXY_0_PORT that says where both are served. */
    private int nextPort(AppView last) throws DeployException {
        int alternative =
                port("label " + DeploymentLabels.ALT_PORT, app.path("labels").path(DeploymentLabels.ALT_PORT));
        return last.json() instanceof ObjectNode before
                        && new Definition(before).place().asInt() == alternative
                ? servicePort()
                : alternative;
    }

    private ObjectNode made(String colour, int port, int instances, int target, int kept, LocalDateTime now)
            throws DeployException {
        int served = servicePort();
        String id = app.path("id").asText();
        ObjectNode made = app.deepCopy();
        made.put("id", (id.startsWith("/") ? id : "/" + id) + "-" + colour).put("instances", instances);
        new Definition(made).place(port);
        ((ObjectNode) made.path("labels"))
                .put(DeploymentLabels.APP_ID, id)
                .put(DeploymentLabels.COLOUR, colour)
                .put(DeploymentLabels.STARTED_AT, MICROS.format(now))
                .put(DeploymentLabels.TARGET_INSTANCES, "" + target)
                .put(DeploymentLabels.NEW_INSTANCES, "" + kept)
                .put(DeploymentLabels.PORT, "" + served);
        return made;
    }

    private int servicePort() throws DeployException {
        return port("service port", place());
    }

    /** The service port of the first port, wherever this version of Marathon has it. */
    private JsonNode place() {
        JsonNode mapping = mapping();
        if (mapping.isObject()) {
            return mapping.path("servicePort");
        }
        JsonNode port = app.at("/portDefinitions/0");
        return port.isObject() ? port.path("port") : app.at("/ports/0");
    }

    private void place(int port) {
        if (mapping() instanceof ObjectNode mapping) {
            mapping.put("servicePort", port);
        } else if (app.at("/portDefinitions/0") instanceof ObjectNode definition) {
            definition.put("port", port);
        } else if (app.path("ports") instanceof ArrayNode ports) {
            ports.set(0, IntNode.valueOf(port));
        }
    }

    private JsonNode mapping() {
        JsonNode mapping = app.at("/container/docker/portMappings/0");
        return mapping.isObject() ? mapping : app.at("/container/portMappings/0");
    }
}
