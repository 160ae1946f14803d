package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        List<AppPort> ports = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Snapshot snapshot : catalog.snapshots()) {
            Service service = snapshot.service();
            if (!isPublished(service, options)) {
                continue;
            }
            try {
                AppPort port = AppPort.of(service, remark -> problems.add(problem(service, remark)));
                if (reserved.contains(port.listen().port())) {
                    throw new IllegalArgumentException(
                            "service port: " + port.listen().port() + " (expected: none of the proxy's own ports "
                                    + new TreeSet<>(reserved) + ")");
                }
                ports.add(port);
            } catch (IllegalArgumentException e) {
                problems.add(problem(service, e.getMessage() + "; this port is left out"));
            }
        }
        ports.sort(Comparator.comparing((AppPort port) -> port.service().application())
                .thenComparingInt(port -> port.listen().port()));
        reportClashes(ports, problems);
        return new MarathonLbPlan(ports, problems);
    }

    private static Problem problem(Service service, String reason) {
        return new Problem(service.application(), reason);
    }

    private static boolean isPublished(Service service, MarathonLbOptions options) {
        if (service.protocol() != Protocol.TCP) {
            return false;
        }
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        boolean inGroup =
                options.groups().contains("*") || labels.groups().stream().anyMatch(options.groups()::contains);
        return inGroup && labels.isTrue(MarathonLbLabels.ENABLED, !options.strictMode());
    }

    /** Of several applications that want the same port of the same address, the first in order has it. */
    private static void reportClashes(List<AppPort> sorted, List<Problem> problems) {
        Map<Listen, AppPort> holders = new HashMap<>();
        for (AppPort port : sorted) {
            AppPort holder = holders.putIfAbsent(port.listen(), port);
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
