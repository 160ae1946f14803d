package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The answers that the proxy gives itself, with the texts that HAProxy's users know. */
final class Replies {

    private static final Map<Integer, String> REASONS = new HashMap<>();
    private static final Map<Integer, byte[]> ERRORS = new HashMap<>();
    private static final byte[] UNAVAILABLE =
            page(503, "Service Unavailable", "No server is available to handle this request.");

    static {
        error(400, "Bad request", "Your browser sent an invalid request.");
        error(403, "Forbidden", "Request forbidden by administrative rules.");
        error(404, "Not Found", "The requested resource is not here.");
        error(405, "Method Not Allowed", "This method is not allowed here.");
        error(408, "Request Time-out", "Your browser didn't send a complete request in time.");
        error(410, "Gone", "The requested resource is not here any more.");
        error(414, "URI Too Long", "The request line is too long.");
        error(421, "Misdirected Request", "This connection is not for that host.");
        error(425, "Too Early", "Your browser sent early data.");
        error(429, "Too Many Requests", "You have sent too many requests in a given amount of time.");
        error(431, "Request Header Fields Too Large", "The request has too many or too large header fields.");
        error(500, "Internal Server Error", "An internal server error occurred.");
        error(501, "Not Implemented", "The request's transfer coding is not known.");
        error(502, "Bad Gateway", "The server returned an invalid or incomplete response.");
        error(504, "Gateway Time-out", "The server didn't respond in time.");
        REASONS.put(503, "Service Unavailable");
        error(505, "HTTP Version Not Supported", "This version of HTTP is not supported.");
    }

    /** Tells the client that the connection ends with the answer. */
    static final byte[] CONNECTION_CLOSE = Bytes.of("Connection: close\r\n");

    private static final byte[] NOTHING = {};

    private Replies() {}

    private static void error(int status, String reason, String text) {
        REASONS.put(status, reason);
        ERRORS.put(status, page(status, reason, text));
    }

    /** An answer with another body. */
    static byte[] page(int status, String type, byte[] body) {
        byte[] head = Bytes.of("HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Error")
                + "\r\nContent-Length: " + body.length + "\r\nCache-Control: no-cache\r\nConnection: close"
                + "\r\nContent-Type: " + type + "\r\n\r\n");
        byte[] page = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, page, head.length, body.length);
        return page;
    }

    private static byte[] page(int status, String reason, String text) {
        String body = "<html><body><h1>" + status + " " + reason + "</h1>\n" + text + "\n</body></html>\n";
        return Bytes.of("HTTP/1.1 " + status + " " + reason + "\r\nContent-Length: " + body.length()
                + "\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n" + body);
    }

    /** All statuses that there is a page for. */
    static SortedSet<Integer> statuses() {
        return new TreeSet<>(REASONS.keySet());
    }

    /** An error page, after which the connection is closed. A HEAD request gets its head only. */
    static ByteBuf error(ByteBufAllocator allocator, int status, boolean headOnly) {
        return error(allocator, status, headOnly, 0);
    }

    /** The same, which says after how many seconds to ask again if that is not 0. */
    static ByteBuf error(ByteBufAllocator allocator, int status, boolean headOnly, long retryAfter) {
        return write(allocator, ERRORS.getOrDefault(status, UNAVAILABLE), headOnly, retryAfter);
    }

    /** A whole answer, or its head, with a line more if there is something to say. */
    static ByteBuf write(ByteBufAllocator allocator, byte[] page, boolean headOnly, long retryAfter) {
        int head = head(page);
        byte[] more = retryAfter > 0 ? Bytes.of("Retry-After: " + retryAfter + "\r\n") : NOTHING;
        return allocator
                .directBuffer(page.length + more.length)
                .writeBytes(page, 0, head)
                .writeBytes(more)
                .writeBytes(page, head, headOnly ? 2 : page.length - head);
    }

    /* Where the empty line begins. */
    private static int head(byte[] page) {
        return new String(page, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 2;
    }

    /** The question who somebody is, after which the connection is closed. */
    static ByteBuf challenge(ByteBufAllocator allocator, String realm, boolean headOnly) {
        String body =
                "<html><body><h1>401 Unauthorized</h1>\nYou need a valid user and password to access this content.\n"
                        + "</body></html>\n";
        return ByteBufUtil.writeAscii(
                allocator,
                "HTTP/1.1 401 Unauthorized\r\nContent-Length: " + body.length()
                        + "\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n"
                        + "WWW-Authenticate: Basic realm=\"" + realm + "\"\r\n\r\n" + (headOnly ? "" : body));
    }
}
