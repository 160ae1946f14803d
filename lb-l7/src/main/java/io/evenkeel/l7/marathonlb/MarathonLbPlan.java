package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.EndpointState;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which service ports a catalog publishes, and what of it could not be read. Immutable; a pure function of its inputs.
 *
 * @param ports sorted by application and port, as marathon-lb orders its rules
 * @param problems one for each port that is left out or served differently
 * @param withoutListener the names of the services whose port somebody else keeps or is the proxy's own, or that have none
 */
public record MarathonLbPlan(List<AppPort> ports, List<Problem> problems, Set<String> withoutListener) {

    private static final String PORT_OPTIONAL = "evenkeel.io/port-optional";

    /** No ports. */
    public static final MarathonLbPlan EMPTY = new MarathonLbPlan(List.of(), List.of(), Set.of());

    /** Copies the collections. */
    public MarathonLbPlan {
        ports = List.copyOf(ports);
        problems = List.copyOf(problems);
        withoutListener = Set.copyOf(withoutListener);
    }

    /**
     * Reads a catalog's labels.
     *
     * @param catalog what a source knows
     * @param options which applications are published
     * @param reserved ports of our own, at which no application is served
     * @return the plan
     */
    public static MarathonLbPlan of(Catalog catalog, MarathonLbOptions options, Set<Integer> reserved) {
        return of(
                catalog,
                options,
                reserved,
                new ServicePortAssigner(options.assignedPorts()),
                new PortReadings(options),
                new Claims(options, reserved));
    }

    /**
     * What a proxy sees of a catalog: without tasks that strictness refuses, those that are not ready as if they still
     * started where readiness counts, and with each deployment as one service.
     *
     * @param catalog what a source knows
     * @param options which applications are published, and how strict the proxy is
     * @param reserved ports of our own
     * @param forbidden addresses that no task may have where special ones are refused
     * @return the catalog to make a plan of
     */
    public static Catalog seen(
            Catalog catalog, MarathonLbOptions options, Set<Integer> reserved, Set<InetSocketAddress> forbidden) {
        return DeploymentGroups.merge(
                ready(new EndpointRules(options, reserved, forbidden).apply(catalog)),
                options.filter(),
                options.strictness().dividesOwners());
    }

    private static Catalog ready(Catalog catalog) {
        if (catalog.snapshots().stream().noneMatch(MarathonLbPlan::isSomebodyHeldBack)) {
            return catalog;
        }
        return Catalog.of(
                catalog.snapshots().stream()
                        .map(snapshot -> isSomebodyHeldBack(snapshot) ? held(snapshot) : snapshot)
                        .toList(),
                catalog.problems());
    }

    /** Whether a snapshot has tasks that are not ready, where readiness counts. */
    static boolean isSomebodyHeldBack(Snapshot snapshot) {
        Service service = snapshot.service();
        return snapshot.endpoints().stream().anyMatch(endpoint -> !endpoint.ready())
                && isTrue(service, OwnLabel.READINESS);
    }

    private static Snapshot held(Snapshot snapshot) {
        return new Snapshot(
                snapshot.service(),
                snapshot.endpoints().stream()
                        .map(endpoint -> endpoint.ready() ? endpoint : endpoint.withState(EndpointState.STARTING))
                        .toList());
    }

    /** The same, with what is remembered of those before: service ports that were given, readings, and claims. */
    static MarathonLbPlan of(
            Catalog catalog,
            MarathonLbOptions options,
            Set<Integer> reserved,
            ServicePortAssigner assigner,
            PortReadings readings,
            Claims claims) {
        List<AppPort> ports = new ArrayList<>();
        Set<Problem> problems = new LinkedHashSet<>(); // those of an application are found at each of its ports
        Map<String, Integer> assigned = assignedPorts(catalog, options, assigner);
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            Integer given = assigned.get(service.name());
            boolean withoutPort = false;
            if (given != null) {
                service = service.withServicePort(given);
            } else if (service.servicePort() == 0
                    && snapshot.endpoints().isEmpty()
                    && !isPortOptional(service)
                    && !isPortNamed(service)) {
                if (!isKeptWhenEmpty(service)) {
                    continue; // it gets a port when there is somebody to serve it
                }
                service = withOptionalPort(service);
                withoutPort = true;
            }
            PortReadings.Reading reading = readings.of(service);
            AppPort port = reading.port();
            problems.addAll(reading.problems());
            IdleLabels.tellOfMissingPorts(reading, catalog, remark -> problems.add(problem(reading.service(), remark)));
            if (port != null && reserved.contains(port.listen().port()) && !port.hasHosts()) {
                problems.add(PortReadings.leftOut(
                        service, new IllegalArgumentException(Claims.reservedPort(port.listen(), reserved))));
            } else if (port != null) {
                ports.add(port);
                if (withoutPort) {
                    problems.add(problem(
                            service,
                            "label " + OwnLabel.KEEP_WHEN_EMPTY.fullName(service.portIndex())
                                    + ": no service port as long as there is no task (expected: label "
                                    + new MarathonLbLabels(Map.of(), service.portIndex()).name(MarathonLbLabels.PORT)
                                    + " with it); its virtual hosts are kept"));
                }
            }
        }
        readings.retain(catalog);
        ports.sort(Comparator.comparing((AppPort port) -> port.service().application())
                .thenComparingInt(port -> port.listen().port()));
        Claims.Settled settled = claims.settle(ports);
        problems.addAll(settled.problems());
        return new MarathonLbPlan(settled.ports(), List.copyOf(problems), settled.withoutListener());
    }

    /*
     * As marathon-lb does it for tasks with addresses of their own: only an application without any service port gets some,
     * by the port that its tasks have in common. Pods, of which it knows nothing, have none at all: each of their ports gets one
     * by its index, unless a label names it.
     */
    private static Map<String, Integer> assignedPorts(
            Catalog catalog, MarathonLbOptions options, ServicePortAssigner assigner) {
        if (catalog.snapshots().stream()
                .allMatch(snapshot -> snapshot.service().servicePort() != 0)) { // as it is in most clusters
            assigner.retain(Set.of());
            return Map.of();
        }
        Set<String> haveSome = new HashSet<>();
        for (Snapshot snapshot : catalog.snapshots()) {
            if (snapshot.service().servicePort() != 0) {
                haveSome.add(whose(snapshot.service()));
            }
        }
        Map<String, ServicePortAssigner.Owner> owners = new TreeMap<>();
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            if (haveSome.contains(whose(service)) || isPortOptional(service) || !isPublished(service, options)) {
                continue;
            }
            Set<Integer> taskPorts = new HashSet<>();
            snapshot.endpoints()
                    .forEach(endpoint -> taskPorts.add(endpoint.address().getPort()));
            if (service.isOfPod()) {
                if (!isPortNamed(service) && (!taskPorts.isEmpty() || isKeptWhenEmpty(service))) {
                    owners.put(service.name(), new ServicePortAssigner.Owner(whose(service), service.portIndex()));
                }
            } else if (taskPorts.size() == 1) {
                owners.put(
                        service.name(),
                        new ServicePortAssigner.Owner(
                                whose(service), taskPorts.iterator().next()));
            }
        }
        assigner.retain(Set.copyOf(owners.values()));
        Map<String, Integer> ports = new HashMap<>();
        owners.forEach((name, owner) -> ports.put(name, assigner.assign(owner)));
        return ports;
    }

    /**
     * A service that has a port of its own only if its labels name one: none is given to it, and without one its virtual hosts
     * are all that is served. For sources whose services are not of Marathon, where everything has a service port.
     *
     * @param service the service
     * @return the marked copy
     */
    public static Service withOptionalPort(Service service) {
        Map<String, String> marked = new HashMap<>(service.portLabels());
        marked.put(PORT_OPTIONAL, "");
        return new Service(
                service.name(),
                service.application(),
                service.namespace(),
                service.portIndex(),
                service.portName(),
                service.servicePort(),
                service.protocol(),
                service.labels(),
                marked,
                service.checks(),
                service.scale());
    }

    /** Whether a service may be without a port of its own. */
    static boolean isPortOptional(Service service) {
        return service.portLabels().containsKey(PORT_OPTIONAL);
    }

    private static boolean isPortNamed(Service service) {
        return new MarathonLbLabels(service.labels(), service.portIndex()).get(MarathonLbLabels.PORT) != null;
    }

    private static boolean isKeptWhenEmpty(Service service) {
        return isTrue(service, OwnLabel.KEEP_WHEN_EMPTY);
    }

    /* What the label may say otherwise is told when the port is read. */
    private static boolean isTrue(Service service, OwnLabel label) {
        return new MarathonLbLabels(service.labels(), service.portIndex())
                .get(label)
                .equalsIgnoreCase("true");
    }

    /** Whose the ports are, each told from all others. */
    Set<String> appIds() {
        return ports.stream().map(port -> whose(port.service())).collect(Collectors.toSet());
    }

    /** A problem with an application. */
    static Problem problem(Service service, String reason) {
        return new Problem(whose(service), reason);
    }

    /** An application's id; with its namespace if it is of a further source. */
    static String whose(Service service) {
        String name = service.name();
        String namespace = service.namespace();
        int at = name.length() - namespace.length() - 1;
        return at > 0 && name.charAt(at) == '@' && name.endsWith(namespace)
                ? service.application() + name.substring(at)
                : service.application();
    }

    /** Whether two services are of one application. */
    static boolean isOfOne(Service one, Service other) {
        return one.application().equals(other.application()) && one.namespace().equals(other.namespace());
    }

    /** Whether a port is served, if its labels can be read. */
    static boolean isPublished(Service service, MarathonLbOptions options) {
        return service.protocol() == Protocol.TCP && isMeant(service, options);
    }

    /** Whether a port would be published if it were one of TCP. */
    static boolean isMeant(Service service, MarathonLbOptions options) {
        if (service.application().equals(options.ownApplication())) {
            return false;
        }
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        boolean inGroup =
                options.groups().contains("*") || labels.groups().stream().anyMatch(options.groups()::contains);
        return inGroup && labels.isTrue(MarathonLbLabels.ENABLED, !options.strictMode());
    }
}
