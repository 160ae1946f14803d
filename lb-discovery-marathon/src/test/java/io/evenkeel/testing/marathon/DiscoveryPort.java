package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A port of a task as Marathon declares it to Mesos: the agent's port where there is one, else the container's.
 *
 * @param number the port
 * @param name the port's name, empty without one
 * @param protocol {@code tcp} or {@code udp}
 */
public record DiscoveryPort(int number, String name, String protocol) {

    static List<DiscoveryPort> of(JsonNode app, Placement placement, IntPredicate wanted) {
        boolean inContainer = NetworkMode.of(app) == NetworkMode.CONTAINER;
        List<DiscoveryPort> declared = new ArrayList<>();
        int index = 0;
        int hostIndex = 0;
        for (JsonNode port : NetworkMode.ports(app)) {
            if (index == placement.endpoints().size()) {
                break; // not placed yet
            }
            boolean onAgent = !inContainer || port.path("hostPort").isNumber();
            int number = onAgent
                    ? placement.ports().get(hostIndex++)
                    : placement.endpoints().get(index).getPort();
            for (String protocol : wanted.test(index) ? protocols(port.path("protocol")) : List.<String>of()) {
                declared.add(new DiscoveryPort(number, port.path("name").asText(""), protocol));
            }
            index++;
        }
        return declared;
    }

    /* A list at an endpoint of a pod, and else a text that may name both. */
    private static List<String> protocols(JsonNode given) {
        if (!given.isArray()) {
            return List.of(given.asText("tcp").split(",", -1));
        }
        List<String> protocols = new ArrayList<>();
        given.forEach(protocol -> protocols.add(protocol.asText()));
        return protocols;
    }
}
