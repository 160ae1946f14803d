package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The labels by which two applications are one deployment; with {@link MarathonLbLabels} the only place where label names
 * are spelt. Immutable.
 *
 * <p>What cannot be read is reported and taken for what hurts nobody: no group, the oldest, a target that drains nobody.
 */
public final class DeploymentLabels {

    /** What both applications of a deployment have in common. */
    public static final String GROUP = "HAPROXY_DEPLOYMENT_GROUP";
    /** The service port of every other deployment, which is never opened. */
    public static final String ALT_PORT = "HAPROXY_DEPLOYMENT_ALT_PORT";
    /** Which of the two it is. */
    public static final String COLOUR = "HAPROXY_DEPLOYMENT_COLOUR";
    /** When the deployment began. */
    public static final String STARTED_AT = "HAPROXY_DEPLOYMENT_STARTED_AT";
    /** How many instances both together are to have. */
    public static final String TARGET_INSTANCES = "HAPROXY_DEPLOYMENT_TARGET_INSTANCES";
    /** How many of these are to be new ones; 0 is all. */
    public static final String NEW_INSTANCES = "HAPROXY_DEPLOYMENT_NEW_INSTANCES";
    /** The id that the application had in its definition. */
    public static final String APP_ID = "HAPROXY_APP_ID";
    /** Where the deployment is served, whatever the service port of the application says. */
    public static final String PORT = "HAPROXY_0_PORT";

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");

    private static final Set<String> OF_APPLICATIONS =
            Set.of(GROUP, ALT_PORT, COLOUR, STARTED_AT, TARGET_INSTANCES, NEW_INSTANCES, APP_ID);

    private final Service service;
    private final Map<String, String> labels;
    private final Consumer<Problem> problems;

    DeploymentLabels(Service service, Consumer<Problem> problems) {
        this.service = service;
        this.labels = service.labels();
        this.problems = problems;
    }

    /** Whether a label is one of these, and of no port. */
    static boolean isOne(String name) {
        return OF_APPLICATIONS.contains(name);
    }

    /** The id that the deployment has in place of its applications'; empty if this is part of none. */
    String group() {
        String group = labels.get(GROUP);
        if (group == null) {
            return "";
        }
        if (group.isBlank() || group.equals("/")) {
            report(GROUP, group, "a name; the application is served by itself");
            return "";
        }
        return group.startsWith("/") ? group : "/" + group;
    }

    /** When its deployment began; before all others if that is not said. */
    Instant startedAt() {
        String text = labels.get(STARTED_AT);
        if (text == null) {
            return Instant.MIN;
        }
        try {
            return moment(text.trim().replace(' ', 'T'));
        } catch (DateTimeException e) {
            report(STARTED_AT, text, "a date and time such as 2026-01-31T12:00:00; it counts as the oldest");
            return Instant.MIN;
        }
    }

    /* Those who write it write their local time without a zone, so all that matters is that everybody's is read alike. */
    private static Instant moment(String text) {
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        TemporalAccessor time =
                DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        return time instanceof OffsetDateTime zoned
                ? zoned.toInstant()
                : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
    }

    /** Whether it says how many new instances there are to be, and so which total there is to be. */
    boolean hasTarget() {
        return labels.containsKey(NEW_INSTANCES);
    }

    /** How many instances both together are to have; nothing if that cannot be known. */
    OptionalInt target() {
        if (!hasTarget()) {
            return OptionalInt.of(1);
        }
        String text = labels.getOrDefault(TARGET_INSTANCES, "").trim();
        if (!INTEGER.matcher(text).matches()) {
            report(TARGET_INSTANCES, text, "a whole number; nobody is drained");
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private void report(String label, String value, String expected) {
        problems.accept(
                MarathonLbPlan.problem(service, "label " + label + ": '" + value + "' (expected: " + expected + ")"));
    }
}
