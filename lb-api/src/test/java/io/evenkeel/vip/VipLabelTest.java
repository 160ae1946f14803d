package io.evenkeel.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VipLabelTest {

    private final List<String> problems = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"VIP_0", "VIP_7", "VIP", "vip", "vip_web", "VIPs"})
    void readsEveryKeyThatBeginsWithVipInEitherCase(String key) {
        assertThat(read(Protocol.TCP, Map.of(), Map.of(key, "/web:80"))).containsExactly("tcp://web.marathon:80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Vip_0", "vIP", "XVIP_0", "HAPROXY_0_VHOST"})
    void ignoresOtherKeys(String key) {
        assertThat(read(Protocol.TCP, Map.of(), Map.of(key, "/web:80"))).isEmpty();
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/web:80, web.marathon, 80",
        "web:80, web.marathon, 80",
        "/a/b:1, ab.marathon, 1",
        "/api.Hello_World:65535, api.hello-world.marathon, 65535",
        "1.2.3:80, 1.2.3.marathon, 80",
        "256.1.1.1:80, 256.1.1.1.marathon, 80",
        "01.1.1.1:80, 01.1.1.1.marathon, 80",
        "a:b:80, ab.marathon, 80",
    })
    void readsNames(String value, String host, int port) {
        assertThat(vips(Protocol.TCP, Map.of(), Map.of("VIP_0", value)))
                .containsExactly(new VirtualIp(host, port, Protocol.TCP, false));
    }

    @ParameterizedTest
    @CsvSource({
        "11.1.2.3:80, 11.1.2.3",
        "0.0.0.0:80, 0.0.0.0",
        "fd01:c::1:2:80, fd01:c:0:0:0:0:1:2",
        "::1:80, 0:0:0:0:0:0:0:1",
        "FD01::A:80, fd01:0:0:0:0:0:0:a",
    })
    void readsLiteralAddresses(String value, String host) {
        assertThat(vips(Protocol.TCP, Map.of(), Map.of("VIP_0", value)))
                .containsExactly(new VirtualIp(host, 80, Protocol.TCP, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "web",
                "/web:",
                "/web:0",
                "/web:-1",
                "/web:65536",
                "/web:http",
                "/web:8 0",
                "/web:99999999999",
                ":80",
                "/:80",
                "///:80",
                "%:80",
                "/web:+80"
            })
    void reportsWhatItCannotReadAndNothingElse(String value) {
        Map<String, String> labels = Map.of("VIP_0", value, "VIP_1", "/good:81");

        assertThat(read(Protocol.TCP, Map.of(), labels)).containsExactly("tcp://good.marathon:81");
        assertThat(problems).singleElement().asString().startsWith("label VIP_0: " + value + " (expected: name:port");
    }

    @Test
    void readsSeveralLabelsOfOnePortInTheOrderOfTheirKeys() {
        Map<String, String> labels = Map.of("VIP_1", "/b:80", "VIP_0", "/a:80", "vip_2", "11.0.0.1:81");

        assertThat(read(Protocol.TCP, Map.of(), labels))
                .containsExactly("tcp://a.marathon:80", "tcp://b.marathon:80", "tcp://11.0.0.1:81");
    }

    @Test
    void countsAVipThatIsClaimedTwiceOnce() {
        Map<String, String> labels = Map.of("VIP_0", "/web:80", "VIP_1", "web:80", "VIP_2", "/WEB:0080");

        assertThat(read(Protocol.TCP, Map.of("VIP_PORT0", "tcp://web:80"), labels))
                .containsExactly("tcp://web.marathon:80");
    }

    @Test
    void takesTheProtocolOfThePort() {
        assertThat(read(Protocol.UDP, Map.of(), Map.of("VIP_0", "/dns:53"))).containsExactly("udp://dns.marathon:53");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vip_port0", "VIP_PORT0", "Vip_Port0"})
    void readsTheApplicationsLabelForThePort(String key) {
        assertThat(read(Protocol.TCP, Map.of(key, "tcp://def:80"), Map.of())).containsExactly("tcp://def.marathon:80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vip_port1", "vip_port", "vip_port00", "VIP_0"})
    void ignoresTheApplicationsOtherLabels(String key) {
        assertThat(read(Protocol.TCP, Map.of(key, "tcp://def:80"), Map.of())).isEmpty();
        assertThat(problems).isEmpty();
    }

    @Test
    void readsTheApplicationsLabelForItsOwnProtocolOnly() {
        Map<String, String> udp = Map.of("vip_port0", "udp://def:80");

        assertThat(read(Protocol.UDP, udp, Map.of())).containsExactly("udp://def.marathon:80");
        assertThat(read(Protocol.TCP, udp, Map.of())).isEmpty();
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"def:80", "sctp://def:80", "TCP://def:80"})
    void reportsAnApplicationsLabelWithoutAKnownScheme(String value) {
        assertThat(read(Protocol.TCP, Map.of("vip_port0", value), Map.of())).isEmpty();
        assertThat(problems)
                .containsExactly("label vip_port0: " + value + " (expected: tcp://name:port or udp://name:port)");
    }

    /* Port 9999 of the original's own test: two labels on the port, one on the task. */
    @Test
    void unitesTheLabelsOfPortAndApplication() {
        assertThat(read(
                        Protocol.TCP,
                        Map.of("vip_port0", "tcp://def:80", "vip_port1", "tcp://jkl:80"),
                        Map.of("VIP_0", "/abc:80", "VIP_1", "/cbd:80")))
                .containsExactly("tcp://abc.marathon:80", "tcp://cbd.marathon:80", "tcp://def.marathon:80");
    }

    private List<VirtualIp> vips(Protocol protocol, Map<String, String> labels, Map<String, String> portLabels) {
        Service service = new Service("/app", "/app", "marathon", 0, "", 0, protocol, labels, portLabels, List.of());
        return VipLabel.of(service, problems::add);
    }

    private List<String> read(Protocol protocol, Map<String, String> labels, Map<String, String> portLabels) {
        return vips(protocol, labels, portLabels).stream()
                .map(vip -> vip.protocol().lowerCase() + "://" + vip.host() + ":" + vip.port())
                .toList();
    }
}
