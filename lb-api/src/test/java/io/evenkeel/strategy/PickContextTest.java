package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.testing.Endpoints;
import java.util.List;
import org.junit.jupiter.api.Test;

class PickContextTest {

    private final List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(3));

    @Test
    void remembersWhatWasTried() {
        PickContext context = PickContext.create().exclude(endpoints.get(0)).exclude(endpoints.get(2));

        assertThat(context.excludes(endpoints.get(0))).isTrue();
        assertThat(context.excludes(endpoints.get(1))).isFalse();
        assertThat(context.excludes(endpoints.get(2))).isTrue();
        assertThat(context.triedCount()).isEqualTo(2);
    }

    @Test
    void canBeUsedAgain() {
        PickContext context = PickContext.create().key("alice").exclude(endpoints.get(0));

        assertThat(context.retryAll().triedCount()).isZero();
        assertThat(context.hasKey()).isTrue();
        assertThat(context.exclude(endpoints.get(0)).clear().triedCount()).isZero();
        assertThat(context.hasKey()).isFalse();
        assertThat(context.key()).isZero();
    }

    @Test
    void cannotSpoilTheSharedContext() {
        assertThatIllegalStateException()
                .isThrownBy(() -> PickContext.none().exclude(endpoints.get(0)))
                .withMessage("PickContext.none() is shared (expected: PickContext.create())");
        assertThatIllegalStateException().isThrownBy(PickContext.none()::clear);
        assertThat(PickContext.none().triedCount()).isZero();
    }
}
