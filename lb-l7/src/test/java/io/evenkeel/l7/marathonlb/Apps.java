package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applications as a source reports them. */
final class Apps {

    private Apps() {}

    /** The first port of an application; labels are names and values in turn. */
    static Service app(String id, int servicePort, String... labels) {
        return port(id, 0, servicePort, labels);
    }

    /** One port of an application. */
    static Service port(String id, int index, int servicePort, String... labels) {
        return service(id, index, servicePort, Protocol.TCP, labels(labels), List.of());
    }

    static Service udp(String id, int servicePort, String... labels) {
        return service(id, 0, servicePort, Protocol.UDP, labels(labels), List.of());
    }

    static Service checked(Service service, DeclaredCheck... checks) {
        return service(
                service.application(),
                service.portIndex(),
                service.servicePort(),
                service.protocol(),
                service.labels(),
                List.of(checks));
    }

    static DeclaredCheck check(String protocol, int portIndex, int port) {
        return new DeclaredCheck(protocol, "/", portIndex, port, Duration.ofSeconds(1), Duration.ofSeconds(1), 3);
    }

    static Snapshot with(Service service, Endpoint... endpoints) {
        return new Snapshot(service, List.of(endpoints));
    }

    /** The same in a further source, as a composition of several names it. */
    static Snapshot of(String source, Service service, Endpoint... endpoints) {
        return with(
                new Service(
                        service.name() + "@" + source,
                        service.application(),
                        source,
                        service.portIndex(),
                        service.portName(),
                        service.servicePort(),
                        service.protocol(),
                        service.labels(),
                        service.portLabels(),
                        service.checks(),
                        service.scale()),
                endpoints);
    }

    static Snapshot of(String source, Snapshot app) {
        return of(source, app.service(), app.endpoints().toArray(Endpoint[]::new));
    }

    static Map<String, String> labels(String... namesAndValues) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            labels.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return labels;
    }

    private static Service service(
            String id,
            int index,
            int servicePort,
            Protocol protocol,
            Map<String, String> labels,
            List<DeclaredCheck> checks) {
        String name = Service.nameOf(id, index);
        return new Service(name, id, "marathon", index, "", servicePort, protocol, labels, Map.of(), checks);
    }
}
