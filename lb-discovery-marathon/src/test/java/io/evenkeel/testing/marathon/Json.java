package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JSON reader and writer of the simulator; fields keep the order in which they were set. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static JsonNode parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null ? MAPPER.missingNode() : node;
        } catch (JsonProcessingException e) {
            throw new MarathonException(400, "Invalid JSON", "", e.getOriginalMessage());
        }
    }

    static ObjectNode parseObject(String text) {
        if (parse(text) instanceof ObjectNode object) {
            return object;
        }
        throw new MarathonException(400, "Invalid JSON", "", "error.expected.jsobject");
    }

    static JsonNode fromMap(Map<String, ?> map) {
        return MAPPER.valueToTree(map);
    }

    static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(JsonNode node) {
        return text(node).getBytes(StandardCharsets.UTF_8);
    }

    static ObjectNode resource(String name) {
        try (InputStream in = Json.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource: " + name);
            }
            return (ObjectNode) MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy with the fields named first in that order, then all others, then those named last. */
    static ObjectNode ordered(ObjectNode node, List<String> first, List<String> last) {
        List<String> names = new ArrayList<>(first);
        node.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name) && !last.contains(name)) {
                names.add(name);
            }
        });
        names.addAll(last);
        ObjectNode ordered = object();
        for (String name : names) {
            if (node.has(name)) {
                ordered.set(name, node.get(name));
            }
        }
        return ordered;
    }

    /** A copy in which a whole-numbered double is written without its fraction, as events write {@code 32} for 32.0. */
    static JsonNode withoutFractions(JsonNode node) {
        if (node.isObject()) {
            ObjectNode copy = object();
            node.properties().forEach(field -> copy.set(field.getKey(), withoutFractions(field.getValue())));
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = array();
            node.forEach(item -> copy.add(withoutFractions(item)));
            return copy;
        }
        boolean whole = node.isDouble() && node.doubleValue() == Math.rint(node.doubleValue());
        return whole && node.canConvertToInt() ? IntNode.valueOf(node.intValue()) : node;
    }
}
