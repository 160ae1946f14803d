package io.evenkeel.discovery;

import java.net.URI;
import java.util.Set;

/** Opens {@code static://web/10.0.0.1:80,10.0.0.2:80}: one service with a fixed list of addresses. */
public final class StaticDiscoveryProvider implements DiscoveryProvider {

    /** For the service loader. */
    public StaticDiscoveryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("static");
    }

    @Override
    public Discovery open(URI uri) {
        String service = uri.getAuthority();
        String list = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
        if (service == null || service.isEmpty() || list.isEmpty()) {
            throw new IllegalArgumentException(
                    "discovery: " + Redacted.uri(uri) + " (expected: static://service/host:port,host:port)");
        }
        return StaticDiscovery.of(service, list.split(","));
    }
}
