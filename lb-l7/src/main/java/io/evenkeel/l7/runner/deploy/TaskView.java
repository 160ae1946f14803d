package io.evenkeel.l7.runner.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One task as Marathon tells of it at one moment. Immutable.
 *
 * @param id its id
 * @param usable whether it runs, and passes a check if there are any
 * @param servers the names that a load balancer may have for it
 */
record TaskView(String id, boolean usable, Set<String> servers) {

    static TaskView of(JsonNode task, JsonNode app, boolean checked) {
        String state = task.path("state").asText("TASK_RUNNING");
        boolean passes = !checked;
        for (JsonNode result : task.path("healthCheckResults")) {
            passes |= result.path("alive").asBoolean();
        }
        return new TaskView(task.path("id").asText(), state.equals("TASK_RUNNING") && passes, servers(task, app));
    }

    /*
     * Servers are called by the host and the port, with the address between them if the host has a name. Which of a task's
     * ports that is depends on the network, so all of them are thought of: no other task has a name of the kind.
     */
    private static Set<String> servers(JsonNode task, JsonNode app) {
        Set<String> ports = new LinkedHashSet<>();
        task.path("ports").forEach(port -> ports.add(port.asText()));
        for (String mappings : new String[] {"/container/portMappings", "/container/docker/portMappings"}) {
            app.at(mappings)
                    .forEach(mapping -> ports.add(mapping.path("containerPort").asText()));
        }
        app.at("/ipAddress/discovery/ports")
                .forEach(port -> ports.add(port.path("number").asText()));
        String host = task.path("host").asText();
        Set<String> addresses = new LinkedHashSet<>(addresses(host));
        task.path("ipAddresses")
                .forEach(address -> addresses.add(address.path("ipAddress").asText()));
        Set<String> names = new LinkedHashSet<>();
        for (String port : ports) {
            names.add(name(host, port));
            for (String address : addresses) {
                names.add(name(address, port));
                names.add(name(host, address, port));
            }
        }
        return names;
    }

    private static String name(String... parts) {
        return String.join("_", parts).replaceAll("[^A-Za-z0-9-]", "_");
    }

    private static Set<String> addresses(String host) {
        Set<String> addresses = new LinkedHashSet<>();
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                addresses.add(address.getHostAddress());
            }
        } catch (UnknownHostException e) {
            // then it is known by its name alone
        }
        return addresses;
    }
}
