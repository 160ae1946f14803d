package io.evenkeel.strategy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A strategy by name, as labels and configurations have it: ours, or what HAProxy calls {@code balance}.
 *
 * <table>
 * <caption>HAProxy's names</caption>
 * <tr><th>name</th><th>means</th></tr>
 * <tr><td>{@code roundrobin}, {@code static-rr}</td><td>{@link Strategy#weighted()}</td></tr>
 * <tr><td>{@code leastconn}</td><td>{@link Strategy#leastConnections()}</td></tr>
 * <tr><td>{@code random}, {@code random(n)}</td><td>{@link Strategy#leastRequest(int)} with 2 or n draws, as HAProxy's</td></tr>
 * <tr><td>{@code first}</td><td>{@link Strategy#first()}</td></tr>
 * <tr><td>{@code source}</td><td>{@link Strategy#maglev()} by the client's address</td></tr>
 * <tr><td>{@code uri [path-only] [whole] [len n] [depth n]}</td><td>{@link Strategy#maglev()} by the path</td></tr>
 * <tr><td>{@code url_param name}</td><td>{@link Strategy#maglev()} by a parameter of the query</td></tr>
 * <tr><td>{@code hdr(name)}</td><td>{@link Strategy#maglev()} by a header</td></tr>
 * </table>
 *
 * @param strategy the algorithm
 * @param key what its key is made from
 */
public record Balance(Strategy strategy, KeySource key) {

    private static final Map<String, Supplier<Strategy>> OURS = new LinkedHashMap<>();

    static {
        OURS.put("latency-aware", Strategy::latencyAware);
        OURS.put("peak-ewma", Strategy::peakEwma);
        OURS.put("least-request", Strategy::leastRequest);
        OURS.put("least-connections", Strategy::leastConnections);
        OURS.put("round-robin", Strategy::roundRobin);
        OURS.put("weighted", Strategy::weighted);
        OURS.put("random", () -> Strategy.leastRequest(2));
        OURS.put("first", Strategy::first);
        OURS.put("maglev", Strategy::maglev);
        OURS.put("ring", Strategy::ring);
        OURS.put("rendezvous", Strategy::rendezvous);
        OURS.put("roundrobin", Strategy::weighted);
        OURS.put("static-rr", Strategy::weighted);
        OURS.put("leastconn", Strategy::leastConnections);
    }

    private static final String OTHERS =
            "random(n), source, uri [path-only] [whole] [len n] [depth n], url_param name, hdr(name)";
    private static final Pattern ARGUMENT = Pattern.compile("(hdr|random)\\(([^()\\s]+)\\)");

    /** Checks for nulls. */
    public Balance {
        requireNonNull(strategy, "strategy");
        requireNonNull(key, "key");
    }

    /**
     * Reads a name, with its arguments.
     *
     * @param text {@code hdr(X-User)}, {@code leastconn}, {@code peak-ewma}, …; by {@code source}, {@code ring} and the
     *     like the client's address is the key
     * @return what it stands for
     * @throws IllegalArgumentException if it stands for nothing
     */
    public static Balance parse(String text) {
        Deque<String> words = new ArrayDeque<>(Arrays.asList(text.trim().split("\\s+")));
        String name = words.remove();
        Balance balance = parse(text, name, words);
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("balance: " + text + " (expected: nothing behind " + name + ")");
        }
        return balance;
    }

    private static Balance parse(String text, String name, Deque<String> words) {
        Supplier<Strategy> ours = OURS.get(name);
        if (ours != null) {
            Strategy strategy = ours.get();
            return new Balance(strategy, strategy instanceof ConsistentHash ? KeySource.ADDRESS : KeySource.NONE);
        }
        Matcher argument = ARGUMENT.matcher(name);
        if (argument.matches()) {
            return argument.group(1).equals("hdr")
                    ? hash(new KeySource(KeySource.Kind.HEADER, argument.group(2)))
                    : new Balance(Strategy.leastRequest(number(text, argument.group(2))), KeySource.NONE);
        }
        return switch (name) {
            case "source" -> hash(KeySource.ADDRESS);
            case "uri" -> hash(uri(text, words));
            case "url_param" ->
                hash(new KeySource(KeySource.Kind.PARAMETER, argument(text, words, "a parameter's name")));
            default ->
                throw new IllegalArgumentException("balance: " + text + " (expected: one of "
                        + Stream.concat(OURS.keySet().stream(), Stream.of(OTHERS))
                                .collect(Collectors.joining(", ")) + ")");
        };
    }

    private static Balance hash(KeySource key) {
        return new Balance(Strategy.maglev(), key);
    }

    private static KeySource uri(String text, Deque<String> words) {
        int depth = 0;
        int length = 0;
        boolean whole = false;
        while (!words.isEmpty()) {
            String word = words.remove();
            switch (word) {
                case "path-only" -> {} // it is never more than the path
                case "whole" -> whole = true;
                case "depth" -> depth = number(text, argument(text, words, "a number behind depth"));
                case "len" -> length = number(text, argument(text, words, "a number behind len"));
                default ->
                    throw new IllegalArgumentException("balance: " + text
                            + " (expected: path-only, whole, len n or depth n instead of " + word + ")");
            }
        }
        return new KeySource(KeySource.Kind.URI, "", depth, length, whole);
    }

    private static String argument(String text, Deque<String> words, String expected) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("balance: " + text + " (expected: " + expected + ")");
        }
        return words.remove();
    }

    private static int number(String text, String word) {
        try {
            int number = Integer.parseInt(word);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("balance: " + text + " (expected: a number >= 1 instead of " + word + ")");
    }
}
