package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What labels mean, read once for each service as long as it does not change: of thousands of applications, one changes at a
 * time. Thread-safe.
 */
final class PortReadings {

    /**
     * What one service's labels mean.
     *
     * @param service as it was read
     * @param port what it asks for; null if that cannot be read, or it is not published
     * @param problems what it does not get, or why it gets nothing; none if it is not to be published
     * @param ofOtherPorts the labels that are for other ports, by index, if the application has those; none if it is not
     *     published
     */
    record Reading(
            Service service, @Nullable AppPort port, List<Problem> problems, Map<Integer, List<String>> ofOtherPorts) {}

    private static final Logger LOG = LoggerFactory.getLogger(PortReadings.class);

    private final MarathonLbOptions options;
    private final Consumer<AppPort> trial;
    private final Map<String, Reading> byName = new ConcurrentHashMap<>();

    PortReadings(MarathonLbOptions options) {
        this(options, port -> {});
    }

    /**
     * Readings of ports that can be used as they are read.
     *
     * @param options which applications are published
     * @param trial fails for a port that cannot
     */
    PortReadings(MarathonLbOptions options, Consumer<AppPort> trial) {
        this.options = options;
        this.trial = trial;
    }

    /** Whether what is read of one service is so of another, which may be asked to have another number of tasks. */
    @SuppressWarnings("ReferenceEquality") // sources report what has not changed as the same object
    static boolean isSame(Service known, Service newest) {
        return known == newest || known.equals(newest.withScale(known.scale()));
    }

    /** What a service's labels mean; the service has a service port. */
    Reading of(Service service) {
        Reading known = byName.get(service.name());
        if (known != null && isSame(known.service(), service)) {
            return known;
        }
        Reading read = read(service);
        byName.put(service.name(), read);
        return read;
    }

    private Reading read(Service service) {
        if (!MarathonLbPlan.isPublished(service, options)) {
            return new Reading(service, null, ofUdp(service), Map.of());
        }
        List<Problem> problems = new ArrayList<>(0);
        Map<Integer, List<String>> ofOtherPorts = IdleLabels.ofOtherPorts(service);
        try {
            AppPort port = AppPort.of(
                    service, options.templates(), remark -> problems.add(MarathonLbPlan.problem(service, remark)));
            IdleLabels.tell(
                    port,
                    options.strictness().authEverywhere(),
                    remark -> problems.add(MarathonLbPlan.problem(service, remark)));
            options.strictness().check(port);
            AppPort permitted = options.strictness()
                    .hostOwners()
                    .permitted(port, remark -> problems.add(MarathonLbPlan.problem(service, remark)));
            if (options.strictness().webSocketOptIn()) {
                permitted = permitted.withoutUnaskedWebSockets();
            }
            trial.accept(permitted);
            return new Reading(service, permitted, problems, ofOtherPorts);
        } catch (IllegalArgumentException e) {
            problems.add(leftOut(service, e));
            return new Reading(service, null, problems, ofOtherPorts);
        } catch (RuntimeException | StackOverflowError e) {
            problems.add(leftOut(service, unexpected(service, e)));
            return new Reading(service, null, problems, ofOtherPorts);
        }
    }

    private List<Problem> ofUdp(Service service) {
        List<Problem> problems = new ArrayList<>(0);
        if (service.protocol() == Protocol.UDP && MarathonLbPlan.isMeant(service, options)) {
            IdleLabels.tellOfUdp(service, remark -> problems.add(MarathonLbPlan.problem(service, remark)));
        }
        return problems;
    }

    /** What nobody has foreseen for a port's labels, as something that can be told of the port. */
    private static IllegalArgumentException unexpected(Service service, Throwable failure) {
        LOG.error("{}: an unexpected failure while its labels are read", service.name(), failure);
        return new IllegalArgumentException("labels: unexpected " + failure, failure);
    }

    /** That a port is not served at all. */
    static Problem leftOut(Service service, IllegalArgumentException reason) {
        return MarathonLbPlan.problem(service, reason.getMessage() + "; this port is left out");
    }

    /** Forgets services that a catalog does not have; some perhaps later, but there are never more than it has. */
    void retain(Catalog catalog) {
        if (byName.size() > catalog.snapshots().size()) {
            byName.keySet()
                    .retainAll(catalog.snapshots().stream()
                            .map(snapshot -> snapshot.service().name())
                            .collect(Collectors.toSet()));
        }
    }
}
