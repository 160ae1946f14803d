package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.marathonlb.template.HostRule;
import io.evenkeel.l7.rule.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who has a port, or a host and path, of the applications that claim it. Used on the control thread only; costs one hash
 * look-up for every claim, and more for ports that are new or changed.
 *
 * <p>The first in marathon-lb's order has it: for ports by application, for hosts the larger weight before that. Where first
 * claimants keep what they have, an application that had it when the last catalog came goes before that order for as long as
 * it claims it, and the others lose their claim; else they are only told, since marathon-lb serves both as far as it goes.
 */
final class Claims {

    private final boolean keep;
    private Map<String, String> ports = new HashMap<>(); // owners by claims, as of the last catalog
    private Map<String, String> hosts = new HashMap<>();
    private IdentityHashMap<AppPort, Claim> known = new IdentityHashMap<>(); // what ports that did not change claim

    Claims(boolean keep) {
        this.keep = keep;
    }

    /**
     * What is left of the ports when everything claimed has one owner.
     *
     * @param ports all of them, those that lost a host without it
     * @param withoutListener the services whose port somebody else has
     */
    record Settled(List<AppPort> ports, Set<String> withoutListener) {}

    /**
     * What one port claims.
     *
     * @param app the port
     * @param owner whose it is
     * @param port the claim of where it listens
     * @param hosts the claims of the virtual hosts
     */
    private record Claim(AppPort app, String owner, String port, List<String> hosts) {}

    /** Settles the claims of a catalog's ports, which are in order. */
    Settled settle(List<AppPort> sorted, Consumer<Problem> problems) {
        List<Claim> claims = claims(sorted);
        Set<String> withoutListener = new HashSet<>();
        Contest byPort = new Contest(keep ? ports : Map.of());
        claims.forEach(claim -> byPort.enter(claim.port(), claim));
        Contest byHost = new Contest(keep ? hosts : Map.of());
        byWeight(claims).forEach(claim -> claim.hosts().forEach(host -> byHost.enter(host, claim)));
        if (keep) {
            ports = byPort.owners();
            hosts = byHost.owners();
        }
        List<AppPort> settled = new ArrayList<>(sorted.size());
        for (Claim claim : claims) {
            Claim listening = byPort.holder(claim.port());
            if (!listening.app().service().name().equals(claim.app().service().name())) {
                problems.accept(problem(
                        claim.app(),
                        "service port: " + claim.app().listen().port() + " (expected: a port that "
                                + name(listening.app(), claim.app())
                                + " does not have; only its virtual hosts are served)"));
                if (keep) {
                    withoutListener.add(claim.app().service().name());
                }
            }
            Map<String, Set<String>> lost = lost(claim, byHost);
            lost.forEach((holder, names) -> problems.accept(problem(
                    claim.app(),
                    "virtual host: " + String.join(", ", names) + " (expected: one that " + holder
                            + " does not have, which is "
                            + (keep ? "the first and keeps it" : "before this one") + ")")));
            settled.add(keep && !lost.isEmpty() ? without(claim, byHost) : claim.app());
        }
        return new Settled(settled, withoutListener);
    }

    private List<Claim> claims(List<AppPort> sorted) {
        IdentityHashMap<AppPort, Claim> now = new IdentityHashMap<>(sorted.size());
        List<Claim> claims = new ArrayList<>(sorted.size());
        for (AppPort port : sorted) {
            Claim before = known.get(port);
            Claim claim = before == null
                    ? new Claim(port, owner(port), portClaim(port.listen()), List.copyOf(hostClaims(port)))
                    : before;
            now.put(port, claim);
            claims.add(claim);
        }
        known = now;
        return claims;
    }

    private static List<Claim> byWeight(List<Claim> claims) {
        List<Claim> sorted = new ArrayList<>(claims);
        sorted.sort(Comparator.comparingInt(claim -> -claim.app().vhosts().weight()));
        return sorted;
    }

    /* Hosts that others have, by the others' names. */
    private static Map<String, Set<String>> lost(Claim claim, Contest byHost) {
        Map<String, Set<String>> lost = Map.of();
        for (String host : claim.hosts()) {
            Claim holder = byHost.rival(host, claim.owner());
            if (holder != null) {
                lost = lost.isEmpty() ? new LinkedHashMap<>() : lost;
                lost.computeIfAbsent(name(holder.app(), claim.app()), name -> new TreeSet<>())
                        .add(host);
            }
        }
        return lost;
    }

    /** Everybody who claims something, and who gets it. */
    private static final class Contest {

        private final Map<String, String> before;
        private final Map<String, Claim> holders = new HashMap<>();

        Contest(Map<String, String> before) {
            this.before = before;
        }

        /** Somebody claims something, later in order than all who did before. */
        void enter(String what, Claim claim) {
            Claim first = holders.putIfAbsent(what, claim);
            if (first != null && !before.isEmpty()) {
                String owner = before.get(what);
                if (!first.owner().equals(owner) && claim.owner().equals(owner)) {
                    holders.put(what, claim);
                }
            }
        }

        /** Another application that has what this owner claims; null if there is none. */
        @Nullable
        Claim rival(String what, String owner) {
            Claim holder = holders.get(what);
            return holder == null || holder.owner().equals(owner) ? null : holder;
        }

        /** Whether no other application has any of this. */
        boolean isFree(List<String> claims, String owner) {
            return claims.stream().allMatch(what -> rival(what, owner) == null);
        }

        /** Who has something that was claimed. */
        Claim holder(String what) {
            return requireNonNull(holders.get(what), what);
        }

        Map<String, String> owners() {
            Map<String, String> owners = new HashMap<>();
            holders.forEach((what, claim) -> owners.put(what, claim.owner()));
            return owners;
        }
    }

    private String portClaim(Listen listen) {
        return keep ? Integer.toString(listen.port()) : listen.where();
    }

    private static AppPort without(Claim claim, Contest contest) {
        AppPort port = claim.app();
        VhostRule rule = port.vhosts();
        List<String> kept = rule.hosts().stream()
                .filter(host -> contest.isFree(labelClaims(host, rule.path()), claim.owner()))
                .toList();
        return port.with(
                rule.withHosts(kept),
                port.effects()
                        .withHostRules(
                                without(claim.owner(), port.effects().plain(), contest),
                                without(claim.owner(), port.effects().secure(), contest)));
    }

    private static Optional<List<HostRule>> without(String owner, Optional<List<HostRule>> rules, Contest contest) {
        return rules.map(list -> list.stream()
                .filter(rule -> contest.isFree(templateClaims(rule), owner))
                .toList());
    }

    /** What a port claims of the virtual hosts. */
    private static Set<String> hostClaims(AppPort port) {
        Set<String> claims = new LinkedHashSet<>();
        VhostRule rule = port.vhosts();
        if (port.effects().plain().isEmpty() || port.effects().secure().isEmpty()) {
            rule.hosts().forEach(host -> claims.addAll(labelClaims(host, rule.path())));
        }
        port.effects().plain().ifPresent(rules -> rules.forEach(one -> claims.addAll(templateClaims(one))));
        port.effects().secure().ifPresent(rules -> rules.forEach(one -> claims.addAll(templateClaims(one))));
        return claims;
    }

    private static List<String> labelClaims(String host, PathPrefixes path) {
        List<String> claims = new ArrayList<>();
        for (String prefix : path.toString().split(" ", -1)) {
            if (!prefix.equals("-i")) {
                claims.add(host + prefix);
            }
        }
        return claims;
    }

    /* What else a rule asks for is no reason why it should not be taken for a claim of all of the host. */
    private static List<String> templateClaims(HostRule rule) {
        HostPattern host = rule.host();
        Condition condition = rule.condition();
        String text = switch (host.kind()) {
            case EXACT -> host.text();
            case SUFFIX -> "*" + host.text();
            case PATTERN -> "(" + condition + ")";
            case ANY -> "*";
        };
        return labelClaims(text, condition instanceof PathPrefixes path ? path : PathPrefixes.ANY);
    }

    private static String owner(AppPort port) {
        Service service = port.service();
        return service.application() + "@" + service.namespace();
    }

    private static String name(AppPort holder, AppPort beside) {
        Service service = holder.service();
        return service.namespace().equals(beside.service().namespace())
                ? service.application()
                : service.application() + " of " + service.namespace();
    }

    private static Problem problem(AppPort port, String reason) {
        return MarathonLbPlan.problem(port.service(), reason);
    }
}
