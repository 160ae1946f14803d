package io.evenkeel.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceHostsTest {

    private final FakeDiscovery discovery = new FakeDiscovery();
    private final LoadBalancer loadBalancer = LoadBalancer.builder(discovery)
            .control(ManualClock.executing(Runnable::run))
            .build();
    private final ServiceHosts hosts = ServiceHosts.of(loadBalancer);

    @BeforeEach
    void publish() {
        discovery.publish(
                service("/web", 1001, "/web:80"),
                service("/shop/db", 1002, "11.1.2.3:5432"),
                service("/www.example.com", 1003, "10.0.0.1:443"),
                service("bare", 1004, "[fd00::1]:80"));
    }

    private static Snapshot service(String name, int port, String vip) {
        return new Snapshot(Endpoints.labelled(name, Map.of("VIP_0", vip)), List.of(Endpoints.endpoint(name, port)));
    }

    @AfterEach
    void close() {
        loadBalancer.close();
    }

    @Test
    void findsNamedVipsByBothSpellingsInAnyCase() throws Exception {
        assertThat(port("web.marathon.l4lb.thisdcos.directory", 80)).isEqualTo(1001);
        assertThat(port("Web.Marathon", 80)).isEqualTo(1001);
        assertThat(hosts.find("web.marathon", 81)).isNull();
    }

    @Test
    void findsServicesAndTopLevelApplicationsByBareNamesAtAnyPort() throws Exception {
        assertThat(port("web", 80)).isEqualTo(1001);
        assertThat(port("WEB", 8080)).isEqualTo(1001);
        assertThat(port("bare", 1)).isEqualTo(1004);
        assertThat(hosts.find("db", 5432)).isNull();
    }

    @Test
    void findsVipsOnlyAtTheAddressesThatAreForThem() throws Exception {
        assertThat(port("11.1.2.3", 5432)).isEqualTo(1002);
        assertThat(hosts.find("10.0.0.1", 443)).isNull();
        assertThat(hosts.find("fd00::1", 80)).isNull();
    }

    @Test
    void letsNoApplicationTakeANameOfTheInternet() throws Exception {
        assertThat(hosts.find("www.example.com", 443)).isNull();
    }

    @Test
    void findsWhatItWasGivenBeforeAnythingElse() throws Exception {
        ServiceHosts more = hosts.with("Shop.Example.com", "/shop/db").with("web", "/shop/db");

        assertThat(more.find("shop.example.COM", 1).acquire().address().getPort())
                .isEqualTo(1002);
        assertThat(more.find("web", 80).acquire().address().getPort()).isEqualTo(1002);
        assertThat(port("web", 80)).isEqualTo(1001);
    }

    @Test
    void refusesOtherHostsIfItShall() throws Exception {
        ServiceHosts only = hosts.exclusively();

        assertThat(only.find("web", 80)).isNotNull();
        assertThatThrownBy(() -> only.find("example.com", 80))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("example.com:80: stands for no service");
        assertThatThrownBy(() -> only.find("::1", 80)).hasMessage("[::1]:80: stands for no service");
    }

    @Test
    void namesAServiceExplicitlyWhetherItIsKnownOrNot() {
        Cluster unknown = hosts.cluster("/new:http");

        assertThat(unknown.name()).isEqualTo("/new:http");
        assertThat(discovery.requests()).contains("/new:http");
    }

    private int port(String host, int port) throws UnknownHostException {
        return hosts.find(host, port).acquire().address().getPort();
    }
}
