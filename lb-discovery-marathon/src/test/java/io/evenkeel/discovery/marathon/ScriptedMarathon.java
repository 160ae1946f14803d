package io.evenkeel.discovery.marathon;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A Marathon that says exactly what a test tells it to, for what a real one would never say. */
final class ScriptedMarathon implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<OutputStream> streams = new ArrayList<>();
    private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
    private final HttpServer server;
    private volatile String apps = "{\"apps\": []}";
    private volatile String info = "{\"marathon_config\": {\"framework_name\": \"scripted\"}}";
    private volatile int infoStatus = 200;
    private volatile String contentType = "application/json";
    private volatile boolean gzip;

    ScriptedMarathon() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/v2/apps", exchange -> answer(exchange, 200, apps));
        server.createContext("/v2/info", exchange -> answer(exchange, infoStatus, info));
        server.createContext("/v2/events", this::stream);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Changes the answer and sends an event. */
    void apps(String json) {
        apps = json;
        event("status_update_event");
    }

    void info(int status, String json) {
        infoStatus = status;
        info = json;
    }

    void contentType(String type) {
        contentType = type;
    }

    /** How many connections brought questions; the event streams' are not counted. */
    int connections() {
        return clients.size();
    }

    void gzip() {
        gzip = true;
    }

    synchronized void event(String type) {
        byte[] event = ("event: " + type + "\r\ndata: {}\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        streams.removeIf(stream -> {
            try {
                stream.write(event);
                stream.flush();
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    private void answer(HttpExchange exchange, int status, String json) throws IOException {
        clients.add(exchange.getRemoteAddress());
        exchange.getResponseHeaders().add("Content-Type", contentType);
        boolean zipped = gzip && "gzip".equals(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
        if (zipped) {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(status, 0);
        try (OutputStream out =
                zipped ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody()) {
            out.write(json.getBytes(StandardCharsets.UTF_8));
        }
    }

    private synchronized void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream;charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        streams.add(exchange.getResponseBody());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
