package io.evenkeel.l7.marathonlb;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The labels that marathon-lb does not have, {@code LB_n_…} for the port with index n: the only place where their names are
 * spelt, and where their table comes from.
 */
public enum OwnLabel {
    /** More hosts. */
    VHOST(
            "names, `*.name` and `*`, separated by commas, or one `~expression`",
            "none",
            "virtual hosts, beside those of `HAPROXY_n_VHOST`: one by its name, all that end with `.name`, all there are, or those"
                    + " that the expression (RE2's) matches as a whole. Names come before the longest ending, endings before"
                    + " expressions, those before `*`, whatever the weights. `HAPROXY_n_PATH` counts for them: with `*` it is a"
                    + " path of every host"),

    /** Tasks decrypt. */
    TLS_PASSTHROUGH(
            "true or false",
            "false",
            "connections to the HTTPS port for the hosts of `HAPROXY_n_VHOST` go to the tasks undecrypted; mode tcp,"
                    + " without `HAPROXY_n_PATH` and `HAPROXY_n_AUTH`"),

    /** TLS with tasks. */
    BACKEND_TLS(
            "true, insecure or false",
            "false",
            "speaks TLS with the tasks, who must be trusted and have the right name, or with whoever is there; mode http;"
                    + " such tasks are checked by connecting only"),

    /** Whom to trust. */
    BACKEND_TLS_CA("a PEM file", "the JVM's authorities", "who must have signed for the tasks"),

    /** Their name. */
    BACKEND_TLS_SNI(
            "a host name", "the address", "the name that the tasks' certificates must have, and that they are told"),

    /** What is shown to them. */
    BACKEND_TLS_CERT("a PEM file with certificate and key", "none", "what the tasks are shown");

    private final String expected;
    private final String otherwise;
    private final String meaning;

    OwnLabel(String expected, String otherwise, String meaning) {
        this.expected = expected;
        this.otherwise = otherwise;
        this.meaning = meaning;
    }

    /** What its value may be, for people. */
    public String expected() {
        return expected;
    }

    /** What counts without it, for people. */
    public String otherwise() {
        return otherwise;
    }

    /** What it does, for people. */
    public String meaning() {
        return meaning;
    }

    /** The label with this name, which comes after {@code LB_n_}. */
    static Optional<OwnLabel> named(String suffix) {
        return Arrays.stream(values())
                .filter(label -> label.name().equals(suffix))
                .findFirst();
    }

    /** All of them as lines of a Markdown table. */
    public static List<String> table() {
        return Arrays.stream(values())
                .map(label -> "| `LB_n_" + label.name() + "` | " + label.expected + " | " + label.otherwise + " | "
                        + label.meaning + " |")
                .collect(Collectors.toCollection(() -> new java.util.ArrayList<>(
                        List.of("| label | value | without it | meaning |", "|---|---|---|---|"))));
    }
}
