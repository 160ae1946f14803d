package io.evenkeel.discovery;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters in the query of a discovery URI, such as {@code ?timeout=2s&tcp=true}.
 *
 * <p>For authors of providers. An immutable value; every message names the parameter and its value.
 */
public final class UriParameters {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

    private final Map<String, String> values;

    private UriParameters(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the query of a URI.
     *
     * @param uri with a query or without
     * @param known the parameters that there are
     * @return the parameters that were given
     * @throws IllegalArgumentException if one is unknown, is given twice or has no value
     */
    public static UriParameters of(URI uri, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        String query = uri.getRawQuery();
        if (query != null) {
            for (String part : query.split("&", -1)) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                if (!known.contains(name)) {
                    throw new IllegalArgumentException(
                            "parameter: " + name + " (expected: one of " + new TreeSet<>(known) + ")");
                }
                if (equals < 0
                        || equals == part.length() - 1
                        || values.put(name, decoded(part.substring(equals + 1))) != null) {
                    throw new IllegalArgumentException(name + ": " + part + " (expected: " + name + "=VALUE, once)");
                }
            }
        }
        return new UriParameters(values);
    }

    /* Only what is percent-encoded: a plus is a plus in a URI. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * A text.
     *
     * @param name the parameter
     * @return its value, if it was given
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * A duration, as {@code 500ms}, {@code 2s} or {@code 1m}.
     *
     * @param name the parameter
     * @return its value, if it was given
     * @throws IllegalArgumentException if it is no duration above 0
     */
    public Optional<Duration> duration(String name) {
        return text(name).map(text -> {
            Matcher matcher = DURATION.matcher(text);
            if (matcher.matches()) {
                long number = Long.parseLong(matcher.group(1));
                Duration duration = switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    default -> Duration.ofMinutes(number);
                };
                if (!duration.isZero()) {
                    return duration;
                }
            }
            throw new IllegalArgumentException(name + ": " + text + " (expected: a duration as 500ms, 2s or 1m)");
        });
    }

    /**
     * A truth.
     *
     * @param name the parameter
     * @return its value, if it was given
     * @throws IllegalArgumentException if it is neither {@code true} nor {@code false}
     */
    public Optional<Boolean> flag(String name) {
        return text(name).map(text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + ": " + text + " (expected: true or false)");
        });
    }

    /**
     * A count.
     *
     * @param name the parameter
     * @return its value, if it was given
     * @throws IllegalArgumentException if it is no number from 0 to 999999999
     */
    public Optional<Integer> count(String name) {
        return text(name).map(text -> {
            if (text.matches("[0-9]{1,9}")) {
                return Integer.parseInt(text);
            }
            throw new IllegalArgumentException(name + ": " + text + " (expected: 0 to 999999999)");
        });
    }

    /**
     * A port.
     *
     * @param name the parameter
     * @return its value, if it was given
     * @throws IllegalArgumentException if it is no number from 1 to 65535
     */
    public Optional<Integer> port(String name) {
        return text(name).map(text -> {
            int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException(name + ": " + text + " (expected: 1 to 65535)");
            }
            return port;
        });
    }
}
