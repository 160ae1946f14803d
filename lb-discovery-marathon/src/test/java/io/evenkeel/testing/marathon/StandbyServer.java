package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A Marathon that does not lead: it sends event streams to the leader with a redirect and passes everything else on; one
 * of an old server passes event streams on, too.
 *
 * <p>It may be elected, and lives until it or the simulator it belongs to is closed.
 */
public final class StandbyServer implements AutoCloseable {
    private final SimulatorConfig config;
    private final Faults faults;
    private final Supplier<URI> leader;
    private final HttpProtocol.Handler handler;
    private final AtomicReference<HttpProtocol.Handler> role = new AtomicReference<>(this::handle);
    private final SocketServer server;

    StandbyServer(
            SimulatorConfig config, Faults faults, Supplier<URI> leader, HttpProtocol.Handler handler, Workers workers)
            throws IOException {
        this.config = config;
        this.faults = faults;
        this.leader = leader;
        this.handler = handler;
        HttpProtocol protocol =
                new HttpProtocol((request, exchange) -> role.get().handle(request, exchange), config.maxBody());
        this.server = SocketServer.serve(SocketServer.bind("127.0.0.1", 0), protocol, workers);
    }

    /** Where it listens. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** What answers its requests, which changes when it is elected. */
    AtomicReference<HttpProtocol.Handler> role() {
        return role;
    }

    SocketServer server() {
        return server;
    }

    private void handle(Request request, HttpProtocol.Exchange exchange) throws IOException {
        if (!LeaderHandler.authorized(config, request)) {
            exchange.send(LeaderHandler.unauthorized(request));
        } else if (request.rawPath().equals("/v2/events") && !config.oldServer()) {
            exchange.send(new Response(302, List.of(), new byte[0]).with("Location", leader.get() + request.target()));
        } else if (faults.has(Fault.DOWN)) {
            exchange.send(Response.html(502, request.rawPath()));
        } else {
            handler.handle(request, new Passing(exchange));
        }
    }

    private final class Passing implements HttpProtocol.Exchange {
        private final HttpProtocol.Exchange client;

        Passing(HttpProtocol.Exchange client) {
            this.client = client;
        }

        @Override
        public void send(Response response) throws IOException {
            client.send(passed(response));
        }

        @Override
        public void send(Response response, Runnable beforeBody) throws IOException {
            client.send(passed(response), beforeBody);
        }

        private Response passed(Response response) {
            Map.Entry<String, String> via = onTheWay().get(0);
            return response.with(via.getKey(), via.getValue());
        }

        @Override
        public List<Map.Entry<String, String>> onTheWay() {
            return List.of(Map.entry("X-Marathon-Via", "1.1 " + uri().getAuthority()));
        }

        @Override
        public Connection takeOver() {
            return client.takeOver();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
