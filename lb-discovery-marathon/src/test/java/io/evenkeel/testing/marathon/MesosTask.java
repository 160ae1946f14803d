package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A running task as Mesos knows it, which of a pod's instance is one container.
 *
 * @param name its name
 * @param discoveryName the name under which Marathon wants it to be discovered, such as {@code web.shop} for
 *     {@code /shop/web}
 * @param addresses its own addresses, which on the host is the agent's; IPv4 before IPv6
 * @param ports the agent's ports among its resources; those of a pod belong to the executor and not to its tasks
 * @param discoveryPorts the ports that Marathon declares for whoever discovers services
 */
public record MesosTask(
        String name,
        String discoveryName,
        String id,
        String agentId,
        String host,
        List<String> addresses,
        List<Integer> ports,
        List<DiscoveryPort> discoveryPorts) {

    /** Copies the lists. */
    public MesosTask {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        discoveryPorts = List.copyOf(discoveryPorts);
    }

    static List<MesosTask> of(SimulatedTask task) {
        boolean pod = task.app() instanceof PodState;
        JsonNode app = pod ? PodDefinition.asApp(task.definition()) : task.definition();
        List<MesosTask> all = new ArrayList<>();
        for (String container : task.containers()) {
            String discoveryName = hostname(task.appId());
            all.add(new MesosTask(
                    pod ? container : discoveryName,
                    discoveryName,
                    task.idOf(container),
                    task.agentId(),
                    task.host(),
                    task.placement().addresses(),
                    pod ? List.of() : task.ports(),
                    DiscoveryPort.of(
                            app, task.placement(), port -> task.container(port).equals(container))));
        }
        return all;
    }

    private static String hostname(String id) {
        List<String> parts = new ArrayList<>(Arrays.asList(id.substring(1).split("/", -1)));
        Collections.reverse(parts);
        return String.join(".", parts);
    }
}
