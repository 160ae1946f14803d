package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Hosts that a port answers for without naming each of them. Immutable.
 *
 * @param pattern how they are found
 * @param condition what else must be true of the request's host, or of the server name over TLS
 * @param text as the label says it
 */
public record WiderHosts(HostPattern pattern, Condition condition, String text) {

    private static final int MAX_EXPRESSION = 512;

    /**
     * Reads a label.
     *
     * @param label hosts separated by commas or blanks: names, {@code *.name} for all hosts that end so, {@code *} for all
     *     hosts; or one expression behind a tilde
     * @param names takes the names, in lower case
     * @return the others
     * @throws IllegalArgumentException if it is none of these
     */
    static List<WiderHosts> parse(String label, Consumer<String> names) {
        if (label.startsWith("~")) {
            return List.of(expression(label));
        }
        List<WiderHosts> wider = new ArrayList<>();
        for (String host : label.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            if (host.equals("*")) {
                wider.add(new WiderHosts(HostPattern.ANY, Condition.ALWAYS, host));
            } else if (host.startsWith("*.") && host.indexOf('*', 1) < 0 && host.length() > 2) {
                wider.add(new WiderHosts(HostPattern.suffix(host.substring(1)), Condition.ALWAYS, host));
            } else if (host.indexOf('*') >= 0 || host.indexOf('~') >= 0) {
                throw new IllegalArgumentException(host + " (expected: a name, *.name, * or one ~expression alone)");
            } else if (!host.isEmpty()) {
                names.accept(host);
            }
        }
        return wider;
    }

    private static WiderHosts expression(String label) {
        String expression = label.substring(1);
        if (expression.isBlank() || expression.length() > MAX_EXPRESSION) {
            throw new IllegalArgumentException(
                    label + " (expected: an expression of 1 to " + MAX_EXPRESSION + " letters after the tilde)");
        }
        Condition plain = Condition.of(
                Fetch.of(Fetch.Kind.HOST), Match.regex(List.of("^(?:" + expression + ")(?::[0-9]*)?$"), true));
        Condition secure =
                Condition.of(Fetch.of(Fetch.Kind.SERVER_NAME), Match.regex(List.of("^(?:" + expression + ")$"), true));
        return new WiderHosts(
                HostPattern.PATTERN,
                (head, origin) ->
                        origin.serverName() == null ? plain.matches(head, origin) : secure.matches(head, origin),
                label);
    }
}
