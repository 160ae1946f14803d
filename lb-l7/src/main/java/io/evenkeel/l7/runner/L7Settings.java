package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Redacted;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the flags of the standalone proxy say, all of it understood and checked. Immutable.
 *
 * @param marathon whom to follow
 * @param options which applications are published
 * @param http where virtual hosts are served, if they are
 * @param https where they are served over TLS, if there are certificates
 * @param certificates what is shown there
 * @param entrances how connections begin
 * @param transport what event loops wait with
 * @param appId where applications are served by id
 * @param admin where statistics are served
 * @param adminToken what allows changes there from other machines
 * @param legacyLabels whether metrics carry the labels of HAProxy's stand-alone exporter
 * @param serviceAddress the address of service ports whose labels name none
 * @param drainTimeout how long connections may go on after the end was asked for
 * @param accessLog where requests are told of, if they are; open
 */
record L7Settings(
        MarathonConfig marathon,
        MarathonLbOptions options,
        Optional<InetSocketAddress> http,
        Optional<InetSocketAddress> https,
        Optional<Certificates> certificates,
        Entrances entrances,
        Transport.Kind transport,
        InetSocketAddress appId,
        InetSocketAddress admin,
        Optional<AdminToken> adminToken,
        boolean legacyLabels,
        String serviceAddress,
        Duration drainTimeout,
        Optional<AccessLog> accessLog) {

    /** The settings for people, by the names of the flags. Of secrets only that there are some. */
    Map<String, String> effective() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("marathon", marathon.hosts().stream().map(Redacted::uri).collect(Collectors.joining(" ")));
        marathon.credentials().ifPresent(credentials -> shown.put("marathon-credentials", Secrets.MASK));
        if (!marathon.group().equals("/")) {
            shown.put("marathon-group", marathon.group());
        }
        marathon.labelSelector().ifPresent(selector -> shown.put("marathon-label", selector));
        marathon.snapshotFile().ifPresent(file -> shown.put("marathon-snapshot", file.toString()));
        shown.put("group", String.join(",", new TreeSet<>(options.groups())));
        shown.put("health-check", onOff(options.healthCheck()));
        shown.put("strict-mode", onOff(options.strictMode()));
        shown.put("http", http.map(L7Settings::text).orElse("off"));
        shown.put(
                "https", certificates.isPresent() ? https.map(L7Settings::text).orElse("off") : "off");
        shown.put("app-id", text(appId));
        shown.put("admin", text(admin));
        shown.put("admin-token", adminToken.map(AdminToken::toString).orElse("none"));
        shown.put("service-address", serviceAddress);
        shown.put("drain-timeout", drainTimeout.toSeconds() + "s");
        shown.put("access-log", accessLog.map(AccessLog::toString).orElse("off"));
        return shown;
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
