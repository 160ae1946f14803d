package io.evenkeel.l4.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.vip.VipTable;
import io.evenkeel.vip.VirtualIp;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackAddressesTest {

    @ParameterizedTest
    @CsvSource({
        "/dcos-101app2:80, 127.68.84.114",
        "11.1.2.3:80, 127.1.2.3",
        "127.0.1.0:80, 127.0.1.0",
        "127.9.9.9:80, 127.9.9.9",
        "11.0.0.7:80, 127.0.1.0"
    })
    void everyVipHasItsAddress(String label, String expected) {
        assertThat(mapped(Vips.table(label), label)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "127.0.0.1",
                "127.0.0.53",
                "127.0.0.255",
                "169.254.169.254",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:0.0.0.0",
                "fd01:c::1",
                "fe80::1",
                "ff02::1"
            })
    void literalThatIsNotOnTheLoopbackNetworkOrIsOthersHasNoAddress(String host) {
        VipTable table = Vips.table(host + ":8080");
        assertThat(table.vips()).hasSize(1).allMatch(VirtualIp::literal);
        assertThat(table.vips()).allMatch(vip -> LoopbackAddresses.of(table).find(vip) == null);
    }

    @Test
    void displacedVipsTakeTheNextFreeAddressesInOrder() {
        VipTable table = Vips.table("11.0.0.9:80", "11.0.0.8:80", "11.0.1.0:80", "11.0.0.8:81");
        assertThat(mapped(table, "11.0.1.0:80")).isEqualTo("127.0.1.0");
        assertThat(mapped(table, "11.0.0.8:80")).isEqualTo("127.0.1.1");
        assertThat(mapped(table, "11.0.0.8:81")).isEqualTo("127.0.1.1");
        assertThat(mapped(table, "11.0.0.9:80")).isEqualTo("127.0.1.2");
    }

    @Test
    void oneNameHasOneAddressForAllItsPorts() {
        VipTable table = Vips.table("/web:80", "/web:443");
        assertThat(table.vips().stream()
                        .map(vip -> LoopbackAddresses.of(table).find(vip))
                        .distinct())
                .hasSize(1);
    }

    private static String mapped(VipTable table, String label) {
        String host = label.replaceFirst("^/", "").replaceFirst(":.*", "");
        int port = Integer.parseInt(label.replaceFirst(".*:", ""));
        VirtualIp vip = table.vips().stream()
                .filter(one -> one.port() == port && (one.host() + ".").startsWith(host + "."))
                .findFirst()
                .orElseThrow();
        InetAddress address = LoopbackAddresses.of(table).find(vip);
        return address.getHostAddress();
    }
}
