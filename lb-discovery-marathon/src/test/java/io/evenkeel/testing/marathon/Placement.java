package io.evenkeel.testing.marathon;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a task is reached.
 *
 * @param ipAddress its own address as Marathon tells it, or an empty string when it has none yet
 * @param ipv6Address its own IPv6 address, where nothing really serves, or an empty string
 * @param ports the host ports as Marathon tells them
 * @param endpoints one address per port of the app, where it really serves
 */
record Placement(String ipAddress, String ipv6Address, List<Integer> ports, List<InetSocketAddress> endpoints) {
    static final Placement NONE = new Placement("", List.of(), List.of());

    Placement(String ipAddress, List<Integer> ports, List<InetSocketAddress> endpoints) {
        this(ipAddress, "", ports, endpoints);
    }

    Placement withIpv6(String address) {
        return new Placement(ipAddress, address, ports, endpoints);
    }

    /** Its own addresses, IPv4 before IPv6. */
    List<String> addresses() {
        return Stream.of(ipAddress, ipv6Address)
                .filter(address -> !address.isEmpty())
                .toList();
    }

    Placement {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }
}
