package io.evenkeel.discovery.mesosdns;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The HTTP API of a Mesos-DNS that says exactly what a test tells it to; what it was not told is 404. */
final class ScriptedMesosDns implements AutoCloseable {

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final AtomicLong serial = new AtomicLong(1000);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile int status = 200;
    private volatile boolean endless;

    ScriptedMesosDns() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            requests.computeIfAbsent(path, key -> new LongAdder()).increment();
            String answer = answers.get(path);
            int code = answer == null ? 404 : status;
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] bytes = String.valueOf(answer).getBytes(StandardCharsets.UTF_8);
                out.write(bytes);
                byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
                while (endless) {
                    out.write(spaces);
                }
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Changes an answer, with a new serial number. */
    void answer(String path, String json) {
        answers.put(path, json);
        answers.put("/v1/config", "{\"SOASerial\":" + serial.incrementAndGet() + ",\"RefreshSeconds\":60}");
    }

    /** Waits until something has been asked for so often again. */
    void awaitRequests(String path, int count) {
        long wanted = requests(path) + count;
        Eventually.holds(count + " requests for " + path, () -> requests(path) >= wanted);
    }

    /** How often something has been asked for. */
    long requests(String path) {
        LongAdder count = requests.get(path);
        return count == null ? 0 : count.sum();
    }

    /** Answers for a task of one port on the host network, by name; an empty address is one that is not told. */
    void service(String label, String head, String address, int port) {
        for (String kind : new String[] {"", ".slave"}) {
            String name = "_" + label + "._tcp.marathon" + kind + ".mesos.";
            answer(
                    "/v1/services/" + name,
                    "[{\"service\":\"" + name + "\",\"host\":\"" + head + ".marathon" + kind + ".mesos.\",\"ip\":\""
                            + address + "\",\"port\":\"" + port + "\"}]");
        }
    }

    void remove(String path) {
        answers.remove(path);
    }

    void status(int code) {
        status = code;
    }

    void endless() {
        endless = true;
    }

    /** One task of an application on the host network, as enumerate tells it. */
    static String task(String label, String id, String hash, String agent, int port) {
        String head = label + "-" + hash + "-s0.marathon";
        return "{\"name\":\"" + label + "\",\"id\":\"" + id + "\",\"records\":["
                + record(head + ".mesos.", agent, "A") + ","
                + record(head + ".slave.mesos.", agent, "A") + ","
                + record("_" + label + "._tcp.marathon.slave.mesos.", head + ".slave.mesos.:" + port, "SRV") + ","
                + record("_" + label + "._tcp.marathon.mesos.", head + ".mesos.:" + port, "SRV") + "]}";
    }

    private static String record(String name, String host, String type) {
        return "{\"name\":\"" + name + "\",\"host\":\"" + host + "\",\"rtype\":\"" + type + "\"}";
    }

    static String enumerated(String... tasks) {
        return "{\"frameworks\":[{\"name\":\"marathon\",\"tasks\":[" + String.join(",", tasks) + "]}]}";
    }

    @Override
    public void close() {
        endless = false;
        server.stop(0);
        threads.shutdownNow();
    }
}
