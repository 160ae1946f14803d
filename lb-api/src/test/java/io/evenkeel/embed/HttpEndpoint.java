package io.evenkeel.embed;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenkeel.endpoint.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server that says its name and remembers what it was asked; {@code /status/n} answers with that status,
 * {@code /half} sends half of its body and {@code /never} nothing, until the server is released or closed.
 */
final class HttpEndpoint implements AutoCloseable {

    private final String name;
    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<Headers> headers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);

    HttpEndpoint(String name) throws IOException {
        this.name = name;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        headers.add(exchange.getRequestHeaders());
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        asked.countDown();
        String path = exchange.getRequestURI().getRawPath();
        try (exchange) {
            byte[] body = (name + " " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            if (path.equals("/never")) {
                await();
            } else if (path.startsWith("/status/204")) {
                exchange.sendResponseHeaders(204, -1);
            } else if (path.startsWith("/status/")) {
                exchange.sendResponseHeaders(Integer.parseInt(path.substring("/status/".length())), body.length);
                exchange.getResponseBody().write(body);
            } else if (path.equals("/half")) {
                exchange.sendResponseHeaders(200, 10);
                OutputStream out = exchange.getResponseBody();
                out.write("12345".getBytes(StandardCharsets.UTF_8));
                out.flush();
                await();
            } else {
                exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private void await() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends, as connections that break, what waits. */
    void release() {
        released.countDown();
    }

    /** Returns when the first request has come. */
    void awaitRequest() throws InterruptedException {
        asked.await();
    }

    Endpoint endpoint() {
        return Endpoint.of(server.getAddress());
    }

    List<String> bodies() {
        return List.copyOf(bodies);
    }

    List<Headers> headers() {
        return List.copyOf(headers);
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        workers.shutdownNow();
    }
}
