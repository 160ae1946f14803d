package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
     * @param text prefixes separated by blanks, after {@code -i} if case does not matter
     * @return the condition
     */
    public static PathPrefixes parse(String text) {
        List<String> prefixes = new ArrayList<>();
        boolean ignoreCase = false;
        for (String word : text.trim().split("\\s+", -1)) {
            if (word.equals("-i")) {
                ignoreCase = true;
            } else if (!word.isEmpty()) {
                prefixes.add(ignoreCase ? word.toLowerCase(java.util.Locale.ROOT) : word);
            }
        }
        return new PathPrefixes(prefixes.stream().map(Bytes::of).toArray(byte[][]::new), ignoreCase);
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
