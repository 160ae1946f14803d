package io.evenkeel.discovery.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the records that a real Mesos-DNS gave mean. */
class ZoneCatalogTest {

    private Catalog catalog;

    @BeforeEach
    void read() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/mesosdns/axfr.json")) {
            catalog = ZoneCatalog.of(ZoneReader.axfr(new ObjectMapper().readTree(in)), "mesos");
        }
    }

    private List<String> addresses(String service) {
        return catalog.find(service).endpoints().stream()
                .map(endpoint -> endpoint.address().getAddress().getHostAddress() + ":"
                        + endpoint.address().getPort())
                .toList();
    }

    @Test
    void aNamedPortIsFoundByItsName() {
        assertThat(addresses("api-shop.marathon.mesos:http"))
                .containsExactlyInAnyOrder("127.0.1.1:31200", "127.0.1.2:31201");
        assertThat(catalog.find("api-shop.marathon.mesos:stats").service().protocol())
                .isEqualTo(Protocol.UDP);
    }

    @Test
    void aContainersOwnPortIsReachedAtTheContainer() {
        assertThat(addresses("ctr-net.marathon.mesos")).containsExactlyInAnyOrder("127.9.1.1:8080", "127.9.1.2:8080");
    }

    @Test
    void everyTaskOfALargeServiceIsThere() {
        assertThat(addresses("big.marathon.mesos")).hasSize(60);
    }

    @Test
    void frameworksWithDotsAreNamespaces() {
        assertThat(addresses("web.marathon.prod-eu.mesos")).containsExactly("127.0.1.4:31700");
        assertThat(catalog.find("web.marathon.prod-eu.mesos").service().namespace())
                .isEqualTo("marathon.prod-eu");
    }

    @Test
    void portsWithoutNamesAndOrderAreAProblemAndNotGuessed() {
        assertThat(catalog.find("web.marathon.mesos")).isNull();
        assertThat(catalog.problems())
                .anySatisfy(problem -> assertThat(problem.subject()).isEqualTo("web.marathon.mesos"));
    }

    @Test
    void mesosItselfAndLegacyNamesAreNoServices() {
        assertThat(catalog.snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .noneMatch(
                        name -> name.contains("framework") || name.contains("leader") || name.startsWith("api.shop"));
    }

    @Test
    void anAgentsPortIsReachedAtTheAgentThoughTheRecordNamesTheContainer() {
        Zone zone = new Zone(true);
        zone.service("_bridge-net._tcp.marathon.mesos.", "bridge-net-abcde-s0.marathon.mesos.:21990");
        zone.service("_bridge-net._tcp.marathon.slave.mesos.", "bridge-net-abcde-s0.marathon.slave.mesos.:21990");
        zone.address("bridge-net-abcde-s0.marathon.mesos.", "127.9.0.26");
        zone.address("bridge-net-abcde-s0.marathon.slave.mesos.", "127.0.1.1");
        catalog = ZoneCatalog.of(zone, "mesos");
        assertThat(addresses("bridge-net.marathon.mesos")).containsExactly("127.0.1.1:21990");
    }

    /* Two ports of one name, so that only one of them can be called by it alone. */
    private static Catalog shuffled(long seed) {
        List<Runnable> records = new ArrayList<>();
        Zone zone = new Zone(false);
        for (int task = 1; task <= 2; task++) {
            String host = "dns-hash" + task + "-s0.marathon.mesos";
            zone.address(host, "127.9.1." + task);
            for (String kind : new String[] {"dns._tcp:53", "dns._udp:54", "admin._tcp:80"}) {
                String port = kind.substring(0, kind.indexOf('.'));
                String protocol = kind.substring(kind.indexOf('.') + 1, kind.indexOf(':'));
                int number = Integer.parseInt(kind.substring(kind.indexOf(':') + 1));
                records.add(() -> zone.service("_dns." + protocol + ".marathon.mesos", host, number));
                records.add(() -> zone.service("_" + port + "._dns." + protocol + ".marathon.mesos", host, number));
            }
        }
        Collections.shuffle(records, new Random(seed));
        records.forEach(Runnable::run);
        return ZoneCatalog.of(zone, "mesos");
    }

    @Test
    void theOrderOfRecordsThatHaveNoneIsNoNews() {
        Catalog first = shuffled(0);
        assertThat(first.find("dns.marathon.mesos:dns").service().protocol()).isEqualTo(Protocol.TCP);
        assertThat(first.snapshots()).hasSize(3);
        for (int seed = 1; seed < 20; seed++) {
            assertThat(shuffled(seed).snapshots()).isEqualTo(first.snapshots());
        }
    }

    @Test
    void aTaskWithoutAnIpv4AddressIsReachedOverIpv6() throws IOException {
        catalog = ZoneCatalog.of(ZoneReader.axfr(new ObjectMapper().readTree("""
                {"Records": {
                  "As": {"both-hash1-s0.marathon.mesos.": ["127.9.1.1"]},
                  "AAAAs": {"both-hash1-s0.marathon.mesos.": ["::2"], "six-hash1-s0.marathon.mesos.": ["::3"]},
                  "SRVs": {"_both._tcp.marathon.mesos.": ["both-hash1-s0.marathon.mesos.:80"],
                           "_six._tcp.marathon.mesos.": ["six-hash1-s0.marathon.mesos.:80"]}}}
                """)), "mesos");
        assertThat(addresses("both.marathon.mesos")).containsExactly("127.9.1.1:80");
        assertThat(addresses("six.marathon.mesos")).containsExactly("0:0:0:0:0:0:0:3:80");
    }

    @Test
    void aRecordThatMakesNoSenseCostsItselfOnly() {
        Zone zone = new Zone(true);
        zone.service("_web._tcp.marathon.mesos.", "web-hash1-s0.marathon.mesos.:80");
        zone.service("_web._tcp.marathon.mesos.", "web-hash2-s0.marathon.mesos.:99999");
        zone.service("_web._tcp.marathon.mesos.", "web-hash3-s0.marathon.mesos.");
        zone.service("_web._tcp.marathon.mesos.", "web-hash4-s0.marathon.mesos.:80");
        zone.address("web-hash1-s0.marathon.mesos.", "127.9.1.1");
        zone.address("web-hash4-s0.marathon.mesos.", "localhost");
        catalog = ZoneCatalog.of(zone, "mesos");
        assertThat(addresses("web.marathon.mesos")).containsExactly("127.9.1.1:80");
        assertThat(catalog.problems())
                .extracting(problem -> problem.reason())
                .anySatisfy(reason -> assertThat(reason).contains("port 99999").contains("expected: 1 to 65535"))
                .anySatisfy(reason -> assertThat(reason).contains("expected: host.:port"))
                .anySatisfy(reason -> assertThat(reason).contains("localhost (expected: a literal address)"));
    }

    @Test
    void aMarathonIdIsDerivedOnlyWhereItIsCertain() {
        String uuid = "0e7c5d34-6f1c-4f3b-9d5d-11aa22bb33cc";
        assertThat(MarathonIds.of("shop_web." + uuid, "web-shop")).isEqualTo("/shop/web");
        assertThat(MarathonIds.of("shop_web.instance-" + uuid + "._app.1", "web-shop"))
                .isEqualTo("/shop/web");
        assertThat(MarathonIds.of("shop_web.instance-" + uuid + "._app.1", "web"))
                .isEmpty();
        assertThat(MarathonIds.of("web.0", "web")).isEmpty();
    }
}
