package io.evenkeel.testing.marathon;

import java.net.URI;
import java.util.List;
import java.util.function.Function;

/**
 * A Marathon that led and does not know that another was elected: it answers as if it led, with what it knew at that
 * moment, and keeps its event streams open, with heartbeats and without events. It changes nothing.
 *
 * <p>What is wrong with it beyond that is switched by faults of its own: with {@link Fault#HANG} it takes requests and
 * never answers, with {@link Fault#SILENT_STREAMS} its heartbeats end. Closing it is the end of its process, which is
 * what a real one comes to: its streams end with a plain end of file, and connections are refused.
 */
public final class FormerLeader implements AutoCloseable {
    private final Faults faults = new Faults(this::faultChanged);
    private final URI uri;
    private final SocketServer server;
    private final EventBus bus;
    private final LeaderHandler handler;

    FormerLeader(URI uri, SocketServer server, MarathonState live, Function<Request, Response> control) {
        this.uri = uri;
        this.server = server;
        this.bus = new EventBus(live.workers, faults, live.config.maxOutstanding(), live.config.heartbeat());
        MarathonState known = live.frozen(bus);
        TaskLifecycle lifecycle = new TaskLifecycle(known);
        Router router = new Router(
                known, new Deployer(known, lifecycle), new QueueResource(known, lifecycle), () -> uri, () -> {});
        Function<Request, Response> reading =
                request -> request.changes() ? Response.html(503, request.rawPath()) : router.answer(request);
        this.handler = new LeaderHandler(live.config, faults, bus, reading, control, () -> uri);
        live.bus.handOverTo(bus);
    }

    HttpProtocol.Handler handler() {
        return handler;
    }

    /** Where it listens. */
    public URI uri() {
        return uri;
    }

    /** The switches for what else is wrong with it; {@link Fault#DOWN} is for good. */
    public Faults faults() {
        return faults;
    }

    /** The requests it got since another was elected, oldest first. */
    public List<ReceivedRequest> requests() {
        return handler.requests();
    }

    /** How many event streams are still attached to it. */
    public int eventStreams() {
        return bus.size();
    }

    private void faultChanged(Fault fault, boolean on) {
        if (fault == Fault.DOWN && on) {
            close();
        }
    }

    @Override
    public void close() {
        bus.cut();
        server.close();
    }
}
