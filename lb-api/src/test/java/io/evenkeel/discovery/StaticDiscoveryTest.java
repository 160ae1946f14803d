package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaticDiscoveryTest {

    @Test
    void readsAddresses() {
        List<Catalog> heard = new ArrayList<>();
        try (StaticDiscovery discovery = StaticDiscovery.of("web", "127.0.0.1:80", "[::1]:81")) {
            discovery.watch(heard::add);
        }

        assertThat(heard.get(0).find("web").endpoints())
                .containsExactly(Endpoint.of("127.0.0.1", 80), Endpoint.of("::1", 81));
    }

    @Test
    void namesABadAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StaticDiscovery.of("web", "127.0.0.1"))
                .withMessageStartingWith("address: 127.0.0.1 (expected: HOST:PORT");
    }

    @Test
    void replacesOneServiceInItsPlace() {
        List<Catalog> heard = new ArrayList<>();
        StaticDiscovery discovery = StaticDiscovery.of(Endpoints.snapshot("a"), Endpoints.snapshot("b"));
        discovery.watch(heard::add);

        discovery.set(Service.named("a"), Endpoints.endpoints(1));
        discovery.set(Service.named("c"), List.of());

        assertThat(heard).hasSize(3);
        assertThat(heard.get(2).snapshots())
                .containsExactly(
                        Endpoints.snapshot("a", Endpoints.endpoints(1)),
                        Endpoints.snapshot("b"),
                        Endpoints.snapshot("c"));
    }

    @Test
    void replacesEverything() {
        List<Catalog> heard = new ArrayList<>();
        StaticDiscovery discovery = StaticDiscovery.of(Endpoints.snapshot("a"));

        discovery.set(List.of(Endpoints.snapshot("b")));
        discovery.watch(heard::add);

        assertThat(heard).singleElement().satisfies(catalog -> {
            assertThat(catalog.find("a")).isNull();
            assertThat(catalog.find("b")).isNotNull();
        });
    }

    @Test
    void losesNoServiceWhenThreadsChangeDifferentOnes() throws Exception {
        StaticDiscovery discovery = StaticDiscovery.of(new Snapshot[0]);
        Threads.race(8, thread -> discovery.set(Service.named("service-" + thread), List.of()));
        List<Catalog> heard = new ArrayList<>();

        discovery.watch(heard::add);

        assertThat(heard)
                .singleElement()
                .satisfies(catalog -> assertThat(catalog.snapshots()).hasSize(8));
    }

    @Test
    void isSilentOnceClosed() {
        List<Catalog> heard = new ArrayList<>();
        StaticDiscovery discovery = StaticDiscovery.of(Endpoints.snapshot("a"));
        discovery.watch(heard::add);

        discovery.close();
        discovery.close();
        discovery.set(List.of());

        assertThat(heard).hasSize(1);
    }
}
