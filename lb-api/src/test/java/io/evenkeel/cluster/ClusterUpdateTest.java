package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.layer.LocalityPreference;
import io.evenkeel.layer.Subsetting;
import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Strategies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster looks only at what differs from the report before, and must know no less than one that has seen but the last. */
class ClusterUpdateTest {

    private static final Locality HERE = new Locality("eu", "a", "");

    private final SplittableRandom random;

    ClusterUpdateTest() {
        random = new SplittableRandom(7);
    }

    /** A cluster and the candidates that its last picker was built from. */
    private static final class Watched {

        private final Cluster cluster =
                new Cluster("web", new ClusterRuntime(() -> 0, new SplittableRandom(1), new ManualClock()));
        private @Nullable Candidates candidates;
        private boolean fails;
        private final Strategy strategy = Strategies.of(this::picker);

        private Picker picker(Candidates given) {
            if (fails) {
                throw new IllegalStateException("as the test wants it");
            }
            candidates = given;
            return (context, now, attempt) -> given.endpoints().get(0);
        }

        void update(List<Endpoint> endpoints, ClusterConfig config) {
            cluster.update(
                    new Snapshot(Service.named("web"), endpoints),
                    config.toBuilder().strategy(strategy).build());
        }

        List<String> picked() {
            Candidates now = candidates;
            return now == null || cluster.state().active().isEmpty()
                    ? List.of()
                    : IntStream.range(0, now.size())
                            .mapToObj(i -> now.endpoints().get(i).endpoint() + " weighs " + now.weight(i) + " up to "
                                    + now.endpoints().get(i).limit())
                            .toList();
        }

        List<Endpoint> draining() {
            return cluster.state().draining().stream()
                    .map(EndpointStats::endpoint)
                    .toList();
        }

        void drain(Set<String> ids) {
            List<EndpointStats> all = new ArrayList<>(cluster.state().active());
            all.addAll(cluster.state().draining());
            for (EndpointStats one : all) {
                if (ids.contains(one.endpoint().id())) {
                    cluster.drain(one, Duration.ZERO);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void longHistoryLeadsToTheSameAsTheLastReportAlone(boolean failsSometimes) {
        ClusterConfig plain = ClusterConfig.defaults();
        List<ClusterConfig> configs = List.of(
                plain,
                plain,
                plain,
                plain.toBuilder().filter(EndpointFilter.everything()).build(),
                plain.toBuilder().maxInFlight(3).build(),
                plain.toBuilder().subsetting(Subsetting.aperture(1, 3)).build(),
                plain.toBuilder().locality(LocalityPreference.of(HERE)).build());
        Watched old = new Watched();
        List<Endpoint> endpoints = new ArrayList<>(Endpoints.endpoints(8));
        Set<String> drained = new HashSet<>();
        ClusterConfig config = plain;
        for (int step = 0; step < 3_000; step++) {
            for (int edits = random.nextInt(3); edits > 0; edits--) {
                edit(endpoints);
            }
            config = random.nextInt(4) == 0 ? configs.get(random.nextInt(configs.size())) : config;
            if (failsSometimes && random.nextInt(5) == 0) {
                old.fails = true;
                try {
                    old.update(endpoints, config);
                } catch (IllegalStateException asWanted) {
                    drained.retainAll(endpoints.stream().map(Endpoint::id).toList());
                    edit(endpoints);
                }
                old.fails = false;
            }
            old.update(endpoints, config);
            drained.retainAll(endpoints.stream().map(Endpoint::id).toList());
            if (random.nextInt(10) == 0 && !old.cluster.state().active().isEmpty()) {
                drained.add(old.cluster.state().active().get(0).endpoint().id());
                old.drain(drained);
            } else if (random.nextInt(10) == 0) {
                old.draining().forEach(one -> drained.remove(one.id()));
                List.copyOf(old.cluster.state().draining()).forEach(old.cluster::undrain);
            }

            Watched fresh = new Watched();
            fresh.update(
                    endpoints,
                    plain.toBuilder().filter(EndpointFilter.everything()).build());
            fresh.drain(drained);
            fresh.update(
                    endpoints.stream().map(one -> one.withHealth(one.health())).toList(), config);

            assertThat(old.picked()).as("step %d", step).isEqualTo(fresh.picked());
            assertThat(old.draining()).as("step %d", step).isEqualTo(fresh.draining());
        }
    }

    private void edit(List<Endpoint> endpoints) {
        int at = random.nextInt(endpoints.size() + 1);
        boolean there = at < endpoints.size();
        switch (random.nextInt(8)) {
            case 0, 1 -> endpoints.add(at, Endpoints.endpoint("id-" + random.nextInt(40), 1, 1 + random.nextInt(3)));
            case 2, 3, 4 -> {
                if (there) {
                    endpoints.remove(at);
                }
            }
            case 5 -> {
                if (there) {
                    endpoints.set(at, endpoints.get(at).withWeight(random.nextInt(3)));
                }
            }
            case 6 -> {
                if (there) {
                    EndpointState[] states = {EndpointState.RUNNING, EndpointState.STOPPING, EndpointState.STARTING};
                    endpoints.set(at, endpoints.get(at).withState(states[random.nextInt(3)]));
                }
            }
            default -> {
                if (there) {
                    endpoints.add(endpoints.get(at)); // named twice
                }
            }
        }
    }
}
