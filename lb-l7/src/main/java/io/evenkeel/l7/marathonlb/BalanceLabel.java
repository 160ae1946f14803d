package io.evenkeel.l7.marathonlb;

import io.evenkeel.strategy.Balance;
import java.util.function.Consumer;

/** Reads how a port balances. Stateless. */
final class BalanceLabel {

    private static final String ROUND_ROBIN = "roundrobin";

    private BalanceLabel() {}

    /** The algorithm with its arguments that the labels ask for, or what stands in for it. */
    static String of(MarathonLbLabels labels, AppPort.Mode mode, Consumer<String> remarks) {
        String value = labels.get(MarathonLbLabels.BALANCE, ROUND_ROBIN).trim();
        String why = switch (name(value)) {
            case ROUND_ROBIN, "static-rr", "leastconn", "first", "random", "source" -> "";
            case "uri", "url_param", "hdr" -> mode == AppPort.Mode.HTTP ? "" : "it takes mode http";
            case "rdp-cookie" -> "this algorithm is not available";
            default ->
                throw labels.wrong(
                        MarathonLbLabels.BALANCE,
                        value,
                        "roundrobin, static-rr, leastconn, random, first, source, uri, url_param, hdr or rdp-cookie");
        };
        if (why.isEmpty()) {
            return value;
        }
        remarks.accept("label " + labels.name(MarathonLbLabels.BALANCE) + ": " + value + " (balanced by " + ROUND_ROBIN
                + ", since " + why + ")");
        return ROUND_ROBIN;
    }

    static Balance parse(MarathonLbLabels labels, String balance) {
        try {
            return Balance.parse(balance);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "label " + labels.name(MarathonLbLabels.BALANCE) + ", " + e.getMessage(), e);
        }
    }

    /** The name without the arguments. */
    static String name(String balance) {
        return balance.replaceFirst("[\\s(].*", "");
    }
}
