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
 * Who has a port, or a host and path, of the applications that claim it. Used on the control thread only; costs one look at
 * every claim.
 *
 * <p>The first in marathon-lb's order has it: for ports by application, for hosts the larger weight before that. Where first
 * claimants keep what they have, an application that had it when the last catalog came goes before that order for as long as
 * it claims it, and the others lose their claim; else they are only told, since marathon-lb serves both as far as it goes.
 */
final class Claims {

    private final boolean keep;
    private Map<String, String> ports = new HashMap<>(); // owners by claims, as of the last catalog
    private Map<String, String> hosts = new HashMap<>();

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

    /** Settles the claims of a catalog's ports, which are in order. */
    Settled settle(List<AppPort> sorted, Consumer<Problem> problems) {
        Set<String> withoutListener = new HashSet<>();
        Contest byPort = new Contest(keep ? ports : Map.of());
        sorted.forEach(port -> byPort.enter(portClaim(port.listen()), port));
        ports = byPort.owners();
        for (AppPort port : sorted) {
            AppPort holder = byPort.holder(portClaim(port.listen()));
            if (!holder.service().name().equals(port.service().name())) {
                problems.accept(problem(
                        port,
                        "service port: " + port.listen().port() + " (expected: a port that " + name(holder, port)
                                + " does not have; only its virtual hosts are served)"));
                if (keep) {
                    withoutListener.add(port.service().name());
                }
            }
        }
        Contest byHost = new Contest(keep ? hosts : Map.of());
        sorted.stream()
                .sorted(Comparator.comparingInt((AppPort port) -> -port.vhosts().weight()))
                .forEach(port -> hostClaims(port).forEach(claim -> byHost.enter(claim, port)));
        hosts = byHost.owners();
        List<AppPort> settled = new ArrayList<>(sorted.size());
        for (AppPort port : sorted) {
            Map<String, Set<String>> lost = new LinkedHashMap<>();
            for (String claim : hostClaims(port)) {
                AppPort holder = byHost.rival(claim, port);
                if (holder != null) {
                    lost.computeIfAbsent(name(holder, port), name -> new TreeSet<>())
                            .add(claim);
                }
            }
            lost.forEach((holder, claims) -> problems.accept(problem(
                    port,
                    "virtual host: " + String.join(", ", claims) + " (expected: one that " + holder
                            + " does not have, which is "
                            + (keep ? "the first and keeps it" : "before this one") + ")")));
            settled.add(keep && !lost.isEmpty() ? without(port, byHost) : port);
        }
        return new Settled(settled, withoutListener);
    }

    /** Everybody who claims something, and who gets it. */
    private static final class Contest {

        private final Map<String, String> before;
        private final Map<String, AppPort> holders = new HashMap<>();

        Contest(Map<String, String> before) {
            this.before = before;
        }

        /** Somebody claims something, later in order than all who did before. */
        void enter(String claim, AppPort port) {
            AppPort first = holders.putIfAbsent(claim, port);
            String owner = before.get(claim);
            if (first != null && !owner(first).equals(owner) && owner(port).equals(owner)) {
                holders.put(claim, port);
            }
        }

        /** Another application that has what this one claims; null if there is none. */
        @Nullable
        AppPort rival(String claim, AppPort port) {
            AppPort holder = holders.get(claim);
            return holder == null || owner(holder).equals(owner(port)) ? null : holder;
        }

        /** Who has something that was claimed. */
        AppPort holder(String claim) {
            return requireNonNull(holders.get(claim), claim);
        }

        Map<String, String> owners() {
            Map<String, String> owners = new HashMap<>();
            holders.forEach((claim, port) -> owners.put(claim, owner(port)));
            return owners;
        }
    }

    private String portClaim(Listen listen) {
        return keep ? Integer.toString(listen.port()) : listen.where();
    }

    private static AppPort without(AppPort port, Contest contest) {
        VhostRule rule = port.vhosts();
        List<String> kept = rule.hosts().stream()
                .filter(host ->
                        labelClaims(host, rule.path()).stream().allMatch(claim -> contest.rival(claim, port) == null))
                .toList();
        return port.with(
                rule.withHosts(kept),
                port.effects()
                        .withHostRules(
                                without(port, port.effects().plain(), contest),
                                without(port, port.effects().secure(), contest)));
    }

    private static Optional<List<HostRule>> without(AppPort port, Optional<List<HostRule>> rules, Contest contest) {
        return rules.map(list -> list.stream()
                .filter(rule -> templateClaims(rule).stream().allMatch(claim -> contest.rival(claim, port) == null))
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
