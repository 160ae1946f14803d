package io.evenkeel.l7.rule;

import java.util.List;

/**
 * A judgement on a stretch of bytes. Immutable; called on event loops.
 *
 * <p>Words are compared in place and allocate nothing.
 */
@FunctionalInterface
public interface Match {

    /** Whatever there is, be it empty. */
    Match FOUND = (bytes, start, end) -> true;

    /**
     * Judges.
     *
     * @param bytes what the stretch is in
     * @param start its first byte
     * @param end one past its last
     * @return true if it matches
     */
    boolean matches(byte[] bytes, int start, int end);

    /** How a stretch is compared with a word. */
    enum How {
        /** They are the same. */
        EXACT,
        /** It begins with the word. */
        BEGIN,
        /** It ends with the word. */
        END,
        /** It contains the word. */
        CONTAINS,
        /** It contains the word between slashes or its ends. */
        DIRECTORY,
        /** It contains the word between dots or its ends. */
        DOMAIN
    }

    /**
     * One of some words.
     *
     * @param how how they are compared
     * @param words the words
     * @param ignoreCase whether the case of ASCII letters does not matter
     * @return the judgement
     */
    static Match words(How how, List<String> words, boolean ignoreCase) {
        return new Words(how, words, ignoreCase);
    }

    /**
     * One of some regular expressions, found anywhere.
     *
     * <p>They are RE2's: without look-around and back references, so that matching takes time in proportion to the
     * stretch whatever the expression. Allocates.
     *
     * @param expressions the expressions
     * @param ignoreCase whether case does not matter
     * @return the judgement
     * @throws IllegalArgumentException if one cannot be read, or is too large
     */
    static Match regex(List<String> expressions, boolean ignoreCase) {
        List<LinearRegex> all = expressions.stream()
                .map(expression -> new LinearRegex(expression, ignoreCase))
                .toList();
        return (bytes, start, end) -> {
            for (LinearRegex regex : all) {
                if (regex.matches(bytes, start, end)) {
                    return true;
                }
            }
            return false;
        };
    }

    /**
     * How much work a regular expression may be: the time that it takes goes with this times the length of the stretch.
     *
     * @param expression the expression
     * @return its characters, times the counts of its repetitions
     */
    static long regexSize(String expression) {
        return LinearRegex.size(expression);
    }

    /**
     * A length.
     *
     * @param least the smallest
     * @param most the largest
     * @return the judgement
     */
    static Match length(long least, long most) {
        return (bytes, start, end) -> end - start >= least && end - start <= most;
    }

    /**
     * A whole number in decimal.
     *
     * @param least the smallest
     * @param most the largest
     * @return the judgement
     */
    static Match number(long least, long most) {
        return (bytes, start, end) -> {
            boolean minus = start < end && bytes[start] == '-';
            int from = minus ? start + 1 : start;
            if (from == end || end - from > 18) {
                return false;
            }
            long number = 0;
            for (int i = from; i < end; i++) {
                if (bytes[i] < '0' || bytes[i] > '9') {
                    return false;
                }
                number = number * 10 + (bytes[i] - '0');
            }
            long signed = minus ? -number : number;
            return signed >= least && signed <= most;
        };
    }
}
