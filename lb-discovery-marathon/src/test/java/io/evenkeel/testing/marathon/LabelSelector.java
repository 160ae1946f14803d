package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code label=} filter: {@code k}, {@code k==v}, {@code k!=v}, {@code k in (a,b)}, {@code k notin (a,b)}; comma means and. */
final class LabelSelector implements Predicate<JsonNode> {
    private static final Pattern TERM = Pattern.compile(
            "\\s*([^\\s=!,()]+)\\s*(?:(==|!=)\\s*([^\\s,()]+)|(in|notin)\\s*\\(([^)]*)\\))?\\s*(?:,|$)");

    private final String selector;

    LabelSelector(String selector) {
        this.selector = selector;
    }

    @Override
    public boolean test(JsonNode labels) {
        Matcher term = TERM.matcher(selector);
        int end = 0;
        while (end < selector.length()) {
            if (!term.find(end) || term.start() != end) {
                throw MarathonException.invalid("label", "cannot parse selector " + selector);
            }
            if (!matches(labels, term)) {
                return false;
            }
            end = term.end();
        }
        return true;
    }

    private static boolean matches(JsonNode labels, Matcher term) {
        JsonNode label = labels.path(term.group(1));
        String value = label.asText();
        if (term.group(2) != null) {
            boolean same = label.isTextual() && value.equals(term.group(3));
            return term.group(2).equals("==") == same;
        }
        if (term.group(4) != null) {
            String set = "," + term.group(5).replaceAll("\\s", "") + ",";
            boolean in = label.isTextual() && set.contains("," + value + ",");
            return term.group(4).equals("in") == in;
        }
        return label.isTextual();
    }
}
