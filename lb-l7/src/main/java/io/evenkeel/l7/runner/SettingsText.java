package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Redacted;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.HttpConfig;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.PortRange;
import io.evenkeel.l7.marathonlb.Strictness;
import io.evenkeel.l7.marathonlb.TrustedProxies;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is set, for people, by the names of the flags or of the library's settings: the only place where that is told. Of
 * secrets only that there are some.
 */
final class SettingsText {

    private final Map<String, String> shown = new LinkedHashMap<>();

    private SettingsText() {}

    /** Everything, in an order for people. */
    static Map<String, String> of(L7Settings settings) {
        SettingsText text = new SettingsText();
        text.marathon(settings.marathon());
        settings.otherMarathons().forEach(text::otherMarathon);
        settings.routes().ifPresent(file -> text.put("routes", file.toString()));
        text.options(settings.options());
        text.listeners(settings);
        text.hardening(settings.hardening(), settings.options().strictness());
        text.limits(settings.limits());
        text.limits(settings.limits().httpConfig());
        text.machine(settings.machine());
        text.put("drain-delay", settings.drainDelay());
        text.put("drain-timeout", settings.drainTimeout());
        text.put("access-log", settings.accessLog().map(AccessLog::toString).orElse("off"));
        return text.shown;
    }

    private void marathon(MarathonConfig marathon) {
        put("marathon", hosts(marathon));
        marathon.credentials().ifPresent(credentials -> put("marathon-credentials", Secrets.MASK));
        if (!marathon.group().equals("/")) {
            put("marathon-group", marathon.group());
        }
        marathon.labelSelector().ifPresent(selector -> put("marathon-label", selector));
        marathon.snapshotFile().ifPresent(file -> put("marathon-snapshot", file.toString()));
    }

    private void otherMarathon(MarathonConfig marathon) {
        String credentials = marathon.credentials().isPresent() ? " with credentials" : "";
        put("also-marathon " + marathon.namespace().orElse(""), hosts(marathon) + credentials);
    }

    private static String hosts(MarathonConfig marathon) {
        return marathon.hosts().stream().map(Redacted::uri).collect(Collectors.joining(" "));
    }

    private void options(MarathonLbOptions options) {
        put("group", String.join(",", new TreeSet<>(options.groups())));
        put("health-check", options.healthCheck());
        put("strict-mode", options.strictMode());
        put("haproxy-map", options.haproxyMap());
        put("acme-app", options.challengedApplication().isEmpty() ? "none" : options.challengedApplication());
        put("path-precedence", options.pathPrecedence().name().toLowerCase(Locale.ROOT));
        put("own-application", options.ownApplication().isEmpty() ? "none" : options.ownApplication());
        put("serv-port-ip-per-task", text(options.assignedPorts(), "none"));
        put(
                "templates",
                options.templates().isEmpty()
                        ? "none"
                        : String.join(",", new TreeSet<>(options.templates().keySet())));
    }

    private void listeners(L7Settings settings) {
        put("http", settings.http().map(SettingsText::text).orElse("off"));
        put(
                "https",
                settings.certificates().isPresent()
                        ? settings.https().map(SettingsText::text).orElse("off")
                        : "off");
        put(
                "ssl-certs",
                settings.certificates()
                        .map(certificates -> String.join(",", certificates.sources()))
                        .orElse("none"));
        put("group-https-by-vhost", settings.entrances().groupHttpsByVhost());
        put("tls-provider", settings.entrances().tlsProvider().name().toLowerCase(Locale.ROOT));
        TrustedProxies proxies = settings.entrances().proxies();
        put("accept-proxy", proxies.onSharedPorts());
        put("proxy-protocol-trusted", text(proxies.networks(), "all"));
        put("proxy-protocol-timeout", proxies.timeout());
        put("app-id", text(settings.appId()));
        put("service-address", settings.serviceAddress());
        put("reuse-port", settings.entrances().reusePort());
        put("transport", settings.transport().name().toLowerCase(Locale.ROOT));
        put("threads", settings.threads() == 0 ? "one per processor" : Integer.toString(settings.threads()));
        put("admin", text(settings.admin()));
        put("admin-token", settings.adminToken().map(AdminToken::toString).orElse("none"));
        put("metrics-legacy-labels", settings.legacyLabels());
        put("ready-max-age", settings.readyMaxAge().map(SettingsText::text).orElse("any"));
        put("warm-up", settings.warmUp());
    }

    private void hardening(Hardening hardening, Strictness strictness) {
        boolean overwrites = !hardening.headers().proxies().toString().isEmpty();
        put("overwrite-forwarded", overwrites);
        put("trusted-proxies", overwrites ? text(hardening.headers().proxies(), "all") : "all");
        put("underscore-headers", hardening.headers().underscores().name().toLowerCase(Locale.ROOT));
        put("first-claimant", strictness.firstClaimant());
        put("service-port-range", text(strictness.servicePorts(), "any"));
        put("endpoint-networks", text(strictness.endpointNetworks(), "all"));
        put("refuse-special-endpoints", strictness.refuseSpecialEndpoints());
        put("wildcard-owners", strictness.hostOwners().toString());
        put("auth-everywhere", strictness.authEverywhere());
        put("websocket-opt-in", strictness.webSocketOptIn());
        put("guard-admin", hardening.guardAdmin());
    }

    private void limits(ClientLimits limits) {
        put("max-connections", text(limits.connections()));
        put("max-connections-per-source", text(limits.connectionsPerSource()));
    }

    private void machine(Machine machine) {
        put("error-pages", machine.errorPages().map(Path::toString).orElse("none"));
        Locality place = machine.place();
        put(
                "locality",
                place.equals(Locality.UNKNOWN)
                        ? "unknown"
                        : (place.region() + "/" + place.zone() + "/" + place.node()).replaceFirst("/+$", ""));
    }

    private void limits(HttpConfig config) {
        put("connect-timeout", config.connectTimeout());
        put("head-timeout", config.headTimeout());
        put("client-timeout", config.clientTimeout());
        put("server-timeout", config.serverTimeout());
        put("keep-alive-timeout", config.keepAliveTimeout());
        put("tunnel-timeout", config.tunnelTimeout());
        put("handshake-timeout", config.handshakeTimeout());
        put("min-body-rate", text(config.minBodyRate()));
        put("retries", Integer.toString(config.retries()));
        put("retry-delay", config.retryDelay());
    }

    private void put(String name, String value) {
        shown.put(name, value);
    }

    private void put(String name, boolean on) {
        put(name, on ? "on" : "off");
    }

    private void put(String name, Duration value) {
        put(name, text(value));
    }

    static String text(Duration value) {
        long millis = value.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private static String text(AllowedNetworks networks, String everybody) {
        String text = networks.toString();
        return text.isEmpty() ? everybody : text;
    }

    private static String text(int limit) {
        return limit == 0 ? "any" : Integer.toString(limit);
    }

    private static String text(PortRange range, String none) {
        return range.equals(PortRange.NONE) ? none : range.first() + "-" + range.last();
    }

    static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
