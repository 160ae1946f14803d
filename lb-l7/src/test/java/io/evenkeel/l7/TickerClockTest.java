package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TickerClockTest {

    @Test
    void aCircuitOpensAgainByTheTickerWhateverTheTimeOfDay() {
        ManualClock ticker = new ManualClock();
        Circuit circuit = new Circuit("web", new CircuitRule(100, 1, Duration.ofSeconds(10)), new TickerClock(ticker));
        assertThat(circuit.tryEnter()).isTrue();
        circuit.failed();
        ticker.advance(Duration.ofMillis(9_900));
        assertThat(circuit.tryEnter()).isFalse();
        ticker.advance(Duration.ofMillis(200));
        assertThat(circuit.tryEnter()).isTrue();
    }
}
