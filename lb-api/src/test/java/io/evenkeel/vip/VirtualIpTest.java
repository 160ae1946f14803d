package io.evenkeel.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.discovery.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualIpTest {

    @Test
    void saysWhatClientsConnectTo() {
        assertThat(new VirtualIp("web.marathon", 80, Protocol.TCP, false))
                .hasToString("tcp://web.marathon.l4lb.thisdcos.directory:80");
        assertThat(new VirtualIp("11.0.0.1", 53, Protocol.UDP, true)).hasToString("udp://11.0.0.1:53");
        assertThat(new VirtualIp("fd01:0:0:0:0:0:0:1", 80, Protocol.TCP, true).authority())
                .isEqualTo("[fd01:0:0:0:0:0:0:1]:80");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void namesABadPort(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VirtualIp("web", port, Protocol.TCP, false))
                .withMessage("port: " + port + " (expected: 1 to 65535)");
    }

    @Test
    void sortsByHostThenPortThenProtocol() {
        VirtualIp a80 = new VirtualIp("a", 80, Protocol.TCP, false);
        VirtualIp a80udp = new VirtualIp("a", 80, Protocol.UDP, false);
        VirtualIp a443 = new VirtualIp("a", 443, Protocol.TCP, false);
        VirtualIp b1 = new VirtualIp("b", 1, Protocol.TCP, false);

        assertThat(List.of(b1, a443, a80udp, a80).stream().sorted()).containsExactly(a80, a80udp, a443, b1);
    }
}
