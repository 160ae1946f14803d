package io.evenkeel.l7;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.testing.TestServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server for tests whose answers are scripted; it remembers what it was asked. */
public final class Backend implements AutoCloseable {

    /** What to say to one request; false if the connection is to be closed. */
    @FunctionalInterface
    public interface Script {
        boolean answer(Wire wire, Wire.Message request) throws Exception;
    }

    public final List<Wire.Message> requests = new CopyOnWriteArrayList<>();
    private final TestServer server;

    private Backend(TestServer.Conversation conversation) {
        this.server = TestServer.of(conversation);
    }

    private Backend(Script script) {
        this.server = TestServer.of(socket -> {
            Wire wire = new Wire(socket);
            Wire.Message request;
            do {
                request = wire.message();
                if (request.head().isEmpty()) {
                    return; // closed without a request
                }
                requests.add(request);
            } while (script.answer(wire, request));
        });
    }

    /** Answers whole requests. */
    public static Backend of(Script script) {
        return new Backend(script);
    }

    /** Talks as it likes. */
    public static Backend talking(TestServer.Conversation conversation) {
        return new Backend(conversation);
    }

    /** Takes what it gets to its end, and says nothing. */
    public static Backend silent() {
        return talking(socket -> socket.getInputStream().readAllBytes());
    }

    /** Always answers with the same bytes. */
    public static Backend saying(String response) {
        return of((wire, request) -> {
            wire.send(response);
            return true;
        });
    }

    /** Answers with a text of known length. */
    public static Backend text(String body) {
        return saying("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    public InetSocketAddress address() {
        return server.address();
    }

    public Endpoint endpoint() {
        return server.endpoint();
    }

    public int accepted() {
        return server.accepted();
    }

    @Override
    public void close() {
        server.close();
    }
}
