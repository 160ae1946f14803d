package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.BackendLimits;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.Compression;
import io.evenkeel.l7.rule.Captures;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.HeaderEdits;
import io.evenkeel.l7.rule.PathEdits;
import io.evenkeel.l7.rule.RequestRules;
import io.evenkeel.l7.rule.Substitution;
import io.evenkeel.l7.rule.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** What has been read of the templates of one port so far. Not thread-safe; used for one reading. */
final class Reading {

    private static final long MAX_REGEX_SIZE = 2000;
    private static final int MAX_KEPT = 4096;

    final boolean http;
    private final Consumer<String> remarks;
    final RequestRules.Builder rules = RequestRules.builder();
    final HeaderEdits.Builder requestEdits = HeaderEdits.builder();
    final HeaderEdits.Builder responseEdits = HeaderEdits.builder();

    final PathEdits.Builder paths = PathEdits.builder();
    private final List<Captures.Capture> captures = new ArrayList<>();
    private final Map<String, String> asked = new TreeMap<>(); // the template, by what is kept
    private final Map<String, String> unkept = new TreeMap<>(); // why what is to be kept cannot be

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
        charge(term.regexSize());
        Fetch fetch = term.sample().fetch();
        if (fetch != null) {
            ask(fetch);
        }
    }

    /** A text with places for requests, or for responses. */
    Format format(String text, boolean response) {
        Format format = LogFormat.parse(text, response);
        charge(format.regexSize());
        format.fetches().forEach(this::ask);
        if (format.fetches().contains(Fetch.of(Fetch.Kind.NOTHING))) {
            remark(text + " (unique-id is empty, since no unique-id-format is applied)");
        }
        return format;
    }

    /** Where a line that begins with {@code redirect} sends clients. */
    Verdict redirect(List<String> words, Edited before) {
        Verdict.Redirect redirect = Redirects.verdict(words, before);
        charge(redirect.location().regexSize());
        return redirect;
    }

    private void ask(Fetch fetch) {
        if (fetch.kind() == Fetch.Kind.KEPT) {
            asked.putIfAbsent(fetch.name(), template);
        }
    }

    private void charge(long size) {
        regexSize += size;
        if (regexSize > MAX_REGEX_SIZE) {
            throw new IllegalArgumentException("regular expressions of " + regexSize + " characters (expected: at most "
                    + MAX_REGEX_SIZE + " in all lines of a port, counted repetitions unrolled)");
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
            case "replace-header" -> {
                String name = argument(words, 2);
                responseEdits.replace(name, substitution(words, 3, false), condition.apply(5));
                editedResponse.replace(name);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A field of responses is set, or added. */
    void respond(boolean set, String name, String text, Condition condition) {
        Format value = format(text, true);
        editedResponse.requireUntouched(value);
        if (set) {
            responseEdits.set(name, value, condition);
            editedResponse.set(name, value, condition);
        } else {
            responseEdits.add(name, value, condition);
            editedResponse.add(name, value, condition);
        }
    }

    /** What takes the place of what an expression finds; both stand from that place of the words on. */
    Substitution substitution(List<String> words, int at, boolean ignoreCase) {
        String expression = argument(words, at);
        String text = argument(words, at + 1);
        boolean old = words.get(0).endsWith("rep"); // else it is a format, of which only plain text is interpreted
        if (!old && text.replace("%%", "").indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    text + " (expected: text and groups like \\1, and %% for a percent sign)");
        }
        Substitution substitution =
                Substitution.of(expression, ignoreCase, old ? text : text.replace("%%", "%"), false);
        charge(substitution.size());
        return substitution;
    }

    /**
     * Lines of a header are replaced as {@code reqrep} and {@code rsprep} say it, or those with an {@code i} in them.
     *
     * @return false if what they say is about no header
     */
    boolean replaceLines(List<String> words, Condition condition) {
        String name = OldExpressions.headerBeginning(argument(words, 1));
        if (name.isEmpty()) {
            return false;
        }
        boolean response = words.get(0).startsWith("rsp");
        Substitution substitution = substitution(words, 1, words.get(0).endsWith("irep"));
        String newName = OldExpressions.nameOfLine(substitution.beginning());
        if (newName.isEmpty() || !substitution.beginning().startsWith(newName + ":")) {
            throw new IllegalArgumentException(
                    argument(words, 2) + " (expected: NAME: VALUE, the name without groups)");
        }
        (response ? responseEdits : requestEdits).replaceLine(name, newName, substitution, condition);
        (response ? editedResponse : edited).replace(name);
        if (!newName.equalsIgnoreCase(name)) {
            (response ? editedResponse : edited).replace(newName);
        }
        return true;
    }

    /* Something of requests is kept for their responses; perhaps only where nothing else of that name is. */
    private void keep(String name, Sample sample, int maxLength, Condition condition, boolean before) {
        Fetch fetch = sample.fetch();
        sample.requireSide(false);
        if (fetch == null || !sample.match().isEmpty() || sample.parts() != null) {
            throw new IllegalArgumentException(sample.text() + " (expected: something to keep)");
        }
        edited.requireUntouched(
                Format.builder().fetch(fetch, sample.lowerCase()).build());
        keep(new Captures.Capture(name, fetch, sample.lowerCase(), maxLength, condition), before);
    }

    private void keep(Captures.Capture capture, boolean before) {
        captures.add(before ? 0 : captures.size(), capture);
    }

    /**
     * A header that {@code capture request header NAME len N} keeps.
     *
     * @return false if the words say something else
     */
    boolean capture(List<String> words, int slot, Condition condition, boolean before) {
        boolean request = words.size() == 6
                && words.subList(1, 3).equals(List.of("request", "header"))
                && words.get(4).equals("len");
        if (request) {
            Fetch line = new Fetch(Fetch.Kind.LINE, words.get(3)); // as it came, whatever other lines do
            keep(new Captures.Capture(Integer.toString(slot), line, false, length(words.get(5)), condition), before);
        }
        return request;
    }

    /**
     * Something that {@code http-request capture} or {@code http-request set-var} keeps.
     *
     * @param condition what must be true, from that place of the words on
     * @return false if the words say something else
     */
    boolean keep(List<String> words, int slot, IntFunction<Condition> condition, boolean before) {
        String action = argument(words, 1);
        if (action.equals("capture") && words.size() > 4 && words.get(3).equals("len")) {
            String name = Integer.toString(slot);
            int longest = length(words.get(4));
            tryTo(words, name, () -> keep(name, Sample.parse(words.get(2)), longest, condition.apply(5), before));
            return true;
        }
        if (action.matches("set-var\\(txn\\.[A-Za-z0-9_.]+\\)")) {
            String name = action.substring("set-var(".length(), action.length() - 1);
            String sample = argument(words, 2);
            tryTo(words, name, () -> keep(name, Sample.parse(sample), MAX_KEPT, condition.apply(3), false));
            return true;
        }
        return false;
    }

    /* Most of what is captured is for logs: it is missed only where something asks for it. */
    private void tryTo(List<String> words, String name, Runnable keeping) {
        try {
            keeping.run();
        } catch (IllegalArgumentException e) {
            remark(String.join(" ", words) + " (not applied: " + e.getMessage() + ")");
            unkept.putIfAbsent(name, template + ": " + e.getMessage());
        }
    }

    private static int length(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) == 0) {
            throw new IllegalArgumentException("len " + text + " (expected: a number of bytes)");
        }
        return Math.min(Integer.parseInt(text), MAX_KEPT);
    }

    /** What is kept of requests; what is asked for and not kept is told. */
    Captures captures() {
        asked.forEach((name, asking) -> {
            String failure = unkept.get(name);
            if (failure != null) {
                throw new IllegalArgumentException(failure);
            }
            if (captures.stream().noneMatch(capture -> capture.name().equals(name))) {
                template = asking;
                boolean slot = Character.isDigit(name.charAt(0));
                remark((slot ? "capture.req.hdr(" : "var(") + name + ") is never found (expected: "
                        + (slot ? "capture request header NAME len N" : "http-request set-var(" + name + ")")
                        + " in a template of the same port)");
            }
        });
        captures.removeIf(capture -> !asked.containsKey(capture.name()));
        try {
            return Captures.of(captures);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    String.join(", ", new TreeSet<>(asked.values())) + ": " + e.getMessage(), e);
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
