package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process of a task: the servers on its ports. A task that serves nothing has a process without servers. */
final class TaskProcess {
    private static final Logger log = LoggerFactory.getLogger(TaskProcess.class);
    private static final int CONTAINER_ATTEMPTS = 500;

    private final List<SocketServer> servers = new ArrayList<>();
    private final List<Bound> bound = new ArrayList<>();
    private final Placement placement;

    /** One listening socket, for the port of the app that has this index. */
    private record Bound(ServerSocket socket, TaskKind kind, int index) {}

    /** Binds whatever the app's ports ask for; throws, with nothing left bound, when that cannot be had. */
    TaskProcess(AddressPool pool, JsonNode app, String host, boolean real) throws IOException {
        try {
            boolean listens = app.at("/labels/SIM_LISTEN").asBoolean(true);
            this.placement = place(pool, app, host, real && listens);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    Placement placement() {
        return placement;
    }

    /** Starts to serve. */
    void start(SimulatedTask task, Workers workers) {
        for (Bound port : bound) {
            SocketServer.Protocol protocol = TaskProtocol.of(port.kind, task, port.index, port.socket.getLocalPort());
            servers.add(SocketServer.serve(port.socket, protocol, workers));
        }
    }

    void drain(Runnable then) {
        AtomicInteger left = new AtomicInteger(servers.size());
        if (servers.isEmpty()) {
            then.run();
        }
        for (SocketServer server : servers) {
            server.drain(() -> {
                if (left.decrementAndGet() == 0) {
                    then.run();
                }
            });
        }
    }

    void reset() {
        servers.forEach(SocketServer::reset);
        close();
    }

    void close() {
        servers.forEach(SocketServer::close);
        for (Bound port : bound) {
            try {
                port.socket.close();
            } catch (IOException e) {
                log.trace("already closed", e);
            }
        }
    }

    private Placement place(AddressPool pool, JsonNode app, String host, boolean real) throws IOException {
        return switch (NetworkMode.of(app)) {
            case HOST -> onHost(pool, app, host, host, real);
            case BRIDGE -> onHost(pool, app, host, pool.nextBridgeAddress(), real);
            case CONTAINER -> {
                Placement placement = inContainer(pool, app, host, real);
                boolean ipv6 = app.at("/labels/SIM_IPV6").asBoolean();
                yield ipv6 ? placement.withIpv6(pool.nextIpv6Address()) : placement;
            }
        };
    }

    private Placement onHost(AddressPool pool, JsonNode app, String host, String ipAddress, boolean real)
            throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<InetSocketAddress> endpoints = new ArrayList<>();
        int index = 0;
        for (JsonNode port : NetworkMode.ports(app)) {
            int fixed = app.path("requirePorts").asBoolean() ? port.path("port").asInt() : 0;
            int wanted = port.path("hostPort").asInt(fixed);
            ports.add(open(pool, host, wanted, kind(app, index), index++, real));
            endpoints.add(new InetSocketAddress(host, ports.get(ports.size() - 1)));
        }
        return new Placement(ipAddress, ports, endpoints);
    }

    private Placement inContainer(AddressPool pool, JsonNode app, String host, boolean real) throws IOException {
        for (int attempt = 0; attempt < CONTAINER_ATTEMPTS; attempt++) {
            try {
                return inContainer(pool, app, host, pool.nextContainerAddress(), real);
            } catch (BindException taken) {
                log.trace("taken by others", taken);
                close();
                bound.clear();
            }
        }
        throw new BindException("no container address has the ports free");
    }

    private Placement inContainer(AddressPool pool, JsonNode app, String host, String address, boolean real)
            throws IOException {
        List<Integer> hostPorts = new ArrayList<>();
        List<InetSocketAddress> endpoints = new ArrayList<>();
        int index = 0;
        for (JsonNode port : NetworkMode.ports(app)) {
            TaskKind kind = kind(app, index);
            int containerPort =
                    port.path("containerPort").asInt(port.path("number").asInt());
            if (port.path("hostPort").isNumber()) {
                int hostPort = open(pool, host, port.path("hostPort").asInt(), kind, index, real);
                hostPorts.add(hostPort);
                containerPort = containerPort == 0 ? hostPort : containerPort;
            }
            int served = open(pool, address, containerPort, kind, index++, real);
            endpoints.add(new InetSocketAddress(address, served));
        }
        return new Placement(address, hostPorts, endpoints);
    }

    private int open(AddressPool pool, String address, int port, TaskKind kind, int index, boolean real)
            throws IOException {
        if (!real) {
            return port == 0 ? pool.nextPort() : port;
        }
        ServerSocket socket = port == 0 ? pool.bindFreePort(address) : SocketServer.bind(address, port);
        bound.add(new Bound(socket, kind, index));
        return socket.getLocalPort();
    }

    /** The kind of the port: the label SIM_KIND_n, else SIM_KIND, else HTTP. */
    private static TaskKind kind(JsonNode app, int index) {
        JsonNode labels = app.path("labels");
        String every = labels.path("SIM_KIND").asText("http");
        String name = labels.path("SIM_KIND_" + index).asText(every).toUpperCase(Locale.ROOT);
        for (TaskKind kind : TaskKind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        log.warn("SIM_KIND: {} (expected: http, tcp or redis)", name);
        return TaskKind.HTTP;
    }
}
