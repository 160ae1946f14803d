package io.evenkeel.testing.mesosdns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The HTTP API. What is not found is an answer like any other, with one element of empty strings. */
final class MesosDnsApi implements HttpHandler {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<MesosZone> zone;
    private final long refreshSeconds;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean enumerate = true;
    private volatile boolean axfr = true;

    MesosDnsApi(Supplier<MesosZone> zone, long refreshSeconds) {
        this.zone = zone;
        this.refreshSeconds = refreshSeconds;
    }

    void enumerate(boolean on) {
        enumerate = on;
    }

    void axfr(boolean on) {
        axfr = on;
    }

    /** The paths that were asked for, oldest first. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(path);
        boolean ports = path.matches("/v1/hosts/[^/]+/ports");
        JsonNode answer = ports ? null : answer(path);
        exchange.getResponseHeaders().add("Content-Type", answer == null ? "text/plain" : "application/json");
        exchange.sendResponseHeaders(ports ? 501 : answer == null ? 404 : 200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(String.valueOf(answer == null ? "" : answer).getBytes(StandardCharsets.UTF_8));
        }
    }

    private @Nullable JsonNode answer(String path) {
        MesosZone now = zone.get();
        return switch (path) {
            case "/v1/version" ->
                JSON.createObjectNode().put("Service", "Mesos-DNS").put("Version", "dev");
            case "/v1/config" -> config(now);
            case "/v1/enumerate" -> enumerate ? enumerated(now) : null;
            case "/v1/axfr" -> axfr ? transferred(now) : null;
            default ->
                path.matches("/v1/hosts/[^/]+")
                        ? hosts(now, path.substring("/v1/hosts/".length()))
                        : path.matches("/v1/services/[^/]+")
                                ? services(now, path.substring("/v1/services/".length()))
                                : null;
        };
    }

    private ObjectNode config(MesosZone now) {
        return JSON.createObjectNode()
                .put("RefreshSeconds", refreshSeconds)
                .put("TTL", MesosDnsAnswers.TTL)
                .put("SRVRecordDefaultWeight", 1)
                .put("SOASerial", now.serial())
                .put("Domain", MesosZone.DOMAIN)
                .put("EnforceRFC952", false);
    }

    /* Without any framework that is null, not an empty list. */
    private static ObjectNode enumerated(MesosZone now) {
        ObjectNode answer = JSON.createObjectNode();
        if (now.frameworks().isEmpty()) {
            return answer.putNull("frameworks");
        }
        ArrayNode frameworks = answer.putArray("frameworks");
        for (MesosZone.Framework framework : now.frameworks()) {
            ArrayNode tasks =
                    frameworks.addObject().put("name", framework.name()).putArray("tasks");
            for (MesosZone.Task task : framework.tasks()) {
                ObjectNode element = tasks.addObject().put("name", task.name()).put("id", task.id());
                ArrayNode records = element.putArray("records");
                task.records()
                        .forEach(record -> records.addObject()
                                .put("name", record.name())
                                .put("host", record.host())
                                .put("rtype", record.type()));
            }
        }
        return answer;
    }

    private ObjectNode transferred(MesosZone now) {
        ObjectNode answer = JSON.createObjectNode()
                .put("TTL", MesosDnsAnswers.TTL)
                .put("Serial", now.serial())
                .put("RefreshSeconds", refreshSeconds)
                .put("Mname", "ns1." + MesosZone.DOMAIN + ".")
                .put("Rname", "root.ns1." + MesosZone.DOMAIN + ".")
                .put("Domain", MesosZone.DOMAIN);
        ObjectNode records = answer.putObject("Records");
        fill(records.putObject("As"), now.addresses());
        fill(records.putObject("AAAAs"), now.ipv6Addresses());
        fill(records.putObject("SRVs"), now.services());
        return answer;
    }

    private static void fill(ObjectNode target, Map<String, Set<String>> records) {
        records.forEach((name, values) -> {
            ArrayNode list = target.putArray(name);
            values.forEach(list::add);
        });
    }

    private static ArrayNode hosts(MesosZone now, String asked) {
        ArrayNode answer = JSON.createArrayNode();
        String name = absolute(asked);
        Stream.of(now.addresses(name), now.ipv6Addresses(name))
                .flatMap(Set::stream)
                .forEach(address -> answer.addObject().put("host", name).put("ip", address));
        if (answer.isEmpty()) {
            answer.addObject().put("host", "").put("ip", "");
        }
        return answer;
    }

    private static ArrayNode services(MesosZone now, String asked) {
        ArrayNode answer = JSON.createArrayNode();
        for (String target : now.services(absolute(asked))) {
            int colon = target.lastIndexOf(':');
            String host = target.substring(0, colon);
            List<String> addresses = Stream.of(now.addresses(host), now.ipv6Addresses(host))
                    .flatMap(all -> all.stream().limit(1))
                    .toList();
            for (String address : addresses.isEmpty() ? List.of("") : addresses) {
                answer.addObject()
                        .put("service", asked)
                        .put("host", host)
                        .put("ip", address)
                        .put("port", target.substring(colon + 1));
            }
        }
        if (answer.isEmpty()) {
            answer.addObject().put("service", "").put("host", "").put("ip", "").put("port", "");
        }
        return answer;
    }

    private static String absolute(String asked) {
        String lower = asked.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }
}
