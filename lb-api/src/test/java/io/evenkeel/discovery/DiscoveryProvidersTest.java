package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Endpoint;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryProvidersTest {

    @ParameterizedTest
    @ValueSource(strings = {"static://web/127.0.0.1:80,127.0.0.1:81", "STATIC://web/127.0.0.1:80,127.0.0.1:81"})
    void opensAStaticList(String uri) {
        List<Catalog> heard = new ArrayList<>();

        try (Discovery discovery = Discovery.of(URI.create(uri))) {
            discovery.watch(heard::add);
        }

        assertThat(heard.get(0).find("web").endpoints())
                .containsExactly(Endpoint.of("127.0.0.1", 80), Endpoint.of("127.0.0.1", 81));
    }

    @Test
    void readsWeights() {
        assertThat(opened("static://web?endpoints=127.0.0.1:80@3,127.0.0.1:81,[::1]:80@0,127.0.0.1:82@65535"))
                .isEqualTo(new Snapshot(
                        Service.named("web"),
                        List.of(
                                Endpoint.of("127.0.0.1", 80).withWeight(3),
                                Endpoint.of("127.0.0.1", 81),
                                Endpoint.of("::1", 80).withWeight(0),
                                Endpoint.of("127.0.0.1", 82).withWeight(65_535))));
        assertThat(opened("static://web/127.0.0.1:80@3").endpoints())
                .containsExactly(Endpoint.of("127.0.0.1", 80).withWeight(3));
    }

    @ParameterizedTest
    @CsvSource({
        "static:///shop/web?endpoints=127.0.0.1:80, /shop/web",
        "static://%2Fshop%2Fweb?endpoints=127.0.0.1:80, /shop/web",
        "static://web:1?endpoints=127.0.0.1:80, web:1",
        "static://web_a/?endpoints=127.0.0.1:80, web_a"
    })
    void readsNamesOfServices(String uri, String service) {
        assertThat(opened(uri)).isEqualTo(new Snapshot(Service.named(service), List.of(Endpoint.of("127.0.0.1", 80))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "static://web",
                "static://web/",
                "static:/127.0.0.1:80",
                "static:web",
                "static:web?endpoints=127.0.0.1:80",
                "static:?endpoints=127.0.0.1:80",
                "static:///?endpoints=127.0.0.1:80",
                "static://shop/web?endpoints=127.0.0.1:80",
                "static:///shop/web",
                "static://web?endpoints=",
                "static://web?endpoints",
                "static://web?",
                "static://web?targets=127.0.0.1:80",
                "static://web?endpoints=127.0.0.1:80&weight=3",
                "static://web?endpoints=127.0.0.1:80#x"
            })
    void saysHowAStaticListIsWritten(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.of(URI.create(uri)))
                .withMessage(
                        "discovery: " + uri + " (expected: static://SERVICE?endpoints=HOST:PORT,HOST:PORT@WEIGHT)");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80@65536, …@65536",
        "127.0.0.1:80@-1, …@-1",
        "127.0.0.1:80@, …@",
        "127.0.0.1:80@1.5, …@1.5",
        "127.0.0.1:80@000001, …@000001",
        "127.0.0.1:80@１, …@１",
        "me:secret@127.0.0.1:80, …@127.0.0.1:80"
    })
    void namesABadWeight(String endpoint, String shown) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.of(URI.create("static://web?endpoints=127.0.0.1:79," + endpoint)))
                .withMessage("endpoints: " + shown
                        + " (expected: HOST:PORT or HOST:PORT@WEIGHT with a weight of 0 to 65535)");
    }

    @ParameterizedTest
    @CsvSource({
        "static://web?endpoints=127.0.0.1, 127.0.0.1",
        "static://web/127.0.0.1:80@2@3, 127.0.0.1:80@2",
        "'static://web/127.0.0.1:80,', ''",
        "'static://web?endpoints=,', ''"
    })
    void namesABadAddress(String uri, String shown) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.of(URI.create(uri)))
                .withMessageStartingWith("endpoints: " + shown + " (expected: HOST:PORT");
    }

    @Test
    void refusesAnAddressTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.of(URI.create("static://web/127.0.0.1:80,127.0.0.1:80@2")))
                .withMessage("endpoints: 127.0.0.1:80 (expected: once)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"consul://10.0.0.1:8500", "/etc/hosts", "10.0.0.1/x"})
    void saysWhichSchemesThereAre(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.of(URI.create(uri)))
                .withMessageStartingWith("discovery: " + uri + " (expected: a URI of one of the schemes [")
                .withMessageContaining("static");
    }

    private static Snapshot opened(String uri) {
        List<Catalog> heard = new ArrayList<>();
        try (Discovery discovery = Discovery.of(URI.create(uri))) {
            discovery.watch(heard::add);
        }
        assertThat(heard).hasSize(1);
        assertThat(heard.get(0).snapshots()).hasSize(1);
        return heard.get(0).snapshots().get(0);
    }
}
