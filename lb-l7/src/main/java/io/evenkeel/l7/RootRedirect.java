package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import java.util.List;

/**
 * Sends those who ask for the root of a host elsewhere: the path is exactly {@code /}, whatever the query. Immutable; finding
 * out whether it applies allocates nothing.
 */
public final class RootRedirect {

    private final byte[][] hosts;
    private final boolean ofAllHosts;
    private final String location;

    /**
     * A redirect.
     *
     * @param hosts the hosts, in lower case
     * @param location where to, as it is in the answer
     * @throws IllegalArgumentException if the location cannot stand in a header
     */
    public RootRedirect(List<String> hosts, String location) {
        this(hosts, false, location);
    }

    /**
     * A redirect whatever the host.
     *
     * @param location where to, as it is in the answer
     * @throws IllegalArgumentException if the location cannot stand in a header
     */
    public RootRedirect(String location) {
        this(List.of(), true, location);
    }

    private RootRedirect(List<String> hosts, boolean ofAllHosts, String location) {
        if (location.isEmpty() || !location.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(
                    location + " (expected: a location of printable ASCII characters without blanks)");
        }
        this.hosts = hosts.stream().map(Bytes::of).toArray(byte[][]::new);
        this.ofAllHosts = ofAllHosts;
        this.location = location;
    }

    /** Where to. */
    public String location() {
        return location;
    }

    boolean applies(RequestHead request) {
        byte[] b = request.bytes();
        int start = request.pathStart();
        int end = request.pathEnd();
        int afterSlash = start < end && b[start] == '/' ? start + 1 : start; // an absolute target may have no path
        if (afterSlash < end && b[afterSlash] != '?') {
            return false;
        }
        if (ofAllHosts) {
            return true;
        }
        for (byte[] host : hosts) {
            if (Bytes.is(b, request.hostStart(), request.hostEnd(), host)) {
                return true;
            }
        }
        return false;
    }
}
