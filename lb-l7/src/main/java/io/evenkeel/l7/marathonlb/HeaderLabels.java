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
            throw new IllegalArgumentException(shown(text.substring(from)) + " (expected: a quote at the end)");
        }
        return text.length();
    }

    private static void add(HeaderEdits.Builder edits, String edit) {
        String[] words = edit.split("\\s+", 2);
        String rest = words.length < 2 ? "" : words[1];
        int colon = rest.indexOf(':');
        switch (words[0]) {
            case "del" -> edits.delete(rest, Condition.ALWAYS);
            case "set" -> edits.set(name(edit, rest, colon), value(edit, rest, colon), Condition.ALWAYS);
            case "add" -> edits.add(name(edit, rest, colon), value(edit, rest, colon), Condition.ALWAYS);
            default -> throw wrong(edit);
        }
    }

    private static String name(String edit, String rest, int colon) {
        if (colon < 0) {
            throw wrong(edit);
        }
        return rest.substring(0, colon).trim();
    }

    private static Format value(String edit, String rest, int colon) {
        String value = unquoted(edit, rest.substring(colon + 1).trim());
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            throw new IllegalArgumentException(shown(edit) + " (expected: a value without control characters)");
        }
        return Format.of(value);
    }

    private static String unquoted(String edit, String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        int i = 1;
        while (i < value.length() && value.charAt(i) != '"') {
            if (value.charAt(i) == '\\' && i + 1 < value.length()) {
                i++;
            }
            text.append(value.charAt(i));
            i++;
        }
        if (i >= value.length()) {
            throw new IllegalArgumentException(shown(edit) + " (expected: a quote at the end)");
        }
        if (i != value.length() - 1) {
            throw new IllegalArgumentException(shown(edit) + " (expected: nothing behind the quoted value)");
        }
        return text.toString();
    }

    /* Without its value, which may be a secret. */
    private static String shown(String edit) {
        int colon = edit.indexOf(':');
        return (colon < 0 ? edit : edit.substring(0, colon) + ": …").trim();
    }

    private static IllegalArgumentException wrong(String edit) {
        return new IllegalArgumentException(shown(edit) + " (expected: set NAME: VALUE, add NAME: VALUE or del NAME)");
    }
}
