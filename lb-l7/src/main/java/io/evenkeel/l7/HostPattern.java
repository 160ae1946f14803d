package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * Which hosts a route is for. Immutable; the case of hosts does not matter.
 *
 * @param kind how it is found
 * @param text the host or its end, in lower case; else empty
 */
public record HostPattern(Kind kind, String text) {

    /** How the routes of a host are found, in this order. */
    public enum Kind {
        /** By the whole host. */
        EXACT,
        /** By how the host ends, the longest first. */
        SUFFIX,
        /** By trying: the route's condition is one on the host. */
        PATTERN,
        /** By trying: the route is for any host. */
        ANY,
        /**
         * By the whole host without its port, as HAProxy looks hosts up in maps: after all others, and without regard to the
         * case of server names either.
         */
        MAPPED
    }

    /** Some host; the condition says which. */
    public static final HostPattern PATTERN = new HostPattern(Kind.PATTERN, "");

    /** Any host. */
    public static final HostPattern ANY = new HostPattern(Kind.ANY, "");

    /** Nothing may be absent. */
    public HostPattern {
        requireNonNull(kind, "kind");
        text = text.toLowerCase(Locale.ROOT);
    }

    /** One host. */
    public static HostPattern exact(String host) {
        return new HostPattern(Kind.EXACT, host);
    }

    /** One host, whatever port is behind it, after all rules of other kinds. */
    public static HostPattern mapped(String host) {
        return new HostPattern(Kind.MAPPED, host);
    }

    /** Every host that ends so; a dot in front is not implied. */
    public static HostPattern suffix(String end) {
        return new HostPattern(Kind.SUFFIX, end);
    }
}
