package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Condition;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Routes by host and path, compiled: looking one up does not slow down with the number of hosts.
 *
 * <p>Immutable; safe for use by any thread. The rules of one host are tried in the order in which they were added, and the
 * first that matches wins, except that every guard comes before every redirect, and those before every backend. Hosts
 * match whole; a port in the request's host makes it another host. On a plain frontend the host is the request's, without
 * regard to case; on a TLS frontend it is the server name of the handshake, in lower case only, and the request's host does
 * not matter. Both are what marathon-lb's rules do.
 *
 * <p>Whole hosts come before suffixes, longer suffixes before shorter ones, those before other patterns, and what is for any
 * host comes after them, and what is mapped comes last. What is on one of these levels costs nothing on those before it.
 */
public final class RouteTable implements Router {

    /** A table without routes. */
    public static final RouteTable EMPTY = new RouteTable(Key.HOST);

    /** A table without routes, for which a port in the request's host does not matter. */
    public static final RouteTable EMPTY_ANY_PORT = new RouteTable(Key.HOST_WITHOUT_PORT);

    /** A table without routes for a TLS frontend. */
    public static final RouteTable EMPTY_TLS = new RouteTable(Key.SERVER_NAME);

    /**
     * A table without routes for a TLS frontend whose servers speak TLS each in its own way: who asked for a server whose
     * name has rules gets to no other rules, lest it gets by what theirs demand of a handshake. Only whole names and
     * suffixes have routes.
     */
    public static final RouteTable EMPTY_TLS_EACH_ALONE = new RouteTable(Key.SERVER_NAME_ALONE);

    /** By what of a request its routes are found. */
    private enum Key {
        HOST,
        HOST_WITHOUT_PORT,
        SERVER_NAME,
        SERVER_NAME_ALONE
    }

    private static final int WHOLE = -1;
    private static final int NOBODY = 0;

    private final ByteKeyMap<HostRules> rules;
    private final ByteKeyMap<HostRules> suffixes;
    private final ByteKeyMap<HostRules> map;
    private final SortedMap<SuffixForm, Integer> suffixCounts; // the longest first
    private final SuffixForm[] suffixForms;
    private final HostRules patterns;
    private final HostRules any;
    private final Key key;
    private final boolean byServerName;
    private final @Nullable RouteTable next;

    private RouteTable(RouteTable first, RouteTable next) {
        this.rules = first.rules;
        this.suffixes = first.suffixes;
        this.map = first.map;
        this.suffixCounts = first.suffixCounts;
        this.suffixForms = first.suffixForms;
        this.patterns = first.patterns;
        this.any = first.any;
        this.key = first.key;
        this.byServerName = first.byServerName;
        this.next = next;
    }

    private RouteTable(Key key) {
        this.next = null;
        this.rules = new ByteKeyMap<>(Map.of());
        this.suffixes = rules;
        this.map = rules;
        this.suffixCounts = Collections.emptySortedMap();
        this.suffixForms = new SuffixForm[0];
        this.patterns = HostRules.NONE;
        this.any = HostRules.NONE;
        this.key = key;
        this.byServerName = key == Key.SERVER_NAME || key == Key.SERVER_NAME_ALONE;
    }

    private RouteTable(RouteTable before, Map<HostPattern, HostRules> changes) {
        this.key = before.key;
        this.byServerName = before.byServerName;
        this.next = before.next;
        this.rules = with(before.rules, changes, HostPattern.Kind.EXACT);
        this.map = with(before.map, changes, HostPattern.Kind.MAPPED);
        this.suffixes = with(before.suffixes, changes, HostPattern.Kind.SUFFIX);
        this.suffixCounts = before.suffixCounts(changes);
        this.suffixForms = suffixCounts.keySet().toArray(SuffixForm[]::new);
        this.patterns = changes.getOrDefault(HostPattern.PATTERN, before.patterns);
        this.any = changes.getOrDefault(HostPattern.ANY, before.any);
    }

    private static ByteKeyMap<HostRules> with(
            ByteKeyMap<HostRules> before, Map<HostPattern, HostRules> changes, HostPattern.Kind kind) {
        Map<String, @Nullable HostRules> ofKind = new HashMap<>();
        changes.forEach((host, changed) -> {
            if (host.kind() == kind) {
                ofKind.put(host.text(), changed.isEmpty() ? null : changed);
            }
        });
        return ofKind.isEmpty() ? before : before.with(ofKind);
    }

    private SortedMap<SuffixForm, Integer> suffixCounts(Map<HostPattern, HostRules> changes) {
        SortedMap<SuffixForm, Integer> counts = new TreeMap<>(SuffixForm.LONGEST_FIRST);
        counts.putAll(suffixCounts);
        changes.forEach((host, changed) -> {
            if (host.kind() == HostPattern.Kind.SUFFIX) {
                byte[] text = host.text().getBytes(StandardCharsets.UTF_8);
                int difference = (changed.isEmpty() ? 0 : 1) - (suffixes.get(text, 0, text.length) == null ? 0 : 1);
                SuffixForm form = SuffixForm.of(text);
                counts.merge(form, difference, Integer::sum);
                counts.remove(form, 0);
            }
        });
        return counts;
    }

    /**
     * This table with other rules for some hosts.
     *
     * @param changes all rules of each host that is to have others; none for those that are to have none
     * @return the changed copy; costs as much as there are changes, but now and then as much as there are hosts
     */
    public RouteTable with(Map<HostPattern, HostRules> changes) {
        return changes.isEmpty() ? this : new RouteTable(this, changes);
    }

    /**
     * This table with another one behind it, for requests that have no route here.
     *
     * @param behind for the same kind of frontend
     * @return the two together
     */
    public RouteTable orElse(RouteTable behind) {
        return new RouteTable(this, behind);
    }

    @Override
    public Route route(RequestHead request, Client client) {
        if (key == Key.SERVER_NAME_ALONE) {
            return routeAlone(request, client);
        }
        byte[] name = byServerName ? client.serverName() : request.bytes();
        int start = byServerName ? 0 : request.hostStart();
        int end = byServerName ? (name == null ? 0 : name.length) : hostEnd(request);
        if (name != null && !(byServerName && hasCapital(name))) {
            Route exact = first(rules.get(name, start, end), request, client);
            if (exact != null) {
                return exact;
            }
            for (SuffixForm form : suffixForms) {
                if (form.mayEnd(name, start, end)) {
                    Route route = first(suffixes.get(name, end - form.length, end), request, client);
                    if (route != null) {
                        return route;
                    }
                }
            }
        }
        Route other = patterns.first(request, client);
        other = other == null ? any.first(request, client) : other;
        other = other == null ? first(mapped(request, client), request, client) : other;
        if (other != null) {
            return other;
        }
        RouteTable after = next;
        return after == null || isQuirk(client) ? Route.NONE : after.route(request, client);
    }

    private Route routeAlone(RequestHead request, Client client) {
        byte[] name = client.serverName();
        if (name == null) {
            return Route.NONE;
        }
        int owner = owner(name);
        for (RouteTable table = this; table != null && owner != NOBODY; table = table.next) {
            Route route = first(table.rulesOf(name, owner), request, client);
            if (route == null && owner == WHOLE) {
                route = first(table.map.get(name, 0, name.length), request, client);
            }
            if (route != null) {
                return route;
            }
        }
        return Route.NONE;
    }

    /** Whose a server name is, here or in what is behind: its own, that of the suffix of so many bytes, or nobody's. */
    private int owner(byte[] name) {
        int longest = NOBODY;
        for (RouteTable table = this; table != null && !hasCapital(name); table = table.next) {
            if (table.rules.get(name, 0, name.length) != null || table.map.get(name, 0, name.length) != null) {
                return WHOLE;
            }
            for (SuffixForm form : table.suffixForms) {
                if (form.length > longest
                        && form.mayEnd(name, 0, name.length)
                        && table.rulesOf(name, form.length) != null) {
                    longest = form.length;
                }
            }
        }
        return longest;
    }

    private @Nullable HostRules rulesOf(byte[] name, int owner) {
        return owner == WHOLE
                ? rules.get(name, 0, name.length)
                : owner > name.length ? null : suffixes.get(name, name.length - owner, name.length);
    }

    /* A server name with capitals is nobody's, as with marathon-lb: the names of a table behind must not have it either. */
    private boolean isQuirk(Client client) {
        byte[] name = client.serverName();
        return byServerName && name != null && hasCapital(name);
    }

    private static @Nullable Route first(@Nullable HostRules candidates, RequestHead request, Client client) {
        return candidates == null ? null : candidates.first(request, client);
    }

    private @Nullable HostRules mapped(RequestHead request, Client client) {
        byte[] name = client.serverName();
        if (byServerName) {
            return name == null ? null : map.get(name, 0, name.length);
        }
        byte[] b = request.bytes();
        int end = request.hostStart();
        while (end < request.hostEnd() && b[end] != ':') {
            end++;
        }
        return map.get(b, request.hostStart(), end);
    }

    private int hostEnd(RequestHead request) {
        int end = request.hostEnd();
        if (key == Key.HOST_WITHOUT_PORT) {
            byte[] b = request.bytes();
            int at = end;
            while (at > request.hostStart() && b[at - 1] != ':' && b[at - 1] != ']') {
                at--;
            }
            if (at > request.hostStart() && b[at - 1] == ':') {
                return at - 1;
            }
        }
        return end;
    }

    /**
     * What suffixes may be told by without looking them up: a host has few dots, so that it costs next to nothing how many lengths
     * there are of suffixes that begin with one.
     */
    private record SuffixForm(int length, boolean dotted) {

        static final Comparator<SuffixForm> LONGEST_FIRST =
                Comparator.comparingInt(SuffixForm::length).reversed().thenComparing(SuffixForm::dotted);

        static SuffixForm of(byte[] suffix) {
            return new SuffixForm(suffix.length, suffix.length > 0 && suffix[0] == '.');
        }

        boolean mayEnd(byte[] name, int start, int end) {
            int begin = end - length;
            return begin >= start && (length > 0 && name[begin] == '.') == dotted;
        }
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
        List<HostRules.Rule> candidates = new ArrayList<>();
        if (key == Key.SERVER_NAME_ALONE) {
            int owner = owner(name);
            for (RouteTable table = this; table != null && owner != NOBODY; table = table.next) {
                add(candidates, table.rulesOf(name, owner));
                add(candidates, owner == WHOLE ? table.map.get(name, 0, name.length) : null);
            }
            return steps(candidates, request, client);
        }
        if (!byServerName || !hasCapital(name)) {
            int end = byServerName ? name.length : hostEnd(request) - request.hostStart();
            add(candidates, rules.get(name, 0, end));
            for (SuffixForm form : suffixForms) {
                if (form.mayEnd(name, 0, end)) {
                    add(candidates, suffixes.get(name, end - form.length, end));
                }
            }
        }
        add(candidates, patterns);
        add(candidates, any);
        add(candidates, mapped(request, client));
        List<Step> steps = steps(candidates, request, client);
        if (next != null && !isQuirk(client)) {
            steps.addAll(next.explain(host, path));
        }
        return steps;
    }

    private static List<Step> steps(List<HostRules.Rule> candidates, RequestHead request, Client client) {
        List<Step> steps = new ArrayList<>();
        for (HostRules.Rule rule : candidates) {
            steps.add(new Step(rule.condition(), rule.route(), rule.condition().matches(request, client)));
        }
        return steps;
    }

    private static void add(List<HostRules.Rule> candidates, @Nullable HostRules more) {
        if (more != null) {
            candidates.addAll(more.rules());
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

        private final Map<HostPattern, HostRules.Builder> rules = new HashMap<>();

        private Builder() {}

        private HostRules.Builder of(HostPattern host) {
            return rules.computeIfAbsent(host, h -> HostRules.builder());
        }

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
            of(host).add(condition, route);
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
            of(HostPattern.exact(host)).guard(path, guard, onlyTls);
            return this;
        }

        /** The table for a plain frontend. */
        public RouteTable build() {
            return EMPTY.with(rules(false));
        }

        /** The table for a TLS frontend: the same without the redirects to TLS. */
        public RouteTable buildForTls() {
            return EMPTY_TLS.with(rules(true));
        }

        private Map<HostPattern, HostRules> rules(boolean tls) {
            Map<HostPattern, HostRules> built = new HashMap<>();
            rules.forEach((host, builder) -> built.put(host, builder.build(tls)));
            return built;
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
