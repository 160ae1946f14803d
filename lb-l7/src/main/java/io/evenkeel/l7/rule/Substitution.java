package io.evenkeel.l7.rule;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression and the text that takes the place of what it finds, as HAProxy writes both. Immutable.
 *
 * <p>In the text {@code \1} to {@code \9} stand for groups of the expression, {@code \0} for all that it has found, {@code
 * \xNN} for a byte, and a backslash before anything else for that. The expression is RE2's and bounded like any other ({@link
 * LinearRegex}), and so is the text, so that no client can make it slow or its result many times as long as what it sends.
 * Called on event loops; allocates.
 */
public final class Substitution {

    /** The longest text. */
    static final int MAX_TEXT = 512;

    /** How long a result may be; what would get longer is given up. */
    static final int MAX_RESULT = 8192;

    /* The longest where it may be put in many times. */
    private static final int MAX_REPEATED_TEXT = 64;

    private static final int MAX_GROUPS = 9;

    private final LinearRegex expression;
    private final long size;
    private final boolean everywhere;
    private final List<String> texts = new ArrayList<>(); // before each group, and behind the last
    private final List<Integer> groups = new ArrayList<>();

    private Substitution(LinearRegex expression, long size, String text, boolean everywhere) {
        this.expression = expression;
        this.size = size;
        this.everywhere = everywhere;
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            if (at == text.length()) {
                throw wrong(text, "a character behind each backslash");
            }
            char next = text.charAt(at++);
            if (next >= '0' && next <= '9') {
                texts.add(plain.toString());
                plain.setLength(0);
                groups.add(next - '0');
            } else if (next == 'x' && text.substring(at).matches("(?s)[0-9A-Fa-f]{2}.*")) {
                plain.append((char) Integer.parseInt(text.substring(at, at + 2), 16));
                at += 2;
            } else {
                plain.append(next);
            }
        }
        texts.add(plain.toString());
        check(text);
    }

    /**
     * Reads one.
     *
     * @param expression the expression
     * @param ignoreCase whether case does not matter
     * @param text what takes the place of what it finds
     * @param everywhere whether that counts for all that it finds, where parts are replaced
     * @return the substitution
     * @throws IllegalArgumentException if the expression or the text cannot be read, or is too large; the message names it
     */
    public static Substitution of(String expression, boolean ignoreCase, String text, boolean everywhere) {
        return new Substitution(
                new LinearRegex(expression, ignoreCase), LinearRegex.size(expression), text, everywhere);
    }

    private void check(String text) {
        int longest = everywhere ? MAX_REPEATED_TEXT : MAX_TEXT;
        if (text.length() > longest) {
            throw wrong(text, "at most " + longest + " characters");
        }
        if (groups.size() > MAX_GROUPS) {
            throw wrong(text, "at most " + MAX_GROUPS + " groups");
        }
        int known = expression.matcher("").groupCount();
        for (int group : groups) {
            if (group > known) {
                throw wrong(text, "no \\" + group + ", since the expression has " + known + " groups");
            }
        }
        if (texts.stream().anyMatch(part -> part.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c >= 0x7F))) {
            throw wrong(text.replaceAll("\\p{Cntrl}", "?"), "printable ASCII characters");
        }
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException(text + " (expected: " + expected + ")");
    }

    /** How much work the expression may be, as {@link Match#regexSize} says it. */
    public long size() {
        return size;
    }

    /** What stands before the first group. */
    public String beginning() {
        return texts.get(0);
    }

    /** Whether the first that stands in the text is this group. */
    public boolean beginsWith(int group) {
        return texts.get(0).isEmpty() && !groups.isEmpty() && groups.get(0) == group;
    }

    /** Whether there is no group in the text. */
    public boolean isPlain() {
        return groups.isEmpty();
    }

    /**
     * The text in the place of all of the input, if the expression finds something in it.
     *
     * @param input one character per byte
     * @return null if it finds nothing; only a beginning, which is longer than {@link #MAX_RESULT}, if it would be
     */
    @Nullable
    String whole(String input) {
        Matcher matcher = expression.matcher(input);
        if (!matcher.find()) {
            return null;
        }
        StringBuilder out = new StringBuilder();
        write(matcher, out);
        return out.toString();
    }

    /**
     * The input with the text in the place of what the expression finds, once or everywhere; as it is if that would be longer
     * than {@link #MAX_RESULT}.
     */
    String parts(String input) {
        Matcher matcher = expression.matcher(input);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (matcher.find()) {
            out.append(input, at, matcher.start());
            write(matcher, out);
            at = matcher.end();
            if (!everywhere || out.length() > MAX_RESULT) {
                break;
            }
        }
        return out.length() > MAX_RESULT
                ? input
                : out.append(input, at, input.length()).toString();
    }

    private void write(Matcher matcher, StringBuilder out) {
        for (int i = 0; i < groups.size() && out.length() <= MAX_RESULT; i++) {
            String found = matcher.group(groups.get(i));
            out.append(texts.get(i)).append(found == null ? "" : found);
        }
        out.append(texts.get(groups.size()));
    }
}
