package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The check that Marathon was told of and that counts for a port. Immutable.
 *
 * @param declared the check, with numbers that can be; empty if there is none
 * @param portIndex which of the task's ports is asked instead of the server's own, as a label says; -1 if none
 */
record MarathonCheck(Optional<DeclaredCheck> declared, int portIndex) {

    private static final String HEALTH_CHECK = "health check ";

    static MarathonCheck of(MarathonLbLabels labels, Service service, Consumer<String> remarks) {
        int index = portIndex(labels, remarks);
        Optional<DeclaredCheck> check = of(service, service.portIndex());
        if (check.isEmpty() && index >= 0) {
            check = of(service, index);
        }
        return new MarathonCheck(
                check.map(declared -> sound(declared, index < 0 ? declared.port() : 0, remarks)),
                index == service.portIndex() ? -1 : index);
    }

    /** The check of a port as it was declared: the first that names a port of its own, or this one's index. */
    static Optional<DeclaredCheck> of(Service service, int portIndex) {
        return service.checks().stream()
                .filter(check -> check.port() != 0 || check.portIndex() == portIndex)
                .findFirst();
    }

    private static int portIndex(MarathonLbLabels labels, Consumer<String> remarks) {
        int index = labels.integer(MarathonLbLabels.BACKEND_HEALTHCHECK_PORT_INDEX, -1);
        if (index < 0 && labels.get(MarathonLbLabels.BACKEND_HEALTHCHECK_PORT_INDEX) != null) {
            remarks.accept("label " + labels.name(MarathonLbLabels.BACKEND_HEALTHCHECK_PORT_INDEX) + ": " + index
                    + " (expected: >= 0; the port itself is checked)");
            return -1;
        }
        return index;
    }

    private static DeclaredCheck sound(DeclaredCheck declared, int declaredPort, Consumer<String> remarks) {
        int port = declaredPort;
        if (port < 0 || port > 65_535) {
            remarks.accept(HEALTH_CHECK + "port: " + port + " (expected: 1 to 65535; the port itself is checked)");
            port = 0;
        }
        return new DeclaredCheck(
                declared.protocol(),
                declared.path(),
                declared.portIndex(),
                port,
                positive("intervalSeconds", declared.interval(), remarks),
                positive("timeoutSeconds", declared.timeout(), remarks),
                Math.max(declared.maxConsecutiveFailures(), 0));
    }

    private static Duration positive(String name, Duration value, Consumer<String> remarks) {
        if (!value.isNegative() && !value.isZero()) {
            return value;
        }
        remarks.accept(HEALTH_CHECK + name + ": " + value.toSeconds() + " (expected: > 0; it is taken for 1)");
        return Duration.ofSeconds(1);
    }
}
