package io.evenkeel.vip;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Protocol;

/**
 * A name or address, with a port, that stands for a service: the key by which VIPs are told apart.
 *
 * @param host a normalised name with the framework's ({@code dcos-101app2.marathon}), or a literal address
 * @param port the port, 1 to 65535
 * @param protocol the transport
 * @param literal whether the host is an address rather than a name
 */
public record VirtualIp(String host, int port, Protocol protocol, boolean literal) implements Comparable<VirtualIp> {

    /** Checks the port's range. */
    public VirtualIp {
        requireNonNull(host, "host");
        requireNonNull(protocol, "protocol");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
    }

    /**
     * The name that clients look up, or the address itself.
     *
     * @return {@code dcos-101app2.marathon.l4lb.thisdcos.directory} for a named VIP
     */
    public String dnsName() {
        return literal ? host : host + "." + VipName.ZONE;
    }

    /**
     * What clients connect to, as DC/OS's API spells it.
     *
     * @return {@code name:port}
     */
    public String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : dnsName()) + ":" + port;
    }

    @Override
    public int compareTo(VirtualIp other) {
        int byHost = host.compareTo(other.host);
        if (byHost != 0) {
            return byHost;
        }
        int byPort = Integer.compare(port, other.port);
        return byPort != 0 ? byPort : protocol.compareTo(other.protocol);
    }

    @Override
    public String toString() {
        return protocol.lowerCase() + "://" + authority();
    }
}
