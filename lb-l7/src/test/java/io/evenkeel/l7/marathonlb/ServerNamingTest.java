package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ServerNamingTest {

    @Test
    void serversHaveMarathonLbsNames() throws Exception {
        InetAddress ip = InetAddress.getByAddress("node-1.example", new byte[] {10, 0, 0, 1});
        assertThat(ServerNaming.name(Endpoint.of("127.0.1.1", 31_500))).isEqualTo("127_0_1_1_31500");
        assertThat(ServerNaming.name(Endpoint.of(new InetSocketAddress(ip, 80))))
                .isEqualTo("node-1_example_10_0_0_1_80");
        assertThat(ServerNaming.name(Endpoint.of(InetSocketAddress.createUnresolved("gone.example", 80))))
                .isEqualTo("gone_example_80");
    }

    @Test
    void cookiesHaveTheValuesThatMarathonLbGaveThem() {
        assertThat(ServerNaming.cookie(Endpoint.of("127.0.1.1", 31_064))).isEqualTo("2641c935af");
        assertThat(ServerNaming.cookie(Endpoint.of("127.0.1.2", 31_065))).isEqualTo("a14bbbc46b");
    }
}
