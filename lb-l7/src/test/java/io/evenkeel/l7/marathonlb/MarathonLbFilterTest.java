package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.Endpoints;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MarathonLbFilterTest {

    private static final Endpoint TASK = Endpoints.endpoint("task", 31_500);

    @ParameterizedTest
    @EnumSource(EndpointState.class)
    void tasksThatStartOrEndGetNothingAndAllOthersDo(EndpointState state) {
        boolean gone = switch (state) {
            case STARTING, STOPPING, STOPPED -> true;
            default -> false;
        };
        for (MarathonLbFilter filter : MarathonLbFilter.values()) {
            assertThat(filter.judge(TASK.withState(state))).isEqualTo(gone ? Eligibility.ABSENT : Eligibility.ACTIVE);
        }
    }

    @ParameterizedTest
    @CsvSource({"HEALTHY, ACTIVE", "UNCHECKED, ACTIVE", "UNHEALTHY, ABSENT", "UNKNOWN, ABSENT"})
    void aVerdictCountsOnlyIfAskedFor(Health health, Eligibility eligibility) {
        assertThat(MarathonLbFilter.HEALTHY_ONLY.judge(TASK.withHealth(health))).isEqualTo(eligibility);
        assertThat(MarathonLbFilter.ANY_HEALTH.judge(TASK.withHealth(health))).isEqualTo(Eligibility.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource(MarathonLbFilter.class)
    void readinessNeverCounts(MarathonLbFilter filter) {
        Endpoint unready = new Endpoint(
                TASK.id(),
                TASK.address(),
                TASK.weight(),
                TASK.locality(),
                TASK.state(),
                TASK.health(),
                false,
                TASK.labels());
        assertThat(filter.judge(unready)).isEqualTo(Eligibility.ACTIVE);
    }
}
