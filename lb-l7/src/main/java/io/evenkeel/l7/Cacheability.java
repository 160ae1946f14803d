package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;

/**
 * Whether shared caches may keep a response that nobody has told them to keep out: by its status (RFC 9110, section 15.1), by the
 * method, and by the first directive of each {@code Cache-Control}, as HAProxy reads it.
 */
final class Cacheability {

    private static final byte[] CACHE_CONTROL = Bytes.of("cache-control");
    private static final byte[] PRAGMA = Bytes.of("pragma");
    private static final byte[] PRIVATE = Bytes.of("private");
    private static final byte[] NO_CACHE = Bytes.of("no-cache");
    private static final byte[] NO_STORE = Bytes.of("no-store");
    private static final byte[] PUBLIC = Bytes.of("public");
    private static final byte[] MAX_AGE = Bytes.of("max-age");
    private static final byte[] S_MAXAGE = Bytes.of("s-maxage");

    private Cacheability() {}

    /**
     * Tells of a response.
     *
     * @param response its head as the client gets it
     * @param status its status
     * @param safe whether the request's method is safe (RFC 9110, section 9.2.1)
     */
    static boolean of(HeadWriter response, int status, boolean safe) {
        boolean cacheable = safe && isByDefault(status);
        byte[] b = response.bytes();
        int end = response.length();
        for (int at = nextLine(b, 0, end); at < end; at = nextLine(b, at, end)) {
            int colon = word(b, at, end);
            int value = colon + 1;
            while (value < end && b[value] == ' ') {
                value++;
            }
            int stop = word(b, value, end);
            if (Bytes.is(b, at, colon, PRAGMA) && Bytes.is(b, value, stop, NO_CACHE)) {
                return false;
            }
            if (!Bytes.is(b, at, colon, CACHE_CONTROL)) {
                continue;
            }
            if (isZero(b, stop, end) && (Bytes.is(b, value, stop, MAX_AGE) || Bytes.is(b, value, stop, S_MAXAGE))) {
                cacheable = false;
            } else if (stop == end || b[stop] != '=') {
                if (Bytes.is(b, value, stop, PRIVATE)
                        || Bytes.is(b, value, stop, NO_CACHE)
                        || Bytes.is(b, value, stop, NO_STORE)) {
                    return false;
                }
                cacheable |= Bytes.is(b, value, stop, PUBLIC);
            }
        }
        return cacheable;
    }

    private static boolean isByDefault(int status) {
        return switch (status) {
            case 200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    private static boolean isZero(byte[] b, int at, int end) {
        return at + 1 < end && b[at] == '=' && b[at + 1] == '0';
    }

    private static int nextLine(byte[] b, int start, int end) {
        int at = start;
        while (at < end && b[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    /* One past the name or directive that begins here. */
    private static int word(byte[] b, int start, int end) {
        int at = start;
        while (at < end && b[at] > ' ' && b[at] != ':' && b[at] != '=' && b[at] != ',' && b[at] != ';') {
            at++;
        }
        return at;
    }
}
