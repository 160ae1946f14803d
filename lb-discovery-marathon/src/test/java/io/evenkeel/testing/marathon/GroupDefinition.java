package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A group as a call gives it, with every path in it made absolute.
 *
 * @param groups the group and those in it, with what they depend on
 * @param apps the apps in it
 */
record GroupDefinition(String id, Map<String, List<String>> groups, Map<String, ObjectNode> apps) {
    static GroupDefinition of(String id, ObjectNode given) {
        GroupDefinition group = new GroupDefinition(id, new LinkedHashMap<>(), new LinkedHashMap<>());
        group.read(id, given);
        return group;
    }

    private void read(String id, JsonNode given) {
        groups.put(id, paths(given.path("dependencies"), id));
        for (JsonNode app : given.path("apps")) {
            ObjectNode absolute = app.deepCopy();
            String appId = absolute(app.path("id").asText(), id);
            absolute.put("id", appId);
            if (apps.put(appId, absolute) != null) {
                throw MarathonException.invalid("/apps", "applications with the same id: " + appId);
            }
        }
        given.path("groups").forEach(child -> read(absolute(child.path("id").asText(), id), child));
    }

    /** The paths that are meant by some, seen from a group. */
    static List<String> paths(JsonNode given, String group) {
        List<String> paths = new ArrayList<>();
        given.forEach(path -> paths.add(absolute(path.asText(), group)));
        return paths;
    }

    static String absolute(String path, String group) {
        List<String> parts = new ArrayList<>();
        for (String part : (path.startsWith("/") ? path : group + "/" + path).split("/+", -1)) {
            if (part.equals("..") && !parts.isEmpty()) {
                parts.remove(parts.size() - 1);
            } else if (!part.isEmpty() && !part.startsWith(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** Whether something is that group or in it. */
    static boolean within(String id, String group) {
        return group.equals("/") || id.equals(group) || id.startsWith(group + "/");
    }
}
