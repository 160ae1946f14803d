package io.evenkeel.l7.marathonlb.template;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HAProxy's durations: a number, in milliseconds unless it says otherwise. Stateless. */
final class Times {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,12})(us|ms|s|m|h|d)?");

    /** Stands for no limit at all. */
    static final Duration FOREVER = Duration.ofDays(24);

    private Times() {}

    /** Reads a duration; 0 is no limit. */
    static Duration parse(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text + " (expected: a time like 500, 500ms, 30s or 5m)");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "ms" : matcher.group(2);
        Duration time = switch (unit) {
            case "us" -> Duration.ofNanos(number * 1000);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofMillis(number);
        };
        if (time.isZero() || time.compareTo(FOREVER) > 0) {
            return FOREVER;
        }
        return time.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : time;
    }
}
