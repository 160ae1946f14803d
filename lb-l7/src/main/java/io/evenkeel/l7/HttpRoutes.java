package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.vip.VirtualIp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Which hosts and paths lead where, for an {@link HttpProxy}. Immutable.
 *
 * <p>A host is a whole name ({@code shop.example.com}), every name below one ({@code *.example.com}, at any depth but not
 * {@code example.com} itself), or any ({@code *}). Case does not matter, and neither does a port in the request's host. A
 * path stands for itself and all that is below it, segment by segment: {@code /api} is {@code /api} and {@code /api/x} but
 * not {@code /apifoo}; {@code /} is every path. It is compared as it was sent, without the query; nothing is decoded.
 *
 * <p>Whole hosts come first, then longer ends of hosts before shorter ones, then any host; for each of them, longer paths
 * come before shorter ones. What fits no path of one host is looked for on the next of these levels. Over TLS it is the
 * request's host that counts, too, not the server name of the handshake. What fits nothing is answered with 503.
 */
public final class HttpRoutes {

    /** No routes. */
    public static final HttpRoutes NONE = new HttpRoutes(Map.of());

    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9._-]+|\\*|\\[[0-9a-f:.]+]");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e&&[^?#]]*");

    /** Where requests of one host and path go. */
    private record Entry(String host, String path, Target target) {}

    /** What is at the end of a route. */
    private sealed interface Target {}

    private record ToService(String service) implements Target {}

    private record ToRoute(Route route) implements Target {}

    private final Map<String, Entry> entries;

    private HttpRoutes(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /**
     * Prepares routes.
     *
     * @return a builder without any
     */
    public static Builder builder() {
        return NONE.toBuilder();
    }

    /**
     * Prepares routes of which most are like these.
     *
     * @return a builder with all of these
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The routes as a table; for TLS it is without redirects to TLS. */
    RouteTable table(Function<String, HttpBackend> backends, boolean tls) {
        List<Entry> longestFirst = new ArrayList<>(entries.values());
        longestFirst.sort(Comparator.comparingInt((Entry entry) -> -entry.path.length()));
        Map<HostPattern, HostRules.Builder> rules = new HashMap<>();
        for (Entry entry : longestFirst) {
            Route route = entry.target instanceof ToService to
                    ? new Route.To(backends.apply(to.service))
                    : ((ToRoute) entry.target).route;
            rules.computeIfAbsent(pattern(entry.host), host -> HostRules.builder())
                    .add(new PathSegments(entry.path), route)
                    .then(); // else answers would come before longer paths
        }
        Map<HostPattern, HostRules> built = new HashMap<>();
        rules.forEach((host, builder) -> built.put(host, builder.build(tls)));
        return RouteTable.EMPTY_ANY_PORT.with(built);
    }

    private static HostPattern pattern(String host) {
        if (host.equals("*")) {
            return HostPattern.ANY;
        }
        return host.startsWith("*.") ? HostPattern.suffix(host.substring(1)) : HostPattern.exact(host);
    }

    /** For people: each host and path, and where it leads. */
    @Override
    public String toString() {
        Map<String, String> text = new LinkedHashMap<>();
        entries.forEach((key, entry) -> text.put(
                key, entry.target instanceof ToService to ? to.service : ((ToRoute) entry.target).route.toString()));
        return text.toString();
    }

    /** Collects routes; the last one for a host and path counts. Not thread-safe. */
    public static final class Builder {

        private final Map<String, Entry> entries;

        private Builder(HttpRoutes routes) {
            this.entries = new LinkedHashMap<>(routes.entries);
        }

        /**
         * Sends requests to a service.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param service as {@link io.evenkeel.LoadBalancer#cluster(String)} takes it: a service's name, or a VIP; the
         *     source need not know it yet
         * @return this
         * @throws IllegalArgumentException if one of them is not as it should be
         */
        public Builder route(String host, String path, String service) {
            if (service.isBlank()) {
                throw new IllegalArgumentException("service: '" + service + "' (expected: a service's name, or a VIP)");
            }
            return put(host, path, new ToService(service));
        }

        /**
         * Sends requests to everyone who claims a virtual IP.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param vip the VIP
         * @return this
         * @throws IllegalArgumentException if host or path is not as it should be
         */
        public Builder route(String host, String path, VirtualIp vip) {
            return put(host, path, new ToService(vip.toString()));
        }

        /**
         * Sends requests to a backend of the caller's own.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param backend whose cluster and options count
         * @return this
         * @throws IllegalArgumentException if host or path is not as it should be
         */
        public Builder route(String host, String path, HttpBackend backend) {
            return route(host, path, new Route.To(backend));
        }

        /**
         * Answers requests, redirects them, or sends them to a backend.
         *
         * @param host a whole host, {@code *.example.com}, or {@code *}
         * @param path the path that stands for itself and all below it
         * @param route what becomes of them; {@link Route#TO_HTTPS} counts at listeners without TLS only
         * @return this
         * @throws IllegalArgumentException if host or path is not as it should be, or there is no page for the status of a
         *     {@link Route.Reply}
         */
        public Builder route(String host, String path, Route route) {
            if (requireNonNull(route, "route") instanceof Route.Reply reply
                    && !Replies.statuses().contains(reply.status())) {
                throw new IllegalArgumentException(
                        "status: " + reply.status() + " (expected: one of " + Replies.statuses() + ")");
            }
            return put(host, path, new ToRoute(route));
        }

        /**
         * Takes a route out; if there is none, nothing happens.
         *
         * @param host as it was given
         * @param path as it was given
         * @return this
         */
        public Builder remove(String host, String path) {
            entries.remove(key(host.toLowerCase(Locale.ROOT), path));
            return this;
        }

        private Builder put(String host, String path, Target target) {
            String lower = host.toLowerCase(Locale.ROOT);
            if (!HOST.matcher(lower).matches()) {
                throw new IllegalArgumentException(
                        "host: " + host + " (expected: a host without a port, *.SUFFIX, or * for any)");
            }
            if (!PATH.matcher(path).matches()) {
                throw new IllegalArgumentException(
                        "path: " + path + " (expected: a path that begins with /, as it is sent, without a query)");
            }
            entries.put(key(lower, path), new Entry(lower, path, target));
            return this;
        }

        private static String key(String host, String path) {
            return host + path;
        }

        /**
         * What was collected.
         *
         * @return the routes
         */
        public HttpRoutes build() {
            return new HttpRoutes(new LinkedHashMap<>(entries));
        }
    }
}
