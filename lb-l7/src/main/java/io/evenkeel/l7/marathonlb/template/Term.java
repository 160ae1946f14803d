package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Match;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One ACL expression: something that is found, and how it is judged. Immutable.
 *
 * @param sample what is found
 * @param match how; null where the condition is all there is
 * @param condition the same in one
 * @param how how words are compared; null if it is not words
 * @param words the words, or the regular expressions where they are not compared in any other way
 */
record Term(Sample sample, @Nullable Match match, Condition condition, Match.@Nullable How how, List<String> words) {

    /** How much work the regular expressions are, if it has any. */
    long regexSize() {
        return how == null ? words.stream().mapToLong(Match::regexSize).sum() : 0;
    }

    private static final Pattern RANGE = Pattern.compile("(-?[0-9]{1,15})?(:)?(-?[0-9]{1,15})?");

    /** Reads the words after an ACL's name, or between braces. */
    static Term parse(List<String> expression) {
        if (expression.isEmpty()) {
            throw new IllegalArgumentException("acl (expected: acl NAME CRITERION …)");
        }
        Sample sample = Sample.parse(expression.get(0));
        if (sample.parts() != null) {
            throw new IllegalArgumentException(sample.text() + " (expected: no regsub in a condition)");
        }
        String method = sample.match();
        boolean ignoreCase = sample.lowerCase();
        int at = 1;
        for (; at < expression.size() && expression.get(at).startsWith("-"); at++) {
            String flag = expression.get(at);
            if (flag.equals("-i")) {
                ignoreCase = true;
            } else if (flag.equals("-m") && at + 1 < expression.size()) {
                method = expression.get(++at);
            } else if (flag.equals("--")) {
                at++;
                break;
            } else if (!flag.equals("-n")) {
                throw new IllegalArgumentException(
                        sample.text() + " " + flag + " (expected: -i, -m METHOD, and the values in place)");
            }
        }
        return of(sample, method, ignoreCase, expression.subList(at, expression.size()));
    }

    private static Term of(Sample sample, String method, boolean ignoreCase, List<String> values) {
        Fetch fetch = sample.fetch();
        if (fetch == null) {
            boolean value = sample.text().equals("always_true");
            return new Term(sample, null, value ? Condition.ALWAYS : Condition.NEVER, null, List.of());
        }
        if (method.isEmpty()) {
            method = switch (fetch.kind()) {
                case SOURCE, LOCAL -> "ip";
                case SOURCE_PORT, LOCAL_PORT, ENTRANCE_PORT, STATUS, COUNT, DATE -> "int";
                case TLS -> "bool";
                default -> "str";
            };
        }
        boolean needsValues = !method.equals("found") && !method.equals("bool");
        if (needsValues && values.isEmpty()) {
            throw new IllegalArgumentException(sample.text() + " (expected: values to compare it with)");
        }
        return switch (method) {
            case "found" -> matching(sample, fetch, Match.FOUND);
            case "bool" -> new Term(sample, null, Condition.inRange(number(sample, fetch), 1, 1), null, List.of());
            case "int", "val" -> numbers(sample, fetch, values);
            case "len" -> matching(sample, fetch, any(ranges(values, Match::length)));
            case "ip" -> addresses(sample, fetch, values);
            case "reg" -> {
                Match match = Match.regex(values, ignoreCase);
                yield new Term(sample, match, Condition.of(fetch, match), null, List.copyOf(values));
            }
            default -> words(sample, fetch, how(sample, method), ignoreCase, values);
        };
    }

    private static Match.How how(Sample sample, String method) {
        return switch (method) {
            case "str" -> Match.How.EXACT;
            case "beg" -> Match.How.BEGIN;
            case "end" -> Match.How.END;
            case "sub" -> Match.How.CONTAINS;
            case "dir" -> Match.How.DIRECTORY;
            case "dom" -> Match.How.DOMAIN;
            default ->
                throw new IllegalArgumentException(sample.text() + " -m " + method
                        + " (expected: found, bool, int, ip, len, str, beg, end, sub, dir, dom or reg)");
        };
    }

    private static Term words(Sample sample, Fetch fetch, Match.How how, boolean ignoreCase, List<String> words) {
        Match match = Match.words(how, words, ignoreCase);
        return new Term(sample, match, Condition.of(fetch, match), how, List.copyOf(words));
    }

    private static Term matching(Sample sample, Fetch fetch, Match match) {
        return new Term(sample, match, Condition.of(fetch, match), null, List.of());
    }

    private static Fetch number(Sample sample, Fetch fetch) {
        if (!fetch.isNumber()) {
            throw new IllegalArgumentException(sample.text() + " (expected: a number or a boolean)");
        }
        return fetch;
    }

    private static Term numbers(Sample sample, Fetch fetch, List<String> values) {
        return fetch.isNumber()
                ? new Term(
                        sample,
                        null,
                        Condition.any(ranges(values, (least, most) -> Condition.inRange(fetch, least, most))),
                        null,
                        List.of())
                : matching(sample, fetch, any(ranges(values, Match::number)));
    }

    private interface Ranged<T> {
        T of(long least, long most);
    }

    private static <T> List<T> ranges(List<String> values, Ranged<T> ranged) {
        List<T> all = new ArrayList<>();
        String operator = "eq";
        for (String value : values) {
            Matcher matcher = RANGE.matcher(value);
            switch (value) {
                case "eq", "ge", "gt", "le", "lt" -> {
                    operator = value;
                    continue;
                }
                default -> {
                    if (value.isEmpty() || value.equals(":") || !matcher.matches()) {
                        throw new IllegalArgumentException(value + " (expected: a number or a range like 1:5)");
                    }
                }
            }
            boolean range = matcher.group(2) != null;
            long least = matcher.group(1) == null ? Long.MIN_VALUE : Long.parseLong(matcher.group(1));
            long most = matcher.group(3) == null ? (range ? Long.MAX_VALUE : least) : Long.parseLong(matcher.group(3));
            all.add(
                    switch (operator) {
                        case "ge" -> ranged.of(least, Long.MAX_VALUE);
                        case "gt" -> ranged.of(least + 1, Long.MAX_VALUE);
                        case "le" -> ranged.of(Long.MIN_VALUE, most);
                        case "lt" -> ranged.of(Long.MIN_VALUE, most - 1);
                        default -> ranged.of(least, most);
                    });
        }
        return all;
    }

    private static Match any(List<Match> matches) {
        return (bytes, start, end) -> {
            for (Match match : matches) {
                if (match.matches(bytes, start, end)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Term addresses(Sample sample, Fetch fetch, List<String> values) {
        AllowedNetworks networks = AllowedNetworks.parse(String.join(" ", values));
        if (fetch.kind() == Fetch.Kind.SOURCE) {
            return new Term(sample, null, Condition.source(networks::contains), null, List.of());
        }
        return matching(sample, fetch, (bytes, start, end) -> {
            String text = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
            byte[] address = NetUtil.createByteArrayFromIpAddressString(text); // never a look-up
            try {
                return address != null && networks.contains(InetAddress.getByAddress(address));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e); // only for another number of bytes
            }
        });
    }
}
