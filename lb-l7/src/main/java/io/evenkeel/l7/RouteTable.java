package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes by host and path, compiled: looking one up does not slow down with the number of hosts.
 *
 * <p>Immutable; safe for use by any thread. The rules of one host are tried in the order in which they were added, and the
 * first that matches wins, except that every guard comes before every redirect, and those before every backend. Hosts match whole; a port in the
 * request's host makes it another host. On a plain frontend the host is the request's, without regard to case; on a TLS
 * frontend it is the server name of the handshake, in lower case only, and the request's host does not matter. Both are
 * what marathon-lb's rules do.
 */
public final class RouteTable implements Router {

    /** A table without routes. */
    public static final RouteTable EMPTY = builder().build();

    /** A condition, and where those go who meet it, or whom they have to pass first. */
    private record Rule(
            PathPrefixes path, Route route, @Nullable Guard guard) {}

    private final ByteKeyMap<Rule[]> rules;
    private final ByteKeyMap<Route> map;
    private final boolean byServerName;

    private RouteTable(Map<String, List<Rule>> byHost, Map<String, Route> map, boolean byServerName) {
        this.map = new ByteKeyMap<>(map);
        this.byServerName = byServerName;
        Map<String, Rule[]> compiled = new HashMap<>();
        byHost.forEach((host, list) -> compiled.put(host, list.toArray(Rule[]::new)));
        this.rules = new ByteKeyMap<>(compiled);
    }

    @Override
    public Route route(RequestHead request, Client client) {
        Rule[] candidates = byServerName
                ? candidates(client.serverName())
                : rules.get(request.bytes(), request.hostStart(), request.hostEnd());
        if (candidates != null) {
            for (Rule rule : candidates) {
                if (!rule.path.matches(request)) {
                    continue;
                }
                Guard guard = rule.guard;
                if (guard == null) {
                    return rule.route;
                }
                switch (guard.judge(request)) {
                    case ALLOWED -> {}
                    case DENIED -> {
                        return guard.denial();
                    }
                    case UNKNOWN -> {
                        return guard.pending();
                    }
                }
            }
        }
        return mapped(request, client);
    }

    private Route mapped(RequestHead request, Client client) {
        byte[] name = client.serverName();
        Route route = null;
        if (!byServerName) {
            byte[] b = request.bytes();
            int end = request.hostStart();
            while (end < request.hostEnd() && b[end] != ':') {
                end++;
            }
            route = map.get(b, request.hostStart(), end);
        } else if (name != null) {
            route = map.get(name, 0, name.length);
        }
        return route == null ? Route.NONE : route;
    }

    /**
     * A rule of a host, as far as one path is concerned.
     *
     * @param path the rule's condition on the path
     * @param route where it leads
     * @param matches whether the path meets the condition
     */
    public record Step(PathPrefixes path, Route route, boolean matches) {}

    /**
     * What is done with a request, rule by rule: the first that matches wins. For people who wonder; looks the host up as
     * requests do.
     *
     * @param host the request's host, or on a TLS frontend the server name of its handshake
     * @param path the raw path
     * @return the rules of that host in the order in which they are tried; none if the host has none
     */
    public List<Step> explain(String host, String path) {
        byte[] name = Bytes.of(host);
        Rule[] candidates = byServerName ? candidates(name) : rules.get(name, 0, name.length);
        List<Step> steps = new ArrayList<>();
        if (candidates != null) {
            for (Rule rule : candidates) {
                steps.add(new Step(rule.path, rule.route, rule.path.matches(path)));
            }
        }
        return steps;
    }

    private Rule @Nullable [] candidates(byte @Nullable [] serverName) {
        if (serverName == null) {
            return null;
        }
        for (byte b : serverName) {
            if (b >= 'A' && b <= 'Z') {
                return null;
            }
        }
        return rules.get(serverName, 0, serverName.length);
    }

    /** Prepares a table. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the rules of a {@link RouteTable} in their order. */
    public static final class Builder {

        private final Map<String, List<Rule>> guards = new HashMap<>();
        private final Map<String, List<Rule>> guardsOfTls = new HashMap<>();
        private final Map<String, Route> map = new HashMap<>();
        private final Map<String, List<Rule>> redirects = new HashMap<>();
        private final Map<String, List<Rule>> routes = new HashMap<>();

        private Builder() {}

        /**
         * Adds a rule.
         *
         * @param host in lower case
         * @param path the condition on the path
         * @param route where requests go that meet it
         * @return this
         */
        public Builder add(String host, PathPrefixes path, Route route) {
            Map<String, List<Rule>> target = route instanceof Route.ToHttps ? redirects : routes;
            target.computeIfAbsent(host, h -> new ArrayList<>()).add(new Rule(path, route, null));
            return this;
        }

        /**
         * Adds a rule that some must pass before they are routed anywhere.
         *
         * @param host in lower case
         * @param path the condition on the path
         * @param guard whom those have to pass that meet it
         * @param onlyTls whether the plain frontend has no such guard
         * @return this
         */
        public Builder guard(String host, PathPrefixes path, Guard guard, boolean onlyTls) {
            Rule rule = new Rule(path, guard.denial(), guard);
            guardsOfTls.computeIfAbsent(host, h -> new ArrayList<>()).add(rule);
            if (!onlyTls) {
                guards.computeIfAbsent(host, h -> new ArrayList<>()).add(rule);
            }
            return this;
        }

        /**
         * Adds a host of which a port in the request does not matter, and neither does the case of a server name. It is
         * looked up after all rules; of several routes for a host the first counts.
         *
         * @param host in lower case
         * @param route where requests go
         * @return this
         */
        public Builder map(String host, Route route) {
            map.putIfAbsent(host, route);
            return this;
        }

        /** The table for a plain frontend. */
        public RouteTable build() {
            return new RouteTable(inOrder(guards, redirects, routes), map, false);
        }

        /** The table for a TLS frontend: the same without the redirects. */
        public RouteTable buildForTls() {
            return new RouteTable(inOrder(guardsOfTls, routes), map, true);
        }

        @SafeVarargs
        private static Map<String, List<Rule>> inOrder(Map<String, List<Rule>>... kinds) {
            Map<String, List<Rule>> all = new HashMap<>();
            for (Map<String, List<Rule>> kind : kinds) {
                kind.forEach((host, rules) ->
                        all.computeIfAbsent(host, h -> new ArrayList<>()).addAll(rules));
            }
            return all;
        }
    }

    /** Routes by the field {@code X-Marathon-App-Id}, its case ignored. */
    public static Router byAppId(Map<String, Route> routes) {
        ByteKeyMap<Route> map = new ByteKeyMap<>(routes);
        return (request, client) -> {
            int field = request.find(io.evenkeel.l7.http.Field.X_MARATHON_APP_ID);
            @Nullable
            Route route =
                    field < 0 ? null : map.get(request.bytes(), request.valueStart(field), request.valueEnd(field));
            return route == null ? Route.NONE : route;
        };
    }
}
