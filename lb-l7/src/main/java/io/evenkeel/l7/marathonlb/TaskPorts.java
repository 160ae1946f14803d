package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where the tasks of an application have their other ports, by the newest catalog. Used on the control thread only. A
 * look-up costs one hash look-up, the first one after a change a look at all tasks of that port.
 */
final class TaskPorts {

    private final Supplier<Catalog> catalog;
    private final Map<String, Index> indexes = new HashMap<>(); // those of the newest catalog
    private Catalog newest = Catalog.empty();

    TaskPorts(Supplier<Catalog> catalog) {
        this.catalog = catalog;
    }

    /** The addresses of a service's tasks, as one snapshot has them. */
    private record Index(Snapshot snapshot, Map<String, InetSocketAddress> byTask) {

        static Index of(Snapshot snapshot) {
            Map<String, InetSocketAddress> byTask = new HashMap<>();
            for (Endpoint endpoint : snapshot.endpoints()) {
                byTask.putIfAbsent(endpoint.id(), endpoint.address());
            }
            return new Index(snapshot, byTask);
        }
    }

    /** The address of the task's port at an index, or the endpoint's own if it has no such port. */
    InetSocketAddress address(String application, String namespace, int index, Endpoint endpoint) {
        forgetOthersThan(catalog.get());
        String name = Service.nameOf(application, index) + (namespace.isEmpty() ? "" : "@" + namespace);
        Snapshot port = newest.find(name);
        if (port == null || !isPort(port.service(), application, index)) {
            return endpoint.address();
        }
        InetSocketAddress address =
                indexes.computeIfAbsent(name, n -> Index.of(port)).byTask().get(endpoint.id());
        return address == null ? endpoint.address() : address;
    }

    private static boolean isPort(Service service, String application, int index) {
        return service.application().equals(application) && service.portIndex() == index;
    }

    @SuppressWarnings("ReferenceEquality") // only to spare the comparison
    private void forgetOthersThan(Catalog now) {
        if (now != newest) {
            newest = now;
            indexes.entrySet()
                    .removeIf(known ->
                            now.find(known.getKey()) != known.getValue().snapshot());
        }
    }
}
