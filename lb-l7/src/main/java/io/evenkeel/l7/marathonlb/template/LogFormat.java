package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Fetch.Kind;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.Substitution;
import java.util.Map;

/** Reads HAProxy's log-format strings: text with {@code %[…]} and {@code %xx} in it. Stateless. */
final class LogFormat {

    private static final Map<String, Kind> VARIABLES = Map.of(
            "ci", Kind.SOURCE,
            "cp", Kind.SOURCE_PORT,
            "fi", Kind.LOCAL,
            "fp", Kind.LOCAL_PORT,
            "HM", Kind.METHOD,
            "HP", Kind.PATH,
            "HQ", Kind.QUERY,
            "HU", Kind.URL);

    private LogFormat() {}

    /**
     * Reads a format.
     *
     * @param text the format
     * @param response whether it is for a response
     * @throws IllegalArgumentException if it holds something that cannot be found
     */
    static Format parse(String text, boolean response) {
        Format.Builder format = Format.builder();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '%') {
                literal.append(c);
                at++;
            } else if (text.startsWith("%%", at)) {
                literal.append('%');
                at += 2;
            } else {
                format.text(literal.toString());
                literal.setLength(0);
                at = place(text, at, response, format);
            }
        }
        return format.text(literal.toString()).build();
    }

    private static int place(String text, int at, boolean response, Format.Builder format) {
        if (text.startsWith("%[", at)) {
            int end = text.indexOf(']', at);
            if (end < 0) {
                throw new IllegalArgumentException("%[ without ] (expected: %[…])");
            }
            Sample sample = Sample.parse(text.substring(at + 2, end));
            if (!sample.match().isEmpty() || sample.fetch() == null) {
                throw new IllegalArgumentException(text.substring(at, end + 1) + " (expected: something to write)");
            }
            sample.requireSide(response);
            Substitution parts = sample.parts();
            if (parts == null) {
                format.fetch(sample.fetch(), sample.lowerCase());
            } else {
                format.fetch(sample.fetch(), sample.lowerCase(), parts);
            }
            return end + 1;
        }
        String name = text.substring(Math.min(at + 1, text.length()), Math.min(at + 3, text.length()));
        Kind kind = VARIABLES.get(name);
        if (kind == null || (response && Fetch.of(kind).isOfRequest())) {
            throw new IllegalArgumentException("%" + name + " (expected: %[…], %% or one of "
                    + VARIABLES.keySet().stream().sorted().toList() + ")");
        }
        format.fetch(Fetch.of(kind), false);
        return at + 3;
    }
}
