package io.evenkeel.l4.runner;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to an {@link AdminServer}.
 *
 * @param method in upper case
 * @param path decoded, without the query
 * @param query what follows the question mark, undecoded; empty if nothing does
 * @param headers the last value of each, by name in lower case
 * @param body decoded as UTF-8; empty if there is none
 */
public record AdminRequest(String method, String path, String query, Map<String, String> headers, String body) {

    /** Checks for nulls and copies the headers. */
    public AdminRequest {
        requireNonNull(method, "method");
        requireNonNull(path, "path");
        requireNonNull(query, "query");
        requireNonNull(body, "body");
        headers = Map.copyOf(headers);
    }

    /**
     * The value of a header.
     *
     * @param lowerCaseName its name in lower case
     * @return the value, or null if it is not there
     */
    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }
}
