package io.evenkeel.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Marathon that serves a large cluster from a mapped file, so that it takes next to none of the heap that is measured.
 * One application, number 0, changes: it has one task more or less.
 */
final class CannedMarathon implements AutoCloseable {

    private final int tasks;
    private final long[] starts;
    private final Path file;
    private final MappedByteBuffer apps;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<OutputStream> streams = new ArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean grown;

    CannedMarathon(int applications, int tasks) throws IOException {
        this.tasks = tasks;
        this.starts = new long[applications + 1];
        this.file = Files.createTempFile("canned-marathon", ".json");
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < applications; i++) {
                byte[] app = app(i, tasks);
                out.write(app);
                starts[i + 1] = starts[i] + app.length;
            }
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            this.apps = in.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, starts[applications]);
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/v2/info", this::info);
        server.createContext("/v2/apps", this::apps);
        server.createContext("/v2/events", this::events);
        server.start();
    }

    static String id(int app) {
        return "/team-" + app % 50 + "/service-" + app;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    long bytes() {
        return starts[starts.length - 1];
    }

    int requests() {
        return requests.get();
    }

    /** How many tasks the application that changes has. */
    int tasks() {
        return grown ? tasks + 1 : tasks;
    }

    /** Changes application 0 and says so. */
    void change() throws IOException {
        grown = !grown;
        event(0);
    }

    synchronized void event(int app) throws IOException {
        byte[] event = ("event: status_update_event\r\ndata: {\"appId\":\"" + id(app)
                        + "\",\"taskStatus\":\"TASK_RUNNING\",\"eventType\":\"status_update_event\"}\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (OutputStream stream : streams) {
            stream.write(event);
            stream.flush();
        }
    }

    private void info(HttpExchange exchange) throws IOException {
        try (OutputStream out = json(exchange)) {
            write(out, "{\"name\":\"marathon\",\"marathon_config\":{\"framework_name\":\"marathon\"}}");
        }
    }

    private void apps(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        try (OutputStream out = json(exchange)) {
            if (path.equals("/v2/apps")) {
                write(out, "{\"apps\":[");
                for (int i = 0; i < starts.length - 1; i++) {
                    write(out, i == 0 ? "" : ",");
                    app(out, i);
                }
                write(out, "]}");
            } else {
                write(out, "{\"app\":");
                app(out, Integer.parseInt(path.substring(path.lastIndexOf('-') + 1)));
                write(out, "}");
            }
        }
    }

    private void app(OutputStream out, int i) throws IOException {
        if (i == 0 && grown) {
            out.write(app(0, tasks + 1));
            return;
        }
        byte[] bytes = new byte[(int) (starts[i + 1] - starts[i])];
        apps.get((int) starts[i], bytes);
        out.write(bytes);
    }

    private synchronized void events(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream;charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        streams.add(exchange.getResponseBody());
    }

    private static OutputStream json(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        return new BufferedOutputStream(exchange.getResponseBody(), 64 * 1024);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /* As Marathon 1.11 answers: every field that it has, of which most are of no interest. */
    private static byte[] app(int app, int tasks) {
        StringBuilder json =
                new StringBuilder("{\"id\":\"").append(id(app)).append("\",\"acceptedResourceRoles\":[\"*\"],");
        json.append(
                "\"backoffFactor\":1.15,\"backoffSeconds\":1,\"cmd\":\"./serve --port $PORT0\",\"constraints\":[],");
        json.append(
                "\"container\":null,\"cpus\":0.5,\"dependencies\":[],\"deployments\":[],\"disk\":0,\"env\":{\"JAVA_OPTS\":");
        json.append("\"-Xmx256m\"},\"executor\":\"\",\"fetch\":[],\"gpus\":0,\"healthChecks\":[{\"delaySeconds\":15,");
        json.append(
                "\"gracePeriodSeconds\":300,\"ignoreHttp1xx\":false,\"intervalSeconds\":10,\"maxConsecutiveFailures\":3,");
        json.append("\"path\":\"/health\",\"portIndex\":0,\"protocol\":\"HTTP\",\"timeoutSeconds\":5}],\"instances\":");
        json.append(tasks).append(",\"killSelection\":\"YOUNGEST_FIRST\",\"labels\":{\"HAPROXY_GROUP\":\"external\",");
        json.append("\"HAPROXY_0_VHOST\":\"service-")
                .append(app)
                .append(".example.com\"},\"maxLaunchDelaySeconds\":300,");
        json.append(
                "\"mem\":512,\"networks\":[{\"mode\":\"host\"}],\"portDefinitions\":[{\"labels\":{\"VIP_0\":\"/service-");
        json.append(app).append(":80\"},\"name\":\"http\",\"port\":").append(10_000 + app % 20_000);
        json.append(",\"protocol\":\"tcp\"}],\"readinessCheckResults\":[],\"requirePorts\":false,\"role\":\"*\",");
        json.append(
                "\"unreachableStrategy\":{\"inactiveAfterSeconds\":0,\"expungeAfterSeconds\":0},\"upgradeStrategy\":");
        json.append(
                "{\"maximumOverCapacity\":1,\"minimumHealthCapacity\":1},\"version\":\"2026-11-22T08:09:08.012Z\",");
        json.append("\"versionInfo\":{\"lastConfigChangeAt\":\"2026-11-22T08:09:08.012Z\"},\"tasks\":[");
        for (int i = 0; i < tasks; i++) {
            task(json.append(i == 0 ? "" : ","), app, i);
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void task(StringBuilder json, int app, int task) {
        String host = "10." + (task % 8) + "." + (app % 100) + "." + (task % 50 + 1);
        String instance = "team-" + app % 50 + "_service-" + app + ".instance-"
                + String.format("%08x-c77b-11f0-9bd4-%012x", app * 1000 + task, task * 7919L + app);
        json.append("{\"appId\":\"").append(id(app)).append("\",\"healthCheckResults\":[{\"alive\":true,");
        json.append(
                "\"consecutiveFailures\":0,\"firstSuccess\":\"2026-11-22T08:09:09.012Z\",\"instanceId\":\"instance [");
        json.append(instance).append("]\",\"lastFailure\":null,\"lastFailureCause\":null,\"lastSuccess\":");
        json.append("\"2026-11-22T08:19:09.012Z\"}],\"host\":\"")
                .append(host)
                .append("\",\"id\":\"")
                .append(instance);
        json.append("._app.1\",\"ipAddresses\":[{\"ipAddress\":\"").append(host).append("\",\"protocol\":\"IPv4\"}],");
        json.append("\"localVolumes\":[],\"ports\":[").append(2000 + (app * 31 + task) % 29_000);
        json.append("],\"region\":null,\"role\":\"*\",\"servicePorts\":[],\"slaveId\":\"5ddca66d-b4fe-4bd9-9c3b-S");
        json.append((app + task) % 500).append("\",\"stagedAt\":\"2026-11-22T08:09:08.020Z\",\"startedAt\":");
        json.append(
                "\"2026-11-22T08:09:08.500Z\",\"state\":\"TASK_RUNNING\",\"version\":\"2026-11-22T08:09:08.012Z\",");
        json.append("\"zone\":null}");
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        threads.shutdownNow();
        Files.deleteIfExists(file);
    }
}
