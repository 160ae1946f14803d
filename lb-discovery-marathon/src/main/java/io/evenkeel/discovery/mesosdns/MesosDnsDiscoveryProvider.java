package io.evenkeel.discovery.mesosdns;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryProvider;
import io.evenkeel.discovery.Redacted;
import io.evenkeel.discovery.UriParameters;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Opens {@code mesos-dns://host1,host2:8123}.
 *
 * <p>Ports default to 8123. Parameters: {@code domain}, {@code framework}, {@code dns-port} (of the same hosts),
 * {@code refresh}, {@code timeout}, {@code dns-timeout}, {@code empty-confirmation} (durations as {@code 500ms}, {@code 2s},
 * {@code 1m}); their defaults are {@link MesosDnsConfig}'s.
 */
public final class MesosDnsDiscoveryProvider implements DiscoveryProvider {

    private static final String EXPECTED = " (expected: mesos-dns://host:port,host)";
    private static final Set<String> PARAMETERS =
            Set.of("domain", "framework", "dns-port", "refresh", "timeout", "dns-timeout", "empty-confirmation");

    /** For the service loader. */
    public MesosDnsDiscoveryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("mesos-dns");
    }

    @Override
    public Discovery open(URI uri) {
        return MesosDnsDiscovery.of(config(uri));
    }

    static MesosDnsConfig config(URI uri) {
        String authority = uri.getRawAuthority();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean plain = path.isEmpty() || path.equals("/");
        if (authority == null || authority.indexOf('@') >= 0 || !plain || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri) + EXPECTED);
        }
        UriParameters given = UriParameters.of(uri, PARAMETERS);
        List<URI> hosts = new ArrayList<>();
        for (String host : authority.split(",", -1)) {
            hosts.add(host(uri, host));
        }
        MesosDnsConfig.Builder config = MesosDnsConfig.builder(hosts.toArray(new URI[0]));
        given.text("domain").ifPresent(config::domain);
        given.text("framework").ifPresent(config::framework);
        given.duration("refresh").ifPresent(config::refreshInterval);
        given.duration("timeout").ifPresent(config::timeout);
        given.duration("dns-timeout").ifPresent(config::dnsTimeout);
        given.duration("empty-confirmation").ifPresent(config::emptyConfirmation);
        given.port("dns-port")
                .ifPresent(port -> config.dnsServers(hosts.stream()
                        .map(host -> InetSocketAddress.createUnresolved(
                                host.getHost().replaceAll("[\\[\\]]", ""), port))
                        .toArray(InetSocketAddress[]::new)));
        return config.build();
    }

    private static URI host(URI whole, String host) {
        try {
            URI uri = URI.create("http://" + host);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(whole) + ": host " + host + EXPECTED, e);
        }
        throw new IllegalArgumentException("discovery: " + Redacted.uri(whole) + ": host " + host + EXPECTED);
    }
}
