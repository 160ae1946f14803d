package io.evenkeel.l4.runner;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The answer to an {@link AdminRequest}.
 *
 * @param status the HTTP status
 * @param contentType of the body
 * @param headers further ones
 * @param body as text, sent as UTF-8
 */
public record AdminResponse(int status, String contentType, Map<String, String> headers, String body) {

    /** Checks for nulls and copies the headers. */
    public AdminResponse {
        requireNonNull(contentType, "contentType");
        requireNonNull(body, "body");
        headers = Map.copyOf(headers);
    }

    /**
     * A plain text.
     *
     * @param status the HTTP status
     * @param body the text
     * @return the answer
     */
    public static AdminResponse text(int status, String body) {
        return new AdminResponse(status, "text/plain; charset=utf-8", Map.of(), body);
    }

    /**
     * A JSON document.
     *
     * @param body the document
     * @return the answer, with status 200
     */
    public static AdminResponse json(String body) {
        return new AdminResponse(200, "application/json", Map.of(), body);
    }

    /**
     * This answer with one more header.
     *
     * @param name the header's name
     * @param value its value
     * @return the changed copy
     */
    public AdminResponse withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new AdminResponse(status, contentType, more, body);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
