package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * A condition on the raw path of a request: that it begins with one of some prefixes. Immutable.
 *
 * <p>The path is compared as it was sent, without the query, and nothing is decoded: {@code /api} also matches
 * {@code /apifoo}.
 */
public final class PathPrefixes implements Condition {

    /** Any path. */
    public static final PathPrefixes ANY = new PathPrefixes(new byte[0][], false);

    private static final byte[] ROOT = {'/'};

    private final byte[][] prefixes;
    private final boolean ignoreCase;

    private PathPrefixes(byte[][] prefixes, boolean ignoreCase) {
        this.prefixes = prefixes;
        this.ignoreCase = ignoreCase;
    }

    /**
     * Reads a condition as HAProxy's {@code path_beg} does.
     *
     * @param text prefixes separated by blanks, perhaps behind flags: {@code -i} if case does not matter, {@code -m beg} and
     *     {@code -n}, which change nothing, and {@code --}, which ends them
     * @return the condition
     * @throws IllegalArgumentException if there is another flag, which would make it another condition
     */
    public static PathPrefixes parse(String text) {
        Deque<String> words = new ArrayDeque<>(List.of(text.trim().split("\\s+", -1)));
        boolean ignoreCase = false;
        boolean ended = false;
        while (!ended && words.size() > 1 && words.element().startsWith("-")) {
            String flag = words.remove();
            switch (flag) {
                case "-i" -> ignoreCase = true;
                case "-n" -> {}
                case "--" -> ended = true;
                case "-m" -> {
                    String method = words.remove();
                    if (!method.equals("beg")) {
                        throw unknown(flag + " " + method);
                    }
                }
                default -> throw unknown(flag);
            }
        }
        if (words.isEmpty()) {
            throw unknown(text.trim());
        }
        boolean lower = ignoreCase;
        return new PathPrefixes(
                words.stream()
                        .filter(word -> !word.isEmpty())
                        .map(word -> Bytes.of(lower ? word.toLowerCase(Locale.ROOT) : word))
                        .toArray(byte[][]::new),
                ignoreCase);
    }

    private static IllegalArgumentException unknown(String flag) {
        return new IllegalArgumentException(
                flag + " (expected: prefixes of paths, perhaps behind -i, -m beg, -n or --)");
    }

    @Override
    public boolean matches(MessageHead head, Origin origin) {
        return head instanceof RequestHead request && matches(request);
    }

    /**
     * Whether a request's path meets the condition.
     *
     * @param request the request
     * @return true if it begins with one of the prefixes, or any path will do
     */
    public boolean matches(RequestHead request) {
        if (this == ANY) {
            return true;
        }
        byte[] b = request.bytes();
        int start = request.pathStart();
        int pathEnd = request.pathEnd();
        int end = start;
        while (end < pathEnd && b[end] != '?') {
            end++;
        }
        boolean empty = end == start; // an absolute target without a path means the root
        for (byte[] prefix : prefixes) {
            if (empty ? begins(ROOT, 0, 1, prefix) : begins(b, start, end, prefix)) {
                return true;
            }
        }
        return false;
    }

    /** This condition with one of its prefixes each; one of them is true where this is. */
    public List<PathPrefixes> each() {
        return prefixes.length < 2
                ? List.of(this)
                : Arrays.stream(prefixes)
                        .map(prefix -> new PathPrefixes(new byte[][] {prefix}, ignoreCase))
                        .toList();
    }

    /** The prefixes as text, in lower case if case does not matter; the empty one for any path. */
    public List<String> prefixes() {
        return prefixes.length == 0
                ? List.of("")
                : Arrays.stream(prefixes)
                        .map(prefix -> new String(prefix, StandardCharsets.ISO_8859_1))
                        .toList();
    }

    /** How long the longest prefix is, in bytes; 0 for any path. */
    public int length() {
        return Arrays.stream(prefixes).mapToInt(prefix -> prefix.length).max().orElse(0);
    }

    private boolean begins(byte[] b, int start, int end, byte[] prefix) {
        if (end - start < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            byte found = ignoreCase ? Bytes.lower(b[start + i]) : b[start + i];
            if (found != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #parse} reads it; empty for any path. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(ignoreCase ? "-i" : "");
        for (byte[] prefix : prefixes) {
            text.append(text.isEmpty() ? "" : " ").append(new String(prefix, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}
