package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields as leniently as ten years of Marathon versions demand: nulls, missing fields, and numbers and booleans in
 * quotes are all met in the wild.
 */
final class Json {

    private Json() {}

    /** The text of a string, number or boolean; empty for anything else. */
    static String text(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? node.asText() : "";
    }

    static String text(JsonNode parent, String field) {
        return text(parent.path(field));
    }

    /** The number, or null if the node is none and does not look like one. */
    static @Nullable Integer integer(JsonNode node) {
        if (node.isNumber()) {
            return node.canConvertToInt() ? (Integer) node.intValue() : null;
        }
        try {
            return node.isTextual() ? Integer.valueOf(node.textValue().trim()) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static int integer(JsonNode parent, String field, int otherwise) {
        Integer value = integer(parent.path(field));
        return value == null ? otherwise : value;
    }

    /** The truth, or null if the field does not say. */
    static @Nullable Boolean truth(JsonNode parent, String field) {
        return switch (text(parent, field)) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    /** The elements of an array; none for anything else. */
    static List<JsonNode> elements(JsonNode parent, String field) {
        List<JsonNode> elements = new ArrayList<>();
        if (parent.path(field).isArray()) {
            parent.path(field).forEach(elements::add);
        }
        return elements;
    }

    /** The elements of an array that are objects. */
    static List<JsonNode> objects(JsonNode parent, String field) {
        List<JsonNode> objects = elements(parent, field);
        objects.removeIf(element -> !element.isObject());
        return objects;
    }

    /** The elements of an array that are numbers. */
    static List<Integer> integers(JsonNode parent, String field) {
        List<Integer> integers = new ArrayList<>();
        for (JsonNode element : elements(parent, field)) {
            Integer value = integer(element);
            if (value != null) {
                integers.add(value);
            }
        }
        return integers;
    }

    /** A map of texts; entries that are no text are left out. */
    static Map<String, String> labels(JsonNode parent) {
        Map<String, String> labels = new HashMap<>();
        parent.path("labels").properties().forEach(entry -> {
            if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                labels.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return labels;
    }
}
