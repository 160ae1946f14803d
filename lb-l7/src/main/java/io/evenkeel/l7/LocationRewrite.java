package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.MessageHead;
import java.util.List;

/**
 * Replaces where redirects of a backend point to, if that is the backend's own root: a path, or one of some hosts with any
 * port. The whole value is replaced, as marathon-lb does it. Immutable; allocates nothing.
 */
public final class LocationRewrite {

    private static final byte[] HTTP = Bytes.of("http://");
    private static final byte[] HTTPS = Bytes.of("https://");

    private final byte[][] hosts;
    private final byte[] path;

    /**
     * A rewrite.
     *
     * @param hosts the backend's hosts, in lower case
     * @param path what takes the place of the value
     */
    public LocationRewrite(List<String> hosts, String path) {
        if (path.isEmpty() || !path.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(
                    path + " (expected: a path of printable ASCII characters without blanks)");
        }
        this.hosts = hosts.stream().map(Bytes::of).toArray(byte[][]::new);
        this.path = Bytes.of(path);
    }

    byte[] path() {
        return path;
    }

    boolean applies(MessageHead response, int field) {
        byte[] b = response.bytes();
        int start = response.valueStart(field);
        int end = response.valueEnd(field);
        if (start < end && b[start] == '/') {
            return true;
        }
        int scheme = begins(b, start, end, HTTPS) ? HTTPS.length : begins(b, start, end, HTTP) ? HTTP.length : 0;
        if (scheme == 0) {
            return false;
        }
        for (byte[] host : hosts) {
            int at = start + scheme + host.length;
            if (at <= end && Bytes.is(b, start + scheme, at, host) && isPathAfterPort(b, at, end)) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(byte[] b, int start, int end, byte[] word) {
        return start + word.length <= end && Bytes.is(b, start, start + word.length, word);
    }

    private static boolean isPathAfterPort(byte[] b, int from, int end) {
        int at = from;
        if (at < end && b[at] == ':') {
            at++;
            while (at < end && b[at] >= '0' && b[at] <= '9') {
                at++;
            }
        }
        return at < end && b[at] == '/';
    }
}
