package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.EndpointFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The rule by which two applications of one {@code HAPROXY_DEPLOYMENT_GROUP} are served as one. A pure function of a
 * catalog; costs one look at each service, and nothing more where there is no such group.
 *
 * <p>The one whose deployment began earlier is the older: its labels, checks and ports count for both, under the group's
 * name, until it is gone. As many of the old tasks are set aside as new ones can be relied upon, but never so many that
 * fewer than the target are left: they finish what they have and get nothing new.
 *
 * <p>A group's name is an identity: what belongs to its bearer is the group's. So nobody gets that of an application which
 * is not in the group, and where applications have several owners, only who is named after the group: {@code /web-blue},
 * {@code /web/blue} or {@code /web} itself in {@code /web}. Others are served by themselves.
 */
final class DeploymentGroups {

    /*
     * Where this differs from marathon-lb, it is where that has an outage. It counts new tasks that are only asked for when
     * there are no health checks, and old ones that are asked for and do not run, and so may set everybody aside who
     * answers; this counts only those that run. When it takes the roles the other way round, because the older application
     * was scaled last (a rollback, for instance), it also serves the newer one's virtual hosts in place of the older one's
     * for as long as that lasts; here roles decide who is set aside and nothing else, and the target is always
     * that of the newer, which is of this deployment and not of the one before.
     */
    private final EndpointFilter filter;
    private final boolean strict;
    private final List<Problem> problems = new ArrayList<>();

    private DeploymentGroups(EndpointFilter filter, boolean strict) {
        this.filter = filter;
        this.strict = strict;
    }

    /**
     * The catalog with each group in place of its applications.
     *
     * @param catalog what a source knows
     * @param filter which tasks get requests
     * @param strict whether a group takes in only those who are named after it
     */
    static Catalog merge(Catalog catalog, EndpointFilter filter, boolean strict) {
        if (catalog.snapshots().stream().noneMatch(snapshot -> isInOne(snapshot.service()))) {
            return catalog;
        }
        return new DeploymentGroups(filter, strict).merge(catalog);
    }

    /** Whether a service's application names a group, whether or not it can be in that. */
    static boolean isInOne(Service service) {
        return service.labels().containsKey(DeploymentLabels.GROUP);
    }

    /**
     * What is one group: names of groups, like those of applications, are unique within a namespace.
     *
     * @param name the group's
     * @param namespace where it is
     */
    private record Key(String name, String namespace) {}

    private Catalog merge(Catalog catalog) {
        List<Snapshot> merged = new ArrayList<>();
        Map<Key, Map<String, List<Snapshot>>> groups = new LinkedHashMap<>();
        Set<Key> outside = new HashSet<>(); // who is in no group of its own name
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            if (!service.application().equals(group(service))) {
                outside.add(new Key(service.application(), service.namespace()));
            }
        }
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            Key key = new Key(group(service), service.namespace());
            if (key.name().isEmpty() || isRefused(service, key.name(), outside.contains(key))) {
                merged.add(snapshot);
            } else {
                groups.computeIfAbsent(key, any -> new LinkedHashMap<>())
                        .computeIfAbsent(service.application(), id -> new ArrayList<>())
                        .add(snapshot);
            }
        }
        Set<String> taken = merged.stream()
                .map(snapshot -> snapshot.service().name())
                .collect(Collectors.toCollection(HashSet::new));
        Map<String, String> first = new HashMap<>(); // namespaces by groups
        groups.forEach((key, applications) -> {
            boolean isOther =
                    !first.computeIfAbsent(key.name(), name -> key.namespace()).equals(key.namespace());
            one(applications)
                    .ports()
                    .forEach((port, snapshot) -> merged.add(named(
                            snapshot,
                            key.name(),
                            isOther && !port.endsWith("@" + key.namespace()) ? port + "@" + key.namespace() : port,
                            taken::add)));
        });
        problems.addAll(0, catalog.problems());
        return Catalog.of(merged, problems);
    }

    /** The name of a service's group; empty if it is in none. */
    private String group(Service service) {
        return new DeploymentLabels(service, this::report).group();
    }

    /** Whether an application may not have a group's name for its own; it is told so. */
    private boolean isRefused(Service service, String group, boolean isSomebodys) {
        boolean named = !strict || isNamedAfter(group, service.application());
        if (isSomebodys || !named) {
            report(MarathonLbPlan.problem(
                    service,
                    "label " + DeploymentLabels.GROUP + ": " + group + " (expected: "
                            + (isSomebodys
                                    ? "not the id of an application outside of the group"
                                    : "a name with which the application's id begins, as that of " + group
                                            + "-blue does")
                            + "); the application is served by itself"));
        }
        return isSomebodys || !named;
    }

    private static boolean isNamedAfter(String group, String application) {
        if (!application.startsWith(group)) {
            return false;
        }
        String rest = application.substring(group.length());
        return rest.isEmpty() || rest.startsWith("/") || (rest.startsWith("-") && rest.indexOf('/') < 0);
    }

    private void report(Problem problem) {
        if (!problems.contains(problem)) { // each port of an application has the same labels
            problems.add(problem);
        }
    }

    private Snapshot named(Snapshot snapshot, String group, String port, Predicate<String> take) {
        String name = group + port;
        while (!take.test(name)) {
            report(MarathonLbPlan.problem(
                    snapshot.service(),
                    "label " + DeploymentLabels.GROUP + ": " + group
                            + " (expected: not the id of an application outside of the group)"));
            name += "#group";
        }
        return new Snapshot(snapshot.service().withOwner(name, group), snapshot.endpoints());
    }

    /** In the order of the source, each with what came of those before. */
    private DeploymentMember one(Map<String, List<Snapshot>> applications) {
        DeploymentMember merged = null;
        for (Map.Entry<String, List<Snapshot>> application : applications.entrySet()) {
            DeploymentMember member = member(application.getKey(), application.getValue());
            merged = merged == null ? member : pair(merged, member);
        }
        if (merged == null) {
            throw new IllegalStateException("applications: none (expected: at least one)");
        }
        if (applications.size() > 2) {
            report(MarathonLbPlan.problem(
                    merged.ports().values().iterator().next().service(),
                    "label " + DeploymentLabels.GROUP + ": is that of " + applications.keySet()
                            + " (expected: two applications at most)"));
        }
        return merged;
    }

    private DeploymentMember member(String id, List<Snapshot> snapshots) {
        Map<String, Snapshot> ports = new LinkedHashMap<>();
        for (Snapshot snapshot : snapshots) {
            String name = snapshot.service().name();
            ports.put(
                    name.startsWith(id)
                            ? name.substring(id.length())
                            : ":" + snapshot.service().portIndex(),
                    snapshot);
        }
        Service any = snapshots.get(0).service();
        DeploymentLabels labels = new DeploymentLabels(any, this::report);
        return new DeploymentMember(labels, labels.startedAt(), any.scale(), ports);
    }

    private DeploymentMember pair(DeploymentMember listedFirst, DeploymentMember listedLater) {
        boolean inOrder = listedFirst.startedAt().isBefore(listedLater.startedAt());
        DeploymentMember older = inOrder ? listedFirst : listedLater;
        DeploymentMember newer = inOrder ? listedLater : listedFirst;
        boolean backwards = newer.labels().hasTarget()
                && older.scale().since().isAfter(newer.scale().since());
        OptionalInt target = newer.labels().target();
        return backwards
                ? older.with(newer.setAside(replaced(newer, older, target)))
                : older.setAside(replaced(older, newer, target)).with(newer);
    }

    /** The tasks of the one that those of the other have come in place of. */
    private Set<String> replaced(DeploymentMember leaving, DeploymentMember coming, OptionalInt target) {
        Set<String> inUse = leaving.inUse(filter);
        if (inUse.isEmpty() || target.isEmpty()) {
            return Set.of();
        }
        int arrived = coming.reliable(filter);
        int staying = leaving.reliable(filter);
        if (leaving.scale().isKnown()) {
            staying = Math.min(staying, leaving.scale().instances()); // the others are on their way out
        }
        int tooMany = Math.max(0, arrived + staying - target.getAsInt());
        return inUse.stream().limit(Math.min(arrived, tooMany)).collect(Collectors.toUnmodifiableSet());
    }
}
