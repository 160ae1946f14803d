package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Eligibility;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster looks only at what differs from the report before, and must know no less than one that has seen but the last. */
class ClusterUpdateTest {

    private static final Locality HERE = new Locality("eu", "a", "");

    private final SplittableRandom random;
    private int number;

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
                plain,
                plain.toBuilder().filter(EndpointFilter.everything()).build(),
                plain.toBuilder()
                        .filter(refusing("task-2", Eligibility.DRAINING))
                        .build(),
                plain.toBuilder().maxInFlight(3).build(),
                plain.toBuilder().subsetting(Subsetting.aperture(1, 3)).build(),
                plain.toBuilder().locality(LocalityPreference.of(HERE)).build());
        Watched old = new Watched();
        List<Endpoint> endpoints = new ArrayList<>(Endpoints.endpoints(8));
        Set<String> drained = new HashSet<>();
        ClusterConfig config = plain;
        for (int step = 0; step < 3_000; step++) {
            boolean calm = step / 50 % 2 == 0;
            if (calm && step % 50 == 0) {
                makeWell(endpoints);
            }
            for (int edits = random.nextInt(3); edits > 0; edits--) {
                edit(endpoints, calm);
            }
            config = random.nextInt(4) == 0 ? configs.get(random.nextInt(configs.size())) : config;
            if (failsSometimes && random.nextInt(5) == 0) {
                old.fails = true;
                try {
                    old.update(endpoints, config);
                } catch (IllegalStateException asWanted) {
                    drained.retainAll(endpoints.stream().map(Endpoint::id).toList());
                    edit(endpoints, calm);
                }
                old.fails = false;
            }
            old.update(endpoints, config);
            drained.retainAll(endpoints.stream().map(Endpoint::id).toList());
            if (!calm
                    && random.nextInt(10) == 0
                    && !old.cluster.state().active().isEmpty()) {
                drained.add(old.cluster.state().active().get(0).endpoint().id());
                old.drain(drained);
            } else if (calm || random.nextInt(10) == 0) {
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

    @ParameterizedTest
    @EnumSource(
            value = Eligibility.class,
            names = {"DRAINING", "ABSENT"})
    void anotherFilterJudgesThoseAgainWhoAreReportedByTheVerySameWords(Eligibility verdict) {
        Watched watched = new Watched();
        List<Endpoint> endpoints = Endpoints.endpoints(5);
        watched.update(endpoints, ClusterConfig.defaults());

        watched.update(
                endpoints,
                ClusterConfig.builder().filter(refusing("task-2", verdict)).build());

        assertThat(watched.cluster.state().active())
                .extracting(one -> one.endpoint().id())
                .containsExactly("task-0", "task-1", "task-3", "task-4");
        assertThat(watched.draining()).hasSize(verdict == Eligibility.DRAINING ? 1 : 0);
    }

    private static EndpointFilter refusing(String id, Eligibility verdict) {
        return endpoint -> endpoint.id().equals(id) ? verdict : Eligibility.ACTIVE;
    }

    /* In calm times such that everyone takes work, since that is when most is left out. */
    private void edit(List<Endpoint> endpoints, boolean calm) {
        int at = random.nextInt(endpoints.size() + 1);
        boolean there = at < endpoints.size();
        switch (calm ? 4 + random.nextInt(20) : random.nextInt(24)) {
            case 0 -> change(endpoints, at, one -> one.withWeight(0));
            case 1 -> change(endpoints, at, one -> one.withState(EndpointState.STOPPING));
            case 2 -> change(endpoints, at, one -> one.withState(EndpointState.STARTING));
            case 3 -> {
                if (there) {
                    endpoints.add(random.nextInt(endpoints.size()), endpoints.get(at)); // named twice
                }
            }
            case 4, 5, 6, 7, 8, 9 -> change(endpoints, at, one -> one.withWeight(1 + random.nextInt(3)));
            case 10, 11, 12, 13, 14, 15 -> {
                if (endpoints.size() > 8) {
                    endpoints.remove(random.nextInt(endpoints.size()));
                }
            }
            case 16 -> makeWell(endpoints);
            default -> endpoints.add(at, Endpoints.endpoint("id-" + number++, 1, 1 + random.nextInt(2)));
        }
    }

    private static void makeWell(List<Endpoint> endpoints) {
        List<Endpoint> once = new ArrayList<>(new LinkedHashSet<>(endpoints));
        endpoints.clear();
        for (Endpoint one : once) {
            boolean isWell = one.state() == EndpointState.RUNNING && one.weight() > 0;
            endpoints.add(isWell ? one : one.withState(EndpointState.RUNNING).withWeight(1));
        }
    }

    private static void change(List<Endpoint> endpoints, int at, UnaryOperator<Endpoint> change) {
        if (at < endpoints.size()) {
            endpoints.set(at, change.apply(endpoints.get(at)));
        }
    }
}
