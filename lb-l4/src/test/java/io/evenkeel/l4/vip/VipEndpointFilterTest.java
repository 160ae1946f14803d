package io.evenkeel.l4.vip;

import static io.evenkeel.endpoint.Eligibility.ABSENT;
import static io.evenkeel.endpoint.Eligibility.ACTIVE;
import static io.evenkeel.endpoint.Eligibility.DRAINING;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VipEndpointFilterTest {

    private static final Endpoint ENDPOINT = Endpoint.of("127.0.0.1", 80);

    @ParameterizedTest
    @EnumSource(
            value = EndpointState.class,
            names = {"RUNNING", "UNSPECIFIED"})
    void runningEndpointsTakeConnectionsUnlessACheckIsAgainstIt(EndpointState state) {
        assertThat(judge(state, Health.UNCHECKED)).isEqualTo(ACTIVE);
        assertThat(judge(state, Health.HEALTHY)).isEqualTo(ACTIVE);
        assertThat(judge(state, Health.UNKNOWN)).isEqualTo(DRAINING);
        assertThat(judge(state, Health.DEGRADED)).isEqualTo(DRAINING);
        assertThat(judge(state, Health.UNHEALTHY)).isEqualTo(DRAINING);
    }

    @ParameterizedTest
    @EnumSource(Health.class)
    void healthIsOnlyAskedOfTheRunning(Health health) {
        assertThat(judge(EndpointState.STOPPING, health)).isEqualTo(DRAINING);
        assertThat(judge(EndpointState.UNREACHABLE, health)).isEqualTo(DRAINING);
        assertThat(judge(EndpointState.STARTING, health)).isEqualTo(ABSENT);
        assertThat(judge(EndpointState.STOPPED, health)).isEqualTo(ABSENT);
        assertThat(judge(EndpointState.LOST, health)).isEqualTo(ABSENT);
    }

    @Test
    void endpointThatIsNotReadyTakesNoConnections() {
        Endpoint waiting = new Endpoint(
                ENDPOINT.id(),
                ENDPOINT.address(),
                1,
                ENDPOINT.locality(),
                EndpointState.RUNNING,
                Health.HEALTHY,
                false,
                ENDPOINT.labels());
        assertThat(VipEndpointFilter.DCOS.judge(waiting)).isEqualTo(DRAINING);
    }

    private static Eligibility judge(EndpointState state, Health health) {
        return VipEndpointFilter.DCOS.judge(ENDPOINT.withState(state).withHealth(health));
    }
}
