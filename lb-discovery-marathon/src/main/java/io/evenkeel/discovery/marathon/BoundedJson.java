package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one value of a stream into a tree, whatever it is like: nested too deeply, numbers of a thousand digits. What
 * cannot be kept is left out and told of, and the stream goes on behind the value.
 */
final class BoundedJson {

    private static final int DEEPEST = 32;
    private static final int LONGEST_NUMBER = 19;
    private static final int LONGEST_TEXT = 1_000_000;
    private static final int LONGEST_SHARED = 128;

    /*
     * The library's own limits are for a document and end it; one application that exceeds them must not take the others
     * along. Where nesting ends is what its bookkeeping may cost: some 10 MB.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100_000)
                    .maxNumberLength(1_000_000)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private final Map<String, String> texts;
    private @Nullable String problem;

    private BoundedJson(JsonParser parser, Map<String, String> texts) {
        this.parser = parser;
        this.texts = texts;
    }

    /**
     * Which fields of an object are wanted, and which of the objects in them, also through arrays.
     *
     * @param names their names; null for all
     * @param inside what is wanted of those of which not everything is
     */
    record Fields(@Nullable Set<String> names, Map<String, Fields> inside) {

        static final Fields ALL = new Fields(null, Map.of());

        boolean has(String name) {
            return names == null || names.contains(name);
        }

        Fields inside(String name) {
            return inside.getOrDefault(name, ALL);
        }
    }

    /**
     * A value, and what is wrong with it.
     *
     * @param node what could be kept of it
     * @param problem why that is not all; null if it is
     */
    record Value(JsonNode node, @Nullable String problem) {

        void check() {
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
        }
    }

    static JsonParser parser(InputStream document) throws IOException {
        JsonParser parser = FACTORY.createParser(document);
        parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
        return parser;
    }

    /**
     * Reads the value at which the parser is.
     *
     * @param fields which fields are wanted
     * @param texts the texts met so far, to keep each once
     */
    static Value read(JsonParser parser, Fields fields, Map<String, String> texts) throws IOException {
        BoundedJson reader = new BoundedJson(parser, texts);
        JsonNode node = reader.value(0, fields);
        return new Value(node, reader.problem);
    }

    private JsonNode value(int depth, Fields fields) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(depth, fields);
            case START_ARRAY -> array(depth, fields);
            case VALUE_STRING -> text();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> JsonNodeFactory.instance.booleanNode(true);
            case VALUE_FALSE -> JsonNodeFactory.instance.booleanNode(false);
            default -> JsonNodeFactory.instance.nullNode();
        };
    }

    private JsonNode object(int depth, Fields fields) throws IOException {
        if (tooDeep(depth)) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (fields.has(field)) {
                object.set(field, value(depth + 1, fields.inside(field)));
            } else {
                parser.skipChildren();
            }
        }
        expectEnd(JsonToken.END_OBJECT);
        return object;
    }

    private JsonNode array(int depth, Fields fields) throws IOException {
        if (tooDeep(depth)) {
            return JsonNodeFactory.instance.nullNode();
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
            array.add(value(depth + 1, fields));
        }
        expectEnd(JsonToken.END_ARRAY);
        return array;
    }

    private void expectEnd(JsonToken end) throws IOException {
        if (parser.currentToken() != end) {
            throw new IOException("cut off (expected: " + end + ")");
        }
    }

    private boolean tooDeep(int depth) throws IOException {
        if (depth < DEEPEST) {
            return false;
        }
        problem = "nested more deeply than " + DEEPEST + " (expected: less)";
        parser.skipChildren();
        return true;
    }

    private JsonNode number() throws IOException {
        if (parser.getTextLength() > LONGEST_NUMBER) { // no number that means anything here, and slow to compute
            return JsonNodeFactory.instance.nullNode();
        }
        return switch (parser.getNumberType()) {
            case INT -> JsonNodeFactory.instance.numberNode(parser.getIntValue());
            case LONG -> JsonNodeFactory.instance.numberNode(parser.getLongValue());
            case BIG_INTEGER -> JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue());
            default -> JsonNodeFactory.instance.numberNode(parser.getDoubleValue());
        };
    }

    private JsonNode text() throws IOException {
        if (parser.getTextLength() > LONGEST_TEXT) {
            problem = "a text longer than " + LONGEST_TEXT + " characters (expected: less)";
            return JsonNodeFactory.instance.nullNode();
        }
        String text = parser.getText();
        String before = text.length() > LONGEST_SHARED ? null : texts.putIfAbsent(text, text);
        return JsonNodeFactory.instance.textNode(before == null ? text : before);
    }
}
