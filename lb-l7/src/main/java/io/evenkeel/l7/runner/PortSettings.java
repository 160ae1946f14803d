package io.evenkeel.l7.runner;

import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.marathonlb.AppPort;
import io.evenkeel.l7.marathonlb.OwnLabel;
import io.evenkeel.l7.marathonlb.VhostRule;
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
        settings.put("bind", port.listen().address() + ":" + port.listen().port());
        settings.put("mode", port.mode().lowerCase());
        settings.put("balance", port.algorithm());
        VhostRule vhosts = port.vhosts();
        if (!vhosts.hosts().isEmpty()) {
            settings.put("vhosts", vhosts.hosts());
            put(settings, "path", vhosts.path().toString());
            settings.put("weight", vhosts.weight());
        }
        vhosts.auth().ifPresent(auth -> settings.put("auth", auth.realm() + ", user " + auth.user()));
        if (vhosts.redirectToHttps()) {
            settings.put("redirect-to-https", true);
        }
        BackendOptions options = port.options();
        if (options.hsts()) {
            settings.put("hsts", true);
        }
        if (options.sticky() != null) {
            settings.put("sticky", true);
        }
        put(settings, "allowed-networks", options.allowed().toString());
        for (OwnLabel label : OwnLabel.values()) {
            String name = label.fullName(port.service().portIndex());
            String value = port.service().labels().getOrDefault(name, "").trim();
            put(settings, name, !value.isEmpty() && label.isSecret() ? Secrets.MASK : value);
        }
        return settings;
    }

    private static void put(Map<String, Object> settings, String name, String value) {
        if (!value.isEmpty()) {
            settings.put(name, value);
        }
    }
}
