package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Endpoint;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
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

    @ParameterizedTest
    @ValueSource(strings = {"static://web", "static://web/", "static:/127.0.0.1:80", "static:web"})
    void saysHowAStaticListIsWritten(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.of(URI.create(uri)))
                .withMessage("discovery: " + uri + " (expected: static://service/host:port,host:port)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"consul://10.0.0.1:8500", "/etc/hosts", "10.0.0.1/x"})
    void saysWhichSchemesThereAre(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.of(URI.create(uri)))
                .withMessageStartingWith("discovery: " + uri + " (expected: a URI of one of the schemes [")
                .withMessageContaining("static");
    }
}
