package io.evenkeel.discovery.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.HostPort;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the content of a targets file.
 *
 * <p>Entries of the same service are put together. Labels {@code service} (or {@code job}), {@code weight},
 * {@code region}, {@code zone} and {@code node} have a meaning; all the others become labels of the service, where the
 * first entry that has one counts, and of the entry's endpoints.
 */
final class FileTargets {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Map<String, String>> labels = new LinkedHashMap<>();
    private final Map<String, Map<String, Endpoint>> endpoints = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final String defaultService;
    private final TargetHosts hosts;

    private boolean unresolved;

    /**
     * What a file says.
     *
     * @param catalog the services
     * @param unresolved whether a name has no address now, so that the same content may mean more later
     */
    record Parsed(Catalog catalog, boolean unresolved) {}

    private FileTargets(String defaultService, TargetHosts hosts) {
        this.defaultService = defaultService;
        this.hosts = hosts;
    }

    /**
     * Reads a file's content; looks host names up.
     *
     * @throws IOException if it is not a whole JSON array
     */
    static Parsed parse(byte[] content, String defaultService, TargetHosts hosts) throws IOException {
        JsonNode document = JSON.readTree(content);
        if (document == null || !document.isArray()) {
            throw new IOException("not a JSON array (expected: [{\"targets\": [\"host:port\"], \"labels\": {}}])");
        }
        FileTargets targets = new FileTargets(defaultService, hosts);
        hosts.begin();
        for (int i = 0; i < document.size(); i++) {
            try {
                targets.add(document.get(i), "entry " + i);
            } catch (IllegalArgumentException e) {
                targets.problems.add(new Problem("entry " + i, String.valueOf(e.getMessage())));
            }
        }
        hosts.end();
        return new Parsed(targets.catalog(), targets.unresolved);
    }

    private void add(JsonNode entry, String subject) {
        if (!entry.path("targets").isArray()) {
            throw new IllegalArgumentException("targets: missing (expected: an array of host:port)");
        }
        Map<String, String> own = new HashMap<>();
        entry.path("labels").properties().forEach(label -> {
            if (label.getValue().isValueNode() && !label.getValue().isNull()) {
                own.put(label.getKey(), label.getValue().asText());
            }
        });
        int weight = weight(own.remove("weight"));
        String job = own.remove("job");
        String service = own.remove("service");
        String name = service != null ? service : job != null ? job : defaultService;
        if (name.isEmpty()) {
            throw new IllegalArgumentException("service: empty (expected: a name)");
        }
        Locality locality = new Locality(taken(own, "region"), taken(own, "zone"), taken(own, "node"));
        Map<String, String> known = labels.computeIfAbsent(name, key -> new HashMap<>());
        own.forEach(known::putIfAbsent);
        Map<String, Endpoint> members = endpoints.computeIfAbsent(name, key -> new LinkedHashMap<>());
        for (JsonNode target : entry.path("targets")) {
            try {
                Endpoint endpoint = endpoint(target, weight, locality, own);
                members.putIfAbsent(endpoint.id(), endpoint);
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(subject, String.valueOf(e.getMessage())));
            }
        }
    }

    private Endpoint endpoint(JsonNode target, int weight, Locality locality, Map<String, String> labels) {
        String text = target.isTextual() ? target.textValue() : "";
        InetSocketAddress address = HostPort.parse("target", text, hosts::find);
        unresolved |= address.isUnresolved();
        if (address.isUnresolved() || address.getPort() == 0) {
            throw new IllegalArgumentException(
                    "target: " + text + " (expected: a host that resolves and a port that is not 0)");
        }
        return new Endpoint(text, address, weight, locality, EndpointState.UNSPECIFIED, Health.UNCHECKED, true, labels);
    }

    private static int weight(@Nullable String text) {
        if (text == null) {
            return 1;
        }
        try {
            int weight = Integer.parseInt(text);
            if (weight >= 0 && weight <= Endpoint.MAX_WEIGHT) {
                return weight;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrongWeight(text), e);
        }
        throw new IllegalArgumentException(wrongWeight(text));
    }

    private static String wrongWeight(String text) {
        return "weight: " + text + " (expected: 0 to " + Endpoint.MAX_WEIGHT + ")";
    }

    private static String taken(Map<String, String> labels, String name) {
        String value = labels.remove(name);
        return value == null ? "" : value;
    }

    private Catalog catalog() {
        List<Snapshot> snapshots = new ArrayList<>();
        labels.forEach((name, own) -> {
            Service service = new Service(name, name, "", 0, "", 0, Protocol.TCP, own, Map.of(), List.of());
            snapshots.add(new Snapshot(
                    service, List.copyOf(endpoints.getOrDefault(name, Map.of()).values())));
        });
        return Catalog.of(snapshots, problems);
    }
}
