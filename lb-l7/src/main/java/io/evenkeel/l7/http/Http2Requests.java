package io.evenkeel.l7.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts requests that came by HTTP/2 in the form of HTTP/1.1, if they are well-formed.
 *
 * <p>One per event loop and used for one request after the other; not thread-safe. Every rule of RFC 9113, sections 8.2 and
 * 8.3, is checked here byte by byte, whatever a decoder may have checked before: what is written is one request line and
 * one line per field, whoever reads it. What the fields mean is left to {@link RequestHead}.
 */
public final class Http2Requests {

    /** A request that is malformed in the terms of HTTP/2. */
    public static final int MALFORMED = -1;

    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString ASTERISK = AsciiString.cached("*");
    private static final AsciiString GET = AsciiString.cached("GET");
    private static final byte[] HTTP_11_LINE_END = Bytes.of(" HTTP/1.1\r\n");
    private static final byte[] HOST = Bytes.of("host: ");
    private static final byte[] COOKIES = Bytes.of("cookie: ");
    private static final byte[] AND = Bytes.of("; ");
    private static final byte[] UPGRADE = Bytes.of("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ");
    private static final byte[] NO_BODY = Bytes.of("content-length: 0\r\n");

    private @Nullable AsciiString method;
    private @Nullable AsciiString scheme;
    private @Nullable AsciiString authority;
    private @Nullable AsciiString path;
    private @Nullable AsciiString protocol;
    private @Nullable AsciiString host;
    private int cookies;
    private boolean hasLength;

    /** A writer of nothing yet. */
    public Http2Requests() {}

    /**
     * Writes a head.
     *
     * @param headers as the decoder delivered them, pseudo-header fields first
     * @param isWhole whether no body follows
     * @param webSocketKey the key to send if the request is for a WebSocket (RFC 8441), which has none in HTTP/2
     * @param out begun by this method; holds the head with its empty line
     * @return 0, {@link #MALFORMED}, or the status with which to refuse the request
     */
    public int write(Http2Headers headers, boolean isWhole, byte[] webSocketKey, HeadWriter out) {
        if (!collect(headers)) {
            return MALFORMED;
        }
        AsciiString verb = method;
        if (verb == null || !isToken(verb)) {
            return MALFORMED;
        }
        boolean connect = verb.equals(CONNECT);
        AsciiString wanted = protocol;
        if (connect && wanted == null) {
            return scheme == null && path == null ? 405 : MALFORMED;
        }
        AsciiString target = path;
        AsciiString by = scheme;
        if (target == null || by == null || !isTarget(target) || !(by.equals(HTTP) || by.equals(HTTPS))) {
            return MALFORMED;
        }
        if (wanted != null) {
            if (!connect) {
                return MALFORMED;
            }
            if (!wanted.equals(WEBSOCKET) || isWhole) {
                return 501;
            }
        }
        AsciiString to = authority == null ? host : authority;
        if (to == null || to.isEmpty() || !isValue(to)) {
            return MALFORMED;
        }
        if (authority != null && host != null && !authority.contentEqualsIgnoreCase(host)) {
            return MALFORMED;
        }
        add(out.begin(), connect ? GET : verb).add(' ');
        add(out, target).add(HTTP_11_LINE_END).add(HOST);
        add(out, to).endLine();
        if (!addFields(headers, connect, out)) {
            return MALFORMED;
        }
        if (connect) {
            out.add(UPGRADE).add(webSocketKey).endLine();
        } else if (!isWhole && !hasLength) {
            out.chunked();
        } else if (isWhole && !hasLength && expectsBody(verb)) {
            out.add(NO_BODY);
        }
        out.endLine();
        return 0;
    }

    /* Some servers answer 411 to these without a length, though they need none (RFC 9110, section 8.6). */
    private static boolean expectsBody(AsciiString method) {
        return method.byteAt(0) == 'P'; // POST, PUT, PATCH
    }

    private boolean collect(Http2Headers headers) {
        method = null;
        scheme = null;
        authority = null;
        path = null;
        protocol = null;
        host = null;
        cookies = 0;
        hasLength = false;
        boolean inFields = false;
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            AsciiString name = AsciiString.of(header.getKey());
            if (name.isEmpty()) {
                return false;
            }
            if (name.byteAt(0) == ':') {
                if (inFields || !pseudo(name, AsciiString.of(header.getValue()))) {
                    return false;
                }
            } else {
                inFields = true;
                if (isHost(name)) {
                    if (host != null) {
                        return false;
                    }
                    host = AsciiString.of(header.getValue());
                }
            }
        }
        return true;
    }

    private boolean pseudo(AsciiString name, AsciiString value) {
        boolean first;
        if (name.equals(Http2Headers.PseudoHeaderName.METHOD.value())) {
            first = method == null;
            method = value;
        } else if (name.equals(Http2Headers.PseudoHeaderName.PATH.value())) {
            first = path == null;
            path = value;
        } else if (name.equals(Http2Headers.PseudoHeaderName.SCHEME.value())) {
            first = scheme == null;
            scheme = value;
        } else if (name.equals(Http2Headers.PseudoHeaderName.AUTHORITY.value())) {
            first = authority == null;
            authority = value;
        } else if (name.equals(Http2Headers.PseudoHeaderName.PROTOCOL.value())) {
            first = protocol == null;
            protocol = value;
        } else {
            first = false;
        }
        return first;
    }

    private static boolean isTarget(AsciiString target) {
        if (target.isEmpty()) {
            return false;
        }
        for (int i = 0; i < target.length(); i++) {
            if (!Bytes.isTarget(target.byteAt(i))) {
                return false;
            }
        }
        // Which method may ask for an asterisk is the same question in HTTP/1.1.
        return target.byteAt(0) == '/' || target.equals(ASTERISK);
    }

    private static boolean isToken(AsciiString text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Bytes.isToken(text.byteAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether this is the name of a field in HTTP/2: a token without upper-case letters. */
    static boolean isName(AsciiString text) {
        for (int i = 0; i < text.length(); i++) {
            byte b = text.byteAt(i);
            if (!Bytes.isToken(b) || (b >= 'A' && b <= 'Z')) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether this is the value of a field in HTTP/2: without control bytes, and without white space around it. */
    static boolean isValue(AsciiString text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (!Bytes.isValue(text.byteAt(i))) {
                return false;
            }
        }
        return length == 0 || !(isBlank(text.byteAt(0)) || isBlank(text.byteAt(length - 1)));
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private boolean addFields(Http2Headers headers, boolean connect, HeadWriter out) {
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            AsciiString name = AsciiString.of(header.getKey());
            if (name.byteAt(0) == ':') {
                continue;
            }
            AsciiString value = AsciiString.of(header.getValue());
            if (!isName(name) || !isValue(value) || isOfConnection(name, value)) {
                return false;
            }
            if (isHost(name)) {
                continue; // it is written already
            }
            if (name.equals(COOKIE)) {
                cookies++;
                continue;
            }
            hasLength |= isLength(name);
            if (connect && (isLength(name) || isWebSocketKey(name))) {
                continue;
            }
            add(out, name).add(':').add(' ');
            add(out, value).endLine();
        }
        if (cookies > 0) {
            addCookies(headers, out);
        }
        return true;
    }

    private static boolean isHost(AsciiString name) {
        return name.length() == 4 && name.contentEquals("host");
    }

    private static boolean isLength(AsciiString name) {
        return name.length() == 14 && name.contentEquals("content-length");
    }

    private static boolean isWebSocketKey(AsciiString name) {
        return name.length() == 17 && name.contentEquals("sec-websocket-key");
    }

    /** Whether a field is about one connection, which HTTP/2 has none of (RFC 9113, section 8.2.2). */
    static boolean isOfConnection(AsciiString name, AsciiString value) {
        return switch (name.length()) {
            case 2 -> name.contentEquals("te") && !value.contentEquals("trailers");
            case 7 -> name.contentEquals("upgrade");
            case 10 -> name.contentEquals("connection") || name.contentEquals("keep-alive");
            case 16 -> name.contentEquals("proxy-connection");
            case 17 -> name.contentEquals("transfer-encoding");
            default -> false;
        };
    }

    /* HTTP/2 lets clients split cookies for the sake of compression; HTTP/1.1 has one field (RFC 9113, 8.2.3). */
    private static void addCookies(Http2Headers headers, HeadWriter out) {
        out.add(COOKIES);
        boolean first = true;
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            AsciiString name = AsciiString.of(header.getKey());
            if (name.equals(COOKIE)) {
                if (!first) {
                    out.add(AND);
                }
                first = false;
                add(out, AsciiString.of(header.getValue()));
            }
        }
        out.endLine();
    }

    private static HeadWriter add(HeadWriter out, AsciiString text) {
        return out.add(text.array(), text.arrayOffset(), text.arrayOffset() + text.length());
    }
}
