package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Scale;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Reads one application of the API's answer, of any version since 0.7. */
final class AppReader {

    private AppReader() {}

    /**
     * Reads an application.
     *
     * @throws IllegalArgumentException if it cannot be understood; the message says what is wrong
     */
    static App read(JsonNode app) {
        if (!app.isObject()) {
            throw new IllegalArgumentException("app: " + app.getNodeType() + " (expected: an object)");
        }
        String id = Json.text(app, "id");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id: missing (expected: a path)");
        }
        NetworkMode mode = NetworkMode.of(app);
        List<DeclaredCheck> checks = checks(app);
        String version = Json.text(app, "version");
        List<Task> tasks = new ArrayList<>();
        for (JsonNode task : Json.objects(app, "tasks")) {
            tasks.add(TaskReader.read(task, version, checks.size()));
        }
        return new App(
                id,
                mode,
                Json.objects(app, "networks").size(),
                PortReader.read(app, mode),
                tasks,
                checks,
                Json.labels(app),
                Readiness.of(app),
                scale(app));
    }

    private static Scale scale(JsonNode app) {
        int instances = Json.integer(app, "instances", -1);
        return new Scale(Math.max(-1, instances), moment(Json.text(app.path("versionInfo"), "lastScalingAt")));
    }

    private static Instant moment(String text) {
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH; // as before there was such a field
        }
    }

    private static List<DeclaredCheck> checks(JsonNode app) {
        List<DeclaredCheck> checks = new ArrayList<>();
        for (JsonNode check : Json.objects(app, "healthChecks")) {
            String protocol = Json.text(check, "protocol");
            checks.add(new DeclaredCheck(
                    protocol.isEmpty() ? "HTTP" : protocol,
                    Json.text(check, "path"),
                    Json.integer(check, "portIndex", -1),
                    Json.integer(check, "port", 0),
                    Duration.ofSeconds(Json.integer(check, "intervalSeconds", 60)),
                    Duration.ofSeconds(Json.integer(check, "timeoutSeconds", 20)),
                    Json.integer(check, "maxConsecutiveFailures", 3)));
        }
        return checks;
    }
}
