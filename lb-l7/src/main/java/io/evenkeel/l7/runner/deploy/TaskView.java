package io.evenkeel.l7.runner.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One task as Marathon tells of it at one moment. Immutable.
 *
 * @param id its id
 * @param usable whether it runs, and passes a check if there are any
 * @param servers the names that a load balancer may have for it
 * @param addresses where its first port is, which is the deployment's
 */
record TaskView(String id, boolean usable, Set<String> servers, Set<InetSocketAddress> addresses) {

    private static final List<String> FIRST_OWN_PORT = List.of(
            "/ipAddress/discovery/ports/0/number",
            "/container/docker/portMappings/0/containerPort",
            "/container/portMappings/0/containerPort");

    static TaskView of(JsonNode task, JsonNode app, boolean checked) {
        String state = task.path("state").asText("TASK_RUNNING");
        boolean passes = !checked;
        for (JsonNode result : task.path("healthCheckResults")) {
            passes |= result.path("alive").asBoolean();
        }
        return new TaskView(
                task.path("id").asText(),
                state.equals("TASK_RUNNING") && passes,
                servers(task, app),
                firstPort(task, app));
    }

    /** Its id, and where it is. */
    String name() {
        return addresses.isEmpty()
                ? id
                : id + " at "
                        + addresses.stream()
                                .map(address -> address.getHostString() + ":" + address.getPort())
                                .collect(Collectors.joining(" or "));
    }

    /* The agent's, or the task's own on a container network, on which a container port of 0 is the one of the agent. */
    private static Set<InetSocketAddress> firstPort(JsonNode task, JsonNode app) {
        Set<InetSocketAddress> found = new LinkedHashSet<>();
        int ofAgent = task.at("/ports/0").asInt();
        if (!hasOwnAddress(app)) {
            add(found, task.path("host").asText(), ofAgent);
            return found;
        }
        int own = 0;
        for (String place : FIRST_OWN_PORT) {
            own = own > 0 ? own : app.at(place).asInt();
        }
        for (JsonNode address : task.path("ipAddresses")) {
            add(found, address.path("ipAddress").asText(), own > 0 ? own : ofAgent);
        }
        return found;
    }

    private static void add(Set<InetSocketAddress> found, String host, int port) {
        if (!host.isEmpty() && port > 0 && port <= 65_535) {
            found.add(new InetSocketAddress(host, port));
        }
    }

    private static boolean hasOwnAddress(JsonNode app) {
        if (!app.path("networks").isEmpty()) {
            return !Set.of("host", "container/bridge")
                    .contains(app.at("/networks/0/mode").asText());
        }
        String docker = app.at("/container/docker/network").asText();
        return docker.equals("USER")
                || (!docker.equals("BRIDGE") && app.path("ipAddress").isObject());
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
