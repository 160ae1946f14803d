package io.evenkeel.l7.marathonlb;

import java.util.OptionalInt;

/**
 * What labels of our own ask of a service port as a whole. Immutable.
 *
 * @param maxConnections how many requests, or connections in mode tcp, each task takes at once, if there is a limit
 * @param http2 whether clients may begin with HTTP/2 where there is no TLS
 */
public record OwnOptions(OptionalInt maxConnections, boolean http2) {

    private static final int MOST_CONNECTIONS = 1_000_000;

    /** Reads the labels. */
    static OwnOptions of(MarathonLbLabels labels) {
        return new OwnOptions(
                OwnValues.number(labels, OwnLabel.MAX_CONNECTIONS, 1, MOST_CONNECTIONS),
                !labels.has(OwnLabel.HTTP2) || labels.isTrue(OwnLabel.HTTP2));
    }
}
