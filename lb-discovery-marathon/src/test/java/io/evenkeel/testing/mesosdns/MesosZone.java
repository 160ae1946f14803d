package io.evenkeel.testing.mesosdns;

import io.evenkeel.testing.marathon.DiscoveryPort;
import io.evenkeel.testing.marathon.MesosTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of one load. Filled by one thread, and not changed once it is served.
 *
 * <p>Names are in lower case with the final dot, targets of SRV records are {@code host.:port}. A record that several tasks
 * have is listed with the first of them only.
 */
final class MesosZone {

    static final String DOMAIN = "mesos";
    private static final String TAIL = "." + DOMAIN + ".";
    private static final String MASTER = "127.0.0.1";

    private final long serial;
    private final Map<String, Set<String>> addresses = new LinkedHashMap<>();
    private final Map<String, Set<String>> ipv6Addresses = new LinkedHashMap<>();
    private final Map<String, Set<String>> services = new LinkedHashMap<>();
    private final List<Framework> frameworks = new ArrayList<>();

    /** A framework as listings tell it. */
    record Framework(String name, List<Task> tasks) {}

    /** A task as listings tell it. */
    record Task(String name, String id, List<Listed> records) {}

    /** A record as listings tell it, of type {@code A}, {@code AAAA} or {@code SRV}. */
    record Listed(String name, String host, String type) {}

    /** A zone that knows the master and nothing else. */
    MesosZone(long serial) {
        this.serial = serial;
        for (String name : new String[] {"leader", "master", "master0"}) {
            add(addresses, name + TAIL, MASTER);
        }
        add(services, "_leader._tcp" + TAIL, "leader" + TAIL + ":5050");
        add(services, "_leader._udp" + TAIL, "leader" + TAIL + ":5050");
    }

    /** Adds a framework with its running tasks and their agents. */
    MesosZone with(String frameworkName, List<MesosTask> tasks) {
        String framework = MesosNames.framework(frameworkName);
        add(addresses, framework + TAIL, MASTER);
        add(services, "_framework._tcp." + framework + TAIL, framework + TAIL + ":15101");
        List<Task> listed = new ArrayList<>();
        for (MesosTask task : tasks) {
            add(addresses, "slave" + TAIL, task.host());
            add(services, "_slave._tcp" + TAIL, "slave" + TAIL + ":5051");
            listed.add(listed(framework, task));
        }
        frameworks.add(new Framework(frameworkName, listed));
        return this;
    }

    /* The name as Marathon gave it comes first, and again as a label where that is another. */
    private Task listed(String framework, MesosTask task) {
        String name = task.discoveryName();
        List<Listed> records = new ArrayList<>();
        add(framework, task, name, records);
        add(framework, task, MesosNames.label(name), records);
        return new Task(task.name(), task.id(), records);
    }

    private void add(String framework, MesosTask task, String name, List<Listed> records) {
        String canonical = name + "-" + MesosNames.suffix(task.id(), task.agentId()) + "." + framework;
        String all = name + "." + framework;
        for (String address : task.addresses()) {
            address(all + TAIL, address, records);
            address(canonical + TAIL, address, records);
        }
        address(all + ".slave" + TAIL, task.host(), records);
        address(canonical + ".slave" + TAIL, task.host(), records);
        for (int port : task.ports()) {
            for (String protocol : new String[] {"tcp", "udp"}) {
                String service = "_" + name + "._" + protocol + "." + framework + ".slave" + TAIL;
                service(service, canonical + ".slave" + TAIL + ":" + port, records);
            }
        }
        for (DiscoveryPort port : task.discoveryPorts()) {
            String service = "_" + name + "._" + port.protocol() + "." + framework + TAIL;
            String target = canonical + TAIL + ":" + port.number();
            service(service, target, records);
            if (!port.name().isEmpty()) {
                service("_" + MesosNames.label(port.name()) + "." + service, target, records);
            }
        }
    }

    private void address(String name, String address, List<Listed> records) {
        boolean ipv6 = address.contains(":");
        if (add(ipv6 ? ipv6Addresses : addresses, name, address)) {
            records.add(new Listed(name, address, ipv6 ? "AAAA" : "A"));
        }
    }

    private void service(String name, String target, List<Listed> records) {
        if (add(services, name, target)) {
            records.add(new Listed(name, target, "SRV"));
        }
    }

    private static boolean add(Map<String, Set<String>> records, String name, String value) {
        return records.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(value);
    }

    long serial() {
        return serial;
    }

    List<Framework> frameworks() {
        return frameworks;
    }

    Map<String, Set<String>> addresses() {
        return addresses;
    }

    Map<String, Set<String>> ipv6Addresses() {
        return ipv6Addresses;
    }

    Map<String, Set<String>> services() {
        return services;
    }

    /** The addresses of a name; none of one that is not known. */
    Set<String> addresses(String name) {
        return addresses.getOrDefault(name, Set.of());
    }

    /** The IPv6 addresses of a name; none of one that is not known. */
    Set<String> ipv6Addresses(String name) {
        return ipv6Addresses.getOrDefault(name, Set.of());
    }

    /** The targets of a service; none of one that is not known. */
    Set<String> services(String name) {
        return services.getOrDefault(name, Set.of());
    }
}
