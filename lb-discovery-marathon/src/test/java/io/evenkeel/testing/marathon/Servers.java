package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The sockets of one cluster of Marathons: of the one that leads, of those that stand by, and of those that led. */
final class Servers implements AutoCloseable {
    private final SimulatorConfig config;
    private final Workers workers;
    private final Faults faults;
    private final HttpProtocol.Handler leader;
    private final List<StandbyServer> standbys = new CopyOnWriteArrayList<>();
    private final List<FormerLeader> formers = new CopyOnWriteArrayList<>();
    private AtomicReference<HttpProtocol.Handler> role;
    private @Nullable SocketServer server;
    private boolean closed;
    private volatile int port;

    Servers(SimulatorConfig config, Workers workers, Faults faults, HttpProtocol.Handler leader) {
        this.config = config;
        this.workers = workers;
        this.faults = faults;
        this.leader = leader;
        this.role = new AtomicReference<>(leader);
    }

    synchronized void start() {
        if (closed || server != null) {
            throw new IllegalStateException(closed ? "closed" : "already started");
        }
        port = config.port();
        listen();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    synchronized void down(boolean on) {
        if (on) {
            stopListening();
        } else if (!closed) {
            listen();
        }
    }

    private void listen() {
        AtomicReference<HttpProtocol.Handler> now = new AtomicReference<>(leader);
        HttpProtocol protocol =
                new HttpProtocol((request, exchange) -> now.get().handle(request, exchange), config.maxBody());
        try {
            SocketServer opened = SocketServer.serve(SocketServer.bind("127.0.0.1", port), protocol, workers);
            port = opened.port();
            server = opened;
            role = now;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopListening() {
        if (server != null) {
            server.close();
        }
    }

    StandbyServer standby() {
        try {
            StandbyServer standby = new StandbyServer(config, faults, this::uri, leader, workers);
            standbys.add(standby);
            return standby;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a standby the leader; what listened until now is made a former one. */
    synchronized FormerLeader elect(StandbyServer next, Former of) {
        if (server == null || !standbys.remove(next)) {
            throw new IllegalArgumentException(next.uri() + " does not stand by");
        }
        FormerLeader former = of.former(uri(), server);
        formers.add(former);
        role.set(former.handler());
        role = next.role();
        server = next.server();
        port = server.port();
        role.set(leader);
        return former;
    }

    /** What makes a former leader of a server. */
    interface Former {
        FormerLeader former(URI uri, SocketServer server);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            stopListening();
        }
        standbys.forEach(StandbyServer::close);
        formers.forEach(FormerLeader::close);
    }
}
