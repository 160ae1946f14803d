package io.evenkeel.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressesTest {

    private final List<List<Integer>> told = new ArrayList<>();

    @Test
    void tellsWhatIsAndWhatBecomesOfItUntilClosed() {
        FakeDiscovery discovery = new FakeDiscovery();
        try (LoadBalancer lb = LoadBalancer.builder(discovery)
                .control(ManualClock.executing(Runnable::run))
                .build()) {
            discovery.publish(Endpoints.snapshot("web", Endpoints.endpoint("a", 1)));

            Subscription subscription = Addresses.follow(lb.cluster("web"), InetSocketAddress::getPort, told::add);
            discovery.publish(Endpoints.snapshot("web", Endpoints.endpoint("a", 1), Endpoints.endpoint("b", 2)));
            discovery.publish(Endpoints.snapshot("web", Endpoints.endpoint("b", 2)));
            discovery.publish(Endpoints.snapshot("web"));
            subscription.close();
            discovery.publish(Endpoints.snapshot("web", Endpoints.endpoint("c", 3)));

            assertThat(told).containsExactly(List.of(1), List.of(1, 2), List.of(2), List.of());
            assertThat(lb.cluster("web").state().active()).hasSize(1);
        }
    }

    @Test
    void clientThatFailsAtTheFirstWordIsToldNoMore() {
        FakeDiscovery discovery = new FakeDiscovery();
        try (LoadBalancer lb = LoadBalancer.builder(discovery)
                .control(ManualClock.executing(Runnable::run))
                .build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Addresses.follow(lb.cluster("web"), one -> one, all -> {
                        told.add(List.of());
                        throw new IllegalStateException("as the test wants it");
                    }));

            discovery.publish(Endpoints.snapshot("web", Endpoints.endpoint("a", 1)));

            assertThat(told).hasSize(1);
        }
    }
}
