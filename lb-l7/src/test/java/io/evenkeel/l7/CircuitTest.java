package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CircuitTest {

    private Instant now = Instant.EPOCH;
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final Circuit circuit = new Circuit("web", new CircuitRule(50, 4, Duration.ofSeconds(10)), clock);

    private void request(int status) {
        assertThat(circuit.tryEnter()).isTrue();
        circuit.answered(status);
    }

    @Test
    void itOpensWhenHalfOfTheLastHaveFailed() {
        request(200);
        request(503);
        request(404);
        assertThat(circuit).hasToString("closed");
        request(500);
        assertThat(circuit).hasToString("open");
        assertThat(circuit.tryEnter()).isFalse();
        assertThat(circuit.isClosed()).isFalse();
    }

    @Test
    void afterThePauseAFewTryAndDecide() {
        for (int i = 0; i < 4; i++) {
            request(502);
        }
        now = now.plusSeconds(11);
        for (int i = 0; i < 4; i++) {
            assertThat(circuit.tryEnter()).isTrue();
        }
        assertThat(circuit).hasToString("half-open");
        assertThat(circuit.tryEnter()).as("one more than may try").isFalse();
        circuit.left();
        assertThat(circuit.tryEnter())
                .as("in the place of one of whom nothing is known")
                .isTrue();
        for (int i = 0; i < 4; i++) {
            circuit.answered(200);
        }
        assertThat(circuit.isClosed()).isTrue();
    }

    @Test
    void whoFailsTheTrialWaitsAgain() {
        for (int i = 0; i < 4; i++) {
            request(502);
        }
        now = now.plusSeconds(11);
        for (int i = 0; i < 4; i++) {
            assertThat(circuit.tryEnter()).isTrue();
            circuit.failed();
        }
        assertThat(circuit).hasToString("open");
        assertThat(circuit.tryEnter()).isFalse();
    }
}
