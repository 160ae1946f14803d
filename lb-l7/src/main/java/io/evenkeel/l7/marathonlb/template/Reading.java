package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.BackendLimits;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.Compression;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.HeaderEdits;
import io.evenkeel.l7.rule.RequestRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** What has been read of the templates of one port so far. Not thread-safe; used for one reading. */
final class Reading {

    private static final long MAX_REGEX_SIZE = 2000;

    final boolean http;
    private final Consumer<String> remarks;
    final RequestRules.Builder rules = RequestRules.builder();
    final HeaderEdits.Builder requestEdits = HeaderEdits.builder();
    final HeaderEdits.Builder responseEdits = HeaderEdits.builder();

    /** What later conditions on requests must know. */
    final Edited edited = new Edited();

    /** What later conditions on responses must know. */
    final Edited editedResponse = new Edited();

    /** The full name of the template that is being read. */
    String template = "";

    private long regexSize;

    Optional<String> balance = Optional.empty();
    Optional<Duration> connectTimeout = Optional.empty();
    Optional<Duration> clientTimeout = Optional.empty();
    Optional<Duration> serverTimeout = Optional.empty();
    Optional<Duration> tunnelTimeout = Optional.empty();
    Optional<Duration> queueTimeout = Optional.empty();
    OptionalInt retries = OptionalInt.empty();

    /** How many requests an endpoint takes at once; others wait. */
    OptionalInt maxConnections = OptionalInt.empty();

    Optional<Duration> slowStart = Optional.empty();
    Optional<CookieOptions> cookie = Optional.empty();
    CheckOptions check = CheckOptions.NONE;

    /** Whether the server line has the cookie of sticky sessions. */
    boolean sticky;

    /** Whether responses are compressed, and of which types; all if there are none. */
    boolean compresses;

    final List<String> compressedTypes = new ArrayList<>();

    /** The template in which a server line or default-server asks for TLS; empty if none does. */
    String ssl = "";

    boolean verifiesNobody;
    String serverName = "";

    /** The header in which the client's address goes on, once a template asks for it; empty if none does. */
    String forwardFor = "";

    Condition forwardForCondition = Condition.ALWAYS;

    Reading(boolean http, Consumer<String> remarks) {
        this.http = http;
        this.remarks = remarks;
    }

    /** Counts the work that conditions may be, so that no port's can hold an event loop up. */
    void charge(Term term) {
        regexSize += term.regexSize();
        if (regexSize > MAX_REGEX_SIZE) {
            throw new IllegalArgumentException("regular expressions of " + regexSize + " characters (expected: at most "
                    + MAX_REGEX_SIZE + " in all conditions of a port, counted repetitions unrolled)");
        }
    }

    /** Tells of something that is not done although the template says so. */
    void remark(String text) {
        remarks.accept(template + ": " + text);
    }

    /**
     * What becomes of a line that its reader does not understand: it is passed over, told or refused.
     *
     * @param expected what to expect instead of one that nobody knows
     */
    void uninterpreted(List<String> words, String expected) {
        String text = String.join(" ", words);
        switch (Directives.of(words)) {
            case SILENT -> {}
            case TOLD -> remark(text + " (not applied)");
            case WITHHELD ->
                throw new IllegalArgumentException(text + " (expected: none; this directive is not interpreted, and"
                        + " without it the application would not be served as it asks)");
            case UNKNOWN -> throw new IllegalArgumentException(text + " (expected: " + expected + ")");
        }
    }

    /** Which responses are compressed. */
    Optional<Compression> compression() {
        return compresses && http ? Optional.of(new Compression(compressedTypes)) : Optional.empty();
    }

    /** How connections to endpoints are encrypted. */
    Optional<BackendTls> tls() {
        if (ssl.isEmpty()) {
            return Optional.empty();
        }
        if (!http || !verifiesNobody) {
            throw new IllegalArgumentException(ssl + ": server … ssl (expected: "
                    + (http
                            ? "verify none beside it; no other TLS to endpoints is interpreted"
                            : "none in mode tcp, where the proxy speaks no TLS to endpoints; mode http with it")
                    + ")");
        }
        return Optional.of(unverified());
    }

    private BackendTls unverified() {
        return serverName.isEmpty() ? BackendTls.UNVERIFIED : BackendTls.UNVERIFIED.withServerName(serverName);
    }

    /** How endpoints are checked. */
    CheckOptions check() {
        return verifiesNobody ? check.by(check.protocol().unverified(unverified())) : check;
    }

    BackendLimits limits() {
        return new BackendLimits(connectTimeout, clientTimeout, serverTimeout, tunnelTimeout, retries);
    }

    /** The edits that marathon-lb's own template makes, in their place among those of others. */
    void ownEdits() {
        Condition tls = Condition.inRange(Fetch.of(Fetch.Kind.TLS), 1, 1);
        Format port = format(Fetch.Kind.LOCAL_PORT);
        requestEdits.set("X-Forwarded-Port", port, Condition.ALWAYS);
        edited.set("X-Forwarded-Port", port, Condition.ALWAYS);
        requestEdits.add("X-Forwarded-Proto", Format.of("https"), tls);
        edited.add("X-Forwarded-Proto", Format.of("https"), tls);
        forwardFor = "X-Forwarded-For";
    }

    /** What stands at a place of a directive. */
    static String argument(List<String> words, int at) {
        if (words.size() <= at) {
            throw new IllegalArgumentException(String.join(" ", words) + " (expected: an argument after it)");
        }
        return words.get(at);
    }

    /**
     * An edit of responses as {@code http-response} says it.
     *
     * @param condition what must be true, from that place of the words on
     * @return false if it says something else
     */
    boolean respond(List<String> words, IntFunction<Condition> condition) {
        String action = words.size() > 1 ? words.get(1) : "";
        switch (action) {
            case "set-header", "add-header" ->
                respond(action.equals("set-header"), argument(words, 2), argument(words, 3), condition.apply(4));
            case "del-header" -> respondWithout(argument(words, 2), condition.apply(3));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A field of responses is set, or added. */
    void respond(boolean set, String name, String text, Condition condition) {
        Format value = LogFormat.parse(text, true);
        editedResponse.requireUntouched(value);
        if (set) {
            responseEdits.set(name, value, condition);
            editedResponse.set(name, value, condition);
        } else {
            responseEdits.add(name, value, condition);
            editedResponse.add(name, value, condition);
        }
    }

    /** The fields of a name go from responses. */
    void respondWithout(String name, Condition condition) {
        responseEdits.delete(name, condition);
        editedResponse.delete(name, condition);
    }

    /** The client's address goes on, after everything else is done. */
    void forwardFor() {
        if (!forwardFor.isEmpty()) {
            requestEdits.add(forwardFor, format(Fetch.Kind.SOURCE), forwardForCondition);
        }
    }

    private static Format format(Fetch.Kind kind) {
        return Format.builder().fetch(Fetch.of(kind), false).build();
    }

    void number(List<String> words, Consumer<Integer> setting) {
        if (words.size() != 2 || !words.get(1).matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(String.join(" ", words) + " (expected: " + words.get(0) + " NUMBER)");
        }
        setting.accept(Integer.valueOf(words.get(1)));
    }
}
