package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The answers that the proxy gives itself, with the texts that HAProxy's users know. */
final class Replies {

    private static final byte[] NOTHING = {};

    /** A whole answer, as it is shown again and again. Immutable. */
    static final class Page {

        private final byte[] bytes;
        private final int head; // where the empty line begins
        private final ByteBuf shared;

        Page(byte[] head, byte[] body) {
            this.head = head.length - 2;
            this.bytes = Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, bytes, head.length, body.length);
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            this.shared = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
        }

        /** The answer, or its head, with a line that says after how many seconds to ask again if that is not 0. */
        ByteBuf write(ByteBufAllocator allocator, boolean headOnly, long retryAfter) {
            if (!headOnly && retryAfter == 0) {
                return shared.duplicate(); // nobody writes to it, and releasing it does nothing
            }
            byte[] more = retryAfter > 0 ? Bytes.of("Retry-After: " + retryAfter + "\r\n") : NOTHING;
            return allocator
                    .directBuffer(bytes.length + more.length)
                    .writeBytes(bytes, 0, head)
                    .writeBytes(more)
                    .writeBytes(bytes, head, headOnly ? 2 : bytes.length - head);
        }
    }

    private static final Map<Integer, String> REASONS = new HashMap<>();
    private static final Map<Integer, Page> ERRORS = new HashMap<>();
    private static final Page UNAVAILABLE =
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

    private Replies() {}

    private static void error(int status, String reason, String text) {
        REASONS.put(status, reason);
        ERRORS.put(status, page(status, reason, text));
    }

    /** An answer with another body. */
    static Page page(int status, String type, byte[] body) {
        byte[] head = Bytes.of("HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Error")
                + "\r\nContent-Length: " + body.length + "\r\nCache-Control: no-cache\r\nConnection: close"
                + "\r\nContent-Type: " + type + "\r\n\r\n");
        return new Page(head, body);
    }

    private static Page page(int status, String reason, String text) {
        String body = "<html><body><h1>" + status + " " + reason + "</h1>\n" + text + "\n</body></html>\n";
        return new Page(
                Bytes.of("HTTP/1.1 " + status + " " + reason + "\r\nContent-Length: " + body.length()
                        + "\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n"),
                Bytes.of(body));
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
        return ERRORS.getOrDefault(status, UNAVAILABLE).write(allocator, headOnly, retryAfter);
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
