package io.evenkeel.endpoint;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * One address that can serve, as a discovery source reported it.
 *
 * <p>An immutable value, safe for use by any thread. It says what the source saw (state, health, readiness); whether it
 * may be used is the decision of each consumer's {@link EndpointFilter}.
 *
 * @param id identity within its service, stable over reports: a Marathon task id, or the address for sources without ids
 * @param address where to connect; resolved by the source wherever it can, since pickers and proxies never resolve names
 * @param weight share of the load relative to the other endpoints, 0 to 65535; 0 takes no new work
 * @param locality where the endpoint runs
 * @param state what the source says of its life cycle
 * @param health what the source says of its health checks
 * @param ready false while the source holds the endpoint back as not ready
 * @param labels the source's remarks on this endpoint
 */
public record Endpoint(
        String id,
        InetSocketAddress address,
        int weight,
        Locality locality,
        EndpointState state,
        Health health,
        boolean ready,
        Map<String, String> labels) {

    /** The largest weight there is. */
    public static final int MAX_WEIGHT = 65_535;

    /** Checks the weight's range and copies the labels. */
    public Endpoint {
        requireNonNull(id, "id");
        requireNonNull(address, "address");
        requireNonNull(locality, "locality");
        requireNonNull(state, "state");
        requireNonNull(health, "health");
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0 to " + MAX_WEIGHT + ")");
        }
        labels = Map.copyOf(labels);
    }

    /**
     * Whether strategies can tell this from another report of the same endpoint: they may look at weight, locality and
     * labels, while state, health and readiness are the filter's.
     *
     * @param other the other report
     * @return true if a picker built from one serves for the other
     */
    public boolean isPickedLike(Endpoint other) {
        return weight == other.weight && locality.equals(other.locality) && labels.equals(other.labels);
    }

    /**
     * An endpoint of weight 1 about which nothing else is known.
     *
     * @param address where to connect; its text is the identity
     * @return the endpoint
     */
    public static Endpoint of(InetSocketAddress address) {
        String id = address.getHostString() + ":" + address.getPort();
        return new Endpoint(
                id, address, 1, Locality.UNKNOWN, EndpointState.UNSPECIFIED, Health.UNCHECKED, true, Map.of());
    }

    /**
     * An endpoint of weight 1 about which nothing else is known.
     *
     * @param host a host name or literal address; resolved here, so this may block on a look-up
     * @param port the port, 1 to 65535
     * @return the endpoint
     */
    public static Endpoint of(String host, int port) {
        return of(new InetSocketAddress(host, port));
    }

    /**
     * This endpoint with another weight.
     *
     * @param newWeight 0 to 65535
     * @return the changed copy
     */
    public Endpoint withWeight(int newWeight) {
        return new Endpoint(id, address, newWeight, locality, state, health, ready, labels);
    }

    /**
     * This endpoint with other labels.
     *
     * @param newLabels the labels
     * @return the changed copy
     */
    public Endpoint withLabels(Map<String, String> newLabels) {
        return new Endpoint(id, address, weight, locality, state, health, ready, newLabels);
    }

    /**
     * This endpoint in another state.
     *
     * @param newState the state
     * @return the changed copy
     */
    public Endpoint withState(EndpointState newState) {
        return new Endpoint(id, address, weight, locality, newState, health, ready, labels);
    }

    /**
     * This endpoint with another health.
     *
     * @param newHealth the health
     * @return the changed copy
     */
    public Endpoint withHealth(Health newHealth) {
        return new Endpoint(id, address, weight, locality, state, newHealth, ready, labels);
    }
}
