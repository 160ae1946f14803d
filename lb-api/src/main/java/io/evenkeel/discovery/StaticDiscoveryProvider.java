package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Opens {@code static://web?endpoints=10.0.0.1:80,10.0.0.2:80@3}: one service with a fixed list of endpoints, each with a
 * weight of 1 or of what stands behind its {@code @}.
 *
 * <p>A service with slashes in its name is written as a path: {@code static:///shop/web?endpoints=[::1]:80}. The list may
 * also be the path, as in {@code static://web/10.0.0.1:80,10.0.0.2:80}, where URIs allow no brackets of IPv6 addresses.
 */
public final class StaticDiscoveryProvider implements DiscoveryProvider {

    private static final String EXPECTED = " (expected: static://SERVICE?endpoints=HOST:PORT,HOST:PORT@WEIGHT)";
    private static final Pattern WEIGHT = Pattern.compile("[0-9]{1,5}");

    /** For the service loader. */
    public StaticDiscoveryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("static");
    }

    @Override
    public Discovery open(URI uri) {
        String authority = uri.getAuthority() == null ? "" : uri.getAuthority();
        String path = uri.getPath() == null ? "" : uri.getPath();
        String query = uri.getQuery();
        boolean clear = authority.isEmpty() || path.isEmpty() || path.equals("/");
        String service = authority.isEmpty() ? path : authority;
        if (query == null && !authority.isEmpty()) {
            query = "endpoints=" + path.replaceFirst("^/", "");
            clear = true;
        }
        boolean named = !service.isEmpty() && !service.equals("/") && !service.contains("@");
        if (query == null || !clear || !named || uri.getFragment() != null) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri) + EXPECTED);
        }
        return StaticDiscovery.of(new Snapshot(Service.named(service), endpoints(list(uri, query))));
    }

    private static String list(URI uri, String query) {
        String name = query.substring(0, Math.max(0, query.indexOf('=')));
        if (!name.equals("endpoints") || query.indexOf('&') >= 0 || query.length() == name.length() + 1) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri) + EXPECTED);
        }
        return query.substring(name.length() + 1);
    }

    private static List<Endpoint> endpoints(String list) {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        for (String text : list.split(",", -1)) {
            Endpoint endpoint = endpoint(text);
            if (endpoints.put(endpoint.id(), endpoint) != null) {
                throw new IllegalArgumentException("endpoints: " + endpoint.id() + " (expected: once)");
            }
        }
        return List.copyOf(endpoints.values());
    }

    private static Endpoint endpoint(String text) {
        int at = text.lastIndexOf('@');
        String weight = at < 0 ? "1" : text.substring(at + 1);
        if (!WEIGHT.matcher(weight).matches() || Integer.parseInt(weight) > Endpoint.MAX_WEIGHT) {
            throw new IllegalArgumentException("endpoints: " + Redacted.text(text)
                    + " (expected: HOST:PORT or HOST:PORT@WEIGHT with a weight of 0 to " + Endpoint.MAX_WEIGHT + ")");
        }
        return Endpoint.of(HostPort.parse("endpoints", at < 0 ? text : text.substring(0, at)))
                .withWeight(Integer.parseInt(weight));
    }
}
