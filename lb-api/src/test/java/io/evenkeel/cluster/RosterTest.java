package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.UseObserver;
import io.evenkeel.testing.Endpoints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RosterTest {

    private record Identity(String id, int port) {}

    /* Against a map by identity that is built anew for each report: few ids and ports, so that everything happens. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void agreesWithAMapByIdentityWhateverIsReported(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Roster roster = new Roster(() -> 0, new UseObserver() {});
        Map<Identity, EndpointStats> known = Map.of();
        List<Endpoint> last = List.of();
        for (int report = 0; report < 2_000; report++) {
            List<Endpoint> endpoints = new ArrayList<>(last.subList(0, random.nextInt(last.size() + 1)));
            int middle = random.nextInt(6);
            for (int i = 0; i < middle; i++) {
                endpoints.add(Endpoints.endpoint("id-" + random.nextInt(4), 1 + random.nextInt(4)));
            }

            endpoints.addAll(last.subList(random.nextInt(last.size() + 1), last.size()));
            endpoints = endpoints.subList(0, Math.min(endpoints.size(), 12));
            int size = endpoints.size();
            last = endpoints;

            Endpoint[] reports = endpoints.toArray(Endpoint[]::new);
            EndpointStats[] taken = Arrays.stream(roster.take(reports, roster.since(reports)))
                    .map(member -> member == null ? null : member.stats)
                    .toArray(EndpointStats[]::new);

            Map<Identity, EndpointStats> seen = new HashMap<>();
            for (int i = 0; i < size; i++) {
                Endpoint endpoint = endpoints.get(i);
                Identity identity =
                        new Identity(endpoint.id(), endpoint.address().getPort());
                if (seen.containsKey(identity)) {
                    assertThat(taken[i]).as("seed %d, report %d", seed, report).isNull();
                    continue;
                }
                assertThat(taken[i].isAbout(endpoint)).isTrue();
                if (known.containsKey(identity)) {
                    assertThat(taken[i]).as("seed %d, report %d", seed, report).isSameAs(known.get(identity));
                } else {
                    assertThat(known.containsValue(taken[i]))
                            .as("seed %d, report %d", seed, report)
                            .isFalse();
                }
                seen.put(identity, taken[i]);
            }
            known = seen;
        }
    }
}
