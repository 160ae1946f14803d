package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Redacted;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Locale;

/**
 * The rules for requests to Marathon: what they look like, where redirects lead, and who may see the credentials.
 *
 * <p>A standby answers requests for events with a redirect to the leader, by the leader's own idea of its name. The
 * credentials go along only if that is a configured host or one that the configuration trusts, and never from https to
 * http.
 */
final class HttpTarget {

    private final MarathonConfig config;

    HttpTarget(MarathonConfig config) {
        this.config = config;
    }

    HttpRequest get(URI uri, String accept, boolean gzip) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET().header("Accept", accept);
        if (gzip) {
            request.header("Accept-Encoding", "gzip");
        }
        if (config.credentials().isPresent() && mayKnowCredentials(uri)) {
            request.header("Authorization", config.credentials().get().header());
        }
        return request.build();
    }

    boolean mayKnowCredentials(URI target) {
        boolean secure = "https".equalsIgnoreCase(target.getScheme());
        boolean configuredSecure = false;
        for (URI host : config.hosts()) {
            if (sameOrigin(host, target)) {
                return true;
            }
            configuredSecure |= "https".equalsIgnoreCase(host.getScheme());
        }
        if (configuredSecure && !secure) {
            return false;
        }
        String name = target.getHost().toLowerCase(Locale.ROOT);
        return config.trustedHosts().contains(name) || config.trustedHosts().contains(name + ":" + port(target));
    }

    /**
     * Where a redirect leads.
     *
     * @throws IllegalArgumentException if it is no place to go
     */
    static URI follow(URI from, String location) {
        URI to = from.resolve(location.trim());
        boolean http = "http".equalsIgnoreCase(to.getScheme()) || "https".equalsIgnoreCase(to.getScheme());
        if (!http || to.getHost() == null) {
            throw new IllegalArgumentException(
                    "redirect to " + Redacted.text(location) + " (expected: a host over http)");
        }
        boolean lostQuery = to.getRawQuery() == null && from.getRawQuery() != null;
        return lostQuery ? URI.create(withoutFragment(to) + "?" + from.getRawQuery()) : to;
    }

    private static String withoutFragment(URI uri) {
        String text = uri.toString();
        int hash = text.indexOf('#');
        return hash < 0 ? text : text.substring(0, hash);
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
