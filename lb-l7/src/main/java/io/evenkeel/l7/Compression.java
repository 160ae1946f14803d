package io.evenkeel.l7;

import io.evenkeel.l7.HeadRewriter.BodyFraming;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import java.util.List;
import java.util.Locale;

/**
 * Which responses of a backend are compressed for clients that take gzip. Immutable.
 *
 * <p>Never those that are compressed already, that may not be transformed, that have no body, or that are partial or errors.
 */
public final class Compression {

    /** What goes with a response that is compressed. */
    static final byte[] LINES = Bytes.of("Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n");

    private static final byte[] ACCEPT_ENCODING = Bytes.of("accept-encoding");
    private static final byte[] CONTENT_ENCODING = Bytes.of("content-encoding");
    private static final byte[] CONTENT_TYPE = Bytes.of("content-type");
    private static final byte[] CACHE_CONTROL = Bytes.of("cache-control");
    private static final byte[] ETAG = Bytes.of("etag");
    private static final byte[] WEAK_ETAG = Bytes.of("ETag: W/");
    private static final byte[] MULTIPART = Bytes.of("multipart/");
    private static final byte[] NO_TRANSFORM = Bytes.of("no-transform");
    private static final byte[] GZIP = Bytes.of("gzip");
    private static final byte[] ANY = Bytes.of("*");

    private final List<byte[]> types;

    /**
     * Compression of some types of content.
     *
     * @param types how {@code Content-Type} begins; any if there are none
     */
    public Compression(List<String> types) {
        this.types = types.stream()
                .map(type -> Bytes.of(type.toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** Whether the client takes gzip. */
    static boolean isAccepted(RequestHead request) {
        if (request.isHead() || request.http10()) {
            return false;
        }
        boolean accepted = false;
        byte[] b = request.bytes();
        for (int i = 0; i < request.count(); i++) {
            if (isNamed(request, i, ACCEPT_ENCODING)) {
                int end = request.valueEnd(i);
                for (int at = request.valueStart(i); at < end; at = next(b, at, end, ',') + 1) {
                    int stop = next(b, at, end, ',');
                    int from = skipBlanks(b, at, stop);
                    int name = next(b, from, stop, ';');
                    int to = name;
                    while (to > from && b[to - 1] == ' ') {
                        to--;
                    }
                    boolean gzip = Bytes.is(b, from, to, GZIP);
                    if (gzip || Bytes.is(b, from, to, ANY)) {
                        boolean wanted = !isRefused(b, name, stop);
                        if (gzip) {
                            return wanted; // it is named, whatever the asterisk says
                        }
                        accepted = wanted;
                    }
                }
            }
        }
        return accepted;
    }

    /* Whether a quality of 0 follows. */
    private static boolean isRefused(byte[] b, int start, int end) {
        int equals = next(b, start, end, '=');
        if (equals == end) {
            return false;
        }
        for (int i = equals + 1; i < end; i++) {
            if (b[i] >= '1' && b[i] <= '9') {
                return false;
            }
        }
        return true;
    }

    /** Whether a response to such a client is compressed. */
    boolean applies(ResponseHead response, BodyFraming framing) {
        int status = response.status();
        boolean whole = status >= 200 && status <= 203;
        boolean body =
                framing == BodyFraming.CHUNKED || (framing == BodyFraming.LENGTH && response.contentLength() > 0);
        if (!whole || !body) {
            return false;
        }
        boolean type = types.isEmpty();
        for (int i = 0; i < response.count(); i++) {
            if (isNamed(response, i, CONTENT_ENCODING)
                    || (isNamed(response, i, CACHE_CONTROL) && contains(response, i, NO_TRANSFORM))) {
                return false;
            }
            if (isNamed(response, i, CONTENT_TYPE)) {
                if (begins(response, i, MULTIPART)) {
                    return false;
                }
                for (byte[] each : types) {
                    type |= begins(response, i, each);
                }
            }
        }
        return type;
    }

    /** Writes a field of a compressed response if it is one that changes: entity tags become weak (RFC 9110, 8.8.3). */
    static boolean writes(HeadWriter writer, ResponseHead response, int field) {
        if (!isNamed(response, field, ETAG) || response.bytes()[response.valueStart(field)] != '"') {
            return false;
        }
        writer.add(WEAK_ETAG)
                .add(response.bytes(), response.valueStart(field), response.valueEnd(field))
                .endLine();
        return true;
    }

    private static boolean isNamed(MessageHead head, int field, byte[] name) {
        return Bytes.is(head.bytes(), head.nameStart(field), head.nameEnd(field), name);
    }

    private static boolean begins(MessageHead head, int field, byte[] word) {
        int start = head.valueStart(field);
        return head.valueEnd(field) - start >= word.length && Bytes.is(head.bytes(), start, start + word.length, word);
    }

    private static boolean contains(MessageHead head, int field, byte[] word) {
        for (int at = head.valueStart(field); at + word.length <= head.valueEnd(field); at++) {
            if (Bytes.is(head.bytes(), at, at + word.length, word)) {
                return true;
            }
        }
        return false;
    }

    private static int next(byte[] b, int from, int end, char what) {
        int at = from;
        while (at < end && b[at] != what) {
            at++;
        }
        return at;
    }

    private static int skipBlanks(byte[] b, int from, int end) {
        int at = from;
        while (at < end && (b[at] == ' ' || b[at] == '\t')) {
            at++;
        }
        return at;
    }
}
