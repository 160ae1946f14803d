package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Condition;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Routes by host and path, compiled: looking one up does not slow down with the number of hosts.
 *
 * <p>Immutable; safe for use by any thread. The rules of one host are tried in the order in which they were added, and the
 * first that matches wins, except that every guard comes before every redirect, and those before every backend. Hosts
 * match whole; a port in the request's host makes it another host. On a plain frontend the host is the request's, without regard to case; on a TLS
 * frontend it is the server name of the handshake, in lower case only, and the request's host does not matter. Both are
 * what marathon-lb's rules do.
 *
 * <p>Whole hosts come before suffixes, longer suffixes before shorter ones, those before other patterns, and what is for any
 * host comes last. What is on one of these levels costs nothing on those before it.
 */
public final class RouteTable implements Router {

    /** A table without routes. */
    public static final RouteTable EMPTY = builder().build();

    private record Entry(HostPattern host, Rule rule) {}

    /** A condition, and where those go who meet it, or whom they have to pass first. */
    private record Rule(
            Condition condition, Route route, @Nullable Guard guard) {}

    private final ByteKeyMap<Rule[]> rules;
    private final ByteKeyMap<Rule[]> suffixes;
    private final int[] suffixLengths;
    private final Rule[] others;
    private final ByteKeyMap<Route> map;
    private final boolean byServerName;

    private RouteTable(List<Entry> entries, Map<String, Route> map, boolean byServerName) {
        this.map = new ByteKeyMap<>(map);
        this.byServerName = byServerName;
        this.rules = new ByteKeyMap<>(byText(entries, HostPattern.Kind.EXACT));
        Map<String, Rule[]> bySuffix = byText(entries, HostPattern.Kind.SUFFIX);
        this.suffixes = new ByteKeyMap<>(bySuffix);
        this.suffixLengths = bySuffix.keySet().stream()
                .mapToInt(suffix -> -suffix.getBytes(StandardCharsets.UTF_8).length)
                .distinct()
                .sorted()
                .map(length -> -length)
                .toArray();
        this.others = Stream.of(HostPattern.Kind.PATTERN, HostPattern.Kind.ANY)
                .flatMap(kind -> entries.stream().filter(entry -> entry.host.kind() == kind))
                .map(entry -> entry.rule)
                .toArray(Rule[]::new);
    }

    private static Map<String, Rule[]> byText(List<Entry> entries, HostPattern.Kind kind) {
        Map<String, List<Rule>> lists = new HashMap<>();
        for (Entry entry : entries) {
            if (entry.host.kind() == kind) {
                lists.computeIfAbsent(entry.host.text(), text -> new ArrayList<>())
                        .add(entry.rule);
            }
        }
        Map<String, Rule[]> compiled = new HashMap<>();
        lists.forEach((text, list) -> compiled.put(text, list.toArray(Rule[]::new)));
        return compiled;
    }

    @Override
    public Route route(RequestHead request, Client client) {
        byte[] name = byServerName ? client.serverName() : request.bytes();
        int start = byServerName ? 0 : request.hostStart();
        int end = byServerName ? (name == null ? 0 : name.length) : request.hostEnd();
        if (name != null && !(byServerName && hasCapital(name))) {
            Route exact = first(rules.get(name, start, end), request, client);
            if (exact != null) {
                return exact;
            }
            for (int length : suffixLengths) {
                Route route =
                        end - start < length ? null : first(suffixes.get(name, end - length, end), request, client);
                if (route != null) {
                    return route;
                }
            }
        }
        Route other = first(others, request, client);
        return other == null ? mapped(request, client) : other;
    }

    private static @Nullable Route first(Rule @Nullable [] candidates, RequestHead request, Client client) {
        if (candidates == null) {
            return null;
        }
        for (Rule rule : candidates) {
            if (!rule.condition.matches(request, client)) {
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
        return null;
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
     * A rule of a host, as far as one request is concerned.
     *
     * @param condition what must be true
     * @param route where it leads
     * @param matches whether it is true
     */
    public record Step(Condition condition, Route route, boolean matches) {}

    /**
     * What is done with a request that has nothing but a host and a path, rule by rule: the first that matches wins. For
     * people who wonder; looks the host up as requests do.
     *
     * @param host the request's host, or on a TLS frontend the server name of its handshake
     * @param path the raw path
     * @return the rules of that host in the order in which they are tried; none if the host has none
     */
    public List<Step> explain(String host, String path) {
        RequestHead request = new RequestHead();
        byte[] head = Bytes.of("GET " + (path.isEmpty() ? "/" : path) + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        if (request.parse(head, 0, head.length) != 0) {
            return List.of();
        }
        byte[] name = Bytes.of(host);
        Client client = new Wonderer(name, byServerName);
        List<Rule> candidates = new ArrayList<>();
        if (!byServerName || !hasCapital(name)) {
            add(candidates, rules.get(name, 0, name.length));
            for (int length : suffixLengths) {
                if (name.length >= length) {
                    add(candidates, suffixes.get(name, name.length - length, name.length));
                }
            }
        }
        add(candidates, others);
        List<Step> steps = new ArrayList<>();
        for (Rule rule : candidates) {
            steps.add(new Step(rule.condition, rule.route, rule.condition.matches(request, client)));
        }
        Route mapped = mapped(request, client);
        if (mapped != Route.NONE) {
            steps.add(new Step(Condition.ALWAYS, mapped, true));
        }
        return steps;
    }

    private static void add(List<Rule> candidates, Rule @Nullable [] more) {
        if (more != null) {
            candidates.addAll(List.of(more));
        }
    }

    /** Somebody on no connection at all. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a value
    private record Wonderer(byte[] name, boolean isTls) implements Client {

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }

        @Override
        public InetSocketAddress localAddress() {
            return address();
        }

        @Override
        public byte @Nullable [] serverName() {
            return isTls ? name : null;
        }
    }

    private static boolean hasCapital(byte[] serverName) {
        for (byte b : serverName) {
            if (b >= 'A' && b <= 'Z') {
                return true;
            }
        }
        return false;
    }

    /** Prepares a table. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the rules of a {@link RouteTable} in their order. */
    public static final class Builder {

        private final List<Entry> guards = new ArrayList<>();
        private final List<Entry> guardsOfTls = new ArrayList<>();
        private final List<Entry> answers = new ArrayList<>();
        private final List<Entry> routes = new ArrayList<>();
        private final Map<String, Route> map = new HashMap<>();

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
            return add(HostPattern.exact(host), path, route);
        }

        /**
         * Adds a rule.
         *
         * @param host which hosts it is for
         * @param condition what else must be true
         * @param route where requests go that meet it
         * @return this
         */
        public Builder add(HostPattern host, Condition condition, Route route) {
            boolean first = route instanceof Route.ToHttps || route instanceof Route.Answer;
            (first ? answers : routes).add(new Entry(host, new Rule(condition, route, null)));
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
            Entry entry = new Entry(HostPattern.exact(host), new Rule(path, guard.denial(), guard));
            guardsOfTls.add(entry);
            if (!onlyTls) {
                guards.add(entry);
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
            return new RouteTable(inOrder(guards), map, false);
        }

        /** The table for a TLS frontend: the same without the redirects to TLS. */
        public RouteTable buildForTls() {
            return new RouteTable(
                    inOrder(guardsOfTls).stream()
                            .filter(entry -> !(entry.rule.route instanceof Route.ToHttps))
                            .toList(),
                    map,
                    true);
        }

        private List<Entry> inOrder(List<Entry> first) {
            return Stream.of(first, answers, routes).flatMap(List::stream).toList();
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
