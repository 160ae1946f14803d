package io.evenkeel.l7.marathonlb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the kinds of values that several labels of our own have. Stateless. */
final class OwnValues {

    /** How durations are written, for people. */
    static final String DURATION = "a time of 1ms to 7d: a number with ms, s, m, h or d";

    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Duration LONGEST = Duration.ofDays(7);

    private OwnValues() {}

    /** The time that a label names, if it is there. */
    static Optional<Duration> duration(MarathonLbLabels labels, OwnLabel label) {
        String value = labels.get(label);
        return value.isEmpty() ? Optional.empty() : Optional.of(duration(value).orElseThrow(() -> labels.wrong(label)));
    }

    /** A time within the bounds, if the text is one. */
    static Optional<Duration> duration(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        return duration.isZero() || duration.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(duration);
    }

    /** The whole number that a label names, if it is there. */
    static OptionalInt number(MarathonLbLabels labels, OwnLabel label, int least, int most) {
        String value = labels.get(label);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt number = number(value, least, most);
        if (number.isEmpty()) {
            throw labels.wrong(label);
        }
        return number;
    }

    /** A whole number within bounds, if the text is one. */
    static OptionalInt number(String text, int least, int most) {
        if (!NUMBER.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(text);
        return number < least || number > most ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The items of a list with commas, without blanks around them. */
    static List<String> list(String value) {
        List<String> items = new ArrayList<>();
        for (String item : value.split(",", -1)) {
            if (!item.isBlank()) {
                items.add(item.trim());
            }
        }
        return items;
    }
}
