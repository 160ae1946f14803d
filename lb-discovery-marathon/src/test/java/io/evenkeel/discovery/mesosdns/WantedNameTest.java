package io.evenkeel.discovery.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WantedNameTest {

    private static final MesosDnsConfig CONFIG =
            MesosDnsConfig.builder(URI.create("http://127.0.0.1")).build();

    private static Optional<WantedName> of(String service) {
        return WantedName.of(service, CONFIG);
    }

    @Test
    void aNameInDnsIsAskedForAtTheTaskAndAtTheAgent() {
        assertThat(of("Web-Shop.Marathon.mesos").orElseThrow().questions("mesos"))
                .containsExactly("_web-shop._tcp.marathon.mesos", "_web-shop._tcp.marathon.slave.mesos");
    }

    @Test
    void aMarathonIdIsTheNameThatMarathonGivesItsTasks() {
        WantedName name = of("/shop/web").orElseThrow();
        assertThat(name.key()).isEqualTo("web.shop.marathon");
        assertThat(name.marathonId()).isEqualTo("/shop/web");
    }

    @Test
    void aFrameworkMayHaveDots() {
        WantedName name = of("web.marathon.prod-eu.mesos").orElseThrow();
        assertThat(name.framework()).isEqualTo("marathon.prod-eu");
        assertThat(name.questions("mesos")).contains("_web._tcp.marathon.prod-eu.slave.mesos");
    }

    @Test
    void aPortIsAskedForByItsNameToo() {
        assertThat(of("web.marathon.mesos:http").orElseThrow().questions("mesos"))
                .hasSize(3)
                .contains("_http._web._tcp.marathon.mesos");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web",
                "web.marathon.elsewhere",
                "web.mesos",
                ".marathon.mesos",
                "web.marathon.mesos:1",
                "web.marathon.mesos:a b",
                "we b.marathon.mesos",
                "/",
                "/shop//web",
                "/Shop"
            })
    void whatIsNoSuchNameIsNotAskedFor(String service) {
        assertThat(of(service)).isEmpty();
    }
}
