package io.evenkeel.l7.marathonlb;

import io.evenkeel.strategy.Balance;
import io.evenkeel.strategy.KeySource;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how a port balances. Stateless. */
final class BalanceLabel {

    private static final String ROUND_ROBIN = "roundrobin";

    private static final Pattern EXTRA =
            Pattern.compile("(hdr\\([^()\\s]+\\)(?=\\s+use)|url_param\\s+\\S+(?=\\s+check))"
                    + "\\s+(use_domain_only|check_post(?:\\s+[0-9]+)?)");

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

    /** An algorithm without the words that say what else HAProxy looks at. */
    static String withoutExtras(String balance, Consumer<String> remarks) {
        Matcher extra = EXTRA.matcher(balance);
        if (!extra.matches()) {
            return balance;
        }
        remarks.accept("balance " + balance + " (" + extra.group(2) + " is not applied: "
                + (extra.group(2).startsWith("use") ? "the whole name counts" : "only the query is looked at") + ")");
        return extra.group(1);
    }

    static Balance parse(MarathonLbLabels labels, String balance) {
        try {
            return Balance.parse(balance);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "label " + labels.name(MarathonLbLabels.BALANCE) + ", " + e.getMessage(), e);
        }
    }

    /** What our own label asks for: any strategy there is, and behind one that hashes, by what. */
    static Balance own(MarathonLbLabels labels, AppPort.Mode mode) {
        String value = labels.get(OwnLabel.BALANCE);
        String[] parts = value.split("\\s+by\\s+", 2);
        Balance balance;
        try {
            balance = Balance.parse(parts[0]);
            if (parts.length == 2) {
                KeySource key = Balance.parse(parts[1]).key();
                if (balance.key().kind() != KeySource.Kind.ADDRESS || key.kind() == KeySource.Kind.NONE) {
                    throw labels.wrong(OwnLabel.BALANCE);
                }
                balance = new Balance(balance.strategy(), key);
            }
        } catch (IllegalArgumentException e) {
            throw labels.wrong(OwnLabel.BALANCE);
        }
        boolean ofRequests =
                balance.key().kind() != KeySource.Kind.NONE && balance.key().kind() != KeySource.Kind.ADDRESS;
        if (ofRequests && mode == AppPort.Mode.TCP) {
            throw labels.wrong(OwnLabel.BALANCE, "mode http with it");
        }
        return balance;
    }

    /** The name without the arguments. */
    static String name(String balance) {
        return balance.replaceFirst("[\\s(].*", "");
    }
}
