package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.HttpConfig;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbPlan;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the admin port tells of what is in effect, and what it answers when certificates are read again. */
class EffectiveSettingsTest {

    private static final String HASH = "$1$salt$ez2vlPGdaLYkJam5pWs/Y1";

    @Test
    void everyLimitOfTheEngineIsTold() {
        Map<String, String> shown = HardenedProxy.settings("").effective();
        assertThat(shown.keySet())
                .containsAll(Stream.of(HttpConfig.class.getRecordComponents())
                        .map(component -> component.getName().replaceAll("([A-Z])", "-$1"))
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(shown)
                .containsEntry("server-timeout", "30s")
                .containsEntry("retries", "3")
                .containsEntry("tunnel-timeout", "3600s");
    }

    @Test
    void flagsAreToldByTheirNames() {
        assertThat(HardenedProxy.settings("").effective())
                .containsEntry("haproxy-map", "off")
                .containsEntry("serv-port-ip-per-task", "10050-10100")
                .containsEntry("group-https-by-vhost", "off")
                .containsEntry("tls-provider", "auto")
                .containsEntry("accept-proxy", "off")
                .containsEntry("reuse-port", "off")
                .containsEntry("proxy-protocol-trusted", "all")
                .containsEntry("trusted-proxies", "all")
                .containsEntry("first-claimant", "off")
                .containsEntry("service-port-range", "any")
                .containsEntry("guard-admin", "off");
        assertThat(HardenedProxy.settings(
                                "--hardened --haproxy-map --trusted-proxies 10.0.0.0/8 --endpoint-networks fd00::/8"
                                        + " --acme-app certbot --transport nio --threads 3 --reuse-port --metrics-legacy-labels")
                        .effective())
                .containsEntry("haproxy-map", "on")
                .containsEntry("proxy-protocol-trusted", "none")
                .containsEntry("overwrite-forwarded", "on")
                .containsEntry("trusted-proxies", "10.0.0.0/8")
                .containsEntry("underscore-headers", "drop")
                .containsEntry("first-claimant", "on")
                .containsEntry("service-port-range", "1024-65535")
                .containsEntry("endpoint-networks", "fd00::/8")
                .containsEntry("refuse-special-endpoints", "on")
                .containsEntry("auth-everywhere", "on")
                .containsEntry("websocket-opt-in", "on")
                .containsEntry("guard-admin", "on")
                .containsEntry("transport", "nio")
                .containsEntry("threads", "3")
                .containsEntry("reuse-port", "on")
                .containsEntry("acme-app", "/certbot")
                .containsEntry("metrics-legacy-labels", "on");
    }

    @Test
    void whatAPortsLabelsAskForIsTold() {
        Map<String, String> labels = Map.of(
                "HAPROXY_0_VHOST", "a.example",
                "HAPROXY_0_AUTH", "realm:joe:" + HASH,
                "HAPROXY_0_STICKY", "true",
                "HAPROXY_0_BIND_OPTIONS", "accept-proxy maxconn 7 backlog 9",
                "HAPROXY_0_HTTP_BACKEND_REDIR", "/home",
                "HAPROXY_0_BACKEND_HEAD",
                        "backend {backend}\n  balance {balance}\n  mode {mode}\n  timeout server 5s\n  retries 1\n"
                                + "  compression algo gzip\n  http-request set-header X-A b\n",
                "LB_0_BACKEND_TLS", "insecure",
                "LB_0_BACKEND_TLS_SNI", "inner.example");
        MarathonLbPlan plan = MarathonLbPlan.of(
                Catalog.of(List.of(app("/web", 10_000, labels))),
                new MarathonLbOptions(Set.of("*"), false, false),
                Set.of());
        assertThat(plan.problems()).isEmpty();
        Map<String, Object> told = PortSettings.of(plan.ports().get(0));
        assertThat(told)
                .containsEntry("accept-proxy", true)
                .containsEntry("maxconn", 7)
                .containsEntry("backlog", 9)
                .containsEntry("auth", "realm, user ***")
                .containsEntry("server-timeout", "5s")
                .containsEntry("retries", 1)
                .containsEntry("compression", true)
                .containsEntry("root-redirect", "/home")
                .containsEntry("backend-tls", "unverified")
                .containsEntry("backend-tls-sni", "inner.example")
                .containsEntry("check", "connect, over TLS, every 2s, timeout 2s, fall 3, rise 2");
        assertThat(told.toString()).doesNotContain("joe", HASH);
    }

    @Test
    void whereCertificatesAreFromIsToldAsItWasGiven(@TempDir Path directory) throws Exception {
        Path one = TestCertificates.forHosts(directory.resolve("one"), "a.example");
        Path other = TestCertificates.forHosts(directory.resolve("other"), "b.example");
        assertThat(HardenedProxy.settings("--ssl-certs " + one + "," + other).effective())
                .containsEntry("ssl-certs", one + "," + other);
        assertThat(HardenedProxy.settings("--dont-bind-http-https").effective()).containsEntry("ssl-certs", "none");
    }

    @Test
    void usr1TellsOfCertificatesThatCannotBeRead(@TempDir Path directory) throws Exception {
        Path shared = TestCertificates.forHosts(directory.resolve("shared"), "a.example");
        Path own = TestCertificates.forHosts(directory.resolve("own"), "b.example");
        int port = HardenedProxy.quietPort();
        try (HardenedProxy proxy = new HardenedProxy("--ssl-certs " + shared);
                Backend web = Backend.text("one")) {
            proxy.publish(app(
                    "/web",
                    port,
                    Map.of("HAPROXY_0_MODE", "http", "HAPROXY_0_SSL_CERT", own.toString()),
                    web.endpoint()));
            assertThat(usr1(proxy).status()).isEqualTo(200);
            assertThat(usr1(proxy).body()).isEqualTo("Sent SIGUSR1 signal to marathon-lb");
            String good = Files.readString(own);
            Files.writeString(own, "rubbish");
            Wire.Message answer = usr1(proxy);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).contains(own.toString(), "what was there before is shown");
            Files.writeString(shared, "rubbish, too");
            assertThat(usr1(proxy).body()).contains(shared.toString(), own.toString());
            Files.writeString(own, good);
            assertThat(usr1(proxy).body()).contains(shared.toString()).doesNotContain(own.toString());
        }
    }

    @Test
    void usr1MindsNothingThatIsNoCertificateAmongThem(@TempDir Path directory) throws Exception {
        TestCertificates.forHosts(directory.resolve("shared.pem"), "a.example");
        Files.writeString(directory.resolve("README"), "Certificates of all hosts");
        try (HardenedProxy proxy = new HardenedProxy("--ssl-certs " + directory)) {
            assertThat(usr1(proxy).status()).isEqualTo(200);
            assertThat(proxy.running.proxy().problems())
                    .anySatisfy(problem -> assertThat(problem.reason()).contains("passed over", "README"));
        }
    }

    private static Wire.Message usr1(HardenedProxy proxy) throws Exception {
        InetSocketAddress admin = proxy.running.adminAddress();
        try (Wire client = Wire.to(admin)) {
            return client.send("GET /_mlb_signal/usr1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .message();
        }
    }
}
