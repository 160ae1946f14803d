package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.HeaderEdits;

/**
 * Reads edits of headers that stand in one line: {@code set X-A: b; add X-C: d; del X-E}. Stateless. A value with a
 * semicolon stands in double quotes, in which a backslash makes the next character plain.
 */
final class HeaderLabels {

    private static final int MOST = 32;

    private HeaderLabels() {}

    /** The edits that a label asks for, behind those that there are. */
    static HeaderEdits edits(MarathonLbLabels labels, OwnLabel label, HeaderEdits before) {
        String text = labels.get(label);
        if (text.isEmpty()) {
            return before;
        }
        HeaderEdits.Builder edits = before.toBuilder();
        try {
            int count = 0;
            int at = 0;
            while (at < text.length()) {
                int end = end(text, at);
                String edit = text.substring(at, end).trim();
                if (!edit.isEmpty()) {
                    if (++count > MOST) {
                        throw new IllegalArgumentException("more than " + MOST + " edits (expected: at most)");
                    }
                    add(edits, edit);
                }
                at = end + 1;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("label " + labels.name(label) + ": " + e.getMessage(), e);
        }
        return edits.build();
    }

    /* Where an edit ends: at a semicolon outside quotes, or with the text. */
    private static int end(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException(text.substring(from).trim() + " (expected: a quote at the end)");
        }
        return text.length();
    }

    private static void add(HeaderEdits.Builder edits, String edit) {
        String[] words = edit.split("\\s+", 2);
        String rest = words.length < 2 ? "" : words[1];
        int colon = rest.indexOf(':');
        switch (words[0]) {
            case "del" -> edits.delete(rest, Condition.ALWAYS);
            case "set" -> edits.set(name(edit, rest, colon), value(rest, colon), Condition.ALWAYS);
            case "add" -> edits.add(name(edit, rest, colon), value(rest, colon), Condition.ALWAYS);
            default -> throw wrong(edit);
        }
    }

    private static String name(String edit, String rest, int colon) {
        if (colon < 0) {
            throw wrong(edit);
        }
        return rest.substring(0, colon).trim();
    }

    private static Format value(String rest, int colon) {
        return Format.of(unquoted(rest.substring(colon + 1).trim()));
    }

    private static String unquoted(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        int i = 1;
        while (i < value.length() && value.charAt(i) != '"') {
            if (value.charAt(i) == '\\') {
                i++;
            }
            text.append(value.charAt(i));
            i++;
        }
        if (i != value.length() - 1) {
            throw new IllegalArgumentException(value + " (expected: nothing behind the quote)");
        }
        return text.toString();
    }

    private static IllegalArgumentException wrong(String edit) {
        return new IllegalArgumentException(edit + " (expected: set NAME: VALUE, add NAME: VALUE or del NAME)");
    }
}
