package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.marathonlb.template.HostRule;
import io.evenkeel.l7.marathonlb.template.TemplateEffects;
import io.evenkeel.l7.rule.Condition;
import java.util.ArrayList;
import java.util.Collection;
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
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who has a port, or a host and path, of the applications that claim it. Used on the control thread only; costs one look at
 * every port, and at every claim when one of them has changed.
 *
 * <p>Ports of the proxy itself are nobody's. Of the others, the first in marathon-lb's order has it: for ports by application,
 * for hosts the larger weight before that, and for hosts that are looked up in maps, which come after all others, by
 * application alone. Where first claimants keep what they have, an application that had it when the last catalog came goes
 * before that order for as long as it claims it, and the others lose their claim; else they are only told, since marathon-lb
 * serves both as far as it goes.
 *
 * <p>A newcomer also loses what would cover a path that somebody had before: all of the host, or a beginning of that path,
 * with which a large weight, a password, a redirect or connections that are passed on undecrypted would come before it. So
 * whoever has one path of a host keeps newcomers from the host as a whole, but not from other paths, nor from longer ones.
 * Hosts that are not named whole, such as {@code *.example}, cover only themselves here; they are the affair of {@link
 * HostOwners}.
 */
final class Claims {

    private static final String HOSTS_ONLY = "; only its virtual hosts are served";

    private final MarathonLbOptions options;
    private final boolean keep;
    private final Set<Integer> reserved;
    private Map<String, String> ports = Map.of(); // owners by claims, as of the last catalog
    private Map<HostClaim, String> hosts = Map.of();
    private List<Claimant> last = List.of();
    private Settled settled = new Settled(List.of(), Set.of(), List.of());

    /**
     * No claims.
     *
     * @param options whether first claimants keep what they have, and how hosts are looked up
     * @param reserved ports of the proxy's own
     */
    Claims(MarathonLbOptions options, Set<Integer> reserved) {
        this.options = options;
        this.keep = options.strictness().firstClaimant();
        this.reserved = Set.copyOf(reserved);
    }

    /**
     * What is left of the ports when everything claimed has one owner.
     *
     * @param ports all of them, those that lost a host without it
     * @param withoutListener the services whose port somebody else has or is the proxy's own, or that have none
     * @param problems one for each claim that somebody has lost
     */
    record Settled(List<AppPort> ports, Set<String> withoutListener, List<Problem> problems) {}

    /**
     * A port, and what it claims.
     *
     * @param port the port
     * @param owner whose it is, told from all others
     * @param portClaim the port that it listens at
     * @param hostClaims its hosts, each with its paths
     * @param mappedClaims those of them that are looked up in maps, where weights do not count
     */
    record Claimant(
            AppPort port, String owner, String portClaim, Set<HostClaim> hostClaims, Set<HostClaim> mappedClaims) {

        Collection<HostClaim> ranked() {
            return mappedClaims.isEmpty()
                    ? hostClaims
                    : hostClaims.stream()
                            .filter(claim -> !mappedClaims.contains(claim))
                            .toList();
        }

        boolean isOf(@Nullable String other) {
            return owner.equals(other);
        }

        boolean isOf(Service service) {
            return port.service().name().equals(service.name());
        }
    }

    /** Settles the claims of a catalog's ports, which are in order. */
    Settled settle(List<AppPort> sorted) {
        List<Claimant> entered = claimants(sorted);
        if (!entered.equals(last)) {
            last = entered;
            settled = settled(entered);
        }
        return settled;
    }

    /* Ports that have not changed are the same objects, and so are their claimants; most are where they were, too. */
    private List<Claimant> claimants(List<AppPort> sorted) {
        Map<String, Claimant> moved = Map.of(); // by service; made when it is needed
        List<Claimant> entered = new ArrayList<>(sorted.size());
        for (int i = 0; i < sorted.size(); i++) {
            AppPort port = sorted.get(i);
            Claimant known = i < last.size() ? last.get(i) : null;
            if (known == null || !known.isOf(port.service())) {
                moved = moved.isEmpty() ? byService(last) : moved;
                known = moved.get(port.service().name());
            }
            entered.add(known != null && isSame(known.port, port) ? known : claimant(port));
        }
        return entered;
    }

    private static Map<String, Claimant> byService(List<Claimant> claimants) {
        Map<String, Claimant> byService = new HashMap<>(claimants.size() * 2);
        claimants.forEach(claimant -> byService.put(claimant.port.service().name(), claimant));
        return byService;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(AppPort one, AppPort other) {
        return one == other;
    }

    private Claimant claimant(AppPort port) {
        return new Claimant(port, owner(port), portClaim(port.listen()), hostClaims(port), mappedClaims(port));
    }

    @SuppressWarnings("ReferenceEquality") // there is one of each
    private Settled settled(List<Claimant> entered) {
        List<Problem> problems = new ArrayList<>();
        Set<String> withoutListener = new HashSet<>();
        Contest<String> byPort = new Contest<>(keep ? ports : Map.of());
        entered.stream()
                .filter(claimant -> mayListen(claimant.port.listen()))
                .forEach(claimant -> byPort.enter(claimant.portClaim, claimant));
        for (Claimant claimant : entered) {
            AppPort port = claimant.port;
            if (!mayListen(port.listen())) {
                withoutListener.add(port.service().name());
                if (port.listen().isOpened()) {
                    problems.add(problem(port, reservedPort(port.listen(), reserved) + HOSTS_ONLY));
                }
                continue;
            }
            Claimant holder = byPort.holder(claimant.portClaim);
            if (holder != claimant) {
                problems.add(problem(
                        port,
                        "service port: " + port.listen().port() + " (expected: a port that "
                                + name(holder.port, port)
                                + " does not have" + HOSTS_ONLY + ")"));
                if (keep) {
                    withoutListener.add(port.service().name());
                }
            }
        }
        Contest.OfHosts byHost = new Contest.OfHosts(keep ? hosts : Map.of());
        List<Claimant> byWeight = entered.stream()
                .sorted(Comparator.comparingInt(
                        (Claimant claimant) -> -claimant.port.vhosts().weight()))
                .toList();
        if (keep) {
            byWeight.forEach(claimant -> claimant.hostClaims.forEach(claim -> byHost.returns(claim, claimant)));
        }
        byWeight.forEach(claimant -> claimant.ranked().forEach(claim -> byHost.enter(claim, claimant)));
        entered.forEach(claimant -> claimant.mappedClaims.forEach(claim -> byHost.enter(claim, claimant)));
        List<AppPort> ports = new ArrayList<>(entered.size());
        for (Claimant claimant : entered) {
            Map<String, Set<HostClaim>> lost = lost(claimant, byHost);
            lost.forEach((holder, claims) -> problems.add(problem(
                    claimant.port,
                    "virtual host: "
                            + claims.stream().map(HostClaim::toString).sorted().collect(Collectors.joining(", "))
                            + " (expected: one that " + holder
                            + " does not have, which is "
                            + (keep ? "the first and keeps it" : "before this one") + ")")));
            ports.add(keep && !lost.isEmpty() ? without(claimant, byHost) : claimant.port);
        }
        if (keep) {
            this.ports = byPort.owners();
            this.hosts = byHost.owners();
        }
        return new Settled(ports, withoutListener, problems);
    }

    private boolean mayListen(Listen listen) {
        return listen.isOpened() && !reserved.contains(listen.port());
    }

    /** Why nobody is served at a port of the proxy's own. */
    static String reservedPort(Listen listen, Set<Integer> reserved) {
        return "service port: " + listen.port() + " (expected: none of the proxy's own ports " + new TreeSet<>(reserved)
                + ")";
    }

    private static Map<String, Set<HostClaim>> lost(Claimant claimant, Contest.OfHosts contest) {
        Map<String, Set<HostClaim>> lost = Map.of();
        for (HostClaim claim : claimant.hostClaims) {
            Claimant rival = contest.rival(claim, claimant);
            if (rival != null) {
                lost = lost.isEmpty() ? new LinkedHashMap<>() : lost;
                lost.computeIfAbsent(name(rival.port, claimant.port), name -> new HashSet<>())
                        .add(claim);
            }
        }
        return lost;
    }

    private String portClaim(Listen listen) {
        return keep ? Integer.toString(listen.port()) : listen.where();
    }

    private AppPort without(Claimant claimant, Contest.OfHosts contest) {
        AppPort port = claimant.port;
        VhostRule rule = port.vhosts();
        Predicate<List<HostClaim>> isKept =
                claims -> claims.stream().allMatch(claim -> contest.rival(claim, claimant) == null);
        return port.with(
                rule.withHosts(
                        rule.hosts().stream()
                                .filter(host -> isKept.test(labelClaims(host, rule.path())))
                                .toList(),
                        rule.wider().stream()
                                .filter(wider -> isKept.test(labelClaims(wider.text(), rule.path())))
                                .toList()),
                port.effects()
                        .withHostRules(
                                without(port.effects().plain(), isKept),
                                without(port.effects().secure(), isKept)));
    }

    private Optional<List<HostRule>> without(Optional<List<HostRule>> rules, Predicate<List<HostClaim>> isKept) {
        return rules.map(list ->
                list.stream().filter(rule -> isKept.test(templateClaims(rule))).toList());
    }

    /** What a port claims of the virtual hosts. */
    private Set<HostClaim> hostClaims(AppPort port) {
        Set<HostClaim> claims = new LinkedHashSet<>();
        VhostRule rule = port.vhosts();
        port.labelledHosts().forEach(host -> claims.addAll(labelClaims(host, rule.path())));
        rule.wider().forEach(wider -> claims.addAll(labelClaims(wider.text(), rule.path())));
        port.effects().plain().ifPresent(rules -> rules.forEach(one -> claims.addAll(templateClaims(one))));
        port.effects().secure().ifPresent(rules -> rules.forEach(one -> claims.addAll(templateClaims(one))));
        return claims;
    }

    private Set<HostClaim> mappedClaims(AppPort port) {
        TemplateEffects effects = port.effects();
        return options.isMapped(port.vhosts(), true)
                        && effects.plain().isEmpty()
                        && effects.secure().isEmpty()
                ? port.labelledHosts().stream()
                        .map(host -> new HostClaim(host, ""))
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    /* Every path begins with a slash. */
    private List<HostClaim> labelClaims(String host, PathPrefixes path) {
        List<HostClaim> claims = new ArrayList<>();
        for (String prefix : path.prefixes()) {
            claims.add(new HostClaim(host, keep && prefix.equals("/") ? "" : prefix));
        }
        return claims;
    }

    /* What else a rule asks for is no reason why it should not be taken for a claim of all of the host. */
    private List<HostClaim> templateClaims(HostRule rule) {
        HostPattern host = rule.host();
        Condition condition = rule.condition();
        String text = switch (host.kind()) {
            case EXACT -> host.text();
            case SUFFIX -> "*" + host.text();
            case PATTERN -> "(" + condition + ")";
            case ANY, MAPPED -> "*";
        };
        return labelClaims(text, condition instanceof PathPrefixes path ? path : PathPrefixes.ANY);
    }

    private static String owner(AppPort port) {
        Service service = port.service();
        return service.application() + "@" + service.namespace();
    }

    private static String name(AppPort holder, AppPort beside) {
        Service service = holder.service();
        if (MarathonLbPlan.isOfOne(service, beside.service())) {
            return service.application() + ":" + service.portIndex();
        }
        return service.namespace().equals(beside.service().namespace())
                ? service.application()
                : service.application() + " of " + service.namespace();
    }

    private static Problem problem(AppPort port, String reason) {
        return MarathonLbPlan.problem(port.service(), reason);
    }
}
