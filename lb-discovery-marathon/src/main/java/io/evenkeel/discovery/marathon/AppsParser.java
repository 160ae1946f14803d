package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.evenkeel.discovery.marathon.BoundedJson.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads answers as they come, one application or pod at a time.
 *
 * <p>A document must be whole and of the right shape, or nothing of it counts. Within it, an application that cannot be
 * understood is a failure of its own and nothing more. Memory is bounded by the largest application and by what is kept of
 * all of them, not by the document. An instance is for one answer and shares equal texts within it.
 */
final class AppsParser {

    /* What AppReader, PortReader, TaskReader and Readiness look at; the rest is skipped unread. */
    private static final Fields TASK_FIELDS = new Fields(
            Set.of(
                    "id",
                    "host",
                    "ports",
                    "ipAddresses",
                    "state",
                    "healthCheckResults",
                    "version",
                    "slaveId",
                    "region",
                    "zone"),
            Map.of("healthCheckResults", new Fields(Set.of("alive"), Map.of())));
    private static final Fields APP_FIELDS = new Fields(
            Set.of(
                    "id",
                    "version",
                    "networks",
                    "container",
                    "ipAddress",
                    "portDefinitions",
                    "ports",
                    "labels",
                    "tasks",
                    "healthChecks",
                    "instances",
                    "versionInfo",
                    "deployments",
                    "readinessChecks",
                    "readinessCheckResults"),
            Map.of(
                    "tasks",
                    TASK_FIELDS,
                    "container",
                    new Fields(Set.of("docker", "portMappings"), Map.of()),
                    "deployments",
                    new Fields(Set.of("id"), Map.of()),
                    "versionInfo",
                    new Fields(Set.of("lastScalingAt"), Map.of()),
                    "readinessCheckResults",
                    new Fields(Set.of("taskId", "ready"), Map.of())));

    /* What PodReader looks at. */
    private static final Fields POD_FIELDS = new Fields(Set.of("id", "spec", "instances"), Map.of());

    private static final int MOST_NAMELESS = 100;

    private final Map<String, App> known;
    private final Map<String, String> texts = new HashMap<>();
    private final List<App> apps = new ArrayList<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int nameless;

    private AppsParser(Map<String, App> known) {
        this.known = known;
    }

    /**
     * What an answer says.
     *
     * @param apps the applications or pods, in order, each once
     * @param unreadable those that could not be read
     */
    record Answer(List<App> apps, List<Unreadable> unreadable) {}

    /**
     * An application that could not be read.
     *
     * @param id whose it is, empty if not even that can be told
     * @param place where in the answer it is
     * @param reason what is wrong with it
     */
    record Unreadable(String id, String place, String reason) {}

    /**
     * Reads the answer to {@code GET /v2/apps}.
     *
     * @param known what was known before; what has not changed is taken from there
     * @throws IOException if the document is not whole or not what it should be
     */
    static Answer apps(InputStream document, Map<String, App> known) throws IOException {
        AppsParser answer = new AppsParser(known);
        boolean[] found = new boolean[1];
        object(document, (field, parser) -> {
            if (field.equals("apps")) {
                expect(parser.currentToken(), JsonToken.START_ARRAY, "apps");
                found[0] = true;
                answer.array(parser, "apps", APP_FIELDS, AppReader::read);
            } else {
                parser.skipChildren();
            }
        });
        if (!found[0]) {
            throw new BadAnswerException("apps: missing (expected: an array)");
        }
        return answer.whole();
    }

    /**
     * Reads the answer to {@code GET /v2/apps/id}.
     *
     * @throws IOException if the document is not whole or not what it should be
     */
    static Answer app(InputStream document, Map<String, App> known) throws IOException {
        AppsParser answer = new AppsParser(known);
        boolean[] found = new boolean[1];
        object(document, (field, parser) -> {
            if (field.equals("app")) {
                found[0] = true;
                answer.add(parser, "app", APP_FIELDS, AppReader::read);
            } else {
                parser.skipChildren();
            }
        });
        if (!found[0]) {
            throw new BadAnswerException("app: missing (expected: an object)");
        }
        return answer.whole();
    }

    /**
     * Reads the answer to {@code GET /v2/pods/::status}.
     *
     * @throws IOException if the document is not whole or not what it should be
     */
    static Answer pods(InputStream document, Map<String, App> known) throws IOException {
        AppsParser answer = new AppsParser(known);
        try (JsonParser parser = BoundedJson.parser(document)) {
            expect(parser.nextToken(), JsonToken.START_ARRAY, "the answer");
            answer.array(parser, "pods", POD_FIELDS, PodReader::read);
            end(parser);
        }
        return answer.whole();
    }

    /**
     * Reads the answer to {@code GET /v2/pods/id::status}.
     *
     * @throws IOException if the document is not whole or not what it should be
     */
    static Answer pod(InputStream document, Map<String, App> known) throws IOException {
        AppsParser answer = new AppsParser(known);
        try (JsonParser parser = BoundedJson.parser(document)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "the answer");
            answer.add(parser, "pod", POD_FIELDS, PodReader::read);
            end(parser);
        }
        return answer.whole();
    }

    private Answer whole() {
        return new Answer(apps, unreadable);
    }

    private void array(JsonParser parser, String what, Fields fields, Function<JsonNode, App> reader)
            throws IOException {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (parser.currentToken() == null) {
                throw new BadAnswerException(what + ": cut off after " + i + " (expected: the end of the array)");
            }
            add(parser, what + "[" + i + "]", fields, reader);
        }
    }

    private void add(JsonParser parser, String place, Fields fields, Function<JsonNode, App> reader)
            throws IOException {
        BoundedJson.Value value = BoundedJson.read(parser, fields, texts);
        String id = Json.text(value.node(), "id");
        if (!value.node().isObject()) {
            unreadable(id, place, value.node().getNodeType() + " (expected: an object)");
            return;
        }
        try {
            value.check();
            App app = reader.apply(value.node());
            if (!ids.add(app.id())) {
                throw new IllegalArgumentException("id: exists (expected: once)");
            }
            App before = known.get(app.id());
            apps.add(app.equals(before) ? before : app);
        } catch (RuntimeException e) {
            unreadable(id, place, String.valueOf(e.getMessage()));
        }
    }

    /* Whoever is named must be kept, or what was known of it is lost; of the others a few say enough. */
    private void unreadable(String id, String place, String reason) {
        if (!id.isEmpty() || nameless++ < MOST_NAMELESS) {
            unreadable.add(new Unreadable(id, place, reason));
        }
    }

    /** Takes the fields of an object; each must be read or skipped to its end. */
    @FunctionalInterface
    private interface FieldReader {

        void read(String field, JsonParser parser) throws IOException;
    }

    private static void object(InputStream document, FieldReader reader) throws IOException {
        try (JsonParser parser = BoundedJson.parser(document)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "the answer");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                reader.read(field, parser);
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "the end of the answer");
            end(parser);
        }
    }

    private static void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new BadAnswerException("more after the end (expected: one value)");
        }
    }

    private static void expect(JsonToken got, JsonToken expected, String what) throws IOException {
        if (got != expected) {
            throw new BadAnswerException(what + ": " + got + " (expected: " + expected + ")");
        }
    }
}
