package io.evenkeel.l7.rule;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.Field;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be found in a message head or in the connection it came on. Immutable.
 *
 * <p>What stands in the head is judged where it stands; what has to be made from addresses allocates.
 *
 * @param kind what it is
 * @param name which of its kind, for those that have names; else empty
 */
public record Fetch(Kind kind, String name) {

    /** What can be found. */
    public enum Kind {
        /** The path as it was sent, without the query. */
        PATH,
        /** Path and query. */
        URL,
        /** What follows the question mark. */
        QUERY,
        /** The method. */
        METHOD,
        /** The host that the request is for, with its port if it names one. */
        HOST,
        /** Each value of a field's comma-separated list. */
        HEADER,
        /** Each line of a field, whole. */
        LINE,
        /** How many values the lists of a field have. */
        COUNT,
        /** A cookie's value. */
        COOKIE,
        /** The value of a parameter in the query. */
        PARAMETER,
        /** The server name of the TLS handshake. */
        SERVER_NAME,
        /** The client's address. */
        SOURCE,
        /** The client's port. */
        SOURCE_PORT,
        /** The address that the client connected to. */
        LOCAL,
        /** The port that the client connected to. */
        LOCAL_PORT,
        /** The port of the listener. */
        ENTRANCE_PORT,
        /** 1 over TLS, 0 otherwise. */
        TLS,
        /** The host as it was sent, and the path behind it. */
        BASE,
        /** The seconds since 1970, plus the number that is the name. */
        DATE,
        /** Something that is never there. */
        NOTHING,
        /** The status of a response. */
        STATUS,
        /** What was kept of the request, in its response. */
        KEPT
    }

    private static final byte[] ROOT = {'/'};

    /** Nothing may be absent. */
    public Fetch {
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
    }

    /** What has no name. */
    public static Fetch of(Kind kind) {
        return new Fetch(kind, "");
    }

    /** Whether this is part of a head, so that an edit of the head may change it. */
    public boolean readsField(String field) {
        return switch (kind) {
            case HEADER, LINE, COUNT -> name.equalsIgnoreCase(field);
            case COOKIE -> field.equalsIgnoreCase("cookie");
            case HOST, BASE -> field.equalsIgnoreCase("host");
            default -> false;
        };
    }

    /** Whether this is of the path or the query. */
    public boolean isOfTarget() {
        return kind == Kind.PATH
                || kind == Kind.URL
                || kind == Kind.QUERY
                || kind == Kind.PARAMETER
                || kind == Kind.BASE;
    }

    /** Whether this is found in requests only. */
    public boolean isOfRequest() {
        return switch (kind) {
            case PATH, URL, QUERY, METHOD, HOST, BASE, COOKIE, PARAMETER -> true;
            default -> false;
        };
    }

    /** Whether any of what is found matches. */
    boolean any(MessageHead head, Origin origin, Match match) {
        byte[] b = head.bytes();
        switch (kind) {
            case HEADER, LINE -> {
                return anyField(head, match);
            }
            case COOKIE -> {
                return anyCookie(head, match);
            }
            case SERVER_NAME -> {
                byte[] serverName = origin.serverName();
                return serverName != null && match.matches(serverName, 0, serverName.length);
            }
            case KEPT -> {
                byte[] kept = origin.kept(name);
                return kept != null && match.matches(kept, 0, kept.length);
            }
            case NOTHING -> {
                return false;
            }
            case COUNT, SOURCE, SOURCE_PORT, LOCAL, LOCAL_PORT, ENTRANCE_PORT, TLS, DATE, STATUS -> {
                byte[] made = made(head, origin);
                return match.matches(made, 0, made.length);
            }
            default -> {
                // parts of the request line
            }
        }
        if (!(head instanceof RequestHead request)) {
            return false;
        }
        int from = request.pathStart();
        int end = request.pathEnd();
        return switch (kind) {
            case PATH -> path(request, match);
            case URL -> from == end ? match.matches(ROOT, 0, 1) : match.matches(b, from, end);
            case QUERY -> match.matches(b, Math.min(next(b, from, end, '?') + 1, end), end);
            case METHOD -> match.matches(b, request.methodStart(), request.methodEnd());
            case BASE -> base(request, match);
            case HOST -> request.isHostNamed() && match.matches(b, request.hostStart(), request.hostEnd());
            default -> parameter(request, match);
        };
    }

    private static boolean path(RequestHead request, Match match) {
        int from = request.pathStart();
        int to = next(request.bytes(), from, request.pathEnd(), '?');
        return from == to ? match.matches(ROOT, 0, 1) : match.matches(request.bytes(), from, to);
    }

    private static boolean base(RequestHead request, Match match) {
        byte[] b = request.bytes();
        int host = request.isHostNamed() ? request.hostEnd() - request.hostStart() : 0;
        if (host == 0) {
            return path(request, match);
        }
        int from = request.pathStart();
        int to = next(b, from, request.pathEnd(), '?');
        byte[] both = new byte[host + Math.max(to - from, 1)];
        both[host] = '/'; // if there is no path
        System.arraycopy(b, request.hostStart(), both, 0, host);
        System.arraycopy(b, from, both, host, to - from);
        return match.matches(both, 0, both.length);
    }

    private boolean anyField(MessageHead head, Match match) {
        byte[] b = head.bytes();
        for (int i = 0; i < head.count(); i++) {
            if (!isNamed(b, head.nameStart(i), head.nameEnd(i))) {
                continue;
            }
            if (kind == Kind.LINE) {
                if (match.matches(b, head.valueStart(i), head.valueEnd(i))) {
                    return true;
                }
            } else if (anyInList(b, head.valueStart(i), head.valueEnd(i), match)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyInList(byte[] b, int start, int end, Match match) {
        int at = start;
        while (true) {
            int stop = next(b, at, end, ',');
            if (trimmed(b, at, stop, match)) {
                return true;
            }
            if (stop >= end) {
                return false;
            }
            at = stop + 1;
        }
    }

    private static boolean trimmed(byte[] b, int start, int end, Match match) {
        int from = start;
        int to = end;
        while (from < to && (b[from] == ' ' || b[from] == '\t')) {
            from++;
        }
        while (to > from && (b[to - 1] == ' ' || b[to - 1] == '\t')) {
            to--;
        }
        return match.matches(b, from, to);
    }

    private boolean anyCookie(MessageHead head, Match match) {
        byte[] b = head.bytes();
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == Field.COOKIE) {
                int at = head.valueStart(i);
                int end = head.valueEnd(i);
                while (at < end) {
                    int stop = next(b, at, end, ';');
                    while (at < stop && (b[at] == ' ' || b[at] == '\t')) {
                        at++;
                    }
                    int equals = next(b, at, stop, '=');
                    if (equals < stop && isExactly(b, at, equals) && trimmed(b, equals + 1, stop, match)) {
                        return true;
                    }
                    at = stop + 1;
                }
            }
        }
        return false;
    }

    private boolean parameter(RequestHead request, Match match) {
        byte[] b = request.bytes();
        int end = request.pathEnd();
        int at = next(b, request.pathStart(), end, '?') + 1;
        while (at < end) {
            int stop = next(b, at, end, '&');
            int equals = next(b, at, stop, '=');
            if (isExactly(b, at, equals) && match.matches(b, Math.min(equals + 1, stop), stop)) {
                return true;
            }
            at = stop + 1;
        }
        return false;
    }

    private static int next(byte[] b, int from, int end, char what) {
        int at = from;
        while (at < end && b[at] != what) {
            at++;
        }
        return at;
    }

    private boolean isNamed(byte[] b, int start, int end) {
        if (end - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (Bytes.lower(b[start + i]) != Bytes.lower((byte) name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isExactly(byte[] b, int start, int end) {
        if (end - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (b[start + i] != (byte) name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The number that is found, -1 if there is none. */
    long number(MessageHead head, Origin origin) {
        return switch (kind) {
            case SOURCE_PORT -> origin.address().getPort();
            case LOCAL_PORT -> origin.localAddress().getPort();
            case ENTRANCE_PORT -> origin.entrancePort();
            case TLS -> origin.isTls() ? 1 : 0;
            case COUNT -> count(head);
            case DATE -> origin.epochSeconds() + (name.isEmpty() ? 0 : Long.parseLong(name));
            case STATUS -> head instanceof ResponseHead response ? response.status() : -1;
            default -> -1;
        };
    }

    /** Whether this is a number. */
    public boolean isNumber() {
        return kind == Kind.SOURCE_PORT
                || kind == Kind.LOCAL_PORT
                || kind == Kind.ENTRANCE_PORT
                || kind == Kind.TLS
                || kind == Kind.COUNT
                || kind == Kind.DATE
                || kind == Kind.STATUS;
    }

    private int count(MessageHead head) {
        byte[] b = head.bytes();
        int count = 0;
        for (int i = 0; i < head.count(); i++) {
            if (isNamed(b, head.nameStart(i), head.nameEnd(i))) {
                count++;
                for (int at = head.valueStart(i); at < head.valueEnd(i); at++) {
                    count += b[at] == ',' ? 1 : 0;
                }
            }
        }
        return count;
    }

    private byte[] made(MessageHead head, Origin origin) {
        return Bytes.of(
                switch (kind) {
                    case SOURCE -> host(origin.address());
                    case LOCAL -> host(origin.localAddress());
                    default -> Long.toString(number(head, origin));
                });
    }

    private static String host(InetSocketAddress address) {
        return NetUtil.toAddressString(address.getAddress());
    }

    /** Writes what is found, the last of several; nothing if nothing is. */
    void write(HeadWriter writer, MessageHead head, Origin origin, boolean lowerCase) {
        Last last = new Last();
        any(head, origin, last);
        if (kind == Kind.URL && last.isFound() && last.bytes[last.start] != '/') {
            writer.add('/');
        }
        for (int i = last.start; i < last.end; i++) {
            writer.add(lowerCase ? Bytes.lower(last.bytes[i]) : last.bytes[i]);
        }
    }

    /** A copy of what is found, the last of several, or its beginning; null if nothing is. */
    byte @Nullable [] last(MessageHead head, Origin origin, boolean lowerCase, int maxLength) {
        Last last = new Last();
        any(head, origin, last);
        if (!last.isFound()) {
            return null;
        }
        byte[] copy = Arrays.copyOfRange(last.bytes, last.start, Math.min(last.end, last.start + maxLength));
        for (int i = 0; i < copy.length && lowerCase; i++) {
            copy[i] = Bytes.lower(copy[i]);
        }
        return copy;
    }

    /** What is found as text, the last of several; empty if nothing is. */
    String text(MessageHead head, Origin origin, boolean lowerCase) {
        byte[] found = last(head, origin, lowerCase, Integer.MAX_VALUE >> 1);
        String text = found == null ? "" : new String(found, StandardCharsets.ISO_8859_1);
        return kind == Kind.URL && !text.isEmpty() && text.charAt(0) != '/' ? "/" + text : text;
    }

    /** Remembers the last it was shown. */
    private static final class Last implements Match {

        private byte[] bytes = {};
        private int start;
        private int end;

        boolean isFound() {
            return end > start;
        }

        @Override
        public boolean matches(byte[] b, int from, int to) {
            bytes = b;
            start = from;
            end = to;
            return false;
        }
    }

    @Override
    public String toString() {
        String word = kind.name().toLowerCase(Locale.ROOT);
        return name.isEmpty() ? word : word + "(" + name + ")";
    }
}
