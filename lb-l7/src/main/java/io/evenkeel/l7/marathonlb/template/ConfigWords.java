package io.evenkeel.l7.marathonlb.template;

import java.util.ArrayList;
import java.util.List;

/** Splits a line of HAProxy configuration into words: blanks part them, quotes and backslashes keep blanks. Stateless. */
final class ConfigWords {

    private ConfigWords() {}

    /**
     * Splits a line.
     *
     * @return its words up to a comment
     * @throws IllegalArgumentException if a quote or an escape has no end, or a variable is used
     */
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == '\'') {
                if (c == '\'') {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\\') {
                i = escape(line, i + 1, quote, word);
                inWord = true;
            } else if (c == '"' || (c == '\'' && quote == 0)) {
                quote = quote == 0 ? c : 0;
                inWord = true;
            } else if (quote != 0) {
                if (c == '$') {
                    throw new IllegalArgumentException("$ in double quotes (expected: no environment variable)");
                }
                word.append(c);
            } else if (c == ' ' || c == '\t') {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else if (c == '#') {
                break;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("a " + quote + " that does not end (expected: two of them)");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /* Returns the index of the last character of the escape. */
    private static int escape(String line, int at, char quote, StringBuilder word) {
        if (at >= line.length()) {
            throw new IllegalArgumentException("a \\ at the end of a line (expected: a character after it)");
        }
        char c = line.charAt(at);
        switch (c) {
            case ' ', '\\', '#', '"', '\'' -> word.append(c);
            case 't' -> word.append('\t');
            case 'n' -> word.append('\n');
            case 'r' -> word.append('\r');
            case 'x' -> {
                try {
                    word.append((char) Integer.parseInt(line.substring(at + 1, at + 3), 16));
                } catch (NumberFormatException | IndexOutOfBoundsException e) {
                    throw new IllegalArgumentException("a \\x without a number (expected: two hexadecimal digits)", e);
                }
                return at + 2;
            }
            case '$' -> word.append(quote == 0 ? "\\$" : "$");
            default -> word.append('\\').append(c);
        }
        return at;
    }
}
