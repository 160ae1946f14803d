package io.evenkeel.l7.marathonlb;

import java.util.OptionalInt;

/**
 * What labels of our own ask of a service port as a whole. Immutable.
 *
 * @param maxConnections how many requests, or connections in mode tcp, each task takes at once, if there is a limit
 */
public record OwnOptions(OptionalInt maxConnections) {

    private static final int MOST_CONNECTIONS = 1_000_000;

    /** Reads the labels. */
    static OwnOptions of(MarathonLbLabels labels) {
        return new OwnOptions(OwnValues.number(labels, OwnLabel.MAX_CONNECTIONS, 1, MOST_CONNECTIONS));
    }
}
