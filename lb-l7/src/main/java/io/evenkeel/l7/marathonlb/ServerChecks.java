package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.health.HealthCheckPolicy;
import io.evenkeel.l4.TcpHealthCheck;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.HttpHealthCheck;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Predicate;
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
    private final Predicate<InetSocketAddress> refused;

    /**
     * The checks of a proxy.
     *
     * @param transport what carries them
     * @param catalog the newest
     * @param refused where none may be sent
     */
    ServerChecks(Transport transport, Supplier<Catalog> catalog, Predicate<InetSocketAddress> refused) {
        this.transport = transport;
        this.refused = refused;
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
            return new PortCheck.Fixed(check.port(), refused);
        }
        return check.portIndex() < 0
                ? PortCheck.Target.OWN
                : new PortCheck.OfTask(taskPorts, service.application(), service.namespace(), check.portIndex());
    }
}
