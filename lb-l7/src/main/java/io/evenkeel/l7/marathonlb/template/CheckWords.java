package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.marathonlb.template.CheckOptions.Question;
import io.evenkeel.l7.marathonlb.template.CheckOptions.Statuses;
import io.evenkeel.l7.rule.Match;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Reads how HTTP checks ask and what they expect. Stateless. */
final class CheckWords {

    private static final String CONNECTED_TO = " (not applied: endpoints are only asked to accept a connection)";
    private static final int LOWEST_STATUS = 100;
    private static final int HIGHEST_STATUS = 599;

    private CheckWords() {}

    /** Reads {@code option httpchk}: a target, or a method, a target and a version, behind which there may be headers. */
    static void httpchk(Reading reading, List<String> words) {
        String method = words.size() > 3 ? words.get(2) : "OPTIONS";
        String target = words.size() > 3 ? words.get(3) : words.size() > 2 ? words.get(2) : "/";
        String host = "";
        if (words.size() > 4) {
            for (String line : String.join(" ", words.subList(4, words.size())).split("\\r\\n", -1)) {
                if (line.regionMatches(true, 0, "host:", 0, 5)) {
                    host = line.substring(5).trim();
                } else if (!line.startsWith("HTTP/") && !line.isBlank()) {
                    reading.remark("option httpchk … " + line + " (not applied)");
                }
            }
        }
        if (method.matches("[A-Z]{1,32}") && target.matches("/[!-~]*|\\*") && host.matches("[!-~]*")) {
            reading.check = reading.check.asking(new Question(method, target, host));
        } else {
            reading.remark(String.join(" ", words) + CONNECTED_TO);
            reading.check = reading.check.connecting();
        }
    }

    /** Reads {@code http-check}: what is not understood makes checks that only connect. */
    static void httpCheck(Reading reading, List<String> words) {
        String text = String.join(" ", words);
        String action = words.size() > 1 ? words.get(1) : "";
        switch (action) {
            case "expect" -> {
                Statuses statuses = statuses(words.subList(2, words.size()));
                if (statuses == null) {
                    reading.remark(text + CONNECTED_TO);
                    reading.check = reading.check.connecting();
                } else {
                    reading.check = reading.check.expecting(statuses);
                }
            }
            case "disable-on-404", "send-state", "send" -> reading.remark(text + " (not applied)");
            default -> throw new IllegalArgumentException(text + " (expected: http-check expect or send)");
        }
    }

    /** The statuses that are expected, if they are a range. */
    private static @Nullable Statuses statuses(List<String> words) {
        boolean not = !words.isEmpty() && words.get(0).equals("!");
        List<String> rest = not ? words.subList(1, words.size()) : words;
        if (rest.size() != 2) {
            return null;
        }
        IntPredicate good = switch (rest.get(0)) {
            case "status" -> among(rest.get(1));
            case "rstatus" -> matching(rest.get(1));
            default -> null;
        };
        return good == null ? null : range(not ? good.negate() : good);
    }

    private static @Nullable Statuses range(IntPredicate good) {
        int lowest = 0;
        int highest = 0;
        for (int status = LOWEST_STATUS; status <= HIGHEST_STATUS; status++) {
            if (good.test(status)) {
                if (lowest != 0 && highest != status - 1) {
                    return null;
                }
                lowest = lowest == 0 ? status : lowest;
                highest = status;
            }
        }
        return lowest == 0 ? null : new Statuses(lowest, highest);
    }

    /** Numbers and ranges with commas between them. */
    private static @Nullable IntPredicate among(String text) {
        if (!text.matches("[1-5][0-9]{2}(-[1-5][0-9]{2})?(,[1-5][0-9]{2}(-[1-5][0-9]{2})?)*")) {
            return null;
        }
        IntPredicate any = status -> false;
        for (String part : text.split(",", -1)) {
            int first = Integer.parseInt(part.substring(0, 3));
            int last = Integer.parseInt(part.substring(part.length() - 3));
            any = any.or(status -> first <= status && status <= last);
        }
        return any;
    }

    private static @Nullable IntPredicate matching(String expression) {
        if (expression.length() > 100) {
            return null;
        }
        try {
            Match match = Match.regex(List.of(expression), false);
            return status -> {
                byte[] digits = Bytes.of(Integer.toString(status));
                return match.matches(digits, 0, digits.length);
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("http-check expect rstatus " + e.getMessage(), e);
        }
    }
}
