package io.evenkeel.l7;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.LinearRegex;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes a prefix, and a slash after it, from the path of requests, and may name another host to the backend. Immutable,
 * thread-safe.
 *
 * <p>The prefix is a regular expression whose case does not matter, matched in linear time (RE2); without special
 * characters it is compared as bytes, and nothing is allocated.
 */
public final class PrefixStrip {

    private static final String SPECIAL = "\\^$.|?*+()[]{}";

    private final byte[] literal;
    private final @Nullable Pattern pattern;
    private final byte @Nullable [] host;

    /**
     * A strip.
     *
     * @param prefix the expression, from the path's beginning on
     * @param host what the backend is told as the host; nothing for what the client said
     * @throws IllegalArgumentException if the expression cannot be read, or is too large
     */
    public PrefixStrip(String prefix, Optional<String> host) {
        LinearRegex.requireSize(prefix);
        boolean special = prefix.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
        this.literal = Bytes.of(prefix.toLowerCase(Locale.ROOT));
        this.host = host.map(Bytes::of).orElse(null);
        try {
            this.pattern = special ? Pattern.compile("(?:" + prefix + ")/?", Pattern.CASE_INSENSITIVE) : null;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    prefix + " (expected: a prefix of paths as a regular expression; " + e.getDescription() + ")", e);
        }
    }

    /** What the backend is told as the host; null for what the client said. */
    byte @Nullable [] host() {
        return host;
    }

    /** Where the path goes on behind the prefix; its start if it does not begin with it. */
    int end(RequestHead request) {
        int start = request.pathStart();
        int end = request.pathEnd();
        if (pattern != null) {
            Matcher matcher = pattern.matcher(request.path());
            return matcher.lookingAt() ? start + matcher.end() : start;
        }
        byte[] b = request.bytes();
        int at = start + literal.length;
        if (at > end || !Bytes.is(b, start, at, literal)) {
            return start;
        }
        return at < end && b[at] == '/' ? at + 1 : at;
    }
}
