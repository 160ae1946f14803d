package io.evenkeel.l7.runner;

import io.evenkeel.l7.marathonlb.AppPort;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the labels of a service port amount to, by name and in an order for people: the only place where the admin port
 * knows what settings there are. No value is a secret.
 */
final class PortSettings {

    private PortSettings() {}

    /** The settings that differ from what goes without saying, and always those that tell what the port is. */
    static Map<String, Object> of(AppPort port) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("service", port.service().name());
        settings.put("bind", port.bindAddress() + ":" + port.port());
        settings.put("mode", port.mode().lowerCase());
        settings.put("balance", port.algorithm());
        if (!port.vhosts().isEmpty()) {
            settings.put("vhosts", port.vhosts());
            put(settings, "path", port.path().toString());
            settings.put("weight", port.weight());
        }
        if (port.redirectToHttps()) {
            settings.put("redirect-to-https", true);
        }
        if (port.hsts()) {
            settings.put("hsts", true);
        }
        put(settings, "allowed-networks", port.allowed().toString());
        return settings;
    }

    private static void put(Map<String, Object> settings, String name, String value) {
        if (!value.isEmpty()) {
            settings.put(name, value);
        }
    }
}
