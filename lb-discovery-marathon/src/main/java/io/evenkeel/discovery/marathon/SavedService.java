package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Scale;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link Snapshot} as it is written to a file; the names of the components are those of the fields. */
record SavedService(
        String name,
        String application,
        String namespace,
        int portIndex,
        String portName,
        int servicePort,
        Protocol protocol,
        Map<String, String> labels,
        Map<String, String> portLabels,
        List<Check> checks,
        @Nullable Integer instances,
        @Nullable String scaledAt,
        List<Target> endpoints) {

    /** A {@link DeclaredCheck}. */
    record Check(String protocol, String path, int portIndex, int port, long interval, long timeout, int failures) {

        static Check of(DeclaredCheck check) {
            return new Check(
                    check.protocol(),
                    check.path(),
                    check.portIndex(),
                    check.port(),
                    check.interval().toSeconds(),
                    check.timeout().toSeconds(),
                    check.maxConsecutiveFailures());
        }

        DeclaredCheck check() {
            return new DeclaredCheck(
                    protocol,
                    path,
                    portIndex,
                    port,
                    Duration.ofSeconds(interval),
                    Duration.ofSeconds(timeout),
                    failures);
        }
    }

    /** An {@link Endpoint}. */
    record Target(
            String id,
            String host,
            String address,
            int port,
            int weight,
            String region,
            String zone,
            String node,
            EndpointState state,
            Health health,
            boolean ready,
            Map<String, String> labels) {

        static Target of(Endpoint endpoint) {
            InetSocketAddress address = endpoint.address();
            return new Target(
                    endpoint.id(),
                    address.getHostString(),
                    address.getAddress().getHostAddress(),
                    address.getPort(),
                    endpoint.weight(),
                    endpoint.locality().region(),
                    endpoint.locality().zone(),
                    endpoint.locality().node(),
                    endpoint.state(),
                    endpoint.health(),
                    endpoint.ready(),
                    endpoint.labels());
        }

        Endpoint endpoint() {
            return new Endpoint(
                    id,
                    new InetSocketAddress(inet(), port),
                    weight,
                    new Locality(region, zone, node),
                    state,
                    health,
                    ready,
                    labels);
        }

        private InetAddress inet() {
            InetAddress literal = HostResolver.literal(address);
            if (literal == null) {
                throw new IllegalArgumentException("address: " + address + " (expected: a literal)");
            }
            try {
                return InetAddress.getByAddress(host, literal.getAddress());
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("address: " + address + " (expected: 4 or 16 bytes)", e);
            }
        }
    }

    static SavedService of(Snapshot snapshot) {
        Service service = snapshot.service();
        return new SavedService(
                service.name(),
                service.application(),
                service.namespace(),
                service.portIndex(),
                service.portName(),
                service.servicePort(),
                service.protocol(),
                service.labels(),
                service.portLabels(),
                service.checks().stream().map(Check::of).toList(),
                service.scale().instances(),
                service.scale().since().toString(),
                snapshot.endpoints().stream().map(Target::of).toList());
    }

    /* Files of before say nothing of it. */
    private Scale scale() {
        return instances == null || scaledAt == null ? Scale.UNKNOWN : new Scale(instances, Instant.parse(scaledAt));
    }

    Snapshot snapshot() {
        return new Snapshot(
                new Service(
                        name,
                        application,
                        namespace,
                        portIndex,
                        portName,
                        servicePort,
                        protocol,
                        labels,
                        portLabels,
                        checks.stream().map(Check::check).toList(),
                        scale()),
                endpoints.stream().map(Target::endpoint).toList());
    }
}
