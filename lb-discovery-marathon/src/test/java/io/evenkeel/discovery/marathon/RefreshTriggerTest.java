package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefreshTriggerTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private final List<Long> starts = new ArrayList<>();
    private final RefreshTrigger trigger = new RefreshTrigger(
            clock, clock, () -> starts.add(Duration.ofNanos(clock.nanos()).toMillis()));

    private void millis(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void actsOnTheFirstEventAfterQuietAtOnce() {
        trigger.signal(0);
        clock.runDue();
        assertThat(starts).containsExactly(0L);
        trigger.succeeded(MINUTE);
        millis(5000);
        trigger.signal(0);
        clock.runDue();
        assertThat(starts).containsExactly(0L, 5000L);
    }

    @Test
    void spacesABurstOutUpToHalfASecond() {
        for (int i = 0; i < 3000; i++) {
            trigger.signal(0);
            clock.runDue();
            if (starts.size() > 0
                    && starts.get(starts.size() - 1)
                            == Duration.ofNanos(clock.nanos()).toMillis()) {
                trigger.succeeded(MINUTE);
            }
            millis(1);
        }
        assertThat(starts.subList(0, 6)).containsExactly(0L, 100L, 500L, 1000L, 1500L, 2000L);
    }

    @Test
    void aSignalCanBeHeldBackButNotAnEarlierOne() {
        trigger.signal(3_000_000_000L);
        millis(2999);
        assertThat(starts).isEmpty();
        trigger.signal(0);
        clock.runDue();
        assertThat(starts).containsExactly(2999L);
        trigger.succeeded(MINUTE);
        trigger.signal(3_000_000_000L);
        millis(3000);
        assertThat(starts).containsExactly(2999L, 5999L);
    }

    @Test
    void readsAgainAfterTheIntervalWithoutAnyEvent() {
        trigger.signal(0);
        clock.runDue();
        trigger.succeeded(MINUTE);
        millis(60_000);
        assertThat(starts).containsExactly(0L, 60_000L);
    }

    @Test
    void eventsDoNotShortenThePauseAfterAFailureButADemandDoes() {
        trigger.signal(0);
        clock.runDue();
        trigger.retryAfter(Duration.ofSeconds(3));
        trigger.signal(0);
        millis(2999);
        assertThat(starts).hasSize(1);
        millis(1);
        assertThat(starts).containsExactly(0L, 3000L);
        trigger.retryAfter(Duration.ofSeconds(3));
        trigger.demand();
        clock.runDue();
        assertThat(starts).containsExactly(0L, 3000L, 3000L);
    }

    @Test
    void aDemandDuringAReadThatFailsIsMetAtItsEnd() {
        trigger.signal(0);
        clock.runDue();
        trigger.demand();
        trigger.retryAfter(Duration.ofSeconds(3));
        clock.runDue();
        assertThat(starts).containsExactly(0L, 0L);
    }

    @Test
    void aDemandDuringAReadThatIsDoubtedDoesNotShortenThePause() {
        trigger.signal(0);
        clock.runDue();
        trigger.demand();
        trigger.doubted(Duration.ofMillis(500));
        millis(499);
        assertThat(starts).hasSize(1);
        millis(1);
        assertThat(starts).containsExactly(0L, 500L);
    }

    @Test
    void neitherDemandsNorEventsShortenThePauseAfterADoubtedRead() {
        trigger.signal(0);
        clock.runDue();
        trigger.doubted(Duration.ofMillis(500));
        trigger.demand();
        trigger.signal(0);
        trigger.within(Duration.ZERO);
        millis(499);
        assertThat(starts).hasSize(1);
        millis(1);
        assertThat(starts).containsExactly(0L, 500L);
    }

    @Test
    void aDemandIsMetAtOnceAgainWhenTheDoubtIsOver() {
        trigger.signal(0);
        clock.runDue();
        trigger.doubted(Duration.ofMillis(500));
        millis(500);
        trigger.succeeded(MINUTE);
        trigger.demand();
        clock.runDue();
        assertThat(starts).containsExactly(0L, 500L, 500L);
    }

    @Test
    void aDemandDuringAReadIsMetAtItsEnd() {
        trigger.demand();
        clock.runDue();
        trigger.demand();
        millis(700);
        trigger.succeeded(MINUTE);
        clock.runDue();
        assertThat(starts).containsExactly(0L, 700L);
    }

    @Test
    void aSoonerReasonReplacesALaterOneAndNotTheOtherWayRound() {
        trigger.within(Duration.ofSeconds(10));
        trigger.within(Duration.ofSeconds(1));
        trigger.within(Duration.ofSeconds(5));
        millis(20_000);
        assertThat(starts).containsExactly(1000L);
    }

    @Test
    void nothingHappensAfterTheStop() {
        trigger.signal(0);
        trigger.stop();
        trigger.signal(0);
        trigger.demand();
        millis(100_000);
        assertThat(starts).isEmpty();
        assertThat(clock.pending()).isZero();
    }
}
