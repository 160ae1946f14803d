package io.evenkeel.l7;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.testing.TestServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server for tests whose answers are scripted; it remembers what it was asked. */
final class Backend implements AutoCloseable {

    /** What to say to one request; false if the connection is to be closed. */
    @FunctionalInterface
    interface Script {
        boolean answer(Wire wire, Wire.Message request) throws Exception;
    }

    final List<Wire.Message> requests = new CopyOnWriteArrayList<>();
    private final TestServer server;

    private Backend(TestServer.Conversation conversation) {
        this.server = TestServer.of(conversation);
    }

    private Backend(Script script) {
        this.server = TestServer.of(socket -> {
            Wire wire = new Wire(socket);
            boolean more = true;
            while (more) {
                Wire.Message request = wire.message();
                requests.add(request);
                more = !request.head().isEmpty() && script.answer(wire, request);
            }
        });
    }

    /** Answers whole requests. */
    static Backend of(Script script) {
        return new Backend(script);
    }

    /** Talks as it likes. */
    static Backend talking(TestServer.Conversation conversation) {
        return new Backend(conversation);
    }

    /** Always answers with the same bytes. */
    static Backend saying(String response) {
        return of((wire, request) -> {
            wire.send(response);
            return true;
        });
    }

    /** Answers with a text of known length. */
    static Backend text(String body) {
        return saying("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    InetSocketAddress address() {
        return server.address();
    }

    Endpoint endpoint() {
        return server.endpoint();
    }

    int accepted() {
        return server.accepted();
    }

    @Override
    public void close() {
        server.close();
    }
}
