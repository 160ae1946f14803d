package io.evenkeel.l7.rule;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the path and the query of a request on its way, step by step: each step, and its condition, sees the request
 * as the steps before have left it. Immutable. Allocates where there is a step.
 *
 * <p>What comes of it is a target whatever clients send: it begins with a slash, and what may not stand there is encoded. An
 * asterisk for the server as a whole stays.
 */
public final class PathEdits {

    /** Nothing happens. */
    public static final PathEdits NONE = new PathEdits(List.of());

    private static final int MAX_LENGTH = 8192;
    private static final byte[] TOO_LONG = {};
    private static final int MAX_STEPS = 16;
    private static final String HEX = "0123456789ABCDEF";

    /** One step: the new path and query, null if they stay. */
    private interface Change {
        @Nullable
        String of(RequestHead request, Origin origin);
    }

    private record Step(Condition condition, Change change) {}

    private final Step[] steps;

    private PathEdits(List<Step> steps) {
        this.steps = steps.toArray(Step[]::new);
    }

    /** Begins with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether nothing ever happens. */
    public boolean isEmpty() {
        return steps.length == 0;
    }

    /** How many steps there are. */
    public int size() {
        return steps.length;
    }

    /**
     * The target that a request goes on with.
     *
     * @param request the request as it came
     * @param origin where it came from
     * @return null if it stays as it came; empty if the request is to be refused, since it would become too long
     */
    public byte @Nullable [] target(RequestHead request, Origin origin) {
        if (steps.length == 0 || request.bytes()[request.targetStart()] == '*') {
            return null;
        }
        RequestHead seen = request;
        byte[] target = null;
        for (int i = 0; i < steps.length; i++) {
            String changed = steps[i].condition.matches(seen, origin) ? steps[i].change.of(seen, origin) : null;
            if (changed != null) {
                target = encoded(changed);
                if (request.methodEnd() - request.methodStart() + 1 + target.length > MAX_LENGTH) {
                    return TOO_LONG;
                }
                if (i + 1 < steps.length) {
                    seen = with(request, target);
                }
            }
        }
        return target;
    }

    private static byte[] encoded(String target) {
        StringBuilder out = new StringBuilder(target.startsWith("/") ? "" : "/");
        for (int i = 0; i < target.length(); i++) {
            int c = target.charAt(i) & 0xFF;
            if (Bytes.isTarget((byte) c)) {
                out.append((char) c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return Bytes.of(out.toString());
    }

    private static RequestHead with(RequestHead request, byte[] target) {
        byte[] b = request.bytes();
        int fields = request.count() == 0 ? request.end() - 2 : request.nameStart(0);
        HeadWriter writer = new HeadWriter().begin().add(b, request.methodStart(), request.methodEnd());
        writer.add(' ')
                .add(target)
                .add(Bytes.of(request.http10() ? " HTTP/1.0" : " HTTP/1.1"))
                .endLine();
        writer.add(b, fields, request.end());
        RequestHead changed = new RequestHead();
        changed.parse(writer.bytes(), 0, writer.length()); // as good as it was
        return changed;
    }

    private static String text(RequestHead request, int from, int to) {
        return new String(request.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static int queryStart(RequestHead request) {
        int at = request.pathStart();
        while (at < request.pathEnd() && request.bytes()[at] != '?') {
            at++;
        }
        return at;
    }

    private static String query(RequestHead request) {
        return text(request, queryStart(request), request.pathEnd());
    }

    private static String path(RequestHead request) {
        int end = queryStart(request);
        return end == request.pathStart() ? "/" : text(request, request.pathStart(), end);
    }

    /** Collects steps in order. Not thread-safe. */
    public static final class Builder {

        private final List<Step> steps = new ArrayList<>();

        private Builder() {}

        /** Another path; the query stays. */
        public Builder set(Format path, Condition condition) {
            return add(condition, (request, origin) -> path.text(request, origin) + query(request));
        }

        /** Another path, if an expression finds something in it; the query stays. */
        public Builder replacePath(Substitution substitution, Condition condition) {
            return add(condition, (request, origin) -> {
                String path = substitution.whole(path(request));
                return path == null ? null : path + query(request);
            });
        }

        /** Another path and query, if an expression finds something in them. */
        public Builder replaceTarget(Substitution substitution, Condition condition) {
            return add(condition, (request, origin) -> substitution.whole(path(request) + query(request)));
        }

        /**
         * Another path and query by what takes the place of the whole request line, if an expression finds something in it. The
         * method stays, or else all of it does.
         */
        public Builder replaceLine(Substitution substitution, Condition condition) {
            return add(condition, (request, origin) -> {
                String method = request.method() + " ";
                String line = substitution.whole(method + path(request) + query(request) + " HTTP/1.1");
                if (line == null || !line.startsWith(method)) {
                    return null;
                }
                int end = line.indexOf(' ', method.length());
                return line.substring(method.length(), end < 0 ? line.length() : end);
            });
        }

        private Builder add(Condition condition, Change change) {
            if (steps.size() == MAX_STEPS) {
                throw new IllegalArgumentException("edits of paths: more than " + MAX_STEPS + " (expected: at most)");
            }
            steps.add(new Step(requireNonNull(condition, "condition"), change));
            return this;
        }

        /** The edits. */
        public PathEdits build() {
            return steps.isEmpty() ? NONE : new PathEdits(steps);
        }
    }
}
