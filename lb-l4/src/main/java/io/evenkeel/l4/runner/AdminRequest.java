package io.evenkeel.l4.runner;

import static java.util.Objects.requireNonNull;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetAddress;
import java.util.List;
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
 * @param client the address at the other end of the connection, or null if it is not known
 */
public record AdminRequest(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        String body,
        @Nullable InetAddress client) {

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

    /**
     * The value of a parameter of the query.
     *
     * @param name its name
     * @return the first value, decoded, or null if there is none
     */
    public @Nullable String parameter(String name) {
        List<String> values = new QueryStringDecoder(query, false).parameters().get(name);
        return values == null ? null : values.get(0);
    }
}
