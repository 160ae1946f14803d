package io.evenkeel.discovery.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.dns.DnsServer;
import io.evenkeel.testing.dns.DnsZone;
import io.evenkeel.testing.dns.Hearing;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MesosDnsDiscoveryTest {

    private static final String WEB = "web-shop.marathon.mesos";
    private static final String ID = "shop_web.instance-0e7c5d34-6f1c-4f3b-9d5d-11aa22bb33c";

    private final ManualClock clock = new ManualClock();
    private final Hearing heard = new Hearing();
    private final DnsZone zone = new DnsZone();
    private final DnsServer dns = DnsServer.of(zone);
    private ScriptedMesosDns mesosDns;
    private MesosDnsDiscovery discovery;

    @BeforeEach
    void open() throws Exception {
        mesosDns = new ScriptedMesosDns();
    }

    @AfterEach
    void close() {
        discovery.close();
        mesosDns.close();
        dns.close();
    }

    private void watch(Duration confirmation) {
        MesosDnsConfig config = MesosDnsConfig.builder(mesosDns.uri())
                .dnsServers(dns.address())
                .refreshInterval(Duration.ofMillis(10))
                .maxBackoff(Duration.ofMillis(50))
                .timeout(Duration.ofSeconds(2))
                .emptyConfirmation(confirmation)
                .maxAnswerBytes(1024 * 1024)
                .build();
        discovery = new MesosDnsDiscovery(config, clock);
        discovery.watch(heard);
    }

    private static String task(int number) {
        return ScriptedMesosDns.task("web-shop", ID + number + "._app.1", "hash" + number, "127.0.1." + number, 31_000);
    }

    private void tasks(String... tasks) {
        mesosDns.answer("/v1/enumerate", ScriptedMesosDns.enumerated(tasks));
    }

    @Test
    void followsScalingUpAndDownUnderBothNames() throws Exception {
        tasks(task(1));
        watch(Duration.ofMinutes(10));
        heard.awaitEndpoints(WEB, 1);
        tasks(task(1), task(2));
        assertThat(heard.awaitEndpoints("/shop/web", 2))
                .extracting(Endpoint::id)
                .containsExactly(ID + "1._app.1", ID + "2._app.1");
        tasks(task(2));
        heard.awaitEndpoints(WEB, 1);
        assertThat(heard.newest().find(WEB).service().namespace()).isEqualTo("marathon");
        assertThat(discovery.status().way()).isEqualTo(MesosDnsStatus.Way.LISTING);
        assertThat(discovery.status().serial()).isPresent();
    }

    @Test
    void aFrameworkThatIsSuddenlyEmptyIsDoubtedAndThenBelieved() throws Exception {
        tasks(task(1));
        watch(Duration.ofMinutes(10));
        heard.awaitEndpoints(WEB, 1);
        tasks();
        mesosDns.awaitRequests("/v1/config", 2); // at the second, what followed the first has been judged
        clock.advance(Duration.ofMinutes(10).minusNanos(1));
        mesosDns.awaitRequests("/v1/config", 2);
        assertThat(heard.newest().find(WEB)).isNotNull();
        assertThat(heard.newest().find(WEB).endpoints()).hasSize(1);
        clock.advance(Duration.ofNanos(1));
        heard.await(Catalog::isEmpty);
    }

    @Test
    void aFrameworkThatIsBackBeforeItWasBelievedToBeEmptyIsNotDoubtedAnyMore() throws Exception {
        tasks(task(1));
        watch(Duration.ofMinutes(10));
        heard.awaitEndpoints(WEB, 1);
        tasks();
        mesosDns.awaitRequests("/v1/config", 2);
        tasks(task(1), task(2));
        heard.awaitEndpoints(WEB, 2);
        clock.advance(Duration.ofMinutes(9));
        tasks();
        mesosDns.awaitRequests("/v1/config", 2);
        clock.advance(Duration.ofMinutes(9));
        mesosDns.awaitRequests("/v1/config", 2);
        assertThat(heard.newest().find(WEB)).isNotNull();
        assertThat(heard.newest().find(WEB).endpoints())
                .as("doubted anew, for its whole time")
                .hasSize(2);
    }

    @Test
    void errorsAndNonsenseChangeNothingAndAreToldOnce() throws Exception {
        tasks(task(1));
        watch(Duration.ofMinutes(10));
        heard.awaitEndpoints(WEB, 1);
        mesosDns.status(500);
        assertThat(heard.awaitFailure()).hasMessageContaining("status 500");
        mesosDns.awaitRequests("/v1/config", 3);
        assertThat(heard.failures()).isEqualTo(1);
        assertThat(heard.newest().find(WEB).endpoints()).hasSize(1);
        mesosDns.status(200);
        tasks(task(1), task(2));
        heard.awaitEndpoints(WEB, 2);
        mesosDns.answer("/v1/enumerate", "{\"garbage\": [" + "1,".repeat(10_000) + "1]}");
        assertThat(heard.awaitFailure()).hasMessageContaining("no frameworks");
        tasks(task(1));
        heard.awaitEndpoints(WEB, 1);
        mesosDns.answer("/v1/enumerate", "x".repeat(10 * 1024 * 1024));
        assertThat(heard.awaitFailure()).hasMessageContaining("/v1/enumerate");
        assertThat(heard.newest().find(WEB).endpoints()).hasSize(1);
        tasks(task(2), task(3));
        heard.awaitEndpoints(WEB, 2);
        assertThat(heard.failures()).isEqualTo(3);
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        mesosDns.answer("/v1/enumerate", "{\"frameworks\": [");
        mesosDns.endless();
        watch(Duration.ofMinutes(10));
        assertThat(heard.awaitFailure()).hasMessageContaining("longer than 1048576 bytes");
    }

    @Test
    void asksByNameWhereListingsAreSwitchedOff() throws Exception {
        String head = "web-shop-hash1-s0.marathon";
        mesosDns.answer(
                "/v1/services/_web-shop._tcp.marathon.mesos.",
                services("_web-shop._tcp.marathon.mesos.", head + ".mesos.", "172.17.0.2", "31000"));
        mesosDns.answer(
                "/v1/services/_web-shop._tcp.marathon.slave.mesos.",
                services("_web-shop._tcp.marathon.slave.mesos.", head + ".slave.mesos.", "127.0.1.1", "31000"));
        watch(Duration.ofMinutes(10));
        heard.await(Catalog::isEmpty);
        discovery.request(WEB);
        assertThat(heard.awaitEndpoints(WEB, 1).get(0).address().getAddress().getHostAddress())
                .as("the agent's, since the port is the agent's")
                .isEqualTo("127.0.1.1");
        assertThat(discovery.status().way()).isEqualTo(MesosDnsStatus.Way.BY_NAME);
    }

    private static String services(String service, String host, String ip, String port) {
        return "[{\"service\":\"" + service + "\",\"host\":\"" + host + "\",\"ip\":\"" + ip + "\",\"port\":\"" + port
                + "\"}]";
    }

    @Test
    void aNameThatIsNotFoundOverHttpIsNoEndpoint() throws Exception {
        for (String name : new String[] {"_nosuch._tcp.marathon.mesos.", "_nosuch._tcp.marathon.slave.mesos."}) {
            mesosDns.answer("/v1/services/" + name, services("", "", "", ""));
        }
        discovery = MesosDnsDiscovery.of(MesosDnsConfig.builder(mesosDns.uri()).build());
        discovery.request("nosuch.marathon.mesos");
        discovery.watch(heard);
        assertThat(heard.await(Catalog::isEmpty).problems()).isEmpty();
    }

    @Test
    void asksForTheAddressOfAHostWhereAServiceComesWithoutOne() throws Exception {
        String host = "web-shop-hash1-s0.marathon.slave.mesos.";
        mesosDns.service("web-shop", "web-shop-hash1-s0", "", 31_000);
        mesosDns.answer("/v1/hosts/" + host, "[{\"host\":\"" + host + "\",\"ip\":\"127.0.1.7\"}]");
        watch(Duration.ofMinutes(10));
        discovery.request(WEB);
        assertThat(heard.awaitEndpoints(WEB, 1).get(0).address().getAddress().getHostAddress())
                .isEqualTo("127.0.1.7");
        assertThat(heard.newest().problems()).isEmpty();
        assertThat(discovery.status().way()).isEqualTo(MesosDnsStatus.Way.BY_NAME);
    }

    @Test
    void aHostThatIsNotFoundOverHttpIsAProblemAndNoEndpoint() throws Exception {
        String host = "web-shop-hash1-s0.marathon";
        mesosDns.service("web-shop", "web-shop-hash1-s0", "", 31_000);
        mesosDns.answer("/v1/hosts/" + host + ".slave.mesos.", "[{\"host\":\"\",\"ip\":\"\"}]");
        discovery = MesosDnsDiscovery.of(MesosDnsConfig.builder(mesosDns.uri()).build());
        discovery.request(WEB);
        discovery.watch(heard);
        Catalog catalog = heard.await(known -> true);
        assertThat(catalog.find(WEB)).isNull();
        assertThat(catalog.problems()).singleElement().asString().contains("has no address (expected: one)");
        assertThat(mesosDns.requests("/v1/hosts/" + host + ".slave.mesos.")).isEqualTo(1);
    }

    @Test
    void asksDnsOverTcpWhereHttpIsNotThere() throws Exception {
        mesosDns.close();
        String host = "web.shop-hash1-s0.marathon.slave.mesos";
        zone.srv("_web.shop._tcp.marathon.mesos", 0, 1, 31_000, host)
                .srv("_web.shop._tcp.marathon.slave.mesos", 0, 1, 31_000, host)
                .a(host, "127.0.1.1");
        watch(Duration.ofMinutes(10));
        discovery.request("/shop/web");
        List<Endpoint> endpoints = heard.awaitEndpoints("/shop/web", 1);
        assertThat(endpoints.get(0).address().getPort()).isEqualTo(31_000);
        assertThat(discovery.status().way()).isEqualTo(MesosDnsStatus.Way.DNS);
        assertThat(dns.questions()).extracting(DnsServer.Question::overTcp).containsOnly(true);
    }

    @Test
    void closingEndsAllThreads() throws Exception {
        tasks(task(1));
        watch(Duration.ofMinutes(10));
        heard.awaitEndpoints(WEB, 1);
        discovery.close();
        Eventually.holds(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("evenkeel-mesosdns")));
    }

    @Test
    void isOpenedByItsScheme() {
        discovery = MesosDnsDiscovery.of(MesosDnsConfig.builder(mesosDns.uri()).build());
        try (Discovery opened = Discovery.of(URI.create("mesos-dns://127.0.0.1,127.0.0.2:1"))) {
            assertThat(opened).hasToString("MesosDnsDiscovery[http://127.0.0.1:8123, http://127.0.0.2:1]");
        }
        MesosDnsConfig config = MesosDnsDiscoveryProvider.config(URI.create(
                "mesos-dns://127.0.0.1?domain=dcos.&framework=M&dns-port=54&refresh=1s&empty-confirmation=2m"));
        assertThat(config.domain()).isEqualTo("dcos");
        assertThat(config.dnsServers().get(0).getPort()).isEqualTo(54);
        assertThat(config.emptyConfirmation()).isEqualTo(Duration.ofMinutes(2));
        for (String wrong : new String[] {"mesos-dns:x", "mesos-dns://a,,b", "mesos-dns://a/p", "mesos-dns://a?x=1"}) {
            assertThatThrownBy(() -> MesosDnsDiscoveryProvider.config(URI.create(wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected");
        }
    }
}
