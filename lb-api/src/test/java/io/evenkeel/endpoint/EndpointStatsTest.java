package io.evenkeel.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.evenkeel.testing.Endpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndpointStatsTest {

    private final EndpointStats stats = new EndpointStats(Endpoints.endpoint("a", 1));

    @Test
    void countsUsesInFlightAndTheMostThereWere() {
        stats.tryStart(0);
        stats.tryStart(0);
        stats.tryStart(0);
        stats.complete(Outcome.SUCCESS);
        stats.complete(Outcome.RESET);
        stats.tryStart(0);

        assertThat(stats.inFlight()).isEqualTo(2);
        assertThat(stats.maxInFlight()).isEqualTo(3);
        assertThat(stats.started()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void countsEachOutcomeByItself(Outcome outcome) {
        stats.tryStart(0);
        stats.complete(outcome);

        for (Outcome other : Outcome.values()) {
            assertThat(stats.count(other)).isEqualTo(other == outcome ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void blamesTheEndpointForAllButSuccessAndTheCallersChangeOfMind(Outcome outcome) {
        boolean innocent = outcome == Outcome.SUCCESS || outcome == Outcome.CANCELLED;

        assertThat(outcome.isFailure()).isEqualTo(!innocent);
    }

    @Test
    void leavesAUseOpenWhoseOutcomeIsNull() {
        stats.tryStart(0);

        assertThatNullPointerException().isThrownBy(() -> stats.complete(null));

        assertThat(stats.inFlight()).isEqualTo(1);
    }

    @Test
    void addsUpBytes() {
        stats.addBytesSent(5);
        stats.addBytesSent(1L << 40);
        stats.addBytesReceived(7);

        assertThat(stats.bytesSent()).isEqualTo((1L << 40) + 5);
        assertThat(stats.bytesReceived()).isEqualTo(7);
    }

    @Test
    void isAboutTheSameIdAtTheSameAddress() {
        assertThat(stats.isAbout(Endpoints.endpoint("a", 1, 9))).isTrue();
        assertThat(stats.isAbout(Endpoints.endpoint("a", 2))).isFalse();
        assertThat(stats.isAbout(Endpoints.endpoint("b", 1))).isFalse();
    }

    @Test
    void keepsCountsWhenTheReportIsRefreshed() {
        stats.tryStart(0);

        stats.refresh(Endpoints.endpoint("a", 1, 9));

        assertThat(stats.endpoint().weight()).isEqualTo(9);
        assertThat(stats.inFlight()).isEqualTo(1);
    }

    @Test
    void saysWhoseItIs() {
        assertThat(stats).hasToString("a@" + stats.endpoint().address() + " in flight 0");
    }
}
