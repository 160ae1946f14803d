package io.evenkeel.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.Endpoints;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VipTableTest {

    private static final Endpoint A = Endpoints.endpoint("a", 1);
    private static final Endpoint B = Endpoints.endpoint("b", 2);
    private static final Endpoint C = Endpoints.endpoint("c", 3);

    @Test
    void letsEveryoneWhoClaimsAVipServeIt() {
        VipTable table = table(
                claim("/blue", Map.of("VIP_0", "/web:80"), A, B),
                claim("/other", Map.of("VIP_0", "/web:81"), C),
                claim("/green", Map.of("VIP_0", "web:80"), C));
        VirtualIp vip = new VirtualIp("web.marathon", 80, Protocol.TCP, false);

        Snapshot merged = table.snapshot(vip);

        assertThat(merged.endpoints()).containsExactly(A, B, C);
        assertThat(merged.service().name()).isEqualTo("tcp://web.marathon.l4lb.thisdcos.directory:80");
        assertThat(merged.service().application()).isEqualTo("/blue");
        assertThat(merged.service().servicePort()).isEqualTo(80);
        assertThat(table.vips()).hasSize(2);
    }

    @Test
    void givesOneAddressToANameWithSeveralPorts() {
        VipTable table = table(claim("/redis", Map.of("VIP_0", "/redis:6379", "VIP_1", "/redis:16379"), A));

        assertThat(table.addresses()).containsOnlyKeys("redis.marathon");
        assertThat(table.address("redis.marathon").getHostAddress()).isEqualTo("11.202.66.162");
        assertThat(table.address("nobody.marathon")).isNull();
    }

    @Test
    void givesLiteralVipsNoOtherAddress() {
        VipTable table = table(claim("/dns", Map.of("VIP_0", "11.1.1.1:53"), A));

        assertThat(table.addresses()).isEmpty();
        assertThat(table.vips()).containsExactly(new VirtualIp("11.1.1.1", 53, Protocol.TCP, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web.marathon.l4lb.thisdcos.directory:80",
                "WEB.Marathon.L4LB.thisdcos.directory:80",
                "web.marathon:80",
                "tcp://web.marathon:80",
                "TCP://web.marathon.l4lb.thisdcos.directory:80"
            })
    void findsAVipByName(String authority) {
        VipTable table = table(claim("/web", Map.of("VIP_0", "/web:80"), A));

        assertThat(table.find(authority)).isEqualTo(new VirtualIp("web.marathon", 80, Protocol.TCP, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[fd01:c::1]:80", "[FD01:C:0:0:0:0:0:1]:80", "fd01:c::1:80", "tcp://[fd01:c::0:1]:80"})
    void findsAVipByIpv6AddressInAnyNotation(String authority) {
        VipTable table = table(claim("/web", Map.of("VIP_0", "fd01:c::1:80"), A));

        assertThat(table.find(authority)).isEqualTo(new VirtualIp("fd01:c:0:0:0:0:0:1", 80, Protocol.TCP, true));
    }

    @Test
    void findsAVipByTheTextItGivesItself() {
        VipTable table = table(claim("/web", Map.of("VIP_0", "/web:80", "VIP_1", "11.1.1.1:80", "VIP_2", "::1:80"), A));

        assertThat(table.vips()).hasSize(3).allSatisfy(vip -> {
            assertThat(table.find(vip.toString())).isEqualTo(vip);
            assertThat(table.find(vip.authority())).isEqualTo(vip);
        });
    }

    @Test
    void tellsProtocolsApart() {
        Service udp = new Service(
                "/dns", "/dns", "marathon", 0, "", 0, Protocol.UDP, Map.of(), Map.of("VIP_0", "/dns:53"), List.of());
        VipTable table = VipTable.of(Catalog.of(List.of(new Snapshot(udp, List.of(A)))));

        assertThat(table.find("dns.marathon:53")).isNull();
        assertThat(table.find("udp://dns.marathon:53"))
                .isEqualTo(new VirtualIp("dns.marathon", 53, Protocol.UDP, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "web",
                ":80",
                "web.marathon",
                "web.marathon:",
                "web.marathon:81",
                "web.marathon:080",
                "web.marathon:80x",
                "web.marathon:99999",
                "web.marathon:999999",
                "eb.marathon:80",
                "http://web.marathon:80",
                "tcp://",
                "[]:80",
                "/shop/web",
                "/shop/web:1"
            })
    void findsNothingInOtherTexts(String authority) {
        assertThat(table(claim("/web", Map.of("VIP_0", "/web:80"), A)).find(authority))
                .isNull();
    }

    @Test
    void reportsLabelsThatItCannotRead() {
        VipTable table = table(claim("/web", Map.of("VIP_0", "/web:http", "VIP_1", "/web:80"), A));

        assertThat(table.vips()).hasSize(1);
        assertThat(table.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.subject()).isEqualTo("/web");
            assertThat(problem.reason()).startsWith("label VIP_0: /web:http (expected: ");
        });
    }

    @Test
    void staysWhatItIsWhileOnlyOthersChange() {
        Snapshot web = claim("/web", Map.of("VIP_0", "/web:80"), A);
        Snapshot plain = claim("/plain", Map.of(), A);
        Catalog before = Catalog.of(List.of(web, plain));
        VipTable table = VipTable.of(before);

        Catalog another = Catalog.of(List.of(web, claim("/new", Map.of(), A), claim("/plain", Map.of(), B)));
        assertThat(table.after(before, another)).isSameAs(table);
        Catalog second = Catalog.of(List.of(web, claim("/plain", Map.of("VIP_0", "/web:80"), B)));
        assertThat(table.after(before, second)
                        .snapshot(table.find("web.marathon:80"))
                        .endpoints())
                .containsExactly(A, B);
        Catalog unreadable = Catalog.of(List.of(web, claim("/plain", Map.of("VIP_0", "x"), B)));
        assertThat(table.after(before, unreadable).problems()).hasSize(1);
        Catalog without = Catalog.of(List.of(claim("/web", Map.of(), A), plain));
        assertThat(table.after(before, without).vips()).isEmpty();
        assertThat(table.after(before, Catalog.of(List.of(plain))).vips()).isEmpty();
    }

    @Test
    void isNotChangedThroughItsViews() {
        VipTable table = table(claim("/web", Map.of("VIP_0", "/web:80"), A));

        assertThatThrownBy(() -> table.vips().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> table.addresses().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> table.problems().add(new Problem("a", "b")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void isEmptyWithoutLabels() {
        VipTable table = table(claim("/web", Map.of(), A));

        assertThat(table.vips()).isEmpty();
        assertThat(VipTable.empty().vips()).isEmpty();
        assertThat(VipTable.empty().find("web.marathon:80")).isNull();
    }

    private static Snapshot claim(String application, Map<String, String> portLabels, Endpoint... endpoints) {
        return new Snapshot(Endpoints.labelled(application, portLabels), List.of(endpoints));
    }

    private static VipTable table(Snapshot... snapshots) {
        return VipTable.of(Catalog.of(List.of(snapshots)));
    }
}
