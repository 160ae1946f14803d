package io.evenkeel.l7.rule;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;

/**
 * A regular expression that is matched in linear time.
 *
 * <p>RE2 needs time in proportion to the length of the text times the size of the compiled expression, and no more whatever
 * either looks like. The size is bounded here, counted repetitions unrolled, since the text is bounded by what a head may be.
 */
public final class LinearRegex implements Match {

    /** The largest size: characters, times the counts of all repetitions. */
    static final int MAX_SIZE = 500;

    private final Pattern pattern;

    LinearRegex(String expression, boolean ignoreCase) {
        requireSize(expression);
        try {
            this.pattern = Pattern.compile(expression, ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    expression + " (expected: a regular expression without look-around and back references; "
                            + e.getDescription() + ")",
                    e);
        }
    }

    /**
     * Refuses an expression that is too large to be matched on event loops.
     *
     * @param expression the expression
     * @throws IllegalArgumentException if it is
     */
    public static void requireSize(String expression) {
        if (size(expression) > MAX_SIZE) {
            throw new IllegalArgumentException(expression + " (expected: a regular expression of at most " + MAX_SIZE
                    + " characters, counted repetitions unrolled)");
        }
    }

    /* No less than what RE2 makes of it: it unrolls each repetition that is counted. */
    static long size(String expression) {
        long size = Math.max(expression.length(), 1);
        for (int at = expression.indexOf('{'); at >= 0; at = expression.indexOf('{', at + 1)) {
            int end = at + 1;
            long count = 0;
            long largest = 1;
            while (end < expression.length() && "0123456789,".indexOf(expression.charAt(end)) >= 0) {
                char c = expression.charAt(end++);
                count = c == ',' ? 0 : Math.min(count * 10 + (c - '0'), MAX_SIZE + 1L);
                largest = Math.max(largest, count);
            }
            if (end < expression.length() && expression.charAt(end) == '}') {
                size = Math.min(size * largest, MAX_SIZE + 1L);
            }
        }
        return size;
    }

    Matcher matcher(String text) {
        return pattern.matcher(text);
    }

    @Override
    public boolean matches(byte[] bytes, int start, int end) {
        return pattern.matcher(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1))
                .find();
    }
}
