package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Service;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.marathonlb.template.HostRule;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which applications may claim more hosts than those that they name: ends of hosts, expressions, any host. Immutable.
 *
 * @param everybody whether all may
 * @param ids who may: applications, and groups with all that are in them
 */
public record HostOwners(boolean everybody, List<String> ids) {

    /** All may, as with marathon-lb. */
    public static final HostOwners EVERYBODY = new HostOwners(true, List.of());

    /** None may. */
    public static final HostOwners NOBODY = new HostOwners(false, List.of());

    /** Copies the list. */
    public HostOwners {
        ids = List.copyOf(ids);
    }

    /**
     * Some may.
     *
     * @param ids of applications, and of groups for all that are in them
     * @return the owners
     */
    public static HostOwners of(List<String> ids) {
        return new HostOwners(false, ids);
    }

    /* Those of a further source are named with it: /ops@east, which /ops is not. */
    private boolean contains(Service service) {
        String application = service.application();
        String whose = MarathonLbPlan.whose(service);
        String source = whose.substring(application.length());
        return everybody
                || ids.stream()
                        .filter(id -> id.endsWith(source))
                        .map(id -> id.substring(0, id.length() - source.length()))
                        .anyMatch(id ->
                                application.equals(id) || application.startsWith(id.endsWith("/") ? id : id + "/"));
    }

    /** A port without the claims that it may not make, which are reported. */
    AppPort permitted(AppPort port, Consumer<String> remarks) {
        VhostRule labelled = port.vhosts();
        boolean claims = !labelled.wider().isEmpty()
                || port.effects().plain().stream().anyMatch(HostOwners::isMore)
                || port.effects().secure().stream().anyMatch(HostOwners::isMore);
        if (!claims || contains(port.service())) {
            return port;
        }
        remarks.accept(
                "virtual host: more than whole names (expected: whole names, since only some applications may claim"
                        + " others); these are not served");
        return port.with(
                labelled.withHosts(labelled.hosts(), List.of()),
                port.effects()
                        .withHostRules(
                                whole(port.effects().plain()),
                                whole(port.effects().secure())));
    }

    private static boolean isMore(List<HostRule> rules) {
        return rules.stream().anyMatch(HostOwners::isMore);
    }

    private static boolean isMore(HostRule rule) {
        return rule.host().kind() != HostPattern.Kind.EXACT;
    }

    private static Optional<List<HostRule>> whole(Optional<List<HostRule>> rules) {
        return rules.map(list -> list.stream().filter(rule -> !isMore(rule)).toList());
    }

    @Override
    public String toString() {
        return everybody ? "all" : ids.isEmpty() ? "none" : String.join(",", ids);
    }
}
