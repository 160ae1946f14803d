package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryProvider;
import io.evenkeel.discovery.Redacted;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Opens {@code marathon://host1:8080,host2:8080} and {@code marathon+https://user:password@host/path}.
 *
 * <p>Ports default to Marathon's own, 8080 and 8443. A path is what stands before {@code /v2} where Marathon is behind a
 * gateway. User and password, if given, are sent to all the hosts.
 */
public final class MarathonDiscoveryProvider implements DiscoveryProvider {

    private static final String EXPECTED = " (expected: marathon://host:port,host:port)";

    /** For the service loader. */
    public MarathonDiscoveryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("marathon", "marathon+https");
    }

    @Override
    public Discovery open(URI uri) {
        return MarathonDiscovery.of(config(uri));
    }

    static MarathonConfig config(URI uri) {
        String authority = uri.getRawAuthority();
        if (authority == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri) + EXPECTED);
        }
        boolean secure = uri.getScheme().toLowerCase(Locale.ROOT).endsWith("+https");
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        int at = authority.lastIndexOf('@');
        List<URI> hosts = new ArrayList<>();
        for (String host : authority.substring(at + 1).split(",", -1)) {
            hosts.add(host(uri, secure, host, path));
        }
        MarathonConfig.Builder config = MarathonConfig.builder(hosts.toArray(new URI[0]));
        if (at >= 0) {
            String user = authority.substring(0, at);
            int colon = user.indexOf(':');
            config.credentials(
                    decode(colon < 0 ? user : user.substring(0, colon)),
                    colon < 0 ? "" : decode(user.substring(colon + 1)));
        }
        return config.build();
    }

    private static URI host(URI whole, boolean secure, String host, String path) {
        boolean hasPort = host.lastIndexOf(':') > host.lastIndexOf(']');
        String port = hasPort ? "" : secure ? ":8443" : ":8080";
        try {
            URI uri = URI.create((secure ? "https://" : "http://") + host + port + path);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(whole) + ": host " + host + EXPECTED, e);
        }
        throw new IllegalArgumentException("discovery: " + Redacted.uri(whole) + ": host " + host + EXPECTED);
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
