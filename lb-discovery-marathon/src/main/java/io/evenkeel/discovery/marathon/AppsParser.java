package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the answer to {@code GET /v2/apps} as it comes, one application at a time.
 *
 * <p>The document must be whole and be an object with an array {@code apps}, or nothing of it counts. Within it, an
 * application that cannot be understood is a {@link Problem} and nothing more. Memory is bounded by the largest
 * application, not by the document. Thread-safe.
 */
final class AppsParser {

    private static final JsonFactory FACTORY = new ObjectMapper().getFactory();

    private AppsParser() {}

    /**
     * What an answer says.
     *
     * @param apps the applications, in order
     * @param problems those that could not be read
     */
    record Answer(List<App> apps, List<Problem> problems) {}

    /**
     * Reads an answer.
     *
     * @throws IOException if the document is not whole or not what it should be
     */
    static Answer parse(InputStream document) throws IOException {
        List<App> apps = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        boolean found = false;
        try (JsonParser parser = FACTORY.createParser(document)) {
            parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            expect(parser.nextToken(), JsonToken.START_OBJECT, "the answer");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("apps")) {
                    expect(value, JsonToken.START_ARRAY, "apps");
                    found = true;
                    readApps(parser, apps, problems);
                } else {
                    parser.skipChildren();
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "the end of the answer");
            if (parser.nextToken() != null) {
                throw new IOException("more after the end (expected: one object)");
            }
        }
        if (!found) {
            throw new IOException("apps: missing (expected: an array)");
        }
        return new Answer(apps, problems);
    }

    private static void readApps(JsonParser parser, List<App> apps, List<Problem> problems) throws IOException {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (parser.currentToken() == null) {
                throw new IOException("apps: cut off after " + i + " (expected: the end of the array)");
            }
            JsonNode tree = parser.readValueAsTree();
            try {
                apps.add(AppReader.read(tree));
            } catch (RuntimeException e) {
                String id = Json.text(tree, "id");
                problems.add(new Problem(id.isEmpty() ? "apps[" + i + "]" : id, String.valueOf(e.getMessage())));
            }
        }
    }

    private static void expect(JsonToken got, JsonToken expected, String what) throws IOException {
        if (got != expected) {
            throw new IOException(what + ": " + got + " (expected: " + expected + ")");
        }
    }
}
