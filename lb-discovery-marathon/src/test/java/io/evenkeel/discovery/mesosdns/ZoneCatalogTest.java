package io.evenkeel.discovery.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
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
