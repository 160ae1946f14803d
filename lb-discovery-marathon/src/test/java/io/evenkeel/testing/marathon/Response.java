package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** One HTTP answer: status, headers in the order they are written, and a whole body. Immutable. */
@SuppressWarnings("ArrayRecordComponent") // bodies are never changed nor compared
record Response(int status, List<Map.Entry<String, String>> headers, byte[] body) {
    Response {
        headers = List.copyOf(headers);
    }

    static Response of(int status, String contentType, byte[] body) {
        return new Response(status, List.of(), body).with("Content-Type", contentType);
    }

    static Response of(int status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    static Response json(int status, JsonNode body) {
        return of(status, "application/json", Json.bytes(body));
    }

    /** The page with which Jetty tells an error. */
    static Response html(int status, String path) {
        String reason = reason(status);
        String body = "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n"
                + "<title>Error " + status + " " + reason + "</title>\n</head>\n"
                + "<body><h2>HTTP ERROR " + status + "</h2>\n<p>Problem accessing "
                + path.replace("&", "&amp;").replace("<", "&lt;") + ". Reason:\n<pre>    " + reason
                + "</pre></p>\n</body>\n</html>\n";
        return new Response(status, List.of(), body.getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "must-revalidate,no-cache,no-store")
                .with("Content-Type", "text/html;charset=iso-8859-1");
    }

    Response with(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(new SimpleImmutableEntry<>(name, value));
        return new Response(status, more, body);
    }

    Response withBody(byte[] other) {
        return new Response(status, headers, other);
    }

    Response withFirst(List<Map.Entry<String, String>> first) {
        List<Map.Entry<String, String>> more = new ArrayList<>(first);
        more.addAll(headers);
        return new Response(status, more, body);
    }

    Response gzipped() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = fast(packed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Response(status, headers, packed.toByteArray()).with("Content-Encoding", "gzip");
    }

    private static OutputStream fast(OutputStream out) throws IOException {
        return new GZIPOutputStream(out, 64 * 1024) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
    }

    /** Status line, Date and headers, up to and including the empty line. */
    static byte[] head(int status, List<Map.Entry<String, String>> headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("\r\nDate: ")
                .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
                .append("\r\n");
        headers.forEach(header -> head.append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes the answer; {@code length} is the Content-Length told, which only a fault sets apart from the body's. */
    void writeTo(OutputStream out, boolean withBody, boolean close, int length) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        writeTo(whole, withBody, close, length, () -> {});
        whole.writeTo(out);
        out.flush();
    }

    /** Does the same in two steps, and runs something between head and body. */
    void writeTo(OutputStream out, boolean withBody, boolean close, int length, Runnable beforeBody)
            throws IOException {
        Response told = with("Content-Length", Integer.toString(length));
        told = close ? told.with("Connection", "close") : told;
        out.write(head(status, told.headers));
        out.flush();
        beforeBody.run();
        if (withBody) {
            out.write(body);
            out.flush();
        }
    }

    static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 302 -> "Found";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 409 -> "Conflict";
            case 413 -> "Payload Too Large";
            case 422 -> "Unprocessable Entity";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Status " + status;
        };
    }
}
