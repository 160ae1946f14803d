package io.evenkeel.discovery.mesosdns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The records of Mesos-DNS, however they were read. Filled and used by one thread. */
final class Zone {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final Comparator<InetAddress> IPV4_FIRST = Comparator.comparingInt(
                    (InetAddress address) -> address.getAddress().length)
            .thenComparing(InetAddress::getHostAddress);

    /**
     * An SRV record.
     *
     * @param name in lower case, without the final dot
     * @param host the target, in lower case, without the final dot
     * @param port 1 to 65535
     */
    record Srv(String name, String host, int port) {}

    /**
     * Whose a task is.
     *
     * @param framework the framework's name as it gave it
     * @param taskId the task's id at Mesos
     */
    record Owner(String framework, String taskId) {}

    private final boolean ordered;
    private final Set<Srv> services = new LinkedHashSet<>();
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();
    private final Map<String, Owner> owners = new HashMap<>();
    private final Map<String, String> wanted = new LinkedHashMap<>();
    private final List<String> refused = new ArrayList<>();

    /** A zone; {@code ordered} if the SRV records of a task come in the order of the application's ports. */
    Zone(boolean ordered) {
        this.ordered = ordered;
    }

    boolean isOrdered() {
        return ordered;
    }

    Set<Srv> services() {
        return services;
    }

    /** Records that could not be understood. */
    List<String> refused() {
        return refused;
    }

    void service(String name, String host, int port) {
        if (port < 1 || port > 65_535) {
            refused.add(text(name) + ": port " + port + " of " + text(host) + " (expected: 1 to 65535)");
        } else {
            services.add(new Srv(text(name), text(host), port));
        }
    }

    /** An SRV record as listings write it, {@code host.:port}. */
    void service(String name, String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        String port = hostAndPort.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}")) {
            refused.add(text(name) + ": target " + hostAndPort + " (expected: host.:port)");
        } else {
            service(name, hostAndPort.substring(0, colon), Integer.parseInt(port));
        }
    }

    void address(String host, InetAddress address) {
        List<InetAddress> list = addresses.computeIfAbsent(text(host), key -> new ArrayList<>(1));
        if (!list.contains(address)) {
            list.add(address);
        }
    }

    void address(String host, String literal) {
        try {
            if (LITERAL.matcher(literal).matches()) { // so that nothing is ever looked up
                address(host, InetAddress.getByName(literal));
                return;
            }
        } catch (UnknownHostException e) {
            refused.add(text(host) + ": address " + literal + " (expected: a literal address)");
            return;
        }
        refused.add(text(host) + ": address " + literal + " (expected: a literal address)");
    }

    /** The address of a host; of several an IPv4 address, and the same one each time. */
    @Nullable
    InetAddress find(String host) {
        return addresses.getOrDefault(host, List.of()).stream().min(IPV4_FIRST).orElse(null);
    }

    /** The targets of SRV records, each once, whose address is not known. */
    Set<String> hostsWithoutAddress() {
        Set<String> hosts = new LinkedHashSet<>();
        for (Srv service : services) {
            if (!addresses.containsKey(service.host())) {
                hosts.add(service.host());
            }
        }
        return hosts;
    }

    void owner(String canonicalHost, Owner owner) {
        owners.put(canonicalHost, owner);
    }

    @Nullable
    Owner owner(String canonicalHost) {
        return owners.get(canonicalHost);
    }

    /** Notes that a task name in a framework was asked for as a Marathon id, so that it is one. */
    void marathonId(String taskAndFramework, String id) {
        wanted.put(taskAndFramework, id);
    }

    @Nullable
    String marathonId(String taskAndFramework) {
        return wanted.get(taskAndFramework);
    }

    static String text(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
