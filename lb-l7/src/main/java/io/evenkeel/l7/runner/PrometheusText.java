package io.evenkeel.l7.runner;

import org.jspecify.annotations.Nullable;

/**
 * A page in Prometheus' text format, version 0.0.4, as it is written: families one after the other, each with its samples.
 * Not thread-safe.
 */
final class PrometheusText {

    private final StringBuilder text = new StringBuilder(64 * 1024);
    private String name = "";
    private String head = "";

    /** Begins a family. It is left out unless a sample follows. */
    PrometheusText family(String newName, String type, String help) {
        name = newName;
        head = "# HELP " + newName + " " + help + "\n# TYPE " + newName + " " + type + "\n";
        return this;
    }

    /** Adds a sample of the family, with labels of {@link #label}. */
    PrometheusText sample(String labels, double value) {
        return sample(labels, value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
    }

    /** Adds a sample of the family, if there is a value. */
    PrometheusText sample(String labels, @Nullable String value) {
        return part("", labels, value);
    }

    /** Adds a sample of one of the series that a family has, by what follows its name: {@code _bucket} for instance. */
    PrometheusText part(String suffix, String labels, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            text.append(head).append(name).append(suffix);
            if (!labels.isEmpty()) {
                text.append('{').append(labels).append('}');
            }
            text.append(' ').append(value).append('\n');
            head = "";
        }
        return this;
    }

    /** Adds what somebody else wrote in the same format. */
    PrometheusText append(String other) {
        text.append(other);
        return this;
    }

    /** Labels and one more. */
    static String label(String labels, String label, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return (labels.isEmpty() ? "" : labels + ",") + label + "=\"" + escaped + "\"";
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
