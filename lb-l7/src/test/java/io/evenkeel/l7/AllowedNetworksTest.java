package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedNetworksTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/9, 10.127.255.255, true",
        "10.0.0.0/9, 10.128.0.0, false",
        "10.9.8.7/8, 10.1.1.1, true", // bits behind the prefix do not matter
        "192.168.0.1, 192.168.0.1, true",
        "192.168.0.1, 192.168.0.2, false",
        "192.168.0.1/31, 192.168.0.0, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false", // the other family is another world
        "::/0, 203.0.113.9, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1, true",
        "10.0.0.0/8 127.0.0.1, 127.0.0.1, true",
        "'  10.0.0.0/8\t fd00::/8  ', fd00::1, true",
    })
    void containsWhatItsNetworksContain(String list, String address, boolean contained) throws UnknownHostException {
        assertThat(AllowedNetworks.parse(list).contains(InetAddress.getByName(address)))
                .isEqualTo(contained);
    }

    @Test
    void nobodyIsKeptOutWithoutAList() throws UnknownHostException {
        assertThat(AllowedNetworks.ALL.contains(InetAddress.getByName("203.0.113.9")))
                .isTrue();
        assertThat(AllowedNetworks.ALL.contains(InetAddress.getByName("2001:db8::1")))
                .isTrue();
        assertThat(AllowedNetworks.ALL.isEverybody()).isTrue();
        assertThat(AllowedNetworks.parse("0.0.0.0/0").isEverybody()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/8/8",
                "::1/129",
                "::g",
                "1::2::3",
                "/8",
                "*"
            })
    void namesTheWordThatIsNoNetwork(String word) {
        assertThatThrownBy(() -> AllowedNetworks.parse("10.0.0.0/8 " + word + " 127.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(word + " (expected: an IP address or a network like 10.0.0.0/8)");
    }
}
