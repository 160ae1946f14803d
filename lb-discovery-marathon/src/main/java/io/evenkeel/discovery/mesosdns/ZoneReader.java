package io.evenkeel.discovery.mesosdns;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** Reads the answers of the HTTP API. What has not the shape of an answer is an {@link IOException}. */
final class ZoneReader {

    private ZoneReader() {}

    /** {@code /v1/enumerate}: the records of each task, in the order of its ports. */
    static Zone enumerate(JsonNode answer) throws IOException {
        JsonNode frameworks = answer.path("frameworks");
        if (!frameworks.isArray() && !frameworks.isNull()) { // null is how it says that there is none
            throw new IOException("no frameworks (expected: {\"frameworks\": […]})");
        }
        Zone zone = new Zone(true);
        for (JsonNode framework : frameworks) {
            for (JsonNode task : framework.path("tasks")) {
                Zone.Owner owner = new Zone.Owner(
                        framework.path("name").asText(""), task.path("id").asText(""));
                for (JsonNode record : task.path("records")) {
                    String name = record.path("name").asText("");
                    String host = record.path("host").asText("");
                    switch (record.path("rtype").asText("")) {
                        case "SRV" -> {
                            zone.service(name, host);
                            zone.owner(Zone.text(host.substring(0, Math.max(0, host.lastIndexOf(':')))), owner);
                        }
                        case "A", "AAAA" -> zone.address(name, host);
                        default -> {
                            // nothing that says where something is
                        }
                    }
                }
            }
        }
        return zone;
    }

    /** {@code /v1/axfr}: all records by name, in no order. */
    static Zone axfr(JsonNode answer) throws IOException {
        JsonNode records = answer.path("Records");
        if (!records.isObject()) {
            throw new IOException("no Records (expected: {\"Records\": {\"As\": {}, \"SRVs\": {}}})");
        }
        Zone zone = new Zone(false);
        for (String kind : new String[] {"As", "AAAAs"}) {
            for (Map.Entry<String, JsonNode> entry : records.path(kind).properties()) {
                entry.getValue().forEach(address -> zone.address(entry.getKey(), address.asText("")));
            }
        }
        for (Map.Entry<String, JsonNode> entry : records.path("SRVs").properties()) {
            entry.getValue().forEach(target -> zone.service(entry.getKey(), target.asText("")));
        }
        return zone;
    }

    /** {@code /v1/services/…}; that there is none is one element of empty strings. */
    static void services(JsonNode answer, Zone zone) throws IOException {
        if (!answer.isArray()) {
            throw new IOException("no array (expected: [{\"service\", \"host\", \"ip\", \"port\"}])");
        }
        for (JsonNode element : answer) {
            String host = element.path("host").asText("");
            if (!host.isEmpty()) {
                zone.service(
                        element.path("service").asText(""),
                        host + ":" + element.path("port").asText(""));
                address(host, element, zone);
            }
        }
    }

    /** {@code /v1/hosts/…}; that there is none is one element of empty strings. */
    static void hosts(JsonNode answer, String host, Zone zone) throws IOException {
        if (!answer.isArray()) {
            throw new IOException(host + ": no array (expected: [{\"host\", \"ip\"}])");
        }
        answer.forEach(element -> address(host, element, zone));
    }

    private static void address(String host, JsonNode element, Zone zone) {
        String ip = element.path("ip").asText("");
        if (!ip.isEmpty()) {
            zone.address(host, ip);
        }
    }
}
