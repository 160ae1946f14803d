package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import java.util.List;

/**
 * All endpoints of one service at one moment: always whole, never a delta.
 *
 * @param service whose endpoints they are
 * @param endpoints every endpoint the source knows of, whatever its state
 */
public record Snapshot(Service service, List<Endpoint> endpoints) {

    /** Copies the list. */
    public Snapshot {
        requireNonNull(service, "service");
        endpoints = List.copyOf(endpoints);
    }
}
