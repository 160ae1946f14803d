package io.evenkeel.discovery.mesosdns;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The step from records to a {@link Catalog}. Used once, by one thread. */
final class ZoneCatalog {

    /*
     * A record's target names a task: web-shop-1p575-s1.marathon.mesos, with .slave before the domain for the agent.
     * Mesos-DNS gives every task one address and one list of ports, but a port may be the container's or the agent's, and
     * for containers behind a bridge the pair it publishes, the container's address and the agent's port, leads nowhere.
     * Which it is shows: ports of the agent, and only these, are listed under .slave. A container's port that happens to
     * be the number of one of its agent's ports is reached there just as well.
     */
    private final Zone zone;
    private final String tail;
    private final Map<String, App> apps = new TreeMap<>();
    private final List<Snapshot> snapshots = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Slot> slotsByKey = new HashMap<>();

    private ZoneCatalog(Zone zone, String domain) {
        this.zone = zone;
        this.tail = "." + domain;
    }

    static Catalog of(Zone zone, String domain) {
        ZoneCatalog catalog = new ZoneCatalog(zone, domain);
        inOrder(zone).forEach(catalog::add);
        zone.refused().stream()
                .sorted()
                .distinct()
                .limit(100)
                .forEach(reason -> catalog.problems.add(new Problem("record", reason)));
        catalog.apps.values().removeIf(catalog::isLegacy);
        catalog.apps.values().forEach(catalog::publish);
        catalog.publishMarathonIds();
        return Catalog.of(catalog.snapshots, catalog.problems);
    }

    /* Records that have no order come in another each time: that must be no news, and no port another's name. */
    private static Collection<Zone.Srv> inOrder(Zone zone) {
        return zone.isOrdered()
                ? zone.services()
                : zone.services().stream()
                        .sorted(Comparator.comparing(Zone.Srv::name)
                                .thenComparing(Zone.Srv::host)
                                .thenComparingInt(Zone.Srv::port))
                        .toList();
    }

    /** The tasks of one name in one framework. */
    private static final class App {

        private final String task;
        private final String framework;
        private final Map<String, Task> tasks = new TreeMap<>();
        private final Map<String, Map<String, List<Endpoint>>> byId = new TreeMap<>();
        private String namespace;

        App(String task, String framework) {
            this.task = task;
            this.framework = framework;
            this.namespace = framework;
        }
    }

    /** One task: its ports in the order of their records, and which of them are the agent's. */
    private static final class Task {

        private final Map<Integer, Map<Protocol, String>> ports = new LinkedHashMap<>();
        private final Set<Integer> agentPorts = new HashSet<>();
    }

    /* _task._tcp.framework[.slave].domain or _port._task._tcp…; what else has SRV records is Mesos itself. */
    private void add(Zone.Srv srv) {
        String name = srv.name();
        int at = Math.max(name.lastIndexOf("._tcp."), name.lastIndexOf("._udp."));
        if (at < 2 || !name.endsWith(tail) || at + 6 > name.length() - tail.length()) {
            return;
        }
        Protocol protocol = name.startsWith("._udp.", at) ? Protocol.UDP : Protocol.TCP;
        String rest = name.substring(at + 6, name.length() - tail.length());
        boolean slave = rest.endsWith(".slave");
        String framework = slave ? rest.substring(0, rest.length() - 6) : rest;
        String left = name.substring(1, at);
        int port = left.lastIndexOf("._");
        String portName = port < 0 ? "" : left.substring(0, port);
        String task = left.substring(port < 0 ? 0 : port + 2);
        String agentTail = "." + framework + ".slave" + tail;
        boolean onAgent = srv.host().endsWith(agentTail);
        String taskTail = onAgent ? agentTail : "." + framework + tail;
        if (!srv.host().startsWith(task + "-") || !srv.host().endsWith(taskTail)) {
            return;
        }
        String head = srv.host().substring(0, srv.host().length() - taskTail.length());
        App app = apps.computeIfAbsent(task + "." + framework, key -> new App(task, framework));
        Task found = app.tasks.computeIfAbsent(head, key -> new Task());
        if (onAgent) {
            found.agentPorts.add(srv.port());
        }
        if (slave || (onAgent && protocol == Protocol.UDP)) {
            return; // ports without a declaration are listed under both protocols; whoever means UDP declares it
        }
        found.ports
                .computeIfAbsent(srv.port(), key -> new TreeMap<>())
                .merge(protocol, portName, (one, other) -> one.isEmpty() ? other : one);
    }

    /* A second set of records has names with dots as the framework gave them. */
    private boolean isLegacy(App app) {
        return app.task.indexOf('.') >= 0 && apps.containsKey(app.task.replace('.', '-') + "." + app.framework);
    }

    /** One port of an application, over its tasks. */
    private record Slot(int index, Protocol protocol, String portName) {}

    private void publish(App app) {
        String name = app.task + "." + app.framework + tail;
        Map<Slot, List<Endpoint>> slots = new LinkedHashMap<>();
        Map<Slot, List<String>> ids = new HashMap<>();
        Set<String> lost = new TreeSet<>();
        boolean ambiguous = false;
        for (Map.Entry<String, Task> entry : app.tasks.entrySet()) {
            Task task = entry.getValue();
            String host = entry.getKey() + "." + app.framework;
            Zone.Owner owner = owner(host);
            if (owner != null && !owner.framework().isEmpty()) {
                app.namespace = owner.framework();
            }
            long unnamed = task.ports.values().stream()
                    .filter(kinds -> kinds.containsValue(""))
                    .count();
            int position = 0;
            for (Map.Entry<Integer, Map<Protocol, String>> port : task.ports.entrySet()) {
                for (Map.Entry<Protocol, String> kind : port.getValue().entrySet()) {
                    String portName = kind.getValue();
                    if (!zone.isOrdered() && portName.isEmpty() && unnamed > 1) {
                        ambiguous = true;
                        continue;
                    }
                    Endpoint endpoint = endpoint(host, task, port.getKey(), owner);
                    if (endpoint == null) {
                        lost.add(host);
                        continue;
                    }
                    int index = zone.isOrdered() ? position : task.ports.size() == 1 ? 0 : -1;
                    Slot slot = slot(slots.keySet(), index, kind.getKey(), portName);
                    slots.computeIfAbsent(slot, key -> new ArrayList<>()).add(endpoint);
                    ids.computeIfAbsent(slot, key -> new ArrayList<>()).add(marathonId(app, owner));
                }
                position++;
            }
        }
        if (ambiguous) {
            problems.add(
                    new Problem(name, "ports: several without a name (expected: names, or /v1/enumerate switched on)"));
        }
        lost.forEach(host -> problems.add(new Problem(name, "task " + host + ": has no address (expected: one)")));
        slots.forEach((slot, endpoints) -> {
            publish(service(name, name, app.namespace, slot), endpoints);
            List<String> owners = ids.getOrDefault(slot, List.of());
            for (int i = 0; i < endpoints.size(); i++) {
                if (!owners.get(i).isEmpty()) {
                    app.byId
                            .computeIfAbsent(owners.get(i), key -> new LinkedHashMap<>())
                            .computeIfAbsent(key(slot), key -> new ArrayList<>())
                            .add(endpoints.get(i));
                    slotsByKey.put(owners.get(i) + key(slot), slot);
                }
            }
        });
        if (app.byId.size() > 1) {
            problems.add(
                    new Problem(name, "applications: " + app.byId.keySet() + " (expected: one; each has its own id)"));
        }
    }

    private static String key(Slot slot) {
        return "#" + slot.index() + slot.protocol() + slot.portName();
    }

    /* Tasks of several versions may have their ports in other places: a port's name, if it has one, tells which it is. */
    private static Slot slot(Set<Slot> known, int index, Protocol protocol, String portName) {
        if (!portName.isEmpty()) {
            for (Slot slot : known) {
                if (slot.protocol() == protocol && slot.portName().equals(portName)) {
                    return slot;
                }
            }
        }
        return new Slot(index, protocol, portName);
    }

    private static Service service(String name, String application, String namespace, Slot slot) {
        String own = slot.index() < 0 ? name + ":" + slot.portName() : Service.nameOf(name, slot.index());
        return new Service(
                own,
                application,
                namespace,
                Math.max(0, slot.index()),
                slot.portName(),
                0,
                slot.protocol(),
                Map.of(),
                Map.of(),
                List.of());
    }

    private void publish(Service service, List<Endpoint> endpoints) {
        if (taken.add(service.name())) {
            snapshots.add(new Snapshot(service, endpoints));
            return;
        }
        Service other = new Service(
                service.name() + ":" + service.protocol().lowerCase()
                        + (service.portName().isEmpty() ? "" : ":" + service.portName()),
                service.application(),
                service.namespace(),
                service.portIndex(),
                service.portName(),
                0,
                service.protocol(),
                Map.of(),
                Map.of(),
                List.of());
        if (taken.add(other.name())) {
            snapshots.add(new Snapshot(other, endpoints));
        } else {
            problems.add(new Problem(service.application(), "service " + service.name() + ": exists (expected: once)"));
        }
    }

    /* An id that two frameworks have says nothing. */
    private void publishMarathonIds() {
        Map<String, List<App>> claims = new TreeMap<>();
        apps.values()
                .forEach(app -> app.byId
                        .keySet()
                        .forEach(id -> claims.computeIfAbsent(id, key -> new ArrayList<>())
                                .add(app)));
        claims.forEach((id, owners) -> {
            if (owners.size() == 1) {
                App app = owners.get(0);
                app.byId.getOrDefault(id, Map.of()).forEach((key, endpoints) -> {
                    Slot slot = slotsByKey.get(id + key);
                    if (slot != null) {
                        publish(service(id, id, app.namespace, slot), endpoints);
                    }
                });
            }
        });
    }

    private String marathonId(App app, Zone.@Nullable Owner owner) {
        String asked = zone.marathonId(app.task + "." + app.framework);
        if (asked != null) {
            return asked;
        }
        return owner == null ? "" : MarathonIds.of(owner.taskId(), app.task);
    }

    private Zone.@Nullable Owner owner(String host) {
        Zone.Owner owner = zone.owner(host + tail);
        return owner == null ? zone.owner(host + ".slave" + tail) : owner;
    }

    private @Nullable Endpoint endpoint(String host, Task task, int port, Zone.@Nullable Owner owner) {
        boolean agents = task.agentPorts.contains(port);
        InetAddress address = zone.find(host + (agents ? ".slave" : "") + tail);
        if (address == null) {
            return null;
        }
        String id = owner != null && !owner.taskId().isEmpty() ? owner.taskId() : host + tail + ":" + port;
        return new Endpoint(
                id,
                new InetSocketAddress(address, port),
                1,
                Locality.UNKNOWN,
                EndpointState.UNSPECIFIED,
                Health.UNCHECKED,
                true,
                Map.of());
    }
}
