package io.evenkeel.l7.runner;

import io.evenkeel.l7.BackendLimits;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.marathonlb.AppPort;
import io.evenkeel.l7.marathonlb.BindOptions;
import io.evenkeel.l7.marathonlb.OwnLabel;
import io.evenkeel.l7.marathonlb.ServerCheck;
import io.evenkeel.l7.marathonlb.VhostRule;
import io.evenkeel.l7.marathonlb.WiderHosts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the labels of a service port amount to, by name and in an order for people: the only place where the admin port
 * knows what settings there are. No value is a secret.
 */
final class PortSettings {

    private final Map<String, Object> settings = new LinkedHashMap<>();

    private PortSettings() {}

    /** The settings that differ from what goes without saying, and always those that tell what the port is. */
    static Map<String, Object> of(AppPort port) {
        PortSettings all = new PortSettings();
        all.settings.put("service", port.service().name());
        all.settings.put(
                "bind",
                port.listen().isOpened()
                        ? port.listen().address() + ":" + port.listen().port()
                        : "none");
        all.bind(port.listen().bind());
        all.settings.put("mode", port.mode().lowerCase());
        all.settings.put("balance", port.algorithm());
        all.vhosts(port);
        all.options(port.options());
        all.limits(port.options().limits());
        BackendTls tls = port.options().tls();
        if (tls != null) {
            all.tls(tls);
        }
        port.check().ifPresent(all::check);
        all.own(port);
        return all.settings;
    }

    private void bind(BindOptions bind) {
        if (bind.isTls()) {
            settings.put(
                    "certificates",
                    bind.certificates().stream().map(Object::toString).toList());
            put("alpn", String.join(",", bind.applicationProtocols()));
            put(
                    "client-certificates",
                    switch (bind.tls().clients()) {
                        case NONE -> "";
                        case OPTIONAL -> "optional";
                        case REQUIRED -> "required";
                    });
        }
        put("accept-proxy", bind.acceptProxy());
        put("maxconn", bind.maxConnections());
        put("backlog", bind.backlog());
    }

    private void vhosts(AppPort port) {
        VhostRule vhosts = port.vhosts();
        if (!vhosts.isEmpty()) {
            settings.put(
                    "vhosts",
                    Stream.concat(
                                    vhosts.hosts().stream(),
                                    vhosts.wider().stream().map(WiderHosts::text))
                            .toList());
            put("path", vhosts.path().toString());
            settings.put("weight", vhosts.weight());
            put("tls-passthrough", vhosts.passthrough());
        }
        put(
                "vhosts-by-template",
                port.effects().plain().isPresent() || port.effects().secure().isPresent());
        vhosts.auth().ifPresent(auth -> settings.put("auth", auth.realm() + ", user " + Secrets.MASK));
        put("redirect-to-https", vhosts.redirectToHttps());
    }

    private void options(BackendOptions options) {
        put("hsts", options.hsts());
        put("sticky", options.sticky() != null);
        put("allowed-networks", options.allowed().toString());
        put("forwarded-by-template", !options.forwarded());
        put("rules", options.rules().size());
        put("request-edits", options.rules().edits().size());
        put("path-edits", options.rules().paths().size());
        put("response-edits", options.responseEdits().size());
        put("compression", options.compression() != null);
        put(
                "root-redirect",
                options.rootRedirect() == null ? "" : options.rootRedirect().location());
        put("strip-path", options.prefixStrip() != null);
        put("rewrite-location", options.locationRewrite() != null);
    }

    private void limits(BackendLimits limits) {
        put("connect-timeout", limits.connectTimeout());
        put("client-timeout", limits.clientTimeout());
        put("server-timeout", limits.serverTimeout());
        put("tunnel-timeout", limits.tunnelTimeout());
        limits.retries().ifPresent(retries -> settings.put("retries", retries));
    }

    private void tls(BackendTls tls) {
        settings.put("backend-tls", tls.verify() ? "verified" : "unverified");
        tls.authorities().ifPresent(file -> settings.put("backend-tls-ca", file.toString()));
        tls.serverName().ifPresent(name -> settings.put("backend-tls-sni", name));
        tls.certificate().ifPresent(file -> settings.put("backend-tls-certificate", file.toString()));
    }

    private void own(AppPort port) {
        for (OwnLabel label : OwnLabel.values()) {
            String name = label.fullName(port.service().portIndex());
            String value = port.service().labels().getOrDefault(name, "").trim();
            put(name, !value.isEmpty() && label.isSecret() ? Secrets.MASK : value);
        }
    }

    private void check(ServerCheck check) {
        String question = check.question()
                .map(asked -> asked.method() + " " + asked.path() + ", " + asked.lowest() + " to " + asked.highest())
                .orElse("connect");
        ServerCheck.Speech spoken = check.spoken();
        String how = (spoken.tls().isPresent() ? ", over TLS" : "")
                + (spoken.http2() && check.question().isPresent() ? ", by HTTP/2" : "");
        String target = check.port() > 0
                ? ", port " + check.port()
                : check.portIndex() >= 0 ? ", port index " + check.portIndex() : "";
        settings.put(
                "check",
                question + target + how + ", every " + text(check.interval()) + ", timeout " + text(check.timeout())
                        + ", fall " + check.fall() + ", rise " + check.rise());
    }

    private void put(String name, String value) {
        if (!value.isEmpty()) {
            settings.put(name, value);
        }
    }

    private void put(String name, boolean on) {
        if (on) {
            settings.put(name, true);
        }
    }

    private void put(String name, int number) {
        if (number > 0) {
            settings.put(name, number);
        }
    }

    private void put(String name, Optional<Duration> value) {
        value.ifPresent(duration -> settings.put(name, text(duration)));
    }

    private static String text(Duration duration) {
        return SettingsText.text(duration);
    }
}
