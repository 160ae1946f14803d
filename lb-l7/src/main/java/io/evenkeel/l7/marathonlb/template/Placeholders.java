package io.evenkeel.l7.marathonlb.template;

import java.util.Map;
import java.util.TreeSet;

/** Fills the places of a template as Python's {@code str.format} does with names alone; a doubled brace is a brace. */
final class Placeholders {

    private Placeholders() {}

    /**
     * Fills them.
     *
     * @throws IllegalArgumentException if a name is unknown or a brace stands alone
     */
    static String fill(String template, Map<String, String> values) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c != '{' && c != '}') {
                out.append(c);
                at++;
            } else if (at + 1 < template.length() && template.charAt(at + 1) == c) {
                out.append(c);
                at += 2;
            } else if (c == '}') {
                throw new IllegalArgumentException("a single } (expected: }} for a brace)");
            } else {
                int end = template.indexOf('}', at);
                String name = end < 0 ? "" : template.substring(at + 1, end);
                String value = values.get(name);
                if (end < 0 || name.indexOf('{') >= 0) {
                    throw new IllegalArgumentException("a single { (expected: {{ for a brace)");
                }
                if (value == null) {
                    throw new IllegalArgumentException("{" + name.strip() + "} (expected: one of "
                            + new TreeSet<>(values.keySet()) + ", or {{ for a brace)");
                }
                out.append(value);
                at = end + 1;
            }
        }
        return out.toString();
    }
}
