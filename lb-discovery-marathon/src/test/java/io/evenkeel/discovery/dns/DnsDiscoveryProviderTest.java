package io.evenkeel.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Discovery;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsDiscoveryProviderTest {

    private static DnsConfig config(String uri) {
        return DnsDiscoveryProvider.config(URI.create(uri));
    }

    @Test
    void readsServersAndNames() {
        DnsConfig config = config("dns+srv://127.0.0.1,127.0.0.2:8600/_http._tcp.Web.example.com.,web.service.consul");
        assertThat(config.servers())
                .extracting(server -> server.getHostString() + " " + server.getPort())
                .containsExactly("127.0.0.1 53", "127.0.0.2 8600");
        assertThat(config("dns+srv://[::1]:5353/a.b").servers())
                .extracting(InetSocketAddress::getPort)
                .containsExactly(5353);
        assertThat(config("dns+srv://[::1]/a.b").servers())
                .extracting(InetSocketAddress::getPort)
                .containsExactly(53);
        assertThat(config.services())
                .containsExactly(
                        DnsService.srv("_http._tcp.Web.example.com.", "_http._tcp.web.example.com"),
                        DnsService.srv("web.service.consul", "web.service.consul"));
        DnsConfig addresses = config("dns+a:///web.example.com:8080,other:81");
        assertThat(addresses.servers()).as("those of the system").isEmpty();
        assertThat(addresses.services())
                .containsExactly(
                        DnsService.addresses("web.example.com:8080", "web.example.com", 8080),
                        DnsService.addresses("other:81", "other", 81));
        assertThat(config("dns+srv://127.0.0.1").services()).isEmpty();
    }

    @Test
    void readsParameters() {
        DnsConfig config = config("dns+srv:///a.b?min-refresh=2s&max-refresh=1m&empty-confirmation=3s&timeout=500ms"
                + "&tcp=true&priorities=all&family=ipv6");
        assertThat(config.minRefresh()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.maxRefresh()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.emptyConfirmation()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.tcp()).isTrue();
        assertThat(config.labelPriorities()).isTrue();
        assertThat(config.family()).isEqualTo(AddressFamily.IPV6);
        assertThat(config("dns+srv:///a.b?min-refresh=5m").maxRefresh()).isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dns+srv:a.b",
                "dns+a:///web",
                "dns+a:///web:x",
                "dns+a:///web:0",
                "dns+a:///web:65536",
                "dns+a:///:80",
                "dns+srv:///a.b,",
                "dns+srv:///a..b",
                "dns+srv:///a.b,a.b",
                "dns+srv://127.0.0.1,/a.b",
                "dns+srv://127.0.0.1:0/a.b",
                "dns+srv://127.0.0.1:x/a.b",
                "dns+srv:///a.b#f",
                "dns+srv:///a.b?nonsense=1",
                "dns+srv:///a.b?tcp=yes",
                "dns+srv:///a.b?timeout=0s",
                "dns+srv:///a.b?family=ipv5",
                "dns+srv:///a.b?priorities=some",
                "dns+srv:///a.b?min-refresh=9s&max-refresh=2s",
            })
    void refusesWhatMakesNoSense(String uri) {
        assertThatThrownBy(() -> config(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void showsNoPassword() {
        assertThatThrownBy(() -> config("dns+srv://me:secret@127.0.0.1/a.b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void isFoundByItsSchemes() {
        try (Discovery srv = Discovery.of(URI.create("dns+srv:///_http._tcp.web.test"));
                Discovery addresses = Discovery.of(URI.create("DNS+A:///web.test:80"))) {
            assertThat(srv).hasToString("DnsDiscovery[_http._tcp.web.test]");
            assertThat(addresses).hasToString("DnsDiscovery[web.test:80]");
        }
    }

    @Test
    void aNameSaysByItselfHowItIsAskedFor() {
        assertThat(DnsService.named("web.service.consul"))
                .contains(DnsService.srv("web.service.consul", "web.service.consul"));
        assertThat(DnsService.named("web.test:80")).contains(DnsService.addresses("web.test:80", "web.test", 80));
        assertThat(DnsService.named("_stats._udp.web.test")
                        .orElseThrow()
                        .protocol()
                        .lowerCase())
                .isEqualTo("udp");
        for (String name :
                new String[] {"web", "/shop/web", "/shop/web:1", "a..b", ".b", "a.", "web.test:0", "[::1]:80", ""}) {
            assertThat(DnsService.named(name)).as(name).isEqualTo(Optional.empty());
        }
    }
}
