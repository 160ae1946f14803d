package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Origin;

/**
 * A condition on the raw path of a request: that it is some path, or below it. Immutable.
 *
 * <p>Unlike {@link PathPrefixes}, {@code /api} does not match {@code /apifoo}; {@code /} matches everything, {@code *} of
 * {@code OPTIONS} too.
 */
final class PathSegments implements Condition {

    private final byte[] path; // without a slash at its end
    private final boolean belowOnly;

    PathSegments(String path) {
        this.belowOnly = path.length() > 1 && path.endsWith("/");
        this.path = Bytes.of(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    @Override
    public boolean matches(MessageHead head, Origin origin) {
        return head instanceof RequestHead request && matches(request);
    }

    private boolean matches(RequestHead request) {
        if (path.length == 0) {
            return true;
        }
        byte[] b = request.bytes();
        int start = request.pathStart();
        int end = start + path.length;
        if (end > request.pathEnd()) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (b[start + i] != path[i]) {
                return false;
            }
        }
        if (end == request.pathEnd() || b[end] == '?') {
            return !belowOnly;
        }
        return b[end] == '/';
    }

    @Override
    public String toString() {
        return new String(path, java.nio.charset.StandardCharsets.ISO_8859_1)
                + (belowOnly || path.length == 0 ? "/" : "");
    }
}
