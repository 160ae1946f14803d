package io.evenkeel.discovery.dns;

/** Which addresses of a name count. */
public enum AddressFamily {
    /** IPv4 addresses; IPv6 addresses only of names that have no IPv4 address. Asks a second time only then. */
    PREFER_IPV4,
    /** IPv6 addresses; IPv4 addresses only of names that have no IPv6 address. Asks a second time only then. */
    PREFER_IPV6,
    /** Only A records. */
    IPV4,
    /** Only AAAA records (RFC 3596). */
    IPV6
}
