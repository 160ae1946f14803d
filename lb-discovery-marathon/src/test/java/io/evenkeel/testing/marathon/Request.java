package io.evenkeel.testing.marathon;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One HTTP request as it came over the wire; header names are matched without regard to case. */
@SuppressWarnings("ArrayRecordComponent") // bodies are never changed nor compared
record Request(
        String method,
        String target,
        String version,
        List<Map.Entry<String, String>> headers,
        byte[] body,
        String remoteAddress) {

    Request {
        headers = List.copyOf(headers);
    }

    /** The path as it was sent, still percent-encoded. */
    String rawPath() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    String path() {
        return decode(rawPath().replace("+", "%2B"));
    }

    String rawQuery() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    List<String> query(String name) {
        List<String> values = new ArrayList<>();
        for (String pair : rawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decode(key).equals(name)) {
                values.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    Optional<String> queryOne(String name) {
        return query(name).stream().findFirst();
    }

    boolean flag(String name) {
        return queryOne(name).filter(value -> !value.equals("false")).isPresent();
    }

    boolean changes() {
        return !method.equals("GET") && !method.equals("HEAD");
    }

    int number(String name, int otherwise) {
        try {
            return queryOne(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw new MarathonException(400, name + " is not a number");
        }
    }

    Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    boolean headerHas(String name, String token) {
        return header(name)
                .map(value -> value.toLowerCase(Locale.ROOT))
                .orElse("")
                .contains(token);
    }

    boolean keepAlive() {
        return version.equals("HTTP/1.1") ? !headerHas("Connection", "close") : headerHas("Connection", "keep-alive");
    }

    String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MarathonException(400, "Bad escape in " + text);
        }
    }
}
