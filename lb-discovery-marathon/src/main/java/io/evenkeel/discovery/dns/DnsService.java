package io.evenkeel.discovery.dns;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Protocol;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One service and the question in DNS that finds its endpoints. An immutable value.
 *
 * @param name the service's name in catalogs
 * @param query the absolute name to ask for, in lower case without its final dot
 * @param port the port of all endpoints, 1 to 65535, where DNS is asked for addresses (A, AAAA); 0 where it is asked for
 *     SRV records, which have ports of their own
 * @param protocol the transport
 */
public record DnsService(String name, String query, int port, Protocol protocol) {

    private static final Pattern HOST_AND_PORT = Pattern.compile("([^:/\\s]+):([0-9]{1,5})");
    private static final Pattern UDP = Pattern.compile("(^|.*\\.)_udp\\..*");

    /** Checks and normalises. */
    public DnsService {
        requireNonNull(name, "name");
        requireNonNull(protocol, "protocol");
        query = query.toLowerCase(Locale.ROOT);
        query = query.endsWith(".") ? query.substring(0, query.length() - 1) : query;
        if (name.isEmpty()) {
            throw new IllegalArgumentException("service: empty (expected: a name)");
        }
        if (DnsLookup.parse(query) == null || query.indexOf('/') >= 0 || query.indexOf(':') >= 0) {
            throw new IllegalArgumentException("name: " + query + " (expected: a domain name)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535, or 0 for SRV)");
        }
    }

    /**
     * A service that is found by SRV records.
     *
     * @param service the service's name in catalogs
     * @param query the name to ask for, such as {@code _http._tcp.web.default.svc.cluster.local} or
     *     {@code web.service.consul}; UDP if it says so
     * @return the service
     */
    public static DnsService srv(String service, String query) {
        Protocol protocol = UDP.matcher(query.toLowerCase(Locale.ROOT)).matches() ? Protocol.UDP : Protocol.TCP;
        return new DnsService(service, query, 0, protocol);
    }

    /**
     * A service that is found by the addresses of a name.
     *
     * @param service the service's name in catalogs
     * @param query the name to ask for
     * @param port the port of all endpoints, 1 to 65535
     * @return the service
     */
    public static DnsService addresses(String service, String query, int port) {
        if (port < 1) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        return new DnsService(service, query, port, Protocol.TCP);
    }

    /**
     * What a service's name says by itself: {@code host.name:port} asks for addresses, a name with a dot for SRV records.
     * Anything else, as {@code /shop/web} or {@code web}, is no name in DNS.
     *
     * @param name the service's name
     * @return the service of this name, if DNS can be asked for it
     */
    public static Optional<DnsService> named(String name) {
        try {
            Matcher matcher = HOST_AND_PORT.matcher(name);
            if (matcher.matches()) {
                return Optional.of(addresses(name, matcher.group(1), Integer.parseInt(matcher.group(2))));
            }
            int dot = name.indexOf('.');
            return dot > 0 && dot < name.length() - 1 ? Optional.of(srv(name, name)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether SRV records are asked for.
     *
     * @return false if addresses are
     */
    public boolean isSrv() {
        return port == 0;
    }
}
