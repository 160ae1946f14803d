package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Fetch.Kind;
import io.evenkeel.l7.rule.Substitution;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What HAProxy calls a sample fetch: what it finds, and how its name says that it is matched. Immutable.
 *
 * @param text as it was written
 * @param fetch what is found; null for constants
 * @param match {@code beg}, {@code end} and so on, if the name ends so; else empty
 * @param lowerCase whether it is made lower case
 * @param parts what replaces parts of it; null if nothing does
 * @param side where it is found
 */
record Sample(
        String text,
        @Nullable Fetch fetch,
        String match,
        boolean lowerCase,
        @Nullable Substitution parts,
        Side side) {

    /** Where something is found. */
    enum Side {
        REQUEST,
        RESPONSE,
        BOTH
    }

    private static final Pattern SHAPE = Pattern.compile("([A-Za-z0-9_.-]+?)(?:\\(([^()]*)\\))?(,lower)?"
            + "(?:,regsub\\((.*)\\)|,field\\(([1-9]|1[0-9]),([^(),A-Za-z0-9]+)\\)(,lower)?)?");
    private static final Pattern OFFSET = Pattern.compile("-?[0-9]{1,9}");
    private static final Pattern VARIABLE = Pattern.compile("txn\\.[A-Za-z0-9_.]+");
    private static final Pattern SLOT = Pattern.compile("[0-9]{1,2}");
    private static final Pattern MATCH = Pattern.compile("(.+)_(beg|end|sub|reg|dir|dom|len|ip|val|str)");

    private static final Map<String, Kind> UNNAMED = Map.ofEntries(
            Map.entry("path", Kind.PATH),
            Map.entry("url", Kind.URL),
            Map.entry("capture.req.uri", Kind.URL),
            Map.entry("capture.req.method", Kind.METHOD),
            Map.entry("query", Kind.QUERY),
            Map.entry("method", Kind.METHOD),
            Map.entry("src", Kind.SOURCE),
            Map.entry("src_port", Kind.SOURCE_PORT),
            Map.entry("dst", Kind.LOCAL),
            Map.entry("dst_port", Kind.LOCAL_PORT),
            Map.entry("ssl_fc", Kind.TLS),
            Map.entry("base", Kind.BASE),
            Map.entry("date", Kind.DATE),
            Map.entry("unique-id", Kind.NOTHING), // which takes unique-id-format, that is not applied
            Map.entry("ssl_fc_sni", Kind.SERVER_NAME),
            Map.entry("status", Kind.STATUS));

    private static final Map<String, Kind> NAMED = Map.ofEntries(
            Map.entry("hdr", Kind.HEADER),
            Map.entry("req.hdr", Kind.HEADER),
            Map.entry("hdr_cnt", Kind.COUNT),
            Map.entry("req.hdr_cnt", Kind.COUNT),
            Map.entry("res.hdr_cnt", Kind.COUNT),
            Map.entry("req.fhdr", Kind.LINE),
            Map.entry("res.hdr", Kind.HEADER),
            Map.entry("res.fhdr", Kind.LINE),
            Map.entry("shdr", Kind.HEADER),
            Map.entry("cook", Kind.COOKIE),
            Map.entry("req.cook", Kind.COOKIE),
            Map.entry("capture.req.hdr", Kind.KEPT),
            Map.entry("var", Kind.KEPT),
            Map.entry("urlp", Kind.PARAMETER),
            Map.entry("url_param", Kind.PARAMETER));

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is not interpreted
     */
    static Sample parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (shape.matches()) {
            String name = shape.group(1);
            String argument = shape.group(2) == null ? "" : shape.group(2).trim();
            boolean lower = shape.group(3) != null || shape.group(7) != null;
            Substitution parts = shape.group(4) == null ? null : regsub(shape.group(4));
            if (shape.group(5) != null) {
                parts = field(Integer.parseInt(shape.group(5)), shape.group(6));
            }
            if (name.equals("always_true") || name.equals("always_false")) {
                return new Sample(text, null, "", false, null, Side.BOTH);
            }
            Fetch fetch = fetch(name, argument);
            if (fetch != null) {
                return new Sample(text, fetch, "", lower, parts, side(name, fetch));
            }
            Matcher match = MATCH.matcher(name);
            fetch = match.matches() ? fetch(match.group(1), argument) : null;
            if (fetch != null) {
                return new Sample(text, fetch, match.group(2), lower, parts, side(match.group(1), fetch));
            }
        }
        throw new IllegalArgumentException(text + " (expected: a sample that is interpreted, like path, src, ssl_fc,"
                + " ssl_fc_sni, hdr(NAME), cook(NAME), url_param(NAME), method or dst_port)");
    }

    private static @Nullable Fetch fetch(String name, String argument) {
        Kind unnamed = UNNAMED.get(name);
        if (unnamed == Kind.DATE && OFFSET.matcher(argument).matches()) {
            return new Fetch(unnamed, argument);
        }
        if (unnamed != null) {
            return argument.isEmpty() ? Fetch.of(unnamed) : null;
        }
        Kind named = NAMED.get(name);
        if (named == null || argument.isEmpty() || argument.indexOf(',') >= 0) {
            return null;
        }
        if (named == Kind.KEPT) {
            Pattern shape = name.equals("var") ? VARIABLE : SLOT;
            return shape.matcher(argument).matches() ? new Fetch(named, argument) : null;
        }
        boolean host = argument.equalsIgnoreCase("host") && !isOfResponse(name) && named != Kind.COUNT;
        return host ? Fetch.of(Kind.HOST) : new Fetch(named, argument);
    }

    private static Substitution regsub(String arguments) {
        String[] parts = arguments.split(",", -1);
        String flags = parts.length == 3 ? parts[2] : "";
        if (parts.length < 2 || parts.length > 3 || !flags.matches("[gi]*")) {
            throw new IllegalArgumentException("regsub(" + arguments + ") (expected: regsub(EXPRESSION,TEXT), perhaps"
                    + " with the flags g and i behind another comma)");
        }
        return Substitution.of(unquoted(parts[0]), flags.contains("i"), unquoted(parts[1]), flags.contains("g"));
    }

    /* One of the parts between delimiters, counted from 1; nothing if there are not so many. */
    private static Substitution field(int number, String delimiters) {
        StringBuilder any = new StringBuilder();
        delimiters.chars().forEach(c -> any.append('\\').append((char) c));
        String before = number == 1 ? "" : "(?:[^" + any + "]*[" + any + "]){" + (number - 1) + "}";
        return Substitution.of("^(?:" + before + "([^" + any + "]*).*|.*)$", false, "\\1", false);
    }

    private static String unquoted(String argument) {
        return argument.length() > 1 && argument.matches("\".*\"|'.*'")
                ? argument.substring(1, argument.length() - 1)
                : argument;
    }

    private static boolean isOfResponse(String name) {
        return name.startsWith("res.") || name.equals("shdr");
    }

    private static Side side(String name, Fetch fetch) {
        if (isOfResponse(name) || fetch.kind() == Kind.STATUS || fetch.kind() == Kind.KEPT) {
            return Side.RESPONSE;
        }
        return fetch.isOfRequest() || NAMED.containsKey(name) ? Side.REQUEST : Side.BOTH;
    }

    /** Refuses what cannot be found where it is wanted. */
    void requireSide(boolean response) {
        if (side == (response ? Side.REQUEST : Side.RESPONSE)) {
            throw new IllegalArgumentException(
                    text + " (expected: something of a " + (response ? "response" : "request") + ")");
        }
    }
}
