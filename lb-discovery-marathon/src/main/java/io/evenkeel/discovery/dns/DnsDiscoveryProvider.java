package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryProvider;
import io.evenkeel.discovery.HostPort;
import io.evenkeel.discovery.Redacted;
import io.evenkeel.discovery.UriParameters;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Opens {@code dns+srv://10.0.0.2:53,10.0.0.3/_http._tcp.web.example.com,web.service.consul} and
 * {@code dns+a://10.0.0.2/web.example.com:8080}.
 *
 * <p>Without an authority, as in {@code dns+srv:///web.service.consul}, the system's servers are asked. Without a path only
 * the names that somebody asks for are followed. Parameters: {@code min-refresh}, {@code max-refresh},
 * {@code empty-confirmation}, {@code timeout} (durations as {@code 500ms}, {@code 2s}, {@code 1m}), {@code tcp} (true to
 * ask over TCP at once), {@code priorities} ({@code lowest} or {@code all}, which labels them) and {@code family}
 * ({@code prefer-ipv4}, {@code prefer-ipv6}, {@code ipv4}, {@code ipv6}); their defaults are {@link DnsConfig}'s.
 */
public final class DnsDiscoveryProvider implements DiscoveryProvider {

    private static final String EXPECTED = " (expected: dns+srv://server:53,server/name,name or"
            + " dns+a://server/name:port; without servers those of the system)";
    private static final Set<String> PARAMETERS =
            Set.of("min-refresh", "max-refresh", "empty-confirmation", "timeout", "tcp", "priorities", "family");

    /** For the service loader. */
    public DnsDiscoveryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("dns+srv", "dns+a");
    }

    @Override
    public Discovery open(URI uri) {
        return DnsDiscovery.of(config(uri));
    }

    static DnsConfig config(URI uri) {
        if (uri.isOpaque() || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri) + EXPECTED);
        }
        boolean srv = uri.getScheme().toLowerCase(Locale.ROOT).endsWith("srv");
        DnsConfig.Builder config = DnsConfig.builder();
        String authority = uri.getRawAuthority();
        if (authority != null) {
            String[] servers = authority.split(",", -1);
            InetSocketAddress[] addresses = new InetSocketAddress[servers.length];
            for (int i = 0; i < servers.length; i++) {
                addresses[i] = server(uri, servers[i]);
            }
            config.servers(addresses);
        }
        String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
        if (!path.isEmpty()) {
            for (String name : path.split(",", -1)) {
                config.service(service(uri, srv, name));
            }
        }
        parameters(uri, config);
        return config.build();
    }

    private static void parameters(URI uri, DnsConfig.Builder config) {
        UriParameters given = UriParameters.of(uri, PARAMETERS);
        DnsConfig defaults = DnsConfig.builder().build();
        Duration floor = given.duration("min-refresh").orElse(defaults.minRefresh());
        Duration ceiling = given.duration("max-refresh")
                .orElse(floor.compareTo(defaults.maxRefresh()) > 0 ? floor : defaults.maxRefresh());
        config.refresh(floor, ceiling);
        given.duration("empty-confirmation").ifPresent(config::emptyConfirmation);
        given.duration("timeout").ifPresent(config::timeout);
        given.flag("tcp").ifPresent(config::tcp);
        given.text("priorities")
                .ifPresent(text -> config.labelPriorities(
                        switch (text) {
                            case "lowest" -> false;
                            case "all" -> true;
                            default ->
                                throw new IllegalArgumentException(
                                        "priorities: " + text + " (expected: lowest or all)");
                        }));
        given.text("family")
                .ifPresent(text -> config.family(
                        switch (text) {
                            case "prefer-ipv4" -> AddressFamily.PREFER_IPV4;
                            case "prefer-ipv6" -> AddressFamily.PREFER_IPV6;
                            case "ipv4" -> AddressFamily.IPV4;
                            case "ipv6" -> AddressFamily.IPV6;
                            default ->
                                throw new IllegalArgumentException(
                                        "family: " + text + " (expected: prefer-ipv4, prefer-ipv6, ipv4 or ipv6)");
                        }));
    }

    private static InetSocketAddress server(URI uri, String server) {
        boolean hasPort = server.lastIndexOf(':') > server.lastIndexOf(']');
        if (server.isEmpty() || server.indexOf('@') >= 0) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri) + EXPECTED);
        }
        InetSocketAddress address = HostPort.parse("server", hasPort ? server : server + ":53");
        if (address.getPort() == 0) {
            throw new IllegalArgumentException("server: " + server + " (expected: a port of 1 to 65535)");
        }
        return address;
    }

    private static DnsService service(URI uri, boolean srv, String name) {
        if (srv) {
            return DnsService.srv(name, name);
        }
        int colon = name.lastIndexOf(':');
        String port = name.substring(colon + 1);
        if (colon <= 0 || !port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("name: " + name + " in " + Redacted.uri(uri) + EXPECTED);
        }
        return DnsService.addresses(name, name.substring(0, colon), Integer.parseInt(port));
    }
}
