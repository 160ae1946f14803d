package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.BasicAuth;
import io.evenkeel.l7.Guard;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.HostRules;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.RouteTable;
import io.evenkeel.l7.marathonlb.template.HostRule;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The routes of all ports on a frontend that they share. Kept from catalog to catalog: only the rules of hosts that a changed
 * port claims, or has claimed, are made anew. Not thread-safe.
 */
final class VhostRoutes {

    /**
     * What one port wants of the frontend.
     *
     * @param port the port, as its labels describe it
     * @param route where its requests go; null if it does not speak HTTP
     * @param rule how it is reached
     * @param guard whom its requests have to pass first; null if nobody
     * @param replaced the rules that its templates put in the place of those for {@code HAPROXY_n_VHOST}
     * @param named the hosts that it answers for by name without a template
     */
    private record Claim(
            AppPort port,
            @Nullable Route route,
            VhostRule rule,
            @Nullable Guard guard,
            List<HostRule> replaced,
            Set<HostPattern> named) {

        /* Applications in their order; each has its port once. */
        private static final Comparator<Claim> IN_ORDER = Comparator.comparing(
                        (Claim claim) -> claim.port.service().application())
                .thenComparingInt(claim -> claim.port.listen().port())
                .thenComparing(claim -> claim.port.service().name());

        private static final Comparator<Claim> BY_WEIGHT =
                Comparator.comparingInt((Claim claim) -> -claim.rule.weight()).thenComparing(IN_ORDER);

        Set<Place> places() {
            Set<Place> places = new HashSet<>();
            replaced.forEach(each -> places.add(new Place(each.host(), false)));
            named.forEach(host -> places.add(new Place(host, false)));
            rule.wider().forEach(wider -> places.add(new Place(wider.pattern(), true)));
            return places;
        }

        /** Where it stands among those that claim a host. */
        static Comparator<Claim> order(HostPattern host) {
            return host.kind() == HostPattern.Kind.MAPPED ? IN_ORDER : BY_WEIGHT; // maps know no weights
        }

        /** The rules of its templates. */
        void addReplaced(Place place, HostRules.Builder rules) {
            Route to = route;
            for (HostRule own : place.wider() ? List.<HostRule>of() : replaced) {
                Verdict verdict = own.verdict();
                if (to != null && own.host().equals(place.host())) {
                    if (guard != null && verdict == null) {
                        rules.guard(own.condition(), guard, false);
                    }
                    rules.add(own.condition(), verdict == null ? to : new Route.Answer(verdict));
                }
            }
        }

        /** The rules that its labels make for one of its paths, or for all of them. */
        void addLabelled(Place place, PathPrefixes path, HostRules.Builder rules) {
            if (!place.wider()) {
                if (named.contains(place.host())) {
                    add(path, rules);
                }
                return;
            }
            for (WiderHosts wider : rule.wider()) {
                if (wider.pattern().equals(place.host())) {
                    add(
                            wider.condition().equals(Condition.ALWAYS)
                                    ? path
                                    : wider.condition().and(path),
                            rules);
                }
            }
        }

        private void add(Condition condition, HostRules.Builder rules) {
            if (guard != null) {
                rules.guard(condition, guard, rule.redirectToHttps());
            }
            if (rule.redirectToHttps()) {
                rules.add(condition, Route.TO_HTTPS);
            }
            if (route != null) {
                rules.add(condition, route);
            }
        }
    }

    /**
     * What ports claim: hosts.
     *
     * @param host which
     * @param wider whether a label of our own claims them without naming each: those come after all others
     */
    private record Place(HostPattern host, boolean wider) {}

    private final boolean secure;
    private final MarathonLbOptions options;
    private final Guards guards;
    private Map<String, Claim> claims = Map.of();
    private final Map<Place, TreeSet<Claim>> claimants = new HashMap<>();
    private RouteTable table;
    private RouteTable wider;

    /** Makes what requests have to pass. */
    @FunctionalInterface
    interface Guards {
        Guard of(AppPort port, BasicAuth auth);
    }

    /** No routes, for the plain frontend or that over TLS. */
    VhostRoutes(boolean secure, MarathonLbOptions options, Guards guards) {
        this(
                secure,
                options,
                guards,
                secure ? RouteTable.EMPTY_TLS : RouteTable.EMPTY,
                secure ? RouteTable.EMPTY_TLS : RouteTable.EMPTY_ANY_PORT);
    }

    private VhostRoutes(boolean secure, MarathonLbOptions options, Guards guards, RouteTable table, RouteTable wider) {
        this.secure = secure;
        this.options = options;
        this.guards = guards;
        this.table = table;
        this.wider = wider;
    }

    /** No routes, for the frontend over TLS where every virtual host has its own way to speak it. */
    static VhostRoutes grouped(MarathonLbOptions options, Guards guards) {
        return new VhostRoutes(true, options, guards, RouteTable.EMPTY_TLS_EACH_ALONE, RouteTable.EMPTY_TLS_EACH_ALONE);
    }

    /** The routes of these ports, and of no others. */
    @SuppressWarnings("ReferenceEquality") // what is claimed as before is the same object
    RouteTable update(List<ServicePort> serving) {
        Map<String, Claim> next = new HashMap<>(serving.size() * 2);
        Set<Place> touched = new HashSet<>();
        for (ServicePort servicePort : serving) {
            String name = servicePort.port().service().name();
            Claim before = claims.get(name);
            Claim now = before != null && isOf(servicePort, before) ? before : claim(servicePort);
            next.put(name, now);
            if (now != before) {
                leave(before, touched);
                enter(now, touched);
            }
        }
        claims.forEach((name, before) -> {
            if (!next.containsKey(name)) {
                leave(before, touched);
            }
        });
        claims = next;
        Map<HostPattern, HostRules> changes = new HashMap<>();
        Map<HostPattern, HostRules> widerChanges = new HashMap<>();
        touched.forEach(place -> (place.wider ? widerChanges : changes).put(place.host, rules(place)));
        table = table.with(changes);
        wider = wider.with(widerChanges);
        return table.orElse(wider);
    }

    /* A port whose labels are as they were is the same object. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isOf(ServicePort servicePort, Claim claim) {
        return claim.port == servicePort.port()
                && claim.route == servicePort.route().orElse(null);
    }

    private Claim claim(ServicePort servicePort) {
        AppPort port = servicePort.port();
        VhostRule rule = port.vhosts();
        Optional<List<HostRule>> replaced = port.effects().hostRules(secure);
        boolean mapped = options.isMapped(rule, secure) && replaced.isEmpty();
        return new Claim(
                port,
                servicePort.route().orElse(null),
                rule,
                rule.auth().map(auth -> guards.of(port, auth)).orElse(null),
                replaced.orElse(List.of()),
                port.labelledHosts(secure).stream()
                        .map(host -> mapped ? HostPattern.mapped(host) : HostPattern.exact(host))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private void enter(Claim claim, Set<Place> touched) {
        for (Place place : claim.places()) {
            claimants
                    .computeIfAbsent(place, p -> new TreeSet<>(Claim.order(p.host)))
                    .add(claim);
            touched.add(place);
        }
    }

    private void leave(@Nullable Claim claim, Set<Place> touched) {
        for (Place place : claim == null ? Set.<Place>of() : claim.places()) {
            claimants.computeIfPresent(place, (p, others) -> {
                others.remove(claim);
                return others.isEmpty() ? null : others;
            });
            touched.add(place);
        }
    }

    private HostRules rules(Place place) {
        Set<Claim> claiming = claimants.get(place);
        if (claiming == null) {
            return HostRules.NONE;
        }
        HostRules.Builder rules = HostRules.builder();
        if (options.pathPrecedence() == PathPrecedence.LONGEST && place.host.kind() != HostPattern.Kind.MAPPED) {
            for (Turn turn : turns(claiming)) {
                if (turn.path == null) {
                    turn.claim.addReplaced(place, rules);
                } else {
                    turn.claim.addLabelled(place, turn.path, rules);
                }
                rules.then();
            }
        } else {
            for (Claim claim : claiming) {
                claim.addReplaced(place, rules);
                claim.addLabelled(place, claim.rule.path(), rules);
            }
        }
        return rules.build(secure);
    }

    /** When one of a claim's paths is tried, or the rules of its templates if there is no path. */
    private record Turn(Claim claim, @Nullable PathPrefixes path) {}

    /* Rules of templates say by themselves what they want of a path: they are the first of their weight. */
    private static List<Turn> turns(Set<Claim> claiming) {
        List<Turn> turns = new ArrayList<>();
        for (Claim claim : claiming) {
            turns.add(new Turn(claim, null));
            claim.rule.path().each().forEach(path -> turns.add(new Turn(claim, path)));
        }
        turns.sort(Comparator.comparingInt((Turn turn) -> -turn.claim.rule.weight())
                .thenComparingInt(turn -> turn.path == null ? Integer.MIN_VALUE : -turn.path.length()));
        return turns;
    }
}
