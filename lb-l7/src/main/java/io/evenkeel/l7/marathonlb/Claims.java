package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.marathonlb.template.HostRule;
import io.evenkeel.l7.rule.Condition;
import java.util.ArrayList;
import java.util.Collections;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who has a port, or a host and path, of the applications that claim it. Used on the control thread only; costs one hash
 * look-up for every port, and more only for those that are new or changed, and for what several claim.
 *
 * <p>The first in marathon-lb's order has it: for ports by application, for hosts the larger weight before that. Where first
 * claimants keep what they have, an application that had it when the last catalog came goes before that order for as long as
 * it claims it, and the others lose their claim; else they are only told, since marathon-lb serves both as far as it goes.
 */
final class Claims {

    private final boolean keep;
    private final Contest byPort;
    private final Contest byHost;
    private final IdentityHashMap<AppPort, Claim> known = new IdentityHashMap<>();
    private int round;

    Claims(boolean keep) {
        this.keep = keep;
        this.byPort = new Contest(keep, Comparator.comparingInt(claim -> claim.position));
        this.byHost = new Contest(
                keep,
                Comparator.comparingInt((Claim claim) -> -claim.app.vhosts().weight())
                        .thenComparingInt(claim -> claim.position));
    }

    /**
     * What is left of the ports when everything claimed has one owner.
     *
     * @param ports all of them, those that lost a host without it
     * @param withoutListener the services whose port somebody else has
     */
    record Settled(List<AppPort> ports, Set<String> withoutListener) {}

    /** What one port claims. */
    private static final class Claim {

        final AppPort app;
        final String owner;
        final String port;
        final List<String> hosts;
        int position;
        int round;

        Claim(AppPort app, String port) {
            this.app = app;
            this.port = port;
            this.owner = owner(app);
            this.hosts = List.copyOf(hostClaims(app));
        }
    }

    /** Settles the claims of a catalog's ports, which are in order. */
    Settled settle(List<AppPort> sorted, Consumer<Problem> problems) {
        takeOver(sorted);
        Map<Claim, Loss> losses = new TreeMap<>(Comparator.comparingInt(claim -> claim.position));
        byPort.settle((what, winner, loser) -> losses.computeIfAbsent(loser, claim -> new Loss()).port = winner);
        byHost.settle((what, winner, loser) -> {
            if (!winner.owner.equals(loser.owner)) {
                losses.computeIfAbsent(loser, claim -> new Loss())
                        .hosts
                        .computeIfAbsent(name(winner.app, loser.app), name -> new TreeSet<>())
                        .add(what);
            }
        });
        if (losses.isEmpty()) {
            return new Settled(sorted, Set.of());
        }
        List<AppPort> settled = new ArrayList<>(sorted);
        Set<String> withoutListener = new HashSet<>();
        losses.forEach((claim, loss) -> {
            loss.tell(claim.app, keep, problems);
            if (keep && loss.port != null) {
                withoutListener.add(claim.app.service().name());
            }
            if (keep && !loss.hosts.isEmpty()) {
                settled.set(claim.position, without(claim, byHost));
            }
        });
        return new Settled(settled, withoutListener);
    }

    private void takeOver(List<AppPort> sorted) {
        round++;
        int position = 0;
        for (AppPort port : sorted) {
            Claim claim = known.get(port);
            if (claim == null) {
                claim = new Claim(port, portClaim(port.listen()));
                known.put(port, claim);
                byPort.enter(claim.port, claim);
                for (String host : claim.hosts) {
                    byHost.enter(host, claim);
                }
            }
            claim.position = position++;
            claim.round = round;
        }
        if (known.size() > sorted.size()) {
            known.values().removeIf(this::isOver);
        }
    }

    private boolean isOver(Claim claim) {
        if (claim.round == round) {
            return false;
        }
        byPort.leave(claim.port, claim);
        claim.hosts.forEach(host -> byHost.leave(host, claim));
        return true;
    }

    /** What one port claims and others have. */
    private static final class Loss {

        private final Map<String, Set<String>> hosts = new LinkedHashMap<>(); // by the others' names
        private @Nullable Claim port;

        void tell(AppPort loser, boolean kept, Consumer<Problem> problems) {
            Claim listening = port;
            if (listening != null) {
                problems.accept(MarathonLbPlan.problem(
                        loser.service(),
                        "service port: " + loser.listen().port() + " (expected: a port that "
                                + name(listening.app, loser)
                                + " does not have; only its virtual hosts are served)"));
            }
            hosts.forEach((holder, names) -> problems.accept(MarathonLbPlan.problem(
                    loser.service(),
                    "virtual host: " + String.join(", ", names) + " (expected: one that " + holder
                            + " does not have, which is "
                            + (kept ? "the first and keeps it" : "before this one") + ")")));
        }
    }

    /** Everybody who claims things of one kind, and who gets them. Only what changes costs anything. */
    private static final class Contest {

        /** Hears of everything that several claim. */
        @FunctionalInterface
        interface Losers {
            void lost(String what, Claim winner, Claim loser);
        }

        /** One thing, who claims it, and whose it is. */
        private static final class Stake {
            final List<Claim> claimants = new ArrayList<>(1);

            @Nullable
            String owner;

            boolean isOf(Claim claim) {
                return claim.owner.equals(owner);
            }
        }

        private final boolean keep;
        private final Comparator<Claim> order;
        private final Map<String, Stake> stakes = new HashMap<>();
        private final Map<String, Stake> contested = new TreeMap<>();
        private final Set<Stake> changed = new HashSet<>(); // by identity

        Contest(boolean keep, Comparator<Claim> order) {
            this.keep = keep;
            this.order = order;
        }

        void enter(String what, Claim claim) {
            Stake stake = stakes.computeIfAbsent(what, name -> new Stake());
            stake.claimants.add(claim);
            changed.add(stake);
            if (stake.claimants.size() == 2) {
                contested.put(what, stake);
            }
        }

        void leave(String what, Claim claim) {
            Stake stake = requireNonNull(stakes.get(what), what);
            stake.claimants.remove(claim);
            changed.add(stake);
            if (stake.claimants.size() == 1) {
                contested.remove(what);
            } else if (stake.claimants.isEmpty()) {
                stakes.remove(what);
            }
        }

        /** Gives everything that has changed hands its owner, and tells who goes without. */
        void settle(Losers losers) {
            for (Stake stake : changed) {
                if (!stake.claimants.isEmpty()
                        && (!keep || stake.claimants.stream().noneMatch(stake::isOf))) {
                    stake.owner = Collections.min(stake.claimants, order).owner;
                }
            }
            changed.clear();
            contested.forEach((what, stake) -> {
                Claim winner =
                        stake.claimants.stream().filter(stake::isOf).min(order).orElseThrow();
                for (Claim claim : stake.claimants) {
                    if (!claim.app.service().name().equals(winner.app.service().name())) {
                        losers.lost(what, winner, claim);
                    }
                }
            });
        }

        /** Whether no other application has any of this. */
        boolean isFree(List<String> claims, String owner) {
            return claims.stream().map(stakes::get).allMatch(stake -> stake == null || owner.equals(stake.owner));
        }
    }

    private String portClaim(Listen listen) {
        return keep ? Integer.toString(listen.port()) : listen.where();
    }

    private static AppPort without(Claim claim, Contest contest) {
        AppPort port = claim.app;
        VhostRule rule = port.vhosts();
        List<String> kept = rule.hosts().stream()
                .filter(host -> contest.isFree(labelClaims(host, rule.path()), claim.owner))
                .toList();
        return port.with(
                rule.withHosts(kept),
                port.effects()
                        .withHostRules(
                                without(claim.owner, port.effects().plain(), contest),
                                without(claim.owner, port.effects().secure(), contest)));
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
}
