package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Redacted;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rules for requests to Marathon: what they look like, where redirects lead, and who may see the credentials.
 *
 * <p>A standby answers requests for events with a redirect to the leader, by the leader's own idea of its name. The
 * credentials go along only if that is a configured host or one that the configuration trusts, and never from https to
 * http.
 */
final class HttpTarget {

    private static final String AUTHORIZATION = "Authorization";

    private final MarathonConfig config;
    private final @Nullable Authorization authorization;

    HttpTarget(MarathonConfig config, @Nullable Authorization authorization) {
        this.config = config;
        this.authorization = authorization;
    }

    /** A request, as soon as it is known with which credentials. */
    CompletableFuture<HttpRequest> get(URI uri, String accept, boolean gzip) {
        if (authorization == null || !mayKnowCredentials(uri)) {
            return CompletableFuture.completedFuture(get(uri, accept, gzip, ""));
        }
        return authorization.header().thenApply(header -> get(uri, accept, gzip, header));
    }

    /** A host has answered 401 to this request: whether the same again can succeed. */
    boolean refused(HttpRequest request) {
        String sent = request.headers().firstValue(AUTHORIZATION).orElse("");
        return authorization != null && !sent.isEmpty() && authorization.refused(sent);
    }

    /** What to say of a 401. */
    String whyRefused(HttpRequest request) {
        String kind = config.credentials().map(Credentials::kind).orElse("");
        if (request.headers().firstValue(AUTHORIZATION).isPresent()) {
            return ": it refuses " + kind;
        }
        return kind.isEmpty() ? ": it wants credentials" : ": it wants credentials and is not trusted with them";
    }

    private static HttpRequest get(URI uri, String accept, boolean gzip, String header) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET().header("Accept", accept);
        if (gzip) {
            request.header("Accept-Encoding", "gzip");
        }
        if (!header.isEmpty()) {
            request.header(AUTHORIZATION, header);
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
        URI to;
        try {
            to = from.resolve(location.trim());
        } catch (IllegalArgumentException e) { // not kept as the cause: it quotes all of it
            throw new IllegalArgumentException(
                    "redirect to " + Redacted.text(location) + " (expected: a host over http)");
        }
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
