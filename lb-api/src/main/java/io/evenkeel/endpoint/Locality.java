package io.evenkeel.endpoint;

import static java.util.Objects.requireNonNull;

/**
 * Where an endpoint runs, from wide to narrow; an empty string stands for what is not known.
 *
 * @param region the region
 * @param zone the zone within the region
 * @param node the machine or agent
 */
public record Locality(String region, String zone, String node) {

    /** Nothing is known. */
    public static final Locality UNKNOWN = new Locality("", "", "");

    /** Checks for nulls. */
    public Locality {
        requireNonNull(region, "region");
        requireNonNull(zone, "zone");
        requireNonNull(node, "node");
    }
}
