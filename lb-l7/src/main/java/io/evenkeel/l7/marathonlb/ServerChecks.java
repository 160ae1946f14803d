package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.health.HealthCheckPolicy;
import io.evenkeel.l4.TcpHealthCheck;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.HttpHealthCheck;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The health checks of a proxy's servers: makes the policy of each port. Ports that are checked alike, and the same port as
 * long as it is, get equal policies, so that what is known of servers outlives changes of everything else.
 */
final class ServerChecks {

    /* A check ends itself and knows what it waited for in vain; the policy's timeout is for one that does not. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Transport transport;
    private final TaskPorts taskPorts;

    ServerChecks(Transport transport, Supplier<Catalog> catalog) {
        this.transport = transport;
        this.taskPorts = new TaskPorts(catalog);
    }

    HealthCheckPolicy policy(Service service, ServerCheck check) {
        HealthCheck question = check.question()
                .<HealthCheck>map(asked -> HttpHealthCheck.of(transport, asked.path())
                        .withMethod(asked.method())
                        .withHost(asked.host())
                        .expecting(asked.lowest(), asked.highest()))
                .orElseGet(() -> new TcpHealthCheck(transport));
        return HealthCheckPolicy.builder(new PortCheck(question, check.timeout(), address(service, check)))
                .interval(check.interval(), check.interval())
                .timeout(check.timeout().plus(PATIENCE))
                .streaks(check.rise(), check.fall())
                .build();
    }

    private PortCheck.Target address(Service service, ServerCheck check) {
        if (check.port() != 0) {
            return new PortCheck.Fixed(check.port());
        }
        return check.portIndex() < 0
                ? PortCheck.Target.OWN
                : new PortCheck.OfTask(taskPorts, service.application(), service.namespace(), check.portIndex());
    }
}
