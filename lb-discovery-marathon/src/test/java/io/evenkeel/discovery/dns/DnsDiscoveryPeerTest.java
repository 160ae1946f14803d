package io.evenkeel.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.dns.Dnsmasq;
import io.evenkeel.testing.dns.Hearing;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real dnsmasq, where one is installed. */
class DnsDiscoveryPeerTest {

    private static final String NAME = "_http._tcp.web.example.test";
    private static final String ONE = "one.example.test";
    private static final String TWO = "two.example.test";

    private final Hearing heard = new Hearing();
    private Dnsmasq dnsmasq;
    private Discovery discovery;

    @BeforeEach
    void isThere() {
        assumeTrue(Dnsmasq.isInstalled(), "dnsmasq is installed");
    }

    @AfterEach
    void close() {
        if (discovery != null) {
            discovery.close();
        }
        if (dnsmasq != null) {
            dnsmasq.close();
        }
    }

    private void restart(int port, String... records) throws Exception {
        if (dnsmasq != null) {
            dnsmasq.close();
        }
        dnsmasq = Dnsmasq.start(port, records);
    }

    private void watch(DnsConfig.Builder what) {
        discovery = DnsDiscovery.of(what.servers(dnsmasq.address())
                .timeout(Duration.ofSeconds(2))
                .attempts(2)
                .refresh(Duration.ofMillis(20), Duration.ofMillis(200))
                .emptyConfirmation(Duration.ofMillis(100))
                .build());
        discovery.watch(heard);
    }

    private static String srv(String host, int port, int priority, int weight) {
        return "--srv-host=" + NAME + "," + host + "," + port + "," + priority + "," + weight;
    }

    private static String host(String name, String address) {
        return "--host-record=" + name + "," + address;
    }

    @Test
    void followsServicesWithTheirPortsWeightsAndAddresses() throws Exception {
        restart(0, srv(ONE, 8080, 0, 10), srv(TWO, 8081, 0, 30), host(ONE, "10.1.0.5"), host(TWO, "10.1.0.6"));
        watch(DnsConfig.builder().srv(NAME));
        assertThat(heard.awaitEndpoints(NAME, 2))
                .extracting(endpoint -> endpoint.address().getAddress().getHostAddress() + ":"
                        + endpoint.address().getPort() + " " + endpoint.weight())
                .containsExactlyInAnyOrder("10.1.0.5:8080 10", "10.1.0.6:8081 30");
    }

    @Test
    void followsAddresses() throws Exception {
        restart(0, host("web.example.test", "10.1.0.5"), host("web.example.test", "10.1.0.6"));
        watch(DnsConfig.builder().addresses("web.example.test", 8080));
        assertThat(heard.awaitEndpoints("web.example.test:8080", 2))
                .extracting(Endpoint::id)
                .containsExactlyInAnyOrder("10.1.0.5:8080", "10.1.0.6:8080");
    }

    @Test
    void aHundredTargetsAreFoundThoughTheyDoNotFitIntoADatagram() throws Exception {
        List<String> records = Stream.iterate(1, n -> n <= 100, n -> n + 1)
                .flatMap(n -> {
                    String target = "a-target-with-a-rather-long-name-" + n + ".example.test";
                    return Stream.of(srv(target, 8000 + n, 0, 1), host(target, "10.1.1." + n));
                })
                .toList();
        restart(0, records.toArray(new String[0]));
        watch(DnsConfig.builder().srv(NAME));
        assertThat(heard.awaitEndpoints(NAME, 100))
                .extracting(endpoint -> endpoint.address().getPort())
                .doesNotHaveDuplicates();
    }

    @Test
    void endpointsOutliveTheServerAndFollowItsSuccessor() throws Exception {
        restart(0, srv(ONE, 8080, 0, 1), host(ONE, "10.1.0.5"));
        int port = dnsmasq.address().getPort();
        watch(DnsConfig.builder().srv(NAME));
        heard.awaitEndpoints(NAME, 1);
        dnsmasq.close();
        heard.awaitFailure();
        Snapshot kept = heard.newest().find(NAME);
        assertThat(kept.endpoints()).hasSize(1);
        restart(port, srv(ONE, 8080, 0, 1), srv(TWO, 8081, 0, 1), host(ONE, "10.1.0.5"), host(TWO, "10.1.0.6"));
        heard.awaitEndpoints(NAME, 2);
    }

    @Test
    void aNameThatIsNotThereYetIsFoundOnceItIs() throws Exception {
        restart(0, "--local=/example.test/", host(ONE, "10.1.0.5"));
        int port = dnsmasq.address().getPort();
        watch(DnsConfig.builder().srv(NAME));
        Catalog first = heard.await(known -> true);
        assertThat(first.snapshots())
                .allSatisfy(snapshot -> assertThat(snapshot.endpoints()).isEmpty());
        restart(port, "--local=/example.test/", srv(ONE, 8080, 0, 1), host(ONE, "10.1.0.5"));
        heard.awaitEndpoints(NAME, 1);
    }
}
