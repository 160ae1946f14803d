package io.evenkeel.discovery.dns;

import static java.util.Objects.requireNonNull;

/**
 * One SRV record (RFC 2782).
 *
 * @param priority 0 to 65535; lower is preferred
 * @param weight 0 to 65535; share among those of the same priority
 * @param port 0 to 65535, where 0 is nowhere
 * @param host a name in lower case without its final dot; empty for the root, which says that the service is not offered
 */
public record SrvTarget(int priority, int weight, int port, String host) {

    /** Checks for nulls. */
    public SrvTarget {
        requireNonNull(host, "host");
    }
}
