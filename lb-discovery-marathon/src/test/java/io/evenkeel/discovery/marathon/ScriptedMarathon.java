package io.evenkeel.discovery.marathon;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A Marathon that says exactly what a test tells it to, for what a real one would never say. */
final class ScriptedMarathon implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<OutputStream> streams = new ArrayList<>();
    private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
    private final HttpServer server;
    private volatile String apps = "{\"apps\": []}";
    private volatile String info = "{\"marathon_config\": {\"framework_name\": \"scripted\"}}";
    private volatile String pods = "[]";
    private volatile boolean onlyLists;
    private volatile int infoStatus = 200;
    private volatile String contentType = "application/json";
    private volatile boolean gzip;
    private volatile boolean hangs;
    private volatile String authorization;
    private volatile URI redirect;
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    ScriptedMarathon() throws IOException {
        this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50));
    }

    private ScriptedMarathon(HttpServer server) {
        this.server = server;
        server.createContext("/v2/apps", exchange -> {
            boolean page = !exchange.getRequestURI().getPath().equals("/v2/apps");
            answer(exchange, page && onlyLists ? 404 : 200, apps);
        });
        server.createContext("/v2/pods", exchange -> answer(exchange, 200, pods));
        server.createContext("/v2/info", exchange -> answer(exchange, infoStatus, info));
        server.createContext("/v2/events", this::stream);
        server.setExecutor(threads);
        server.start();
    }

    /** One that speaks https. */
    static ScriptedMarathon secure(SSLContext context, boolean wantsCertificate) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = context.getDefaultSSLParameters();
                ssl.setNeedClientAuth(wantsCertificate);
                parameters.setSSLParameters(ssl);
            }
        });
        return new ScriptedMarathon(server);
    }

    URI uri() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers 401 to everything that does not carry this. */
    void authorization(String header) {
        authorization = header;
    }

    /** Sends those who ask for events elsewhere. */
    void redirect(URI location) {
        redirect = location;
    }

    /** The values of the header that came, with {@code none} for none. */
    List<String> authorizations() {
        return authorizations;
    }

    private boolean refused(HttpExchange exchange) throws IOException {
        if (hangs) {
            return true; // and never closed
        }
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        authorizations.add(sent == null ? "none" : sent);
        if (authorization == null || authorization.equals(sent)) {
            return false;
        }
        exchange.getResponseHeaders().add("Content-Type", "text/html");
        exchange.sendResponseHeaders(401, -1);
        exchange.close();
        return true;
    }

    /** Answers nothing from now on. */
    void hang() {
        hangs = true;
    }

    /** Changes the answer and sends an event. */
    void apps(String json) {
        apps = json;
        event("status_update_event");
    }

    /** Changes the answer and tells nobody. */
    void appsUnheard(String json) {
        apps = json;
    }

    /** Has no pages of single applications from now on. */
    void onlyLists() {
        onlyLists = true;
    }

    /** Changes the answer to the question for pods, and tells nobody. */
    void pods(String json) {
        pods = json;
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

    void event(String type) {
        event(type, "{}");
    }

    synchronized void event(String type, String data) {
        byte[] event = ("event: " + type + "\r\ndata: " + data + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
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

    /** Sends an event whose one line of data has so many megabytes. */
    synchronized void hugeEvent(String type, int megabytes) throws IOException {
        byte[] megabyte = "x".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
        for (OutputStream stream : streams) {
            stream.write(("event: " + type + "\r\ndata: ").getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < megabytes; i++) {
                stream.write(megabyte);
            }
            stream.write("\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            stream.flush();
        }
    }

    private void answer(HttpExchange exchange, int status, String json) throws IOException {
        clients.add(exchange.getRemoteAddress());
        if (refused(exchange)) {
            return;
        }
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
        if (refused(exchange)) {
            return;
        }
        if (redirect != null) {
            exchange.getResponseHeaders().add("Location", redirect + "/v2/events");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            return;
        }
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
