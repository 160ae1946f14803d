package io.evenkeel.endpoint;

import static io.evenkeel.endpoint.Eligibility.ABSENT;
import static io.evenkeel.endpoint.Eligibility.ACTIVE;
import static io.evenkeel.endpoint.Eligibility.DRAINING;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LibraryFilterTest {

    /* Health in the columns: UNCHECKED, UNKNOWN, HEALTHY, DEGRADED, UNHEALTHY. */
    private static final Map<EndpointState, List<Eligibility>> WHEN_READY = Map.of(
            EndpointState.RUNNING, List.of(ACTIVE, ABSENT, ACTIVE, DRAINING, DRAINING),
            EndpointState.UNSPECIFIED, List.of(ACTIVE, ABSENT, ACTIVE, DRAINING, DRAINING),
            EndpointState.STARTING, List.of(ABSENT, ABSENT, ABSENT, ABSENT, ABSENT),
            EndpointState.STOPPED, List.of(ABSENT, ABSENT, ABSENT, ABSENT, ABSENT),
            EndpointState.LOST, List.of(ABSENT, ABSENT, ABSENT, ABSENT, ABSENT),
            EndpointState.STOPPING, List.of(DRAINING, DRAINING, DRAINING, DRAINING, DRAINING),
            EndpointState.UNREACHABLE, List.of(DRAINING, DRAINING, DRAINING, DRAINING, DRAINING));

    static List<Arguments> everyCombination() {
        List<Arguments> all = new ArrayList<>();
        for (EndpointState state : EndpointState.values()) {
            for (Health health : Health.values()) {
                all.add(Arguments.of(state, health, true, WHEN_READY.get(state).get(health.ordinal())));
                Eligibility heldBack = switch (state) {
                    case STOPPING, UNREACHABLE -> DRAINING; // they were ready once, and have work
                    default -> ABSENT;
                };
                all.add(Arguments.of(state, health, false, heldBack));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("everyCombination")
    void judges(EndpointState state, Health health, boolean ready, Eligibility expected) {
        assertThat(EndpointFilter.library().judge(endpoint(state, health, ready)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"STARTING, UNKNOWN, false", "STOPPED, UNHEALTHY, true", "RUNNING, HEALTHY, true"})
    void everythingTakesWorkWithoutARule(EndpointState state, Health health, boolean ready) {
        assertThat(EndpointFilter.everything().judge(endpoint(state, health, ready)))
                .isEqualTo(ACTIVE);
    }

    private static Endpoint endpoint(EndpointState state, Health health, boolean ready) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
        return new Endpoint("id", address, 1, Locality.UNKNOWN, state, health, ready, Map.of());
    }
}
