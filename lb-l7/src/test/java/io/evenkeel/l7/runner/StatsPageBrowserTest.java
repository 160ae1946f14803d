package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedApp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it while an application is scaled; needs Chromium. */
class StatsPageBrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension(settings -> {});

    private final int port = TestServer.refusing().getPort();

    @Test
    void followsAnApplicationThatIsScaledWithoutBeingLoadedAgain(@TempDir Path profile) throws Exception {
        Optional<Path> chromium = Browser.program();
        assumeTrue(chromium.isPresent(), "Chromium is not installed");
        SimulatedApp app = marathon.simulator().createApp("""
                {"id": "/dcos-101/app2", "instances": 1, "cmd": "./app2", "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d, "protocol": "tcp"}],
                 "healthChecks": [{"protocol": "HTTP", "path": "/health", "portIndex": 0, "intervalSeconds": 1}],
                 "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "app2.example"}}
                """.formatted(port));
        app.awaitTasks(1, PATIENCE);
        try (Transport transport = Transport.open(1);
                MarathonLbProxy proxy = MarathonLbProxy.builder(
                                MarathonDiscovery.of(MarathonConfig.builder(
                                                marathon.simulator().uri())
                                        .build()),
                                new MarathonLbOptions(Set.of("external"), true, false),
                                transport)
                        .http(Optional.of(ANY))
                        .appId(new InetSocketAddress("127.0.0.2", 0))
                        .serviceAddress("127.0.0.1")
                        .build();
                L7Admin admin = L7Admin.open(proxy, transport, ANY);
                Browser browser = Browser.open(
                        chromium.orElseThrow(),
                        profile,
                        URI.create("http://127.0.0.1:" + admin.address().getPort() + "/haproxy?stats"))) {
            Eventually.holds("the page shows one server", () -> servers(browser).equals("1"));
            browser.evaluate("window.loadedOnce = 'yes'");
            assertThat(browser.evaluate("document.querySelector('tr.server td').textContent"))
                    .matches("[A-Za-z0-9_-]+_[0-9]+");
            ask();
            app.scale(2);
            Eventually.holds(
                    "the page shows two servers", () -> servers(browser).equals("2"));
            Eventually.holds(
                    "both are up", () -> shown(browser, "tr.server .pill.up").equals("2"));
            browser.screenshot(Path.of("target", "stats-page.png"));
            app.scale(1);
            Eventually.holds(
                    "the page shows one server again", () -> servers(browser).equals("1"));
            Eventually.holds(
                    "the request is counted",
                    () -> browser.evaluate(
                                    "document.querySelector('main').textContent.includes('dcos-101_app2_" + port + "')")
                            .equals("true"));
            assertThat(browser.evaluate("window.loadedOnce")).isEqualTo("yes");
            assertThat(browser.evaluate("document.body.dataset.state")).isEqualTo("live");
        }
    }

    private void ask() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    private static String servers(Browser browser) {
        return shown(browser, "tr.server");
    }

    private static String shown(Browser browser, String selector) {
        return browser.evaluate("document.querySelectorAll('" + selector + "').length");
    }
}
