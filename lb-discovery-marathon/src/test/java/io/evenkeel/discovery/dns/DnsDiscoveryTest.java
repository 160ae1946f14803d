package io.evenkeel.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.dns.DnsFault;
import io.evenkeel.testing.dns.DnsServer;
import io.evenkeel.testing.dns.DnsZone;
import io.evenkeel.testing.dns.Hearing;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** The whole source over real sockets, in the shapes that Consul and Kubernetes answer in. */
class DnsDiscoveryTest {

    private final DnsZone zone = new DnsZone().ttl(0);
    private final DnsServer server = DnsServer.of(zone);
    private final DnsServer second = DnsServer.of(zone);
    private final Hearing heard = new Hearing();
    private Discovery discovery;

    @AfterEach
    void close() {
        discovery.close();
        server.close();
        second.close();
    }

    private DnsConfig.Builder config() {
        return DnsConfig.builder()
                .servers(server.address(), second.address())
                .timeout(Duration.ofMillis(500))
                .attempts(1)
                .refresh(Duration.ofMillis(10), Duration.ofSeconds(1))
                .emptyConfirmation(Duration.ofMillis(100));
    }

    private void open(DnsConfig.Builder config) {
        discovery = DnsDiscovery.of(config.build());
        discovery.watch(heard);
    }

    @Test
    void followsAKubernetesHeadlessServiceBySrv() throws Exception {
        String name = "_http._tcp.web.default.svc.cluster.local";
        String pod = "10-1-0-5.web.default.svc.cluster.local";
        zone.additional(true).ttl(5).srv(name, 0, 50, 8080, pod).a(pod, "10.1.0.5");
        String other = "web-1.web.default.svc.cluster.local";
        zone.srv(name, 0, 50, 8080, other).a(other, "10.1.0.6");
        open(config().srv(name));
        List<Endpoint> endpoints = heard.awaitEndpoints(name, 2);
        assertThat(endpoints)
                .extracting(endpoint -> endpoint.id() + " "
                        + endpoint.address().getAddress().getHostAddress() + " " + endpoint.weight())
                .containsExactly(pod + ":8080 10.1.0.5 50", other + ":8080 10.1.0.6 50");
        assertThat(heard.newest().find(name).service().protocol()).isEqualTo(Protocol.TCP);
    }

    @Test
    void aTargetIsReachedAtItsOwnAddressesWhateverAddressComesBesideIt() throws Exception {
        String name = "_web._tcp.marathon.mesos";
        String target = "web-hash1-s0.marathon.mesos";
        zone.srv(name, 0, 1, 31_000, target).a(target, "127.0.0.1", "127.0.0.2");
        try (DnsServer misleading = DnsServer.of(query -> {
            Message reply = DnsServer.answer(zone, query);
            reply.addRecord(record(target, "127.9.9.9"), Section.ADDITIONAL);
            return reply;
        })) {
            open(config().servers(misleading.address()).srv(name));
            assertThat(heard.awaitEndpoints(name, 2))
                    .extracting(endpoint -> endpoint.address().getAddress().getHostAddress())
                    .containsExactly("127.0.0.1", "127.0.0.2");
        }
    }

    private static Record record(String host, String address) {
        return new ARecord(
                Name.fromConstantString(host + "."), DClass.IN, 1, new InetSocketAddress(address, 1).getAddress());
    }

    @Test
    void followsAKubernetesHeadlessServiceByAddressesOverScalingUpAndDown() throws Exception {
        String name = "web.default.svc.cluster.local";
        zone.a(name, "10.1.0.5");
        open(config().addresses(name, 8080));
        heard.awaitEndpoints(name + ":8080", 1);
        zone.a(name, "10.1.0.6");
        heard.awaitEndpoints(name + ":8080", 2);
        zone.change(() -> zone.remove(name).a(name, "10.1.0.6"));
        assertThat(heard.awaitEndpoints(name + ":8080", 1).get(0).id()).isEqualTo("10.1.0.6:8080");
    }

    @Test
    void followsAConsulServiceBySrv() throws Exception {
        String name = "web.service.consul";
        String node = "c0a80164.addr.dc1.consul";
        zone.additional(true)
                .ttl(0)
                .srv(name, 1, 1, 20_001, node)
                .srv(name, 1, 1, 20_002, node)
                .a(node, "192.168.1.100");
        open(config().srv(name));
        assertThat(heard.awaitEndpoints(name, 2))
                .extracting(Endpoint::id)
                .containsExactly(node + ":20001", node + ":20002");
    }

    @Test
    void aNameThatIsAskedForIsFollowed() throws Exception {
        zone.srv("web.service.consul", 0, 1, 80, "node.test").a("node.test", "127.0.0.1");
        open(config());
        heard.await(Catalog::isEmpty);
        discovery.request("/shop/web");
        discovery.request("web");
        discovery.request("web.service.consul");
        discovery.request("web.service.consul");
        discovery.request("node.test:8080");
        heard.awaitEndpoints("node.test:8080", 1);
        if (heard.newest().find("web.service.consul") == null) {
            heard.awaitEndpoints("web.service.consul", 1);
        }
        assertThat(heard.newest().snapshots()).hasSize(2);
    }

    @Test
    void whatIsAskedForBeforeAnybodyWatchesIsFollowedThen() throws Exception {
        zone.a("node.test", "127.0.0.1");
        discovery = DnsDiscovery.of(config().build());
        discovery.request("node.test:8080");
        discovery.watch(heard);
        heard.awaitEndpoints("node.test:8080", 1);
    }

    @Test
    void aDeadServerIsPassedOver() throws Exception {
        zone.a("web.test", "127.0.0.1");
        server.close();
        open(config().addresses("web.test", 80));
        heard.awaitEndpoints("web.test:80", 1);
        assertThat(heard.failures()).isZero();
    }

    @Test
    void allServersOutOfOrderChangesNothing() throws Exception {
        zone.a("web.test", "127.0.0.1");
        open(config().addresses("web.test", 80));
        heard.awaitEndpoints("web.test:80", 1);
        server.fault(DnsFault.SERVFAIL);
        second.fault(DnsFault.REFUSED);
        assertThat(heard.awaitFailure()).hasMessageContaining("SERVFAIL").hasMessageContaining("REFUSED");
        zone.a("web.test", "127.0.0.2");
        assertThat(heard.newest().find("web.test:80").endpoints()).hasSize(1);
        second.fault(DnsFault.NONE);
        heard.awaitEndpoints("web.test:80", 2);
    }

    @Test
    void aBurstOfNxdomainIsWaitedOutAndALastingOneBelieved() throws Exception {
        zone.a("web.test", "127.0.0.1");
        open(config().addresses("web.test", 80).emptyConfirmation(Duration.ofMinutes(10)));
        heard.awaitEndpoints("web.test:80", 1);
        server.fault(DnsFault.NXDOMAIN);
        int asked = server.questions().size();
        Eventually.holds("asked during the burst", () -> server.questions().size() > asked + 1);
        assertThat(heard.newest().find("web.test:80").endpoints()).hasSize(1);
        discovery.close();
        server.fault(DnsFault.NONE);
        open(config().addresses("web.test", 80));
        heard.awaitEndpoints("web.test:80", 1);
        zone.remove("web.test");
        heard.awaitEndpoints("web.test:80", 0);
    }

    @Test
    void closingEndsAllThreads() throws Exception {
        zone.a("web.test", "127.0.0.1");
        open(config().addresses("web.test", 80));
        heard.awaitEndpoints("web.test:80", 1);
        discovery.close();
        Eventually.holds(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("evenkeel-dns")));
        int asked = server.questions().size();
        discovery.request("other.test:80");
        assertThat(discovery.watch(heard)).isNotNull();
        assertThat(server.questions()).hasSize(asked);
    }
}
