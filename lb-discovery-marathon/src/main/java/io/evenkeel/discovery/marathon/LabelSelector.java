package io.evenkeel.discovery.marathon;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A selector of labels in Marathon's notation: {@code key}, {@code key==value}, {@code key!=value},
 * {@code key in (a, b)} and {@code key notin (a, b)}, joined by commas, which mean <em>and</em>. Immutable.
 *
 * <p>Marathon applies it to lists; we do to what comes one by one.
 */
final class LabelSelector {

    private static final String NAME = "[A-Za-z0-9_./:-]+";
    private static final Pattern TERM = Pattern.compile("\\s*(" + NAME + ")\\s*(?:(==|!=)\\s*(" + NAME
            + ")|(in|notin)\\s*\\(\\s*(" + NAME + "(?:\\s*,\\s*" + NAME + ")*)\\s*\\))?\\s*(?:,|$)");

    private final String text;
    private final List<Term> terms;

    private record Term(String key, String operator, Set<String> values) {

        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "" -> value != null;
                case "==", "in" -> value != null && values.contains(value);
                default -> value == null || !values.contains(value);
            };
        }
    }

    private LabelSelector(String text, List<Term> terms) {
        this.text = text;
        this.terms = terms;
    }

    static LabelSelector parse(String text) {
        List<Term> terms = new ArrayList<>();
        Matcher matcher = TERM.matcher(text);
        int at = 0;
        while (at < text.length() && matcher.find(at) && matcher.start() == at) {
            boolean list = matcher.group(4) != null;
            String operator = list ? matcher.group(4) : matcher.group(2) == null ? "" : matcher.group(2);
            String values = list ? matcher.group(5) : matcher.group(3) == null ? "" : matcher.group(3);
            terms.add(new Term(matcher.group(1), operator, Set.copyOf(Arrays.asList(values.split("\\s*,\\s*")))));
            at = matcher.end();
        }
        if (terms.isEmpty() || at < text.length() || text.strip().endsWith(",")) {
            throw new IllegalArgumentException("label selector: " + text
                    + " (expected: key, key==value, key!=value, key in (a, b) or key notin (a, b), joined by commas)");
        }
        return new LabelSelector(text, List.copyOf(terms));
    }

    boolean matches(Map<String, String> labels) {
        return terms.stream().allMatch(term -> term.matches(labels));
    }

    @Override
    public String toString() {
        return text;
    }
}
