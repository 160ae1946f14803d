package io.evenkeel.testing.marathon;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A reader of HTTP/1.1 requests from one connection, bounded in head and body; a bad request is a {@link BadRequest}. */
final class RequestReader {
    private static final int MAX_HEAD = 64 * 1024;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Connection connection;
    private final int maxBody;
    private int headBytes;

    RequestReader(Connection connection, int maxBody) {
        this.connection = connection;
        this.maxBody = maxBody;
    }

    /** A request that cannot be answered in any other way than with this status and the end of the connection. */
    static final class BadRequest extends IOException {
        private static final long serialVersionUID = 1L;
        final int status;

        BadRequest(int status, String reason) {
            super(reason);
            this.status = status;
        }
    }

    Request read() throws IOException {
        headBytes = 0;
        String first = line();
        while (first.isEmpty()) {
            first = line();
        }
        String[] parts = first.split(" ", -1);
        if (parts.length != 3 || parts[0].isEmpty() || !parts[2].startsWith("HTTP/1.")) {
            throw new BadRequest(400, "Bad request line");
        }
        if (!parts[1].startsWith("/") && !parts[1].equals("*")) {
            throw new BadRequest(400, "Bad request target");
        }
        List<Map.Entry<String, String>> headers = headers();
        Request head = new Request(parts[0], parts[1], parts[2], headers, new byte[0], connection.remoteAddress());
        byte[] body = body(head);
        return new Request(parts[0], parts[1], parts[2], headers, body, connection.remoteAddress());
    }

    private List<Map.Entry<String, String>> headers() throws IOException {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || line.substring(0, colon).isBlank() || line.charAt(colon - 1) == ' ') {
                throw new BadRequest(400, "Bad header line");
            }
            headers.add(new SimpleImmutableEntry<>(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return headers;
    }

    private byte[] body(Request head) throws IOException {
        boolean chunked = head.headerHas("Transfer-Encoding", "chunked");
        int length = chunked ? 0 : length(head.header("Content-Length").orElse("0"), 10);
        if (length > 0 || chunked) {
            if (head.headerHas("Expect", "100-continue")) {
                connection.out().write(CONTINUE);
                connection.out().flush();
            }
        }
        return chunked ? chunks() : exactly(length);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            headBytes = 0;
            String size = line();
            int semicolon = size.indexOf(';');
            int length = length(semicolon < 0 ? size : size.substring(0, semicolon), 16);
            if (length == 0) {
                headers();
                return body.toByteArray();
            }
            if (body.size() + length > maxBody) {
                throw new BadRequest(413, "Body too large");
            }
            body.write(exactly(length));
            if (!line().isEmpty()) {
                throw new BadRequest(400, "Bad chunk");
            }
        }
    }

    private int length(String text, int radix) throws IOException {
        long length;
        try {
            length = Long.parseLong(text.strip(), radix);
        } catch (NumberFormatException e) {
            throw new BadRequest(400, "Bad length");
        }
        if (length < 0) {
            throw new BadRequest(400, "Bad length");
        }
        if (length > maxBody) {
            throw new BadRequest(413, "Body too large");
        }
        return (int) length;
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = connection.in().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("body ended early");
        }
        return bytes;
    }

    private String line() throws IOException {
        InputStream in = connection.in();
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("request ended early");
            }
            if (++headBytes > MAX_HEAD) {
                throw new BadRequest(431, "Request head too large");
            }
            if (b == 0) {
                throw new BadRequest(400, "Bad character");
            }
            line.append((char) b);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }
}
