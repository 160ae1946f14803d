package io.evenkeel.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowStartTest {

    private static final SlowStart MINUTE = SlowStart.over(Duration.ofMinutes(1));

    @Test
    void growsEvenlyFromATenth() {
        assertThat(MINUTE.factor(0, 0)).isEqualTo(0.1);
        assertThat(MINUTE.factor(seconds(3), 0)).isEqualTo(0.1);
        assertThat(MINUTE.factor(seconds(30), 0)).isCloseTo(0.5, within(1e-9));
        assertThat(MINUTE.factor(seconds(60), 0)).isEqualTo(1);
        assertThat(MINUTE.factor(seconds(600), 0)).isEqualTo(1);
    }

    @Test
    void growsFasterInTheBeginningWithMoreAggression() {
        assertThat(MINUTE.withAggression(2).factor(seconds(15), 0)).isCloseTo(0.5, within(1e-9));
        assertThat(MINUTE.withAggression(0.5).factor(seconds(30), 0)).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void takesTimeOrUsesWhicheverIsFurther() {
        SlowStart either = MINUTE.withRequests(100);

        assertThat(either.factor(seconds(6), 70)).isCloseTo(0.7, within(1e-9));
        assertThat(either.factor(seconds(45), 3)).isCloseTo(0.75, within(1e-9));
        assertThat(either.factor(0, 100)).isEqualTo(1);
        assertThat(MINUTE.factor(0, 1_000_000)).isEqualTo(0.1);
    }

    @Test
    void takesAClockThatWentBackForOneThatStoodStill() {
        assertThat(MINUTE.factor(-seconds(5), 0)).isEqualTo(0.1);
    }

    @Test
    void namesBadValues() {
        assertThatThrownBy(() -> SlowStart.over(Duration.ZERO)).hasMessage("window: PT0S (expected: > 0)");
        assertThatThrownBy(() -> MINUTE.withAggression(0)).hasMessage("aggression: 0.0 (expected: finite and > 0)");
        assertThatThrownBy(() -> MINUTE.withMinimum(0)).hasMessage("minimum: 0.0 (expected: above 0, up to 1)");
        assertThatThrownBy(() -> MINUTE.withMinimum(1.5)).hasMessage("minimum: 1.5 (expected: above 0, up to 1)");
        assertThatThrownBy(() -> MINUTE.withRequests(-1)).hasMessage("requests: -1 (expected: >= 0)");
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
