package io.evenkeel.layer;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Locality;

/**
 * A preference of near endpoints over far ones, so far as the near ones can bear it.
 *
 * <p>Endpoints of a zone are to get no more than their share of the whole load. So a zone that has a tenth of the endpoints
 * and a fifth of the clients keeps half of what its clients send, and the rest goes farther away: to the region, and so far
 * as that is too much for the region's endpoints, elsewhere. Like zone-aware routing in Envoy; availability is weighed, too.
 *
 * <p>What share of the clients is in one's own place is told, or assumed to be one in as many as there are places with
 * endpoints. Of nodes that is not assumed, since a few clients on many nodes would wear out the endpoints beside them: the
 * node is looked at only if a share is told. Where the own locality is not known, nothing is preferred.
 *
 * <p>Immutable.
 *
 * @param own where the client is
 * @param nodeShare which share of all clients is on the client's node, up to 1; 0 to pay no heed to nodes
 * @param zoneShare which share of all clients is in the client's zone, up to 1; 0 to assume it
 * @param regionShare which share of all clients is in the client's region, up to 1; 0 to assume it
 * @param minimumSize how many endpoints there must be (in a priority level) for nearness to count
 */
public record LocalityPreference(
        Locality own, double nodeShare, double zoneShare, double regionShare, int minimumSize) {

    private static final int USUAL_MINIMUM_SIZE = 6;

    /** Checks the ranges. */
    public LocalityPreference {
        requireNonNull(own, "own");
        checkShare("nodeShare", nodeShare);
        checkShare("zoneShare", zoneShare);
        checkShare("regionShare", regionShare);
        if (minimumSize < 0) {
            throw new IllegalArgumentException("minimumSize: " + minimumSize + " (expected: >= 0)");
        }
    }

    private static void checkShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + ": " + share + " (expected: 0 to 1)");
        }
    }

    /**
     * A preference of the client's zone, then of its region; shares are assumed, and with fewer than 6 endpoints nothing is
     * preferred.
     *
     * @param own where the client is
     * @return the preference
     */
    public static LocalityPreference of(Locality own) {
        return new LocalityPreference(own, 0, 0, 0, USUAL_MINIMUM_SIZE);
    }

    /**
     * The same with heed to nodes.
     *
     * @param newShare which share of all clients is on the client's node, above 0 up to 1; 0 to pay no heed
     * @return the changed copy
     */
    public LocalityPreference withNodeShare(double newShare) {
        return new LocalityPreference(own, newShare, zoneShare, regionShare, minimumSize);
    }

    /**
     * The same with a known share of the zone.
     *
     * @param newShare which share of all clients is in the client's zone, above 0 up to 1; 0 to assume it
     * @return the changed copy
     */
    public LocalityPreference withZoneShare(double newShare) {
        return new LocalityPreference(own, nodeShare, newShare, regionShare, minimumSize);
    }

    /**
     * The same with a known share of the region.
     *
     * @param newShare which share of all clients is in the client's region, above 0 up to 1; 0 to assume it
     * @return the changed copy
     */
    public LocalityPreference withRegionShare(double newShare) {
        return new LocalityPreference(own, nodeShare, zoneShare, newShare, minimumSize);
    }

    /**
     * The same with another minimum.
     *
     * @param newMinimum how many endpoints there must be for nearness to count
     * @return the changed copy
     */
    public LocalityPreference withMinimumSize(int newMinimum) {
        return new LocalityPreference(own, nodeShare, zoneShare, regionShare, newMinimum);
    }

    Nearness of(Endpoint endpoint) {
        Locality other = endpoint.locality();
        if (!own.region().equals(other.region())) {
            return Nearness.ELSEWHERE;
        }
        boolean sameZone = own.zone().equals(other.zone());
        if (sameZone && nodeShare > 0 && !own.node().isEmpty() && own.node().equals(other.node())) {
            return Nearness.NODE;
        }
        if (sameZone && !own.zone().isEmpty()) {
            return Nearness.ZONE;
        }
        return own.region().isEmpty() ? Nearness.ELSEWHERE : Nearness.REGION;
    }
}
