package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from an event what it says has changed. What it says about how, nobody believes: events come doubled, late and out
 * of order. One exception is made for a few seconds: that a task ends, see {@link Departures}. An event that cannot be
 * understood, or that names nobody, may mean anybody.
 *
 * <p>Called on the threads that receive. No state.
 */
final class ChangeReader {

    private static final JsonFactory FACTORY = new JsonFactory();
    /* After these a task serves nothing, or soon will not. */
    private static final Set<String> ENDS = Set.of(
            "TASK_KILLING",
            "TASK_KILLED",
            "TASK_FAILED",
            "TASK_FINISHED",
            "TASK_LOST",
            "TASK_ERROR",
            "TASK_GONE",
            "TASK_GONE_BY_OPERATOR",
            "TASK_DROPPED");

    private static final Pattern POD = Pattern.compile("/v2/pods/+([^?]+?)/*(\\?.*)?");

    private ChangeReader() {}

    static Change read(SseEvent event) {
        String type = event.type();
        if (EventTypes.NAMING.contains(type)) {
            Named named = named(event);
            if (named.names.isEmpty()) {
                return Change.LISTS;
            }
            return type.equals(EventTypes.APP_TERMINATED)
                    ? Change.ended(named.names)
                    : Change.of(named.names)
                            .leaving(type.equals(EventTypes.STATUS_UPDATE) ? named.leaving() : Set.of());
        }
        if (EventTypes.PODS.contains(type)) {
            return type.equals(EventTypes.POD_DELETED) ? Change.PODS.and(ended(event)) : Change.PODS;
        }
        if (type.equals(EventTypes.SCHEDULER_REREGISTERED)) {
            return Change.ALL;
        }
        return type.equals("message") ? Change.LISTS : Change.NONE; // an event without a name may be any
    }

    /*
     * One pass, no tree: "appId" and "runSpecId" at the top, "id" of the definition that was posted, and "app" and "pod" of
     * the actions of a plan. A heavy plan holds whole groups, which are skipped.
     */
    private static Named named(SseEvent event) {
        Named named = new Named();
        if (event.truncated()) {
            return named;
        }
        try (JsonParser parser = FACTORY.createParser(event.data())) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                top(parser, event.type().equals(EventTypes.POD_DELETED), named);
            }
        } catch (IOException e) {
            return new Named();
        }
        return named;
    }

    /** Whom an event names, and what it says of a task. */
    private static final class Named {

        final Set<String> names = new LinkedHashSet<>();
        String task = "";
        String status = "";

        Set<String> leaving() {
            return !task.isEmpty() && ENDS.contains(status) ? Set.of(task) : Set.of();
        }
    }

    /* The event of a pod's deletion has its address, and of nothing else does the address say anything. */
    private static Change ended(SseEvent event) {
        Set<String> pods = new LinkedHashSet<>();
        for (String name : named(event).names) {
            Matcher address = POD.matcher(name);
            if (address.matches()) {
                pods.add("/" + address.group(1));
            }
        }
        return new Change(false, false, Set.of(), pods, false, Set.of());
    }

    private static void top(JsonParser parser, boolean ofPod, Named named) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "appId", "runSpecId" -> add(parser, value, named.names);
                case "taskId" -> named.task = text(parser, value);
                case "taskStatus" -> named.status = text(parser, value);
                case "uri" -> {
                    if (ofPod) {
                        add(parser, value, named.names);
                    } else {
                        parser.skipChildren();
                    }
                }
                case "appDefinition" -> fields(parser, value, Set.of("id"), named.names);
                case "plan" -> plan(parser, value, named.names);
                default -> parser.skipChildren();
            }
        }
    }

    private static void plan(JsonParser parser, JsonToken start, Set<String> names) throws IOException {
        if (start != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("steps") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    step(parser, names);
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void step(JsonParser parser, Set<String> names) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("actions") && value == JsonToken.START_ARRAY) {
                for (JsonToken action = parser.nextToken();
                        action != null && action != JsonToken.END_ARRAY;
                        action = parser.nextToken()) {
                    fields(parser, action, Set.of("app", "pod"), names);
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void fields(JsonParser parser, JsonToken start, Set<String> wanted, Set<String> names)
            throws IOException {
        if (start != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean one = wanted.contains(parser.currentName());
            JsonToken value = parser.nextToken();
            if (one) {
                add(parser, value, names);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void add(JsonParser parser, JsonToken value, Set<String> names) throws IOException {
        String name = text(parser, value);
        if (!name.isEmpty()) {
            names.add(name);
        }
    }

    /* Empty if it is no text. */
    private static String text(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return "";
    }
}
