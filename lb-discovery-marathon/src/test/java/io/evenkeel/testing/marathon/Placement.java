package io.evenkeel.testing.marathon;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where a task is reached.
 *
 * @param ipAddress its own address as Marathon tells it, or an empty string when it has none yet
 * @param ports the host ports as Marathon tells them
 * @param endpoints one address per port of the app, where it really serves
 */
record Placement(String ipAddress, List<Integer> ports, List<InetSocketAddress> endpoints) {
    static final Placement NONE = new Placement("", List.of(), List.of());

    Placement {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }
}
