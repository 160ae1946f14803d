package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of a task as Marathon declares it to Mesos: the agent's port where there is one, else the container's.
 *
 * @param number the port
 * @param name the port's name, empty without one
 * @param protocol {@code tcp} or {@code udp}
 */
public record DiscoveryPort(int number, String name, String protocol) {

    static List<DiscoveryPort> of(JsonNode app, Placement placement) {
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
            for (String protocol : port.path("protocol").asText("tcp").split(",", -1)) {
                declared.add(new DiscoveryPort(number, port.path("name").asText(""), protocol));
            }
            index++;
        }
        return declared;
    }
}
