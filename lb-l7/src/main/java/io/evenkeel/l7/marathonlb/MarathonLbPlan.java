package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which service ports a catalog publishes, and what of it could not be read. Immutable; a pure function of its inputs.
 *
 * @param ports sorted by application and port, as marathon-lb orders its rules
 * @param problems one for each port that is left out or served differently
 */
public record MarathonLbPlan(List<AppPort> ports, List<Problem> problems) {

    /** No ports. */
    public static final MarathonLbPlan EMPTY = new MarathonLbPlan(List.of(), List.of());

    /** Copies the lists. */
    public MarathonLbPlan {
        ports = List.copyOf(ports);
        problems = List.copyOf(problems);
    }

    /**
     * Reads a catalog's labels.
     *
     * @param catalog what a source knows
     * @param options which applications are published
     * @param reserved ports of our own, which no application may take
     * @return the plan
     */
    public static MarathonLbPlan of(Catalog catalog, MarathonLbOptions options, Set<Integer> reserved) {
        return of(
                catalog,
                options,
                reserved,
                new ServicePortAssigner(options.assignedPorts()),
                new PortReadings(options));
    }

    /** The same, with service ports from somebody who remembers those that were given, and from what was read before. */
    static MarathonLbPlan of(
            Catalog catalog,
            MarathonLbOptions options,
            Set<Integer> reserved,
            ServicePortAssigner assigner,
            PortReadings readings) {
        List<AppPort> ports = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Set<String> read = new HashSet<>();
        Map<String, Integer> assigned = assignedPorts(catalog, options, assigner);
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            if (!isPublished(service, options)) {
                continue;
            }
            Integer given = assigned.get(service.name());
            if (given != null) {
                service = service.withServicePort(given);
            } else if (service.servicePort() == 0 && snapshot.endpoints().isEmpty()) {
                continue; // it gets a port when there is somebody to serve it
            }
            PortReadings.Reading reading = readings.of(service);
            AppPort port = reading.port();
            problems.addAll(reading.problems());
            read.add(service.name());
            if (port != null && reserved.contains(port.listen().port())) {
                problems.add(PortReadings.leftOut(
                        service,
                        new IllegalArgumentException(
                                "service port: " + port.listen().port() + " (expected: none of the proxy's own ports "
                                        + new TreeSet<>(reserved) + ")")));
            } else if (port != null) {
                ports.add(port);
            }
        }
        readings.retain(read);
        ports.sort(Comparator.comparing((AppPort port) -> port.service().application())
                .thenComparingInt(port -> port.listen().port()));
        reportClashes(ports, problems);
        return new MarathonLbPlan(ports, problems);
    }

    /*
     * As marathon-lb does it for tasks with addresses of their own: only an application without any service port gets some,
     * by the port that its tasks have in common.
     */
    private static Map<String, Integer> assignedPorts(
            Catalog catalog, MarathonLbOptions options, ServicePortAssigner assigner) {
        Set<String> haveSome = new HashSet<>();
        for (Snapshot snapshot : catalog.snapshots()) {
            if (snapshot.service().servicePort() != 0) {
                haveSome.add(snapshot.service().application());
            }
        }
        Map<String, ServicePortAssigner.Owner> owners = new TreeMap<>();
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            if (haveSome.contains(service.application()) || !isPublished(service, options)) {
                continue;
            }
            Set<Integer> taskPorts = new HashSet<>();
            snapshot.endpoints()
                    .forEach(endpoint -> taskPorts.add(endpoint.address().getPort()));
            if (taskPorts.size() == 1) {
                owners.put(
                        service.name(),
                        new ServicePortAssigner.Owner(
                                service.application(), taskPorts.iterator().next()));
            }
        }
        assigner.retain(Set.copyOf(owners.values()));
        Map<String, Integer> ports = new HashMap<>();
        owners.forEach((name, owner) -> ports.put(name, assigner.assign(owner)));
        return ports;
    }

    private static Problem problem(Service service, String reason) {
        return new Problem(service.application(), reason);
    }

    /** Whether a port is served, if its labels can be read. */
    static boolean isPublished(Service service, MarathonLbOptions options) {
        if (service.protocol() != Protocol.TCP || service.application().equals(options.ownApplication())) {
            return false;
        }
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        boolean inGroup =
                options.groups().contains("*") || labels.groups().stream().anyMatch(options.groups()::contains);
        return inGroup && labels.isTrue(MarathonLbLabels.ENABLED, !options.strictMode());
    }

    /** Of several applications that want the same port of the same address, the first in order has it. */
    private static void reportClashes(List<AppPort> sorted, List<Problem> problems) {
        Map<String, AppPort> holders = new HashMap<>();
        for (AppPort port : sorted) {
            AppPort holder = holders.putIfAbsent(port.listen().where(), port);
            if (holder != null) {
                problems.add(problem(
                        port.service(),
                        "service port: " + port.listen().port() + " (expected: a port that "
                                + holder.service().application()
                                + " does not have; only its virtual hosts are served)"));
            }
        }
    }
}
