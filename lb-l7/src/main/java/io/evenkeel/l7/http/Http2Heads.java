package io.evenkeel.l7.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts heads that are in the form of HTTP/1.1 in that of HTTP/2: names in lower case, and nothing of what was about the
 * connection. Stateless.
 *
 * <p>The heads are our own writing, so nothing is checked. It costs one copy of the bytes, and two small objects per field.
 */
public final class Http2Heads {

    /*
     * The compressor's table keeps names and values for later. So that a few bytes in it do not keep a large head in
     * memory, those of large heads get bytes of their own.
     */
    private static final int MAX_SHARED = 2048;

    private static final AsciiString[] STATUSES = new AsciiString[1000];
    private static final AsciiString[] NONE = {};
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    /* That is true of clients of HTTP/2 only, but servers of gRPC refuse whoever does not say so. */
    /* Beside those that are fields of their own in Field: RFC 9110, section 6.5.1, with examples in RFC 7230, 4.1.2. */
    private static final Set<AsciiString> NEVER_TRAILING = Stream.of(
                    "authorization",
                    "www-authenticate",
                    "set-cookie",
                    "forwarded",
                    "x-real-ip",
                    "content-encoding",
                    "content-type",
                    "content-range",
                    "cache-control",
                    "max-forwards",
                    "pragma",
                    "range",
                    "age",
                    "date",
                    "expires",
                    "retry-after",
                    "vary",
                    "warning")
            .map(AsciiString::cached)
            .collect(Collectors.toUnmodifiableSet());

    private static final AsciiString[] TRAILERS_ACCEPTED = {AsciiString.cached("te"), AsciiString.cached("trailers")};

    static {
        for (int status = 100; status < 1000; status++) {
            STATUSES[status] = AsciiString.cached(Integer.toString(status));
        }
    }

    private Http2Heads() {}

    /**
     * A response.
     *
     * @param head a status line and fields, with or without an empty line
     * @param length how many bytes of them there are
     * @param status the status to tell
     * @return the response's header fields
     */
    public static Http2Headers response(byte[] head, int length, int status) {
        return ReadOnlyHttp2Headers.serverHeaders(
                false, STATUSES[status], fields(Arrays.copyOf(head, length), length, NONE));
    }

    /**
     * A request.
     *
     * @param head a request line, fields with a host among them, and perhaps an empty line; belongs to the result
     * @param encrypted whether it goes over TLS
     * @return the request's header fields
     */
    public static Http2Headers request(byte[] head, boolean encrypted) {
        int method = 0;
        while (head[method] != ' ') {
            method++;
        }
        int target = method + 1;
        while (head[target] != ' ') {
            target++;
        }
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                new AsciiString(head, 0, method, true),
                new AsciiString(head, method + 1, target - method - 1, true),
                encrypted ? HTTPS : HTTP,
                host(head),
                fields(head, head.length, TRAILERS_ACCEPTED));
    }

    private static AsciiString host(byte[] head) {
        int at = lineEnd(head, 0) + 1;
        while (at < head.length && head[at] != '\r') {
            int end = lineEnd(head, at);
            int colon = at + 4;
            if (head[colon] == ':' && Field.of(head, at, colon) == Field.HOST) {
                return new AsciiString(head, colon + 2, end - 1 - (colon + 2), true);
            }
            at = end + 1;
        }
        return AsciiString.EMPTY_STRING;
    }

    /** The status in a status line that is our own writing. */
    public static int status(byte[] head) {
        return (head[9] - '0') * 100 + (head[10] - '0') * 10 + (head[11] - '0');
    }

    /** The fields after the first line, in bytes that are theirs from now on. */
    private static AsciiString[] fields(byte[] b, int length, AsciiString[] more) {
        boolean shared = length <= MAX_SHARED;
        int lines = 0;
        for (int i = 0; i < length; i++) {
            if (b[i] == '\n') {
                lines++;
            }
        }
        AsciiString[] fields = new AsciiString[(lines - 1) * 2 + more.length];
        int count = 0;
        int at = lineEnd(b, 0) + 1;
        while (at < length && b[at] != '\r') {
            int colon = at;
            while (b[colon] != ':') {
                b[colon] = Bytes.lower(b[colon]);
                colon++;
            }
            int end = lineEnd(b, colon);
            if (!isOfConnection(b, at, colon)) {
                fields[count++] = new AsciiString(b, at, colon - at, !shared);
                fields[count++] = new AsciiString(b, colon + 2, end - 1 - (colon + 2), !shared);
            }
            at = end + 1;
        }
        for (AsciiString text : more) {
            fields[count++] = text;
        }
        return count == fields.length ? fields : Arrays.copyOf(fields, count);
    }

    private static int lineEnd(byte[] b, int from) {
        int at = from;
        while (b[at] != '\n') {
            at++;
        }
        return at;
    }

    private static boolean isOfConnection(byte[] b, int start, int end) {
        return switch (Field.of(b, start, end)) {
            case Field.CONNECTION, Field.TRANSFER_ENCODING, Field.UPGRADE, Field.HOP_BY_HOP, Field.HOST -> true;
            default -> false;
        };
    }

    /**
     * The trailers that may go on, in either direction: no framing, routing or connection fields (RFC 9110, section 6.5.1).
     *
     * @param received as the decoder delivered them
     * @return what goes on; null if that is nothing
     */
    public static @Nullable Http2Headers trailers(Http2Headers received) {
        List<AsciiString> kept = new ArrayList<>(received.size() * 2);
        for (Map.Entry<CharSequence, CharSequence> field : received) {
            AsciiString name = AsciiString.of(field.getKey());
            AsciiString value = AsciiString.of(field.getValue());
            if (Http2Requests.isName(name) && Http2Requests.isValue(value) && mayTrail(name)) {
                kept.add(name);
                kept.add(value);
            }
        }
        return kept.isEmpty() ? null : ReadOnlyHttp2Headers.trailers(false, kept.toArray(NONE));
    }

    /**
     * The trailers that may go on, of those that came in lines.
     *
     * @param lines field lines with valid names, each with a line feed at its end
     * @param length how many bytes there are
     * @return what goes on; null if that is nothing
     */
    static @Nullable Http2Headers trailers(byte[] lines, int length) {
        List<AsciiString> kept = new ArrayList<>();
        int at = 0;
        while (at < length) {
            int colon = at;
            while (lines[colon] != ':') {
                lines[colon] = Bytes.lower(lines[colon]);
                colon++;
            }
            int end = lineEnd(lines, colon);
            AsciiString name = new AsciiString(lines, at, colon - at, true);
            AsciiString value = withoutBlanks(lines, colon + 1, end);
            if (mayTrail(name) && Http2Requests.isValue(value)) {
                kept.add(name);
                kept.add(value);
            }
            at = end + 1;
        }
        return kept.isEmpty() ? null : ReadOnlyHttp2Headers.trailers(false, kept.toArray(NONE));
    }

    private static AsciiString withoutBlanks(byte[] b, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && (b[start] == ' ' || b[start] == '\t')) {
            start++;
        }
        while (end > start && (b[end - 1] == ' ' || b[end - 1] == '\t')) {
            end--;
        }
        return new AsciiString(b, start, end - start, true);
    }

    /* Underscores would make another field of it for programs that take them for hyphens. */
    private static boolean mayTrail(AsciiString name) {
        int start = name.arrayOffset();
        int end = start + name.length();
        return switch (Field.of(name.array(), start, end)) {
            case Field.OTHER ->
                !NEVER_TRAILING.contains(name)
                        && !name.startsWith("x-forwarded-")
                        && !name.startsWith("proxy-")
                        && !name.startsWith("if-")
                        && name.indexOf('_', 0) < 0;
            default -> false;
        };
    }
}
