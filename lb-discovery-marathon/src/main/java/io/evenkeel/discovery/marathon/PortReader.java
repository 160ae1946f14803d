package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the ports of one application.
 *
 * <p>Where they are listed depends on the networking mode and the version: {@code portDefinitions} or {@code ports} for
 * applications on the host, {@code portMappings} of docker's section or of the container's for containers, and before that
 * {@code ipAddress.discovery.ports} for tasks with addresses of their own.
 */
final class PortReader {

    private PortReader() {}

    static List<AppPort> read(JsonNode app, NetworkMode mode) {
        List<JsonNode> discovery = Json.objects(app.path("ipAddress").path("discovery"), "ports");
        List<JsonNode> mappings = mappings(app);
        List<Integer> servicePorts = servicePorts(app, mode, mappings);
        List<AppPort> ports = new ArrayList<>();
        if (mode == NetworkMode.CONTAINER && !discovery.isEmpty()) {
            for (JsonNode port : discovery) {
                ports.add(port(app, port, "number", servicePort(servicePorts, ports.size())));
            }
        } else if (mode != NetworkMode.HOST && !mappings.isEmpty()) {
            for (JsonNode port : mappings) {
                ports.add(port(app, port, "containerPort", servicePort(servicePorts, ports.size())));
            }
        } else if (mode != NetworkMode.CONTAINER) {
            List<JsonNode> definitions = Json.objects(app, "portDefinitions");
            for (JsonNode port : definitions) {
                ports.add(port(app, port, "port", servicePort(servicePorts, ports.size())));
            }
            if (definitions.isEmpty()) {
                for (int number : servicePorts) {
                    int valid = valid(number);
                    ports.add(new AppPort("", true, false, valid, valid, true, -1, Map.of()));
                }
            }
        }
        return ports;
    }

    private static AppPort port(JsonNode app, JsonNode port, String number, int servicePort) {
        String protocol = Json.text(port, "protocol").toLowerCase(Locale.ROOT);
        boolean udp = protocol.contains("udp");
        return new AppPort(
                Json.text(port, "name"),
                !udp || protocol.contains("tcp"),
                udp,
                servicePort,
                valid(Json.integer(port, number, 0)),
                Json.integer(port.path("hostPort")) != null,
                network(Json.objects(app, "networks"), port),
                Json.labels(port));
    }

    private static List<JsonNode> mappings(JsonNode app) {
        JsonNode container = app.path("container");
        List<JsonNode> docker = Json.objects(container.path("docker"), "portMappings");
        return docker.isEmpty() ? Json.objects(container, "portMappings") : docker;
    }

    /*
     * As marathon-lb pairs them: mappings without a service port are dropped first, and the rest meets the ports in order.
     * Marathon gives every mapping a service port, so it matters only for definitions from elsewhere.
     */
    private static List<Integer> servicePorts(JsonNode app, NetworkMode mode, List<JsonNode> mappings) {
        List<Integer> ports = mode == NetworkMode.HOST ? List.of() : numbers(mappings, "servicePort");
        if (ports.isEmpty()) {
            ports = numbers(Json.objects(app, "portDefinitions"), "port");
        }
        return ports.isEmpty() ? Json.integers(app, "ports") : ports;
    }

    private static List<Integer> numbers(List<JsonNode> ports, String field) {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode port : ports) {
            Integer number = Json.integer(port.path(field));
            if (number != null) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static int servicePort(List<Integer> ports, int index) {
        return index < ports.size() ? valid(ports.get(index)) : 0;
    }

    static int valid(int port) {
        return port >= 0 && port <= 65_535 ? port : 0;
    }

    static int network(List<JsonNode> networks, JsonNode port) {
        List<JsonNode> names = Json.elements(port, "networkNames");
        for (int i = 0; !names.isEmpty() && i < networks.size(); i++) {
            if (Json.text(networks.get(i), "name").equals(Json.text(names.get(0)))) {
                return i;
            }
        }
        return -1;
    }
}
